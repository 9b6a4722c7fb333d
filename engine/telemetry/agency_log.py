"""One line in the log when an agency goes, and one when it returns.

What fails in between is in the log too, a line each, but as information: the warning was given.
"""

from datetime import datetime

import structlog

from connectors.kit.agency import Agency
from connectors.kit.clock import Clock
from connectors.kit.observer import BreakerState, Observer, Outcome

log = structlog.get_logger()

FOR_AN_OPERATOR = frozenset({Outcome.CHANGED, Outcome.REJECTED})
"""Outcomes that somebody has to mend. They do not end by themselves, and the agency may otherwise be well."""
FAILURES = frozenset({Outcome.TIMEOUT, Outcome.UNREACHABLE, Outcome.FAILED, Outcome.CHANGED})


class AgencyLog(Observer):
    """Remembers of each agency since when it fails."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failing_since: dict[str, datetime] = {}
        self._gone_since: dict[str, datetime] = {}
        self._told: set[tuple[str, str]] = set()

    def call_ended(self, agency: Agency, question: str, outcome: Outcome, seconds: float, cause: str | None) -> None:  # noqa: ARG002  the base's signature
        if outcome is Outcome.OK:
            if self._failing_since or self._told:
                self._failing_since.pop(agency.code, None)
                self._told.discard((agency.code, question))
            return
        if outcome in FAILURES:
            self._failing_since.setdefault(agency.code, self._clock.now())
        if outcome in FOR_AN_OPERATOR and (agency.code, question) not in self._told:
            self._told.add((agency.code, question))
            log.warning("agency.failing", agency=agency.code, question=question, outcome=outcome.value, cause=cause)

    def breaker_changed(self, agency: Agency, state: BreakerState, cause: str | None) -> None:
        if state is BreakerState.OPEN and agency.code not in self._gone_since:
            since = self._gone_since[agency.code] = self._failing_since.get(agency.code, self._clock.now())
            log.warning("agency.gone", agency=agency.code, cause=cause, since=since.isoformat())
        elif state is BreakerState.CLOSED and agency.code in self._gone_since:
            since = self._gone_since.pop(agency.code)
            seconds = round((self._clock.now() - since).total_seconds())
            log.warning("agency.back", agency=agency.code, since=since.isoformat(), seconds=seconds)
