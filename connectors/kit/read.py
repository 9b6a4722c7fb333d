"""A read: one question to one agency, declared on a connector's method and not asked until it is fetched."""

import functools
from collections.abc import Awaitable, Callable, Sized
from datetime import datetime, timedelta
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar, get_type_hints

from connectors.kit.agency import Agency
from connectors.kit.boundary import in_time, interpreted
from connectors.kit.clock import Clock
from connectors.kit.errors import AgencyChanged
from connectors.kit.findings import Findings
from connectors.kit.reading import Freshness, Reading

T = TypeVar("T")
P = ParamSpec("P")


class ReadOwner(Protocol):
    """What a read needs of the connector that it belongs to."""

    @property
    def agency(self) -> Agency: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def findings(self) -> Findings: ...


R = TypeVar("R", bound=ReadOwner)

_MARK = "__read__"


class Read(Generic[T]):
    """One question: to whom, which, with what arguments, and how long its answer lives.

    `type` is the type of its records, for a cache that has to decode them. `fetch` asks the agency, within the
    agency's time limit, and answers a LIVE reading or raises an `AgencyError`.
    """

    __slots__ = ("_changed", "_clock", "_findings", "_load", "_typed", "agency", "arguments", "freshness", "name")

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
    ) -> None:
        self.agency = agency
        self.name = name
        self.arguments = arguments
        self.freshness = freshness
        self._clock = clock
        self._load = load
        self._typed = typed
        self._changed = changed
        self._findings = findings

    @property
    def type(self) -> Any:
        return self._typed()

    @property
    def tags(self) -> tuple[str, ...]:
        """By which its answer can be thrown away: everything of the domain, of the agency, or of this read."""
        agency = self.agency
        return (f"domain:{agency.domain}", f"agency:{agency.code}", f"read:{agency.code}.{self.name}")

    @property
    def floor(self) -> int | None:
        """Fewer rows than this are a change of the agency, not an answer; None where any number will do."""
        return self.agency.at_least.get(self.name, self.freshness.at_least) or None

    async def fetch(self) -> Reading[T]:
        """Ask the agency; whatever goes wrong in asking and reading is an `AgencyError`."""
        with interpreted(self.agency, self.name, self._findings):
            async with in_time(self.agency, self.name):
                records = await self._load()
            if isinstance(records, Sized) and len(records) < (floor := self.floor or 0):
                reason = f"{self.name}: {len(records)} rows, at least {floor} were expected"
                raise AgencyChanged(self.agency.code, reason)
            changed_at = self._changed(records) if self._changed and records is not None else None
        return Reading(agency=self.agency.code, records=records, fetched_at=self._clock.now(), changed_at=changed_at)


def read(
    *,
    ttl: timedelta,
    revalidate: timedelta = timedelta(0),
    stale: timedelta = timedelta(0),
    absent: timedelta = timedelta(0),
    at_least: int = 0,
    changed: Callable[[Any], datetime | None] | None = None,
) -> Callable[[Callable[Concatenate[R, P], Awaitable[T]]], Callable[Concatenate[R, P], Read[T]]]:
    """Declare a connector's method as a read with this freshness.

    The method's arguments become part of the cache's key, so they are positional and hashable. `changed` tells from
    the records when the agency last changed them.
    """
    freshness = Freshness(ttl=ttl, revalidate=revalidate, stale=stale, absent=absent, at_least=at_least)

    def declare(method: Callable[Concatenate[R, P], Awaitable[T]]) -> Callable[Concatenate[R, P], Read[T]]:
        @functools.cache
        def typed() -> Any:
            return get_type_hints(method)["return"]

        @functools.wraps(method)
        def ask(reader: R, /, *args: P.args, **kwargs: P.kwargs) -> Read[T]:
            if kwargs:
                raise TypeError(f"{method.__name__}: arguments of a read are positional")
            return Read(
                agency=reader.agency,
                clock=reader.clock,
                name=method.__name__,
                arguments=args,
                freshness=freshness,
                load=lambda: method(reader, *args, **kwargs),
                typed=typed,
                changed=changed,
                findings=reader.findings,
            )

        setattr(ask, _MARK, True)
        return ask

    return declare


def names_of_reads(connector: type) -> list[str]:
    """The reads that a connector declares, by name."""
    return sorted(name for name in dir(connector) if hasattr(getattr(connector, name), _MARK))
