"""What is noted of the answers that one operation gets: for its sources, for its life, and for operators."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, NamedTuple, TypeVar

from cache.hands import Hand
from connectors.kit.agency import Agency
from connectors.kit.connector import Terms
from connectors.kit.errors import AgencyError, DeadlineExceeded
from connectors.kit.observer import Observer
from connectors.kit.read import Read
from connectors.kit.reading import Reading
from connectors.registry import Agencies
from resolvers.kit.age import Age
from resolvers.kit.life import Life
from resolvers.kit.provenance import AgencyTouched, Sources, touched_by

T = TypeVar("T")


class NotedHand(NamedTuple):
    """What is noted of an answer each time that it is at hand."""

    agency: Agency
    touched: AgencyTouched
    fresh_for: float | None
    revalidate: float

    @classmethod
    def of(cls, agency: Agency, terms: Terms, hand: Hand, read: Read[Any]) -> "NotedHand":
        """Of an answer of this agency."""
        reading = hand.reading
        fresh_for = None if reading.stale_after is None else (reading.stale_after - reading.fetched_at).total_seconds()
        touched = touched_by(agency, terms, reading)
        return cls(agency, touched, fresh_for, read.freshness.revalidate.total_seconds())


class Notes:
    """The notes of one operation."""

    __slots__ = ("_agencies", "_life", "_observer", "_sources")

    def __init__(self, agencies: Agencies, observer: Observer, sources: Sources, life: Life) -> None:
        self._agencies = agencies
        self._observer = observer
        self._sources = sources
        self._life = life

    def answered(self, agency: Agency, question: str, reading: Reading[Any], age: Age, seconds: float) -> None:
        """An answer that came, or was at hand."""
        self._sources.note(agency, self._agencies.terms(agency.code), reading, age, seconds)
        self._life.readings.append((agency.code, question, reading.state, age.born))
        self._observer.served(agency, question, reading.state, age.exact)

    def at_hand(self, read: Read[Any], hand: Hand, age: float, at_most: timedelta | None) -> None:
        """The same of what is at hand and is so old. What stays the same of it is made once and kept with it."""
        agency, reading = read.agency, hand.reading
        noted: NotedHand | None = hand.noted
        if noted is None or noted.agency is not agency:
            noted = hand.noted = NotedHand.of(agency, self._agencies.terms(agency.code), hand, read)
        self._sources.note_again(noted.touched, int(age), hand.born)
        self._life.rests_on_hand(hand, noted.fresh_for, noted.revalidate, at_most)
        self._life.readings.append((agency.code, read.name, reading.state, hand.born))
        self._observer.served(agency, read.name, reading.state, age)

    async def waited(
        self,
        agency: Agency,
        question: str,
        ask: Callable[[], Awaitable[Reading[T]]],
        note: Callable[[Reading[T]], None] = lambda _: None,
    ) -> Reading[T]:
        """An answer that is waited for, or its failure; `note` is told of it before."""
        clock = self._life.clock
        started = clock.monotonic()
        try:
            reading = await ask()
        except AgencyError as error:
            self._life.never("agency")
            terms = self._agencies.terms(agency.code)
            self._sources.note_failure(agency, terms, error, clock.monotonic() - started)
            self._observer.served(agency, question, None, None)
            raise
        note(reading)
        self.answered(agency, question, reading, Age.of(reading, clock), clock.monotonic() - started)
        return reading

    def late(self, agency: Agency, asked: tuple[Any, ...], passed: float) -> AgencyError:
        """The error of an answer that did not come by the deadline, noted once for all who waited."""
        error = exceeded(agency)
        self._life.never("late")
        if self._sources.note_late(agency, self._agencies.terms(agency.code), error, asked, passed):
            self._observer.served(agency, str(asked[1]), None, None)
        return error


def exceeded(agency: Agency) -> DeadlineExceeded:
    """The error of an agency that had not answered at the deadline."""
    return DeadlineExceeded(agency.code, "it had not answered at the deadline of the operation")
