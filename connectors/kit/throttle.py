"""The throttle of an agency. Every call passes it, over any protocol.

It keeps to the configured number of calls, at the same time and in a minute. If the agency asks the hub to wait, it
refuses calls for that time. A circuit breaker would belong here too, because this place sees how each call begins and
ends.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from aiolimiter import AsyncLimiter

from connectors.kit.agency import Agency
from connectors.kit.boundary import PROGRESS, Progress
from connectors.kit.errors import AgencyError, AgencyThrottled


class Throttle:
    """The throttle of one agency. It uses the time of the event loop, because it measures real waiting."""

    def __init__(self, agency: Agency) -> None:
        self._agency = agency.code
        self._seats = asyncio.Semaphore(agency.limits.concurrency)
        per_minute = agency.limits.per_minute
        self._pace = AsyncLimiter(per_minute, 60) if per_minute else None
        self._shut_until = float("-inf")

    @asynccontextmanager
    async def passed(self) -> AsyncIterator[None]:
        """Wait for a place and keep it while the call runs. Raises `AgencyThrottled` while the hub has to wait."""
        async with AsyncExitStack() as inside:
            await inside.enter_async_context(self._seats)
            self._refuse_while_shut()
            progress = PROGRESS.get() or Progress()
            if self._pace:
                progress.waiting += 1
                await inside.enter_async_context(self._pace)
                progress.waiting -= 1
            progress.calling += 1
            try:
                yield
            except AgencyError as error:
                progress.calling -= 1
                if isinstance(error, AgencyThrottled) and error.retry_after:
                    self._shut_until = asyncio.get_running_loop().time() + error.retry_after
                raise
            progress.calling -= 1

    def _refuse_while_shut(self) -> None:
        wait = self._shut_until - asyncio.get_running_loop().time()
        if wait > 0:
            raise AgencyThrottled(self._agency, "asked us to wait", retry_after=wait)
