"""What every resolver gets: the city, its agencies, the cache, the store, and who the caller is."""

import asyncio
from bisect import bisect_right
from collections.abc import Callable, Coroutine, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from auth.agreements import Agreements
from auth.caller import ANYBODY, Caller
from auth.category import Category
from auth.cover import Cover
from auth.keyed_hasher import KeyedHasher
from auth.lookup_throttle import LookupThrottle
from auth.oidc import IdentityProvider
from auth.policies import FieldAccess
from auth.rate_limiter import RateLimiter
from cache.envelope import Cache
from cache.use import CacheUse
from connectors.kit.at_once import refuse_to_wait
from connectors.kit.clock import Clock
from connectors.kit.command import Command
from connectors.kit.connector import AnyConnector
from connectors.kit.errors import AgencyError
from connectors.kit.feed import Feed
from connectors.kit.flights import Flights, NotYet
from connectors.kit.observer import Observer
from connectors.kit.read import Read
from connectors.kit.reading import Reading
from connectors.kit.urgency import URGENCY, Urgency
from connectors.regions.gazetteer import Gazetteer
from connectors.registry import Agencies
from resolvers.kit.absences import Absences
from resolvers.kit.age import Age
from resolvers.kit.auditing import Auditor
from resolvers.kit.batches import Batches
from resolvers.kit.copied import reading_of
from resolvers.kit.deadline import Deadline
from resolvers.kit.deprecation import Deprecation
from resolvers.kit.life import Life, noted
from resolvers.kit.live import Live
from resolvers.kit.notes import Notes, exceeded
from resolvers.kit.provenance import Sources
from resolvers.kit.source import Source, source_of, source_of_error
from resolvers.kit.views import Views
from store.kit.store import Store
from store.platform.api_keys import ApiKeys

T = TypeVar("T")


