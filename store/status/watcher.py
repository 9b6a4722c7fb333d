"""Looks again and again at how the agencies do, and keeps when one goes and when it returns."""

import asyncio
from datetime import datetime

import structlog

from connectors.kit.clock import Clock
from connectors.kit.health import Condition
from connectors.kit.waiting import set_within
from connectors.registry import Agencies
from store.kit.copies import Copies
from store.kit.database import StoreBroken
from store.status.changes import ChangeKind, StatusChange, StatusChanges
from store.status.standing import standing_of

log = structlog.get_logger()

LOOKS_EVERY = 5.0
"""Seconds between two looks."""
SEEN_AS = {Condition.DOWN: ChangeKind.GONE, Condition.UP: ChangeKind.BACK, Condition.DEGRADED: ChangeKind.BACK}
"""What a look takes each condition for; an agency that was not asked yet is neither gone nor back."""


class StatusWatcher:
    """The background work of this domain. If the store does not answer, what was seen is kept later."""

    def __init__(self, changes: StatusChanges, agencies: Agencies, copies: Copies, clock: Clock) -> None:
        self._changes = changes
        self._agencies = agencies
        self._copies = copies
        self._clock = clock
        self._last: dict[str, StatusChange] | None = None
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Look until `stop`."""
        broken = False
        while not self._stopping.is_set():
            try:
                await self.round()
                broken = False
            except StoreBroken as error:
                if not broken:
                    log.error("status.store_broken", error=str(error))  # noqa: TRY400  where from says nothing
                broken = True
            await set_within(self._stopping, LOOKS_EVERY)

    def stop(self) -> None:
        """Begin nothing new."""
        self._stopping.set()

    async def round(self) -> None:
        """Look once. Where nothing has changed, nothing is written."""
        copies = await self._copies.recent()
        seen: dict[str, tuple[ChangeKind, datetime]] = {}
        for connector in self._agencies:
            standing = standing_of(connector, copies, self._clock)
            if kind := SEEN_AS.get(standing.condition):
                seen[connector.agency.code] = kind, standing.since or self._clock.now()
        if self._last is None:
            self._last = await self._changes.last()
        if new := {code: found for code, found in seen.items() if self._differs(code, found[0])}:
            self._last = await self._changes.note(new)

    def _differs(self, code: str, kind: ChangeKind) -> bool:
        last = (self._last or {}).get(code)
        return kind is not (last.kind if last else ChangeKind.BACK)
