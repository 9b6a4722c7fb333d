"""The keeper of quality: it observes what the kit does, counts, and writes behind the scenes what it has counted."""

import asyncio

import structlog

from connectors.kit.agency import Agency
from connectors.kit.findings import Finding, FindingKind
from connectors.kit.observer import Observer, Outcome
from connectors.kit.reading import State
from connectors.kit.waiting import set_within
from store.kit.database import StoreBroken
from store.kit.domains import Surroundings
from store.quality.findings import KeptFindings
from store.quality.scorecards import Scorecards, Tally

log = structlog.get_logger()

PAUSE = 5.0
"""Seconds between two writings."""
TIDIED_EVERY = 60.0
"""Seconds after which a process learns what the others know, and thins what is old."""


class QualityKeeper(Observer):
    """The background work of this domain. While the store is away, everything is kept in memory and written later."""

    def __init__(self, around: Surroundings) -> None:
        self._agencies = around.agencies
        self._clock = around.clock
        self._findings = around.store.of(KeptFindings)
        self._scorecards = around.store.of(Scorecards)
        self._stopping = asyncio.Event()
        self._tidied: float | None = None
        self._away = False
        around.observers.add(self)

    async def run(self) -> None:
        """Write until `stop`, and then what is left."""
        while not self._stopping.is_set():
            await self.round()
            await set_within(self._stopping, PAUSE)
        await self.round()

    def stop(self) -> None:
        """Write what is left, and end."""
        self._stopping.set()

    async def round(self) -> None:
        """Write what waits, and now and then tidy up. A store that is away is told of once, and is no error here."""
        try:
            await self._findings.write()
            await self._scorecards.write()
            if self._tidied is None or self._clock.monotonic() - self._tidied >= TIDIED_EVERY:
                await self._tidy()
        except StoreBroken as broken:
            if not self._away:
                log.warning("quality.waits", reason=str(broken))
            self._away = True
        else:
            self._away = False

    async def _tidy(self) -> None:
        now = self._clock.now()
        for each in self._agencies:
            each.findings.close_old()
        await self._findings.tidy(now)
        await self._scorecards.thin(now)
        known = await self._findings.of([each.agency.code for each in self._agencies])
        for each in self._agencies:
            elsewhere = known.get(each.agency.code, ())
            each.findings.learn({(found.question, found.text): found for found in elsewhere})
        self._tidied = self._clock.monotonic()

    def call_ended(self, agency: Agency, question: str, outcome: Outcome, seconds: float, cause: str | None) -> None:  # noqa: ARG002  the base's signature
        if outcome is Outcome.CANCELLED:
            return
        tally = self._tally(agency)
        tally.calls += 1
        tally.answered += outcome is Outcome.OK

    def call_refused(self, agency: Agency, question: str, why: str) -> None:  # noqa: ARG002  the base's signature
        if why == "breaker":
            self._tally(agency).calls += 1

    def served(self, agency: Agency, question: str, state: State | None, age: float | None, times: int = 1) -> None:  # noqa: ARG002  the base's signature
        tally = self._tally(agency)
        if state is None:
            tally.unserved += times
            return
        tally.served += times
        tally.stale += times * (state is State.STALE)
        if age is not None:
            tally.aged += times
            tally.age += age * times
            tally.most_age = max(tally.most_age, age)

    def answered(self, agency: Agency, question: str, rows: int, kept: int) -> None:  # noqa: ARG002  the base's signature
        tally = self._tally(agency)
        tally.rows += rows
        tally.kept += kept

    def found(self, agency: Agency, finding: Finding) -> None:
        self._findings.note(agency.code, finding)

    def opened(self, agency: Agency, finding: Finding) -> None:
        tally = self._tally(agency)
        tally.findings += 1
        tally.drifts += finding.kind is FindingKind.DRIFT

    def closed(self, agency: Agency, finding: Finding) -> None:
        self._findings.close(agency.code, finding)

    def _tally(self, agency: Agency) -> Tally:
        return self._scorecards.tally(agency.code, self._clock.now())