@dataclass(slots=True)
class Demands:
    """What the operation asks of all its answers. `at_most` is the greatest age; None means any age.

    Answers that stop being fresh within `ahead` are asked for now.
    """

    at_most: timedelta | None = None
    ahead: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The context of one operation: the caller, the caller's `address`, and the `language` (`id` or `en`).

    `access` is the access matrix of the whole schema. `categories` are the categories of personal data, by name.
    `contributions` are what the domains tell the shared parts, by the kind of connector that it is about.
    `deprecations` are those of the schema, by field. `usual_quota` is the cost that a client may spend in a minute, and
    0 is no bound. `caches` are those of this process.
    """

    agencies: Agencies
    cache: Cache
    clock: Clock
    regions: Gazetteer
    store: Store
    observer: Observer = field(default_factory=Observer)
    caller: Caller = ANYBODY
    address: str = ""
    identity: IdentityProvider | None = None
    access: tuple[FieldAccess, ...] = ()
    categories: Mapping[str, Category] = field(default_factory=dict)
    contributions: Mapping[type[AnyConnector], object] = field(default_factory=dict)
    language: str = "id"
    urgency: Urgency = field(default_factory=URGENCY.get)
    demands: Demands = field(default_factory=Demands)
    deadline: Deadline = field(default_factory=Deadline)
    sources: Sources = field(default_factory=Sources)
    absences: Absences = field(default_factory=Absences)
    agreements: Agreements = field(default_factory=Agreements)
    api_keys: ApiKeys | None = None
    caches: Sequence[Callable[[], CacheUse]] = ()
    deprecations: Mapping[str, Deprecation] = field(default_factory=dict)
    usual_quota: int = 0
    counter: RateLimiter = field(default_factory=lambda: RateLimiter(redis_url=None, secret=b""))
    lookup_throttle: LookupThrottle | None = None
    hasher: KeyedHasher | None = None
    cover: Cover = field(default_factory=lambda: Cover(b""))
    auditor: Auditor = field(default_factory=Auditor)
    waiting: asyncio.Lock = field(default_factory=asyncio.Lock)
    views: Views = field(default_factory=Views)
    batches: Batches = field(default_factory=Batches)
    looks: Flights = field(default_factory=lambda: Flights().of_one_operation())
    live: Live = field(default_factory=Live)
    life: Life = field(default_factory=Life)
    notes: Notes = field(init=False)

    def __post_init__(self) -> None:
        """What resolvers read of the moment, of the store and of the caller is noted in the `life` of the answer."""
        clock, store = self.life.watch(self.clock, self.store)
        object.__setattr__(self, "clock", clock)
        object.__setattr__(self, "store", store)
        object.__setattr__(self, "caller", noted(self.caller, self.life))
        object.__setattr__(self, "notes", Notes(self.agencies, self.observer, self.sources, self.life))

    def today(self) -> date:
        """Today's date in the city, which it is until midnight."""
        now = self.life.clock.now().astimezone(self.regions.zone)
        self.life.end_when(datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo))
        return now.date()

    def now(self, changes: Iterable[datetime]) -> datetime:
        """The moment, for what is so until the next of these moments and changes at none between."""
        now = self.life.clock.now()
        if coming := min((each for each in changes if each > now), default=None):
            self.life.end_when(coming)
        return now

    def holds_until(self, changes: Sequence[datetime], now: datetime) -> None:
        """What was said of this moment is so until the next of these moments, which are sorted."""
        if (at := bisect_right(changes, now)) < len(changes):
            self.life.end_when(changes[at])

    def contributed(self, kind: type[T]) -> dict[type[AnyConnector], T]:
        """What the domains tell one part that they share, by the kind of connector that it is about."""
        return {about: each for about, each in self.contributions.items() if isinstance(each, kind)}

    def of_nobody(self) -> "Context":
        """The same surroundings for nobody in particular, and with nothing asked yet."""
        return replace(
            self,
            agencies=self.agencies.newest(),
            caller=ANYBODY,
            address="",
            urgency=Urgency.CITIZEN,
            demands=Demands(),
            deadline=Deadline(),
            sources=Sources(),
            absences=Absences(),
            lookup_throttle=None,
            auditor=Auditor(),
            waiting=asyncio.Lock(),
            batches=Batches(),
            looks=self.looks.of_one_operation(),
            live=Live(),
            life=Life(),
        )

    def begin_event(self, sources: Sources) -> None:
        """Begin an event of a subscription as an operation begins: nothing has been asked, and nothing is on record."""
        object.__setattr__(self, "agencies", self.agencies.newest())
        self.sources.replace(sources)
        self.looks.forget()
        self.auditor.begin_event()

    async def reading(self, read: Read[T]) -> Reading[T]:
        """The answer to a read, from the cache or from the agency, noted in `sources`; raises `AgencyError`.

        Within one operation the same read has the same answer. At the deadline the operation leaves, and the load goes
        on for others.
        """
        if (kept := self.at_hand(read)) is not None:
            return kept
        refuse_to_wait()
        try:
            return await self.looks.join(
                read.asked,
                lambda: self.notes.waited(
                    read.agency,
                    read.name,
                    lambda: self.cache.get(read, at_most=self.demands.at_most, ahead=self.demands.ahead),
                    lambda reading: self.life.rests_on(
                        read, reading, self.demands.at_most, Age.of(reading, self.life.clock)
                    ),
                ),
                until=self.deadline.of_a_reading(),
            )
        except NotYet:
            raise self.notes.late(read.agency, read.asked, self.deadline.passed) from None

    def at_hand(self, read: Read[T]) -> Reading[T] | None:
        """The same answer where it need not be waited for; None otherwise."""
        if self.looks.knows(read.asked):
            known: Reading[T] | None = self.looks.result(read.asked)
            return known
        if self.demands.ahead:
            return None
        now, at_most = self.life.clock.monotonic(), self.demands.at_most
        hand = self.cache.hand(read, now, at_most=at_most)
        if hand is None:
            return None
        self.looks.give(read.asked, hand.reading)
        self.notes.at_hand(read, hand, max(0.0, now - hand.born), at_most)
        kept: Reading[T] = hand.reading
        return kept

    async def execute(self, command: Command[T]) -> Reading[T]:
        """The result of a command, which runs now. It is noted in `sources`; raises `AgencyError`."""
        refuse_to_wait()

        async def execute() -> Reading[T]:
            self.life.never("command")
            try:
                async with asyncio.timeout_at(self.deadline.of_a_reading()):
                    return await command.execute()
            except TimeoutError:
                raise exceeded(command.agency) from None

        return await self.notes.waited(command.agency, command.name, execute)

    async def copy(self, feed: Feed[Any]) -> Reading[int]:
        """The age of the hub's copy of a feed, noted in `sources`. `records` is the number of its documents.

        It waits for a first copy as long as for any answer. Raises `AgencyError` if there is no copy, or none that is
        new enough.
        """
        if (kept := self.copy_at_hand(feed)) is not None:
            return kept
        refuse_to_wait()

        async def look() -> Reading[int]:
            copy = await self.life.store.copies.wait_ready(feed, feed.agency.limits.timeout)
            at_most = self.demands.at_most
            copied = reading_of(feed, copy, self.life.store.copies, self.life.clock, at_most)
            self.life.rests_on_copy(feed, copy, copied, at_most)
            return copied

        asked = (feed.agency.code, feed.name)
        try:
            return await self.looks.join(
                asked, lambda: self.notes.waited(feed.agency, feed.name, look), until=self.deadline.of_a_reading()
            )
        except NotYet:
            raise self.notes.late(feed.agency, asked, self.deadline.passed) from None

    def copy_at_hand(self, feed: Feed[Any]) -> Reading[int] | None:
        """The same where it is known and may be read; None otherwise."""
        asked = (feed.agency.code, feed.name)
        if self.looks.knows(asked):
            told: Reading[int] | None = self.looks.result(asked)
            return told
        copies, at_most = self.life.store.copies, self.demands.at_most
        copy = (copies.known() or {}).get(asked)
        if copy is None or copy.fetched_at is None:
            return None
        try:
            copied = reading_of(feed, copy, copies, self.life.clock, at_most)
        except AgencyError:
            return None
        self.life.rests_on_copy(feed, copy, copied, at_most)
        self.notes.answered(feed.agency, feed.name, copied, Age.of(copied, self.life.clock), 0.0)
        self.looks.give(asked, copied)
        return copied

    def version(self, feeds: Iterable[Feed[Any]]) -> Hashable:
        """What differs once any record of these copies may differ; None if it is not known."""
        return self.life.store.copies.version(feeds)

    async def once(self, name: tuple[object, ...], look: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The result of `look`. Within one operation, each name is looked up once."""
        return await self.looks.join(name, look)

    def source(self, reading: Reading[object]) -> Source:
        """The source of a reading, for the graph."""
        return source_of(reading, self.agencies, self.life.clock)

    def no_source(self, error: AgencyError) -> Source:
        """The source of an answer that failed."""
        return source_of_error(error, self.agencies)
