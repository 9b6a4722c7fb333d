"""Several tasks that end together: if one fails, or if the caller leaves, the others are cancelled."""

import asyncio
from collections.abc import Awaitable, Coroutine, Iterable
from typing import Any, TypeVar, cast

from connectors.kit.at_once import asked_at_once
from connectors.kit.errors import AgencyError

T = TypeVar("T")
U = TypeVar("U")

AGAIN = 5.0
"""Seconds after which a task that was cancelled and goes on is cancelled again."""


async def together(asked: Iterable[Awaitable[T]]) -> list[T]:
    """The results, in the order of the arguments.

    The first failure ends the others and is raised after they have ended.

    `asyncio.TaskGroup` does the same, but in Python 3.11 it leaves its caller marked as cancelled (`Task.cancelling`).
    What is asked at once (`at_once.py`) needs no tasks.
    """
    if asked_at_once():
        return [await each for each in asked]
    tasks: list[asyncio.Future[T]] = []
    try:
        for each in asked:
            tasks.append(asyncio.ensure_future(each))  # noqa: PERF401  on failure those that have begun are cancelled
        return await asyncio.gather(*tasks)
    except BaseException:
        await cancel_all(tasks)
        raise


async def both(one: Awaitable[T], other: Awaitable[U]) -> tuple[T, U]:
    """The same for two tasks with results of different types."""
    if asked_at_once():
        return await _in_turn(one, other)
    found: list[T | U] = await together((one, other))
    return cast("tuple[T, U]", tuple(found))


async def outcomes(asked: Iterable[Awaitable[T]]) -> list[T | AgencyError]:
    """The same, but the failure of an agency costs only its own result. Any other failure ends all tasks."""
    if asked_at_once():
        return [await _outcome_of(each) for each in asked]
    tasks = list(map(asyncio.ensure_future, asked))
    pending = set(tasks)
    try:
        while pending:
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_EXCEPTION)
            for task in done:
                _outcome(task)
    except BaseException:
        await cancel_all(tasks)
        raise
    return list(map(_outcome, tasks))


async def cancel_all(tasks: Iterable[asyncio.Future[Any]]) -> None:
    """Cancel all of them, and wait until they have ended, whatever comes of each.

    A cancellation may be lost: before Python 3.12, `asyncio.wait_for` returns its result instead if both come in the
    same turn of the loop, and clients of PostgreSQL and Redis use it. So a task that goes on is cancelled again.
    """
    tasks = list(tasks)
    pending = {task for task in tasks if not task.done()}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=AGAIN)
    await all_ended(tasks)


async def all_ended(tasks: Iterable[asyncio.Future[Any]]) -> None:
    """Wait until all of them have ended, whatever comes of each."""
    await asyncio.gather(*tasks, return_exceptions=True)


def _outcome(task: asyncio.Future[T]) -> T | AgencyError:
    error = task.exception()
    return error if isinstance(error, AgencyError) else task.result()


async def _outcome_of(asked: Awaitable[T]) -> T | AgencyError:
    try:
        return await asked
    except AgencyError as error:
        return error


async def _in_turn(one: Awaitable[T], other: Awaitable[U]) -> tuple[T, U]:
    """One after the other. What is not begun is closed, so that nobody is told that it was forgotten."""
    try:
        first = await one
    except BaseException:
        if isinstance(other, Coroutine):
            other.close()
        raise
    return first, await other
