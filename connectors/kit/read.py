"""A read: one question to one agency. A method of a connector declares it, and `fetch` asks it."""

import functools
from collections.abc import Awaitable, Callable, Sized
from datetime import datetime, timedelta
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar, get_type_hints
from weakref import WeakKeyDictionary

from cachetools import LRUCache

from connectors.kit.agency import Agency
from connectors.kit.boundary import in_time, interpreted
from connectors.kit.checks import sound_answer
from connectors.kit.clock import Clock
from connectors.kit.errors import AgencyChanged
from connectors.kit.findings import Findings, Interpretation
from connectors.kit.reading import PATIENCE, Freshness, Reading
from connectors.kit.same_bytes import HEARING, QUESTIONS, BytesHeard, SaidByQuestion, SameBytes

T = TypeVar("T")
P = ParamSpec("P")


class ReadOwner(Protocol):
    """What a read needs of its connector."""

    @property
    def agency(self) -> Agency: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def findings(self) -> Findings: ...

    @property
    def asked(self) -> "dict[object, Read[Any]]":
        """The reads that name nothing and nobody, each made once."""


R = TypeVar("R", bound=ReadOwner)

_MARK = "__read__"
_NOTHING = ((), (None,))
"""The arguments of a question that is the same each time."""


class Read(Generic[T]):
    """One question: the agency, the name, the arguments, and how long the answer may be kept.

    `asked` is another one for each question, and `again` says that each operation asks with this very object. `type` is
    the type of the records, for a cache that decodes them. `fetch` asks the agency within its time limit and gives a
    LIVE reading, or raises an `AgencyError`.
    """

    __slots__ = (
        *("_changed", "_clock", "_findings", "_load", "_said", "_typed"),
        *("again", "agency", "arguments", "asked", "freshness", "name"),
    )

    def __init__(
        self,
        *,
        agency: Agency,
        clock: Clock,
        name: str,
        arguments: tuple[object, ...],
        freshness: Freshness,
        load: Callable[[], Awaitable[T]],
        typed: Callable[[], Any],
        changed: Callable[[T], datetime | None] | None = None,
        findings: Findings | None = None,
        said: SaidByQuestion | None = None,
        again: bool = False,
    ) -> None:
        self.agency = agency
        self.name = name
        self.arguments = arguments
        self.asked = (agency.code, name, arguments)
        self.again = again
        self.freshness = freshness
        self._clock = clock
        self._load = load
        self._typed = typed
        self._changed = changed
        self._findings = findings or Findings(agency.code, clock)
        self._said = said

    @property
    def type(self) -> Any:
        return self._typed()

    @property
    def tags(self) -> tuple[str, ...]:
        """Tags by which kept answers can be thrown away: those of a domain, of an agency, or of one read."""
        return _tags(self.agency.domain, self.agency.code, self.name)

    @property
    def floor(self) -> int | None:
        """An answer with fewer rows is refused as a change; None if any number of rows is normal."""
        return self.agency.at_least.get(self.name, self.freshness.at_least) or None

    async def fetch(self) -> Reading[T]:
        """Ask the agency. Whatever goes wrong becomes an `AgencyError`."""
        with interpreted(self.agency, self.name, self._findings, Interpretation(self.name, self.arguments)) as heard:
            around, hearing = HEARING.get(), self._hearing()
            try:
                async with in_time(self.agency, self.name):
                    records = await self._load()
                records = await sound_answer(records, self._findings, heard)
            except SameBytes as same:
                records = same.records
                heard.keep(len(records) if isinstance(records, tuple) else 1)
            else:
                self._remember(hearing, heard, records)
            finally:
                HEARING.set(around)
            if isinstance(records, Sized) and len(records) < (floor := self.floor or 0):
                reason = f"{self.name}: {len(records)} rows, at least {floor} were expected"
                raise AgencyChanged(self.agency.code, reason)
            changed_at = self._changed(records) if self._changed and records is not None else None
        self._findings.answered(heard)
        return Reading(
            agency=self.agency.code,
            records=records,
            fetched_at=self._clock.now(),
            changed_at=changed_at,
            born=self._clock.monotonic(),
        )

    def _hearing(self) -> BytesHeard | None:
        """What hears the bytes of the answer; None if they are to be read whatever they are."""
        if around := HEARING.get():
            around.follow_from_more()
        hearing = None if self._said is None else BytesHeard(self._said.get((self.name, *self.arguments)))
        HEARING.set(hearing)
        return hearing

    def _remember(self, hearing: BytesHeard | None, heard: Interpretation, records: Any) -> None:
        """Know the bytes again, if nothing was found in them."""
        if self._said is None or hearing is None:
            return
        self._said.pop((self.name, *self.arguments), None)
        if not heard.shown and (said := hearing.said(records)):
            self._said[self.name, *self.arguments] = said


