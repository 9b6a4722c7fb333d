"""Single flight: all callers that wait for the same result share one background task.

A caller that is cancelled leaves, and the task continues for the others. When the last one has left, the task is
cancelled too: nobody wants its result. It never runs with the identity of one caller.
"""

import asyncio
import contextvars
from collections.abc import Callable, Coroutine, Hashable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

import structlog

from connectors.kit.at_once import NotAtHand, asked_at_once
from connectors.kit.together import cancel_all
from connectors.kit.tracing import TRACE, Trace

log = structlog.get_logger()

T = TypeVar("T")


class LookEnded(Exception):
    """The shared task was cancelled before it had a result, for example because the hub stops."""


class NotYet(Exception):
    """The caller could wait no longer. The task goes on."""


class _Flight:
    """A shared task, how many callers wait for it, and whether it goes on without any. `trace` is that of the first."""

    __slots__ = ("goes_on", "task", "trace", "waiting")

    def __init__(self, task: asyncio.Task[Any], trace: Trace | None) -> None:
        self.task = task
        self.trace = trace
        self.waiting = 0
        self.goes_on = False


class Flights:
    """The shared tasks under way, by key.

    A task runs in a copy of the context in which this object was made, and never in the context of a caller. So a
    shared result cannot depend on the caller that came first. Only the trace of that caller goes with the task.
    """

    def __init__(self) -> None:
        self._context = contextvars.copy_context()
        self._known: dict[Hashable, _Flight] = {}
        self._under_way: set[asyncio.Future[Any]] = set()
        self._remembers = False
        self._given: dict[Hashable, Any] = {}

    def of_one_operation(self) -> "Flights":
        """The flights of one operation. They remember their results, and they end when these flights are closed."""
        own = Flights()
        own._under_way = self._under_way
        own._remembers = True
        return own

    def forget(self) -> None:
        """Forget the results. What is asked again is looked up again."""
        self._known.clear()
        self._given.clear()

    def give(self, key: Hashable, result: object) -> None:
        """Remember a result that needed no task."""
        self._given[key] = result

    def result(self, key: Hashable) -> Any:
        """The result of this key, where it is known by now; None otherwise."""
        flight = self._known.get(key)
        if flight is None:
            return self._given.get(key)
        failed = not flight.task.done() or flight.task.cancelled() or flight.task.exception()
        return None if failed else flight.task.result()

    def knows(self, key: Hashable) -> bool:
        """Whether this key was asked for."""
        return key in self._known or key in self._given

    def start(self, key: Hashable, look: Callable[[], Coroutine[Any, Any, T]]) -> asyncio.Task[T]:
        """The task of this key, or a new one. It belongs to no caller and continues when callers leave."""
        flight = self._flight(key, look)
        flight.goes_on = True
        return flight.task

    async def join(self, key: Hashable, look: Callable[[], Coroutine[Any, Any, T]], *, until: float | None = None) -> T:
        """The result of the task of this key.

        A caller that is cancelled leaves; the task stays for the others. At `until`, in the time of the event loop, it
        raises `NotYet`, and the task goes on whoever leaves. What is asked at once needs no task.
        """
        if key in self._given and key not in self._known:
            given: T = self._given[key]
            return given
        if asked_at_once():
            return await self._at_once(key, look)
        loop = asyncio.get_running_loop()
        if until is not None and until <= loop.time() and key not in self._known:
            raise NotYet
        flight = self._flight(key, look)
        task: asyncio.Task[T] = flight.task
        if task.done():
            with others_end_told():
                return await task
        flight.waiting += 1
        waiter: asyncio.Future[T] = loop.create_future()
        land = partial(_give, waiter)
        task.add_done_callback(land)
        timer = until is not None and loop.call_at(until, _give_up, waiter, task)
        try:
            with others_end_told():
                return await waiter
        except NotYet:
            flight.goes_on = True
            raise
        finally:
            flight.waiting -= 1
            task.remove_done_callback(land)
            if timer:
                timer.cancel()
            if not flight.waiting and not flight.goes_on and not task.done():
                self._forget(key, flight)
                task.cancel()

    def adopt(self, task: "asyncio.Future[Any]") -> None:
        """Let a task that nobody waits for any more go on. It ends when all tasks are cancelled, at the latest."""
        self._under_way.add(task)
        task.add_done_callback(self._abandon)

    async def aclose(self) -> None:
        """Cancel all tasks that are under way."""
        await cancel_all(self._under_way)

    async def _at_once(self, key: Hashable, look: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The result where it is found without waiting; it is remembered."""
        if not self._remembers or key in self._known:
            raise NotAtHand
        found = self._given[key] = await look()
        return found

    def _flight(self, key: Hashable, look: Callable[[], Coroutine[Any, Any, Any]]) -> _Flight:
        flight, trace = self._known.get(key), TRACE.get()
        if flight is None:
            context = self._context.copy()
            context.run(TRACE.set, trace)
            task = asyncio.get_running_loop().create_task(look(), context=context)
            flight = self._known[key] = _Flight(task, trace)
            self._under_way.add(task)
            task.add_done_callback(lambda done: self._land(key, flight, done))
        elif trace and flight.trace and trace is not flight.trace:
            trace.joined(flight.trace)
        return flight

    def _abandon(self, done: "asyncio.Future[Any]") -> None:
        self._under_way.discard(done)
        if not done.cancelled():
            done.exception()  # nobody else reads it

    def _forget(self, key: Hashable, flight: _Flight) -> None:
        if self._known.get(key) is flight:
            del self._known[key]

    def _land(self, key: Hashable, flight: _Flight, done: asyncio.Task[Any]) -> None:
        self._under_way.discard(done)
        error = None if done.cancelled() else done.exception()
        if not self._remembers:
            self._forget(key, flight)
            if error:
                log.error("look.broken", key=key, error=type(error).__name__)


def _give(waiter: asyncio.Future[Any], task: asyncio.Task[Any]) -> None:
    """End the wait of one caller as the task has ended. The caller may have left in the same turn of the loop."""
    if waiter.done():
        return
    if task.cancelled():
        waiter.cancel()
    elif error := task.exception():
        waiter.set_exception(error)
        waiter.exception()  # a caller that leaves now does not read it
    else:
        waiter.set_result(task.result())


def _give_up(waiter: asyncio.Future[Any], task: asyncio.Task[Any]) -> None:
    if not waiter.done() and not task.done():
        waiter.set_exception(NotYet())


@contextmanager
def others_end_told() -> Iterator[None]:
    """Wait in this block for a shared task. If the task was cancelled, and not the caller, it raises `LookEnded`."""
    try:
        yield
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise LookEnded from None
