"""An act: something done at one agency, or asked of it for one person alone, declared on a connector's method."""

import functools
from collections.abc import Awaitable, Callable
from typing import Concatenate, Generic, ParamSpec, TypeVar

from connectors.kit.agency import Agency
from connectors.kit.boundary import in_time, interpreted
from connectors.kit.clock import Clock
from connectors.kit.findings import Findings
from connectors.kit.read import Reader
from connectors.kit.reading import Reading

T = TypeVar("T")
P = ParamSpec("P")
R = TypeVar("R", bound=Reader)


class Command(Generic[T]):
    """One act, not done until `do`. What it answers is never kept, and it is never tried again by itself."""

    __slots__ = ("_clock", "_do", "_findings", "agency", "name")

    def __init__(
        self,
        *,
        agency: Agency,
        clock: Clock,
        name: str,
        do: Callable[[], Awaitable[T]],
        findings: Findings | None = None,
    ) -> None:
        self.agency = agency
        self.name = name
        self._clock = clock
        self._do = do
        self._findings = findings

    async def execute(self) -> Reading[T]:
        """Do it, within the agency's time limit; raises an `AgencyError`.

        After `AgencyUnavailable` nobody knows whether it was done: it may be done again only where that is the same.
        """
        with interpreted(self.agency, self.name, self._findings):
            async with in_time(self.agency, self.name):
                done = await self._do()
        return Reading(agency=self.agency.code, records=done, fetched_at=self._clock.now())


def command(method: Callable[Concatenate[R, P], Awaitable[T]]) -> Callable[Concatenate[R, P], Command[T]]:
    """Declare a connector's method as an act."""

    @functools.wraps(method)
    def prepare(reader: R, /, *args: P.args, **kwargs: P.kwargs) -> Command[T]:
        return Command(
            agency=reader.agency,
            clock=reader.clock,
            name=method.__name__,
            do=lambda: method(reader, *args, **kwargs),
            findings=reader.findings,
        )

    return prepare