@functools.cache
def _tags(domain: str, agency: str, name: str) -> tuple[str, ...]:
    return (f"domain:{domain}", f"agency:{agency}", f"read:{agency}.{name}")


def read(
    *,
    ttl: timedelta,
    revalidate: timedelta = timedelta(0),
    stale: timedelta = timedelta(0),
    absent: timedelta = timedelta(0),
    at_least: int = 0,
    patience: timedelta = PATIENCE,
    changed: Callable[[Any], datetime | None] | None = None,
    by_bytes: bool = False,
) -> Callable[[Callable[Concatenate[R, P], Awaitable[T]]], Callable[Concatenate[R, P], Read[T]]]:
    """Declare a method of a connector as a read with this freshness.

    The arguments of the method become part of the cache key, so they are positional and hashable. `changed` takes from
    the records when the agency last changed them. `by_bytes`: the records follow from the bytes of one answer over HTTP
    and from the configuration alone, so the same bytes are not read again.
    """
    freshness = Freshness(
        ttl=ttl, revalidate=revalidate, stale=stale, absent=absent, at_least=at_least, patience=patience
    )

    def declare(method: Callable[Concatenate[R, P], Awaitable[T]]) -> Callable[Concatenate[R, P], Read[T]]:
        @functools.cache
        def typed() -> Any:
            return get_type_hints(method)["return"]

        @functools.wraps(method)
        def ask(reader: R, /, *args: P.args, **kwargs: P.kwargs) -> Read[T]:
            if kwargs:
                raise TypeError(f"{method.__name__}: arguments of a read are positional")
            again = freshness.kept and args in _NOTHING
            if again and (known := reader.asked.get((ask, args))):
                return known
            made = Read(
                agency=reader.agency,
                clock=reader.clock,
                name=method.__name__,
                arguments=args,
                freshness=freshness,
                load=lambda: method(reader, *args, **kwargs),
                typed=typed,
                changed=changed,
                findings=reader.findings,
                said=_said_to(reader) if by_bytes else None,
                again=again,
            )
            if again:
                reader.asked[ask, args] = made
            return made

        setattr(ask, _MARK, freshness)
        return ask

    return declare


_SAID: WeakKeyDictionary[ReadOwner, SaidByQuestion] = WeakKeyDictionary()


def _said_to(reader: ReadOwner) -> SaidByQuestion:
    said = _SAID.get(reader)
    if said is None:
        said = _SAID[reader] = LRUCache(QUESTIONS)
    return said


def names_of_reads(connector: type) -> list[str]:
    """The names of the reads that a connector declares."""
    return sorted(freshness_of_reads(connector))


def freshness_of_reads(connector: type) -> dict[str, Freshness]:
    """How long the answers to the reads of a connector live, by the names of the reads."""
    declared = {name: getattr(getattr(connector, name), _MARK, None) for name in dir(connector)}
    return {name: freshness for name, freshness in declared.items() if freshness is not None}
