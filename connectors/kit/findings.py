"""What an agency sent that its protocol does not promise: counted, and logged the first time."""

from collections import Counter

import structlog

log = structlog.get_logger()


class Findings:
    """The findings of one agency since the hub started.

    A finding is a short text of keys, types and our own words, never of a value that the agency sent.
    """

    def __init__(self, agency: str) -> None:
        self._agency = agency
        self._counts: Counter[str] = Counter()

    def note(self, finding: str) -> None:
        """Count one more of it."""
        self._counts[finding] += 1
        if self._counts[finding] == 1:
            log.warning("agency.finding", agency=self._agency, finding=finding)

    @property
    def counts(self) -> dict[str, int]:
        """How often each finding was made."""
        return dict(self._counts)
