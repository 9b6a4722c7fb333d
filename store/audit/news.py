"""New entries of the audit log, looked up once for all subscriptions of this process.

A lookup begins when this process has written, when another process rings the bell, and every few seconds in any case.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Collection

import structlog

from auth.audit_entry import AuditEntry
from connectors.kit.flights import Flights
from connectors.kit.waiting import set_within
from store.audit.audit_log import AT_ONCE, AuditLog, AuditLogBroken
from store.audit.bell import Bell

log = structlog.get_logger()

LOOKS_EVERY = 2.0
"""Seconds between two lookups if nobody rings."""
REST = 0.05
"""The shortest time between two lookups, so that entries of the same moment are found together."""
MOST_WAITING = 1_000
"""How many entries may wait for one subscriber."""


class Missed(Exception):
    """There were more entries than the subscriber has taken."""


class New:
    """A new entry, the same object for all subscribers.

    `recorded` tells whose reading of this entry is in the audit log already.
    """

    def __init__(self, entry: AuditEntry, recorded: Flights) -> None:
        self.entry = entry
        self.recorded = recorded


class News:
    """Tells subscribers. If the audit log cannot be read for a while, they are told later."""

    def __init__(self, usages: AuditLog, bell: Bell | None = None) -> None:
        self._usages = usages
        self._bell = bell
        self._listeners: defaultdict[str, set[_Listener]] = defaultdict(set)
        self._recorded = Flights()
        self._rung = asyncio.Event()
        self._turn = asyncio.Lock()
        self._looking: asyncio.Task[None] | None = None
        self._after = 0
        usages.when_written(self._written)

    async def of(self, subjects: Collection[str]) -> AsyncGenerator[New, None]:
        """Each new entry about these subjects; raises `AuditLogBroken`, or `Missed` if the subscriber is too slow."""
        listener = _Listener()
        for subject in subjects:
            self._listeners[subject].add(listener)
        try:
            await self._begin()
            listener.after = (await self._usages.head()).sequence
            while True:
                new = await listener.next()
                if new.entry.sequence > listener.after:
                    yield new
        finally:
            for subject in subjects:
                self._listeners[subject].discard(listener)
                if not self._listeners[subject]:
                    del self._listeners[subject]
            if not self._listeners:
                self._end()

    @property
    def listening(self) -> int:
        """How many subscribers are ready to be told."""
        return sum(each.after is not None for each in {each for of in self._listeners.values() for each in of})

    async def aclose(self) -> None:
        """Stop all lookups."""
        self._end()
        await self._recorded.aclose()
        if self._bell:
            await self._bell.aclose()

    def _written(self) -> None:
        self._rung.set()
        if self._bell:
            self._bell.ring()

    async def _begin(self) -> None:
        """Begin lookups from the current head. It also serves a subscriber that does not know its own beginning yet."""
        async with self._turn:
            if self._looking is None:
                self._after = (await self._usages.head()).sequence
                self._looking = asyncio.create_task(self._look_again_and_again())

    def _end(self) -> None:
        if self._looking:
            self._looking.cancel()
            self._looking = None

    async def _look_again_and_again(self) -> None:
        hearing = asyncio.create_task(self._bell.hear(lambda _: self._rung.set())) if self._bell else None
        try:
            broken = False
            while True:
                try:
                    await self._look()
                    broken = False
                except AuditLogBroken as error:
                    if not broken:
                        log.error("record.unavailable", error=str(error))  # noqa: TRY400  its cause may hold values
                    broken = True
                await asyncio.sleep(REST)
                await set_within(self._rung, LOOKS_EVERY)
        finally:
            if hearing:
                hearing.cancel()

    async def _look(self) -> None:
        """One lookup for all subscribers. If nothing was written, it costs one small query."""
        self._rung.clear()
        head = (await self._usages.head()).sequence
        while self._after < head:
            found = await self._usages.newer(list(self._listeners), self._after)
            for entry in found:
                self._after = entry.sequence
                new = New(entry, self._recorded.of_one_operation())
                for listener in self._listeners.get(entry.subject, ()):
                    listener.tell(new)
            if len(found) < AT_ONCE:
                self._after = max(self._after, head)


class _Listener:
    """The entries that wait for one subscriber.

    `after` is the newest entry when the subscription began; None until that is known.
    """

    def __init__(self) -> None:
        self.after: int | None = None
        self._waiting: asyncio.Queue[New] = asyncio.Queue(MOST_WAITING)
        self._missed = False

    def tell(self, new: New) -> None:
        """Add an entry. After a missed entry none is added, so that nobody takes a gap for the whole."""
        if self._missed or self._waiting.full():
            self._missed = True
        else:
            self._waiting.put_nowait(new)

    async def next(self) -> New:
        if self._missed and self._waiting.empty():
            raise Missed
        return await self._waiting.get()
