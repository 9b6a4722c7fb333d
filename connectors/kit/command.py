"""A command: something that is done at one agency, or asked for one person only.

A method of a connector declares it.
"""

import functools
from collections.abc import Awaitable, Callable
from typing import Concatenate, Generic, ParamSpec, TypeVar

from connectors.kit.agency import Agency
from connectors.kit.boundary import in_time, interpreted
from connectors.kit.clock import Clock
from connectors.kit.findings import Findings
from connectors.kit.read import ReadOwner
from connectors.kit.reading import Reading

T = TypeVar("T")
P = ParamSpec("P")
R = TypeVar("R", bound=ReadOwner)


class Command(Generic[T]):
    """One command, which runs when `execute` is called.

    Its result is never cached, and the hub never repeats it by itself.
    """

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
        """Run the command within the agency's time limit; raises an `AgencyError`.

        After `AgencyUnavailable` nobody knows whether the agency has done it. It may be sent again only if a repetition
        changes nothing.
        """
        with interpreted(self.agency, self.name, self._findings):
            async with in_time(self.agency, self.name):
                done = await self._do()
        return Reading(agency=self.agency.code, records=done, fetched_at=self._clock.now())


def command(method: Callable[Concatenate[R, P], Awaitable[T]]) -> Callable[Concatenate[R, P], Command[T]]:
    """Declare a method of a connector as a command."""

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
