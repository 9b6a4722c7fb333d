"""For how long the answer of one operation holds, noted while the operation runs.

Whatever an answer follows from bounds its life or ends it: a reading until it is no longer fresh, a copy until there is
a newer one, a moment until the next second, a day until midnight. What nobody has bounded makes the answer one that is
not kept. So a new resolver is right without knowing of this.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar, cast

from auth.caller import ANYBODY, Caller
from cache.hands import Hand
from connectors.kit.clock import Clock
from connectors.kit.feed import Feed
from connectors.kit.read import Read
from connectors.kit.reading import Reading, State
from resolvers.kit.age import Age
from store.kit.copies import KNOWN_FOR, Copies, Copy
from store.kit.database import Database
from store.kit.store import Store

K = TypeVar("K")

FOREVER = float("inf")
A_MOMENT = 1.0
"""Seconds for which what was measured by the clock may be shown."""
IN_THE_KEY = frozenset({"audience"})
"""What of a caller is a part of the key under which an answer is kept."""


class ShownAge(NamedTuple):
    """Where an age stands in the data of an answer, and since when it counts."""

    path: Sequence[str | int]
    born: float


class Life:
    """The life of one answer. `ends` is by the monotonic clock; `refused` says why it is not kept, if it is not.

    For `revalidate` seconds after its end, the answer may be shown while a newer one is made. `live` says that an
    agency was asked for it. `tags` and `copies` are what it was made of, and `ages` what it shows of the moment.
    """

    __slots__ = (
        *("_domains", "_rows", "ages", "clock", "copies", "ends", "live", "readings"),
        *("refused", "revalidate", "store", "tags"),
    )

    def __init__(self) -> None:
        self.clock: Clock
        self.store: Store
        self.ends = FOREVER
        self.revalidate = 0.0
        self.refused: str | None = None
        self.live = False
        self.tags: set[str] = set()
        self.copies: dict[tuple[str, str], Copy] = {}
        self.ages: list[ShownAge] = []
        self.readings: list[tuple[str, str, State, float]] = []
        self._domains: dict[tuple[str, str], str] = {}
        self._rows: set[str] = set()

    def watch(self, clock: Clock, store: Store) -> tuple[Clock, Store]:
        """The clock and the store for resolvers: what is read of them is noted."""
        self.clock = clock.plain if isinstance(clock, NotedClock) else clock
        self.store = store.plain if isinstance(store, NotedStore) else store
        return NotedClock(self.clock, self), NotedStore(self.store, self)

    def never(self, why: str) -> None:
        """The answer is not kept."""
        self.refused = self.refused or why

    def end_at(self, end: float, revalidate: float = 0.0) -> None:
        """The answer holds no longer than this."""
        if end < self.ends:
            self.ends, self.revalidate = end, revalidate

    def end_in(self, seconds: float) -> None:
        """The answer holds for so many seconds at most."""
        self.end_at(self.clock.monotonic() + seconds)

    def end_when(self, moment: datetime) -> None:
        """The answer holds until this moment at most."""
        self.end_in((moment - self.clock.now()).total_seconds())

    def rests_on(self, read: Read[Any], reading: Reading[Any], at_most: timedelta | None, age: Age) -> None:
        """It follows from this answer of an agency, which may be so old and has this age."""
        if reading.state not in (State.LIVE, State.CACHED) or reading.stale_after is None:
            self.never("stale" if reading.state is State.STALE else "not kept")
            return
        fresh_for = (reading.stale_after - reading.fetched_at).total_seconds()
        wanted = fresh_for if at_most is None else at_most.total_seconds()
        self.end_at(age.born + min(fresh_for, wanted), read.freshness.revalidate.total_seconds())
        self.live = self.live or reading.state is State.LIVE
        self.tags.update(read.tags)

    def rests_on_hand(self, hand: Hand, fresh_for: float | None, revalidate: float, at_most: timedelta | None) -> None:
        """It follows from this answer, which was at hand and is fresh for so long."""
        if fresh_for is None:
            self.never("not kept")
            return
        wanted = fresh_for if at_most is None else min(fresh_for, at_most.total_seconds())
        if hand.born + wanted < self.ends:
            self.ends, self.revalidate = hand.born + wanted, revalidate
        self.tags.update(hand.tags)

    def rests_on_copy(self, feed: Feed[Any], copy: Copy, reading: Reading[Any], at_most: timedelta | None) -> None:
        """It follows from this copy of a feed, which may be so old."""
        if reading.state is not State.SNAPSHOT:
            self.never("stale")
            return
        known_for = 2 * feed.following.interval
        born = Age.of(reading, self.clock).born
        self.end_at(born + min(known_for, known_for if at_most is None else at_most).total_seconds())
        self.copies[copy.agency, copy.name] = copy
        self.tags.update((f"domain:{feed.agency.domain}", f"agency:{feed.agency.code}"))
        self._domains[copy.agency, copy.name] = feed.agency.domain

    def shows(self, path: Sequence[str | int], age: Age) -> None:
        """An age stands here in the answer."""
        self.ages.append(ShownAge(path, age.born))

    def read_rows(self, domain: str) -> None:
        """Rows of copies of this domain were read."""
        self._rows.add(domain)

    def why_not(self) -> str | None:
        """Why the answer is not kept; None if it may be."""
        if self._rows - {self._domains[each] for each in self.copies}:
            return "rows of a copy whose age is not known"
        return self.refused


class NotedClock:
    """A clock of resolvers: what follows from this moment holds until the next whole second."""

    __slots__ = ("_life", "plain")

    def __init__(self, plain: Clock, life: Life) -> None:
        self.plain = plain
        self._life = life

    def now(self) -> datetime:
        """The moment, noted."""
        now = self.plain.now()
        self._life.end_in(1 - now.microsecond / 1_000_000)
        return now

    def monotonic(self) -> float:
        """The seconds, noted."""
        self._life.end_in(A_MOMENT)
        return self.plain.monotonic()

    async def sleep(self, seconds: float) -> None:
        await self.plain.sleep(seconds)


class NotedStore(Store):
    """A store for resolvers: what is read of it and is no copy makes an answer one that is not kept."""

    def __init__(self, plain: Store, life: Life) -> None:
        self.plain = plain
        self._life = life

    @property
    def database(self) -> Database:  # type: ignore[override]  # noted where it is read
        """The database, noted."""
        self._life.never("store")
        return self.plain.database

    @property
    def copies(self) -> Copies:  # type: ignore[override]  # noted where it is read
        """The states of the copies, noted: they are known to be right for a moment."""
        self._life.end_in(KNOWN_FOR)
        return self.plain.copies

    def of(self, kind: type[K]) -> K:
        """The store object of a domain, noted."""
        if getattr(kind, "holds_copies", False):
            self._life.read_rows(kind.__module__.split(".")[1])
        else:
            self._life.never("store")
        return self.plain.of(kind)


class NotedCaller:
    """The caller for resolvers. What follows from who asks is not kept; the audience is a part of the key."""

    __slots__ = ("_caller", "_life")

    def __init__(self, caller: Caller, life: Life) -> None:
        self._caller = caller
        self._life = life

    def __getattr__(self, name: str) -> Any:
        if name not in IN_THE_KEY:
            self._life.never("caller")
        return getattr(self._caller, name)

    def __repr__(self) -> str:
        return repr(self._caller)


def noted(caller: Caller, life: Life) -> Caller:
    """The caller for resolvers. Whoever is nobody in particular is the same for all who are nobody."""
    return caller if caller == ANYBODY or isinstance(caller, NotedCaller) else cast(Caller, NotedCaller(caller, life))
