"""The one door to an agency: every call passes it, whatever the protocol.

It keeps to the concurrency and the pace that are configured, and stays shut for as long as the agency asked us to
wait. A circuit breaker belongs here too: it is the one place that sees each call begin and how it ended.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from aiolimiter import AsyncLimiter

from connectors.kit.agency import Agency
from connectors.kit.boundary import PROGRESS, Progress
from connectors.kit.errors import AgencyError, AgencyThrottled


class Throttle:
    """One agency's door. Time is the event loop's own, since what is counted here is real waiting."""

    def __init__(self, agency: Agency) -> None:
        self._agency = agency.code
        self._seats = asyncio.Semaphore(agency.limits.concurrency)
        per_minute = agency.limits.per_minute
        self._pace = AsyncLimiter(per_minute, 60) if per_minute else None
        self._shut_until = float("-inf")

    @asynccontextmanager
    async def passed(self) -> AsyncIterator[None]:
        """Wait for a place, be inside while the call runs; raises `AgencyThrottled` while the door is shut."""
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
