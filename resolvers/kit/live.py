"""Live values for subscriptions: one poll for all who subscribe to the same thing.

A poller asks for the thing as nobody in particular, through the cache, as often as its answer is kept. So fifty
subscribers of one hospital cost one call while the answer lives. What another part of the hub has just read of the
thing is told at once. Subscribers get the present value first, and then each that differs. Who is slow gets the newest.
"""

import asyncio
import contextvars
import hashlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import timedelta
from typing import Any, Generic, NamedTuple, Protocol, Self, TypeVar

import structlog

from connectors.kit.errors import AgencyError
from connectors.kit.together import cancel_all
from connectors.kit.waiting import set_within
from resolvers.kit.errors import UserError
from resolvers.kit.provenance import Sources
from store.kit.database import StoreBroken

T = TypeVar("T")
C = TypeVar("C", bound="Listener")

log = structlog.get_logger()

SOON = 1.0
"""Seconds after which a thing is looked at again whose newer answer was being fetched."""
AGAIN = 60.0
"""Seconds after which a thing is looked at again that an agency did not give, or gave only an older answer of."""


class Listener(Protocol):
    """What this file needs of a context."""

    @property
    def sources(self) -> Sources:
        """The agencies of one operation."""

    def of_nobody(self) -> Self:
        """The surroundings without the caller."""

    def begin_event(self, sources: Sources) -> None:
        """Begin an event as an operation begins."""


class Rings(Protocol):
    """What tells other processes of the hub."""

    def ring(self, message: bytes = b"") -> None:
        """Tell them that the thing of this name has changed."""

    async def hear(self, tell: Callable[[bytes], None]) -> None:
        """Hear it of them, until cancelled."""

    async def aclose(self) -> None:
        """Close the connections."""


class LiveThing(NamedTuple, Generic[C, T]):
    """What is subscribed to. Things with the same `key` are the same.

    `look` gives the value; it gets surroundings without a caller. `told` gives what a subscriber is told of a value: if
    that is the same, nothing has changed. `every`: how long a value counts as new.
    """

    key: tuple[object, ...]
    every: timedelta
    look: Callable[[C], Awaitable[T]]
    told: Callable[[T], object]


class _Seen(NamedTuple):
    """A value, or why there is none; from which agencies; and what of it is told."""

    value: Any
    sources: Sources
    told: object


class Live:
    """All pollers of this process."""

    def __init__(self, bell: Rings | None = None) -> None:
        self._bell = bell
        self._context = contextvars.copy_context()
        self._pollers: dict[str, _Poller] = {}
        self._ending: set[asyncio.Task[None]] = set()
        self._hearing: asyncio.Task[None] | None = None

    async def of(self, ctx: C, thing: LiveThing[C, T]) -> AsyncGenerator[T, None]:
        """The present value, and each that differs from the one before.

        A failure of an agency or of the store stands in the place of a value: as the value of a field it is its error.
        Raises the `UserError` of a thing that cannot be looked at as it was asked for.
        """
        name = _name(thing.key)
        poller = self._pollers.get(name)
        if poller is None:
            poller = self._pollers[name] = _Poller(thing, ctx.of_nobody())
            poller.task = asyncio.get_running_loop().create_task(poller.run(), context=self._context.copy())
            if self._bell and self._hearing is None:
                self._hearing = asyncio.create_task(self._bell.hear(self._heard))
        mine = poller.join()
        try:
            while True:
                seen = await mine.get()
                if isinstance(seen.value, UserError):
                    raise seen.value
                ctx.begin_event(seen.sources)
                yield seen.value
        finally:
            poller.subscribers.discard(mine)
            if not poller.subscribers:
                self._end(name)

    @property
    def subscribers(self) -> int:
        """How many subscribers have begun."""
        return sum(len(each.subscribers) for each in self._pollers.values())

    @property
    def looks(self) -> int:
        """How often the things that are subscribed to now were looked at."""
        return sum(each.looks for each in self._pollers.values())

    def wake(self) -> None:
        """Look at all things now."""
        for each in self._pollers.values():
            each.rung.set()

    def changed(self, key: tuple[object, ...]) -> None:
        """Look at this thing now, in all processes of the hub."""
        name = _name(key)
        if poller := self._pollers.get(name):
            poller.rung.set()
        if self._bell:
            self._bell.ring(name.encode())

    def tell(self, key: tuple[object, ...], value: object, sources: Sources) -> None:
        """This value of a thing has just been read; other processes of the hub look for themselves."""
        name = _name(key)
        if poller := self._pollers.get(name):
            poller.take(value, sources)
        if self._bell:
            self._bell.ring(name.encode())

    async def aclose(self) -> None:
        """End all pollers."""
        for name in list(self._pollers):
            self._end(name)
        await cancel_all(self._ending)
        if self._bell:
            await self._bell.aclose()

    def _heard(self, message: bytes) -> None:
        if poller := self._pollers.get(message.decode(errors="replace")):
            poller.rung.set()

    def _end(self, name: str) -> None:
        poller = self._pollers.pop(name, None)
        self._finish(poller.task if poller else None)
        if not self._pollers:
            self._finish(self._hearing)
            self._hearing = None

    def _finish(self, task: asyncio.Task[None] | None) -> None:
        if task:
            task.cancel()
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)


class _Poller:
    """One thing that is looked at for all of its subscribers."""

    def __init__(self, thing: LiveThing[Any, Any], nobody: Any) -> None:
        self._thing = thing
        self._nobody = nobody
        self._last: _Seen | None = None
        self.task: asyncio.Task[None] | None = None
        self.rung = asyncio.Event()
        self.looks = 0
        self.subscribers: set[asyncio.Queue[_Seen]] = set()

    def join(self) -> "asyncio.Queue[_Seen]":
        """The place in which one subscriber finds the newest value that it has not taken."""
        mine: asyncio.Queue[_Seen] = asyncio.Queue(1)
        if self._last:
            mine.put_nowait(self._last)
        self.subscribers.add(mine)
        return mine

    async def run(self) -> None:
        """Look, and look again when the value may be another."""
        while True:
            self.rung.clear()
            ctx = self._nobody.of_nobody()
            try:
                value: Any = await self._thing.look(ctx)
            except (AgencyError, UserError, StoreBroken) as error:
                value = error
            except Exception as error:  # noqa: BLE001  the subscribers are told, and it may be over next time
                log.error("live.broken", thing=self._thing.key[0], error=type(error).__name__)  # noqa: TRY400  its text may hold values
                value = error
            self.take(value, ctx.sources)
            self.looks += 1
            await set_within(self.rung, self._pause(value, ctx.sources))

    def take(self, value: Any, sources: Sources) -> None:
        """Give a value to all subscribers, unless it tells them what they were told last."""
        told = _of_failure(value) if isinstance(value, Exception) else self._thing.told(value)
        if self._last and self._last.told == told:
            self._last = _Seen(value, sources, told)
            return
        self._last = _Seen(value, sources, told)
        for each in self.subscribers:
            if each.full():
                each.get_nowait()
            each.put_nowait(self._last)

    def _pause(self, value: Any, sources: Sources) -> float:
        every = self._thing.every.total_seconds()
        if isinstance(value, Exception) or sources.ill:
            return min(every, AGAIN)
        return min(every, SOON) if sources.late else every


def _of_failure(error: Exception) -> object:
    return type(error), getattr(error, "agency", None), getattr(error, "code", None)


def _name(key: tuple[object, ...]) -> str:
    """The name of a thing between processes, which does not say what it is."""
    return hashlib.sha256(repr(key).encode()).hexdigest()
