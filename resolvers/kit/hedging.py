"""Several sources that can answer the same: asked in their order, the next one when the one before is late or fails.

The answer that comes first and suffices wins. The sources that are late are left, and their loads go on for the cache.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Generic, NamedTuple, TypeVar

from connectors.kit.at_once import asked_at_once
from connectors.kit.connector import AnyConnector
from connectors.kit.errors import AgencyError
from connectors.kit.together import cancel_all
from resolvers.kit.context import Context

K = TypeVar("K", bound=AnyConnector)
T = TypeVar("T")

UNKNOWN = 0.3
"""Seconds after which a source is late, if it has not answered lately."""
LEAST = 0.1
"""Seconds before which no source is late, however quick it usually is."""
MOST = 1.0
"""Seconds for which one source is waited for alone, if the operation has no deadline."""
PART = 3
"""No source is waited for alone longer than this part of the time that the operation has left."""


class Answered(NamedTuple, Generic[K, T]):
    """An answer, and the source that gave it."""

    source: K
    answer: T


class Hedged(NamedTuple, Generic[K, T]):
    """The answer that won, or else all answers; and the failures, in the order of the sources."""

    answers: list[Answered[K, T]]
    failures: list[AgencyError]


async def hedged(
    ctx: Context, sources: Iterable[K], ask: Callable[[K], Awaitable[T]], wins: Callable[[Answered[K, T], bool], bool]
) -> Hedged[K, T]:
    """Ask sources until an answer `wins`, which is also told whether all sources before that one have ended.

    No task is made for the only source, and none for what is at hand.
    """
    waiting = list(sources)
    if len(waiting) == 1 or asked_at_once():
        return await _in_turn(waiting, ask, wins)
    begun: list[tuple[K, asyncio.Future[T]]] = []
    try:
        while True:
            found, won = _judged(begun, wins)
            pending = [task for _, task in begun if not task.done()]
            if won or not (pending or waiting):
                for task in pending:
                    ctx.looks.adopt(task)
                return found
            if waiting and (not pending or await _is_late(ctx, begun[-1][0], pending)):
                source = waiting.pop(0)
                begun.append((source, asyncio.ensure_future(ask(source))))
            elif not waiting:
                await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
    except BaseException:
        await cancel_all(task for _, task in begun)
        raise


async def _in_turn(
    sources: Iterable[K], ask: Callable[[K], Awaitable[T]], wins: Callable[[Answered[K, T], bool], bool]
) -> Hedged[K, T]:
    """Each source is asked when the one before has ended."""
    found = Hedged[K, T]([], [])
    for source in sources:
        try:
            answered = Answered(source, await ask(source))
        except AgencyError as error:
            found.failures.append(error)
        else:
            if wins(answered, True):
                return Hedged([answered], found.failures)
            found.answers.append(answered)
    return found


def _judged(
    begun: Iterable[tuple[K, asyncio.Future[T]]], wins: Callable[[Answered[K, T], bool], bool]
) -> tuple[Hedged[K, T], bool]:
    """What has come by now, and whether an answer won."""
    found, alone = Hedged[K, T]([], []), True
    for source, task in begun:
        if not task.done():
            alone = False
        elif isinstance(error := task.exception(), AgencyError):
            found.failures.append(error)
        elif wins(answered := Answered(source, task.result()), alone):
            return Hedged([answered], found.failures), True
        else:
            found.answers.append(answered)
    return found, False


async def _is_late(ctx: Context, source: AnyConnector, pending: Iterable[asyncio.Future[T]]) -> bool:
    """Wait for any answer; whether none came in the time that the source usually needs.

    A source that is asked several things is not late while its calls end one after the other.
    """
    left = ctx.deadline.left
    usual, limit = max(LEAST, source.throttle.health().p95 or UNKNOWN), MOST if left is None else left / PART
    spent, seen = 0.0, _progress(source)
    while True:
        step = min(usual, limit - spent)
        done, _ = await asyncio.wait(pending, timeout=step, return_when=asyncio.FIRST_COMPLETED)
        if done:
            return False
        spent, before, seen = spent + step, seen, _progress(source)
        if seen == before or spent >= limit:
            return True


def _progress(source: AnyConnector) -> tuple[object, ...]:
    health = source.throttle.health()
    return health.calls, health.last_success
