"""What every resolver gets: the city, its agencies, the cache, the store, and who the caller is."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

import msgspec

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
from connectors.kit.agency import Agency
from connectors.kit.clock import Clock
from connectors.kit.command import Command
from connectors.kit.connector import AnyConnector, Terms
from connectors.kit.errors import BY_CODE, AgencyCopying, AgencyError, AgencyUnavailable, DeadlineExceeded, TooStale
from connectors.kit.feed import Feed
from connectors.kit.flights import Flights, NotYet
from connectors.kit.observer import Observer
from connectors.kit.read import Read
from connectors.kit.reading import Reading, State
from connectors.kit.urgency import URGENCY, Urgency
from connectors.regions.gazetteer import Gazetteer
from connectors.registry import Agencies
from resolvers.kit.absences import Absences
from resolvers.kit.age import Age
from resolvers.kit.auditing import Auditor
from resolvers.kit.batches import Batches
from resolvers.kit.deadline import Deadline
from resolvers.kit.deprecation import Deprecation
from resolvers.kit.life import Life, noted
from resolvers.kit.live import Live
from resolvers.kit.provenance import Sources
from resolvers.kit.views import Views
from store.kit.copies import Copy
from store.kit.store import Store
from store.platform.api_keys import ApiKeys

T = TypeVar("T")
R = TypeVar("R")


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """The agency of an answer and the age of the answer. `age_seconds` counts since it was fetched.

    `licence` and `attribution` are the terms under which the answer may be used. `problem` is the code of the error
    that prevented a newer answer. Without a `state` there is no answer at all.
    """

    agency: str
    name: str
    state: State | None
    fetched_at: datetime | None
    changed_at: datetime | None
    value_changed_at: datetime | None = None
    age_seconds: Age | None
    stale_after: datetime | None = None
    licence: str | None = None
    attribution: str | None = None
    problem: str | None


def untold(agency: str) -> Source:
    """What stands for a source in records that are kept: each operation tells the source anew (`told`)."""
    return Source(agency=agency, name="", state=None, fetched_at=None, changed_at=None, age_seconds=None, problem=None)


def told(record: R, sources: Mapping[str, Source]) -> R:
    """A record that is kept, with the source of this operation."""
    kept: Any = record
    found: R = msgspec.structs.replace(kept, source=sources[kept.source.agency])
    return found


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
    0 is no bound.
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

    def __post_init__(self) -> None:
        """What resolvers read of the moment, of the store and of the caller is noted in the `life` of the answer."""
        clock, store = self.life.watch(self.clock, self.store)
        object.__setattr__(self, "clock", clock)
        object.__setattr__(self, "store", store)
        object.__setattr__(self, "caller", noted(self.caller, self.life))

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

    def contributed(self, kind: type[T]) -> dict[type[AnyConnector], T]:
        """What the domains tell one part that they share, by the kind of connector that it is about."""
        return {about: each for about, each in self.contributions.items() if isinstance(each, kind)}

    def of_nobody(self) -> "Context":
        """The same surroundings for nobody in particular, and with nothing asked yet."""
        return replace(
            self,
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
        asked = (read.agency.code, read.name, read.arguments)
        try:
            return await self.looks.join(
                asked,
                lambda: self._noted(
                    read.agency,
                    read.name,
                    lambda: self.cache.get(read, at_most=self.demands.at_most, ahead=self.demands.ahead),
                    lambda reading: self.life.rests_on(read, reading, self.demands.at_most),
                ),
                until=self.deadline.of_a_reading(),
            )
        except NotYet:
            raise self._late(read.agency, asked) from None

    def at_hand(self, read: Read[T]) -> Reading[T] | None:
        """The same answer where it need not be waited for; None otherwise."""
        asked = (read.agency.code, read.name, read.arguments)
        if self.looks.knows(asked):
            known: Reading[T] | None = self.looks.result(asked)
            return known
        kept = None if self.demands.ahead else self.cache.at_hand(read, at_most=self.demands.at_most)
        if kept is not None:
            self.looks.give(asked, kept)
            self.life.rests_on(read, kept, self.demands.at_most)
            self._note(read.agency, read.name, kept, 0.0)
        return kept

    async def execute(self, command: Command[T]) -> Reading[T]:
        """The result of a command, which runs now. It is noted in `sources`; raises `AgencyError`."""

        async def execute() -> Reading[T]:
            self.life.never("command")
            try:
                async with asyncio.timeout_at(self.deadline.of_a_reading()):
                    return await command.execute()
            except TimeoutError:
                raise _exceeded(command.agency) from None

        return await self._noted(command.agency, command.name, execute)

    async def copy(self, feed: Feed[Any]) -> Reading[int]:
        """The age of the hub's copy of a feed, noted in `sources`. `records` is the number of its documents.

        It waits for a first copy as long as for any answer. Raises `AgencyError` if there is no copy, or none that is
        new enough.
        """

        async def look() -> Reading[int]:
            copy = await self.life.store.copies.wait_ready(feed, feed.agency.limits.timeout)
            copied = self._judged(feed, copy)
            age, at_most = copied.age(self.life.clock), self.demands.at_most
            if at_most is not None and age > (wanted := at_most.total_seconds()):
                told = f"{feed.name}: the copy is {age:.0f} s old"
                raise TooStale(feed.agency.code, told, age=int(age), at_most=int(wanted))
            self.life.rests_on_copy(feed, copy, copied, at_most)
            return copied

        asked = (feed.agency.code, feed.name)
        try:
            return await self.looks.join(
                asked, lambda: self._noted(feed.agency, feed.name, look), until=self.deadline.of_a_reading()
            )
        except NotYet:
            raise self._late(feed.agency, asked) from None

    def _late(self, agency: Agency, asked: tuple[Any, ...]) -> AgencyError:
        """The error of an answer that did not come by the deadline, noted once for all who waited."""
        error = _exceeded(agency)
        self.life.never("late")
        if self.sources.note_late(agency, self._terms(agency), error, asked, self.deadline.passed):
            self.observer.served(agency, str(asked[1]), None, None)
        return error

    async def _noted(
        self,
        agency: Agency,
        question: str,
        ask: Callable[[], Awaitable[Reading[T]]],
        note: Callable[[Reading[T]], None] = lambda _: None,
    ) -> Reading[T]:
        clock = self.life.clock
        started = clock.monotonic()
        try:
            reading = await ask()
        except AgencyError as error:
            self.life.never("agency")
            self.sources.note_failure(agency, self._terms(agency), error, clock.monotonic() - started)
            self.observer.served(agency, question, None, None)
            raise
        note(reading)
        self._note(agency, question, reading, clock.monotonic() - started)
        return reading

    def _note(self, agency: Agency, question: str, reading: Reading[Any], seconds: float) -> None:
        age = Age.of(reading, self.life.clock)
        self.sources.note(agency, self._terms(agency), reading, age, seconds)
        self.life.readings.append((agency.code, question, reading.state, age.born))
        self.observer.served(agency, question, reading.state, reading.age(self.life.clock))

    def _terms(self, agency: Agency) -> Terms:
        return self.agencies.terms(agency.code)

    def _judged(self, feed: Feed[Any], copy: Copy) -> Reading[int]:
        """The copy as a reading. A late copy is STALE; a copy that is too late raises."""
        born = self.life.store.copies.born(copy, self.life.clock)
        by = timedelta(seconds=self.life.clock.monotonic() - (born or 0.0)) - feed.following.interval
        if copy.fetched_at is None or by > feed.following.stale:
            failed = BY_CODE.get(copy.problem or "", AgencyCopying if copy.fetched_at is None else AgencyUnavailable)
            raise failed(feed.agency.code, f"{feed.name}: no copy that is new enough")
        return Reading(
            agency=feed.agency.code,
            records=copy.documents,
            fetched_at=copy.fetched_at,
            changed_at=copy.changed_at,
            stale_after=copy.fetched_at + feed.following.interval,
            state=State.STALE if copy.problem or by > feed.following.interval else State.SNAPSHOT,
            problem=copy.problem,
            born=born,
        )

    def version(self, feeds: Iterable[Feed[Any]]) -> Hashable:
        """What differs once any record of these copies may differ; None if it is not known."""
        return self.life.store.copies.version(feeds)

    async def once(self, name: tuple[object, ...], look: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The result of `look`. Within one operation, each name is looked up once."""
        return await self.looks.join(name, look)

    def source(self, reading: Reading[object]) -> Source:
        """The source of a reading, for the graph."""
        terms = self.agencies.terms(reading.agency)
        return Source(
            agency=reading.agency,
            name=self.agencies.name(reading.agency),
            state=reading.state,
            fetched_at=reading.fetched_at,
            changed_at=reading.changed_at,
            value_changed_at=reading.value_changed_at,
            age_seconds=Age.of(reading, self.life.clock),
            stale_after=reading.stale_after,
            licence=terms.licence,
            attribution=terms.attribution,
            problem=reading.problem,
        )

    def no_source(self, error: AgencyError) -> Source:
        """The source of an answer that failed."""
        terms = self.agencies.terms(error.agency)
        return Source(
            agency=error.agency,
            name=self.agencies.name(error.agency),
            state=None,
            fetched_at=None,
            changed_at=None,
            age_seconds=None,
            licence=terms.licence,
            attribution=terms.attribution,
            problem=error.code,
        )


def _exceeded(agency: Agency) -> DeadlineExceeded:
    return DeadlineExceeded(agency.code, "it had not answered at the deadline of the operation")
