"""The probe of an agency whose breaker is open: the hub itself asks, behind the scenes, so no caller waits for it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import Context, ContextVar

from connectors.kit.breaker import FAILURES, FIRST_REST, Breaker
from connectors.kit.errors import AgencyError
from connectors.kit.observer import BreakerState
from connectors.kit.together import cancel_all

PROBING: ContextVar[bool] = ContextVar("probing", default=False)
"""True in the task of a probe. Only its calls pass an open breaker."""


async def always() -> bool:
    """The turn of a hub that shares its agencies with no other."""
    return True


class Prober:
    """Asks when the breaker says that a probe is due, one probe at a time.

    A timer begins it, and so does a call that comes after that time. `ask` asks the connector's own question, which
    names no person. Where several hubs share a view, `turn` says whether this hub is the one that asks.
    """

    def __init__(self, breaker: Breaker, now: Callable[[], float], ask: Callable[[], Awaitable[None]] | None) -> None:
        self._breaker = breaker
        self._now = now
        self._ask = ask
        self.turn: Callable[[], Awaitable[bool]] = always
        self._timer: asyncio.TimerHandle | None = None
        self._set_for: float | None = None
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    def wake(self) -> None:
        """Begin a probe if one is due; otherwise see to it that it begins in time."""
        if self._breaker.state is BreakerState.CLOSED or (self._task and not self._task.done()):
            return
        if (wait := self._breaker.due - self._now()) > 0:
            if self._set_for != self._breaker.due and not self._closed:
                self._set_timer(wait)
        elif self._ask is None or self._closed:
            self._breaker.half_open()
        else:
            self._task = asyncio.get_running_loop().create_task(self.probe(), context=Context())
            self._task.add_done_callback(lambda _: self.wake())

    def _set_timer(self, wait: float) -> None:
        if self._timer:
            self._timer.cancel()
        self._set_for = self._breaker.due
        self._timer = asyncio.get_running_loop().call_later(wait, self._ring)

    def _ring(self) -> None:
        self._timer = self._set_for = None
        self.wake()

    async def probe(self) -> None:
        """Ask once. The answer half opens the breaker; if it has half opened already, its next answer closes it."""
        breaker, opened = self._breaker, self._breaker.state is BreakerState.OPEN
        if self._ask is None or (opened and not await self.turn()):
            breaker.due = self._now() + FIRST_REST
            return
        breaker.probing()
        token = PROBING.set(opened)
        try:
            await self._ask()
        except AgencyError as error:
            if error.outcome in FAILURES:
                breaker.cause = error.cause
                return
        finally:
            PROBING.reset(token)
        if opened and breaker.state is BreakerState.OPEN:
            breaker.half_open()

    async def ended(self) -> None:
        """Wait for the probe under way, if there is one."""
        if self._task:
            await asyncio.wait([self._task])

    async def aclose(self) -> None:
        """End the probe under way. None begins after this."""
        self._closed = True
        if self._timer:
            self._timer.cancel()
        if self._task:
            await cancel_all([self._task])
