"""Several at once that end together: nothing goes on once one of them has failed, or once nobody waits any more."""

import asyncio
from collections.abc import Awaitable, Iterable
from typing import Any, TypeVar, cast

from connectors.kit.errors import AgencyError

T = TypeVar("T")
U = TypeVar("U")


async def together(asked: Iterable[Awaitable[T]]) -> list[T]:
    """What comes of each, in their order. The first failure ends the others, and is raised when they have ended.

    `asyncio.TaskGroup` does that too, but in Python 3.11 who waits then seems to be cancelled (`Task.cancelling`).
    """
    tasks: list[asyncio.Future[T]] = []
    try:
        for each in asked:
            tasks.append(asyncio.ensure_future(each))  # noqa: PERF401  what has begun is ended if the next one cannot
        return await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await all_ended(tasks)
        raise


async def both(one: Awaitable[T], other: Awaitable[U]) -> tuple[T, U]:
    """The same of two of different kinds."""
    found: list[T | U] = await together((one, other))
    return cast("tuple[T, U]", tuple(found))


async def outcomes(asked: Iterable[Awaitable[T]]) -> list[T | AgencyError]:
    """The same, where an agency that fails costs its own answer only; any other failure ends all."""
    return await together(map(_outcome, asked))


async def all_ended(tasks: Iterable[asyncio.Future[Any]]) -> None:
    """Wait until all of them have ended, whatever comes of each."""
    await asyncio.gather(*tasks, return_exceptions=True)


async def _outcome(asked: Awaitable[T]) -> T | AgencyError:
    try:
        return await asked
    except AgencyError as error:
        return error
