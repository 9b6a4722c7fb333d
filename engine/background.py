"""The work that a process of the hub does behind the scenes, from its start to its end."""

import asyncio
from collections.abc import Callable, Iterable, Sequence

import structlog

from connectors.kit.connector import AnyConnector
from connectors.kit.together import all_ended, together
from connectors.kit.waiting import set_within
from store.kit.domains import Background

log = structlog.get_logger()

LOOK = 0.05
"""Seconds between two looks at whether the calls under way have ended."""


class Retirement:
    """Sees out the connectors that the configuration names no longer, or names otherwise.

    Operations that began before go on with them: `grace` is how many seconds an operation may take. After that no call
    begins, and once the calls under way have ended, the connections are closed.
    """

    def __init__(self, grace: float, ended: Callable[[AnyConnector], None]) -> None:
        self.grace = grace
        self._ended = ended
        self._closing = asyncio.Event()
        self._under_way = set[asyncio.Task[None]]()

    def retire(self, connectors: Iterable[AnyConnector]) -> None:
        """Begin to see these out."""
        for each in connectors:
            task = asyncio.create_task(self._see_out(each))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def done(self) -> None:
        """Wait until all have gone."""
        await all_ended(self._under_way)

    async def aclose(self) -> None:
        """Wait for nobody any more."""
        self._closing.set()
        await self.done()

    async def _see_out(self, connector: AnyConnector) -> None:
        await self._pass(self.grace)
        connector.throttle.retire()
        while not connector.throttle.idle and not self._closing.is_set():
            await self._pass(LOOK)
        await connector.throttle.aclose()
        await connector.aclose()
        self._ended(connector)
        log.info("agency.left", agency=connector.agency.code)

    async def _pass(self, seconds: float) -> None:
        await set_within(self._closing, seconds)


class BackgroundWork:
    """All of it at once. What breaks costs itself and no other; what runs is not cancelled, but asked to stop."""

    def __init__(self, works: Sequence[Background]) -> None:
        self._works = works
        self._running: asyncio.Task[list[None]] | None = None

    def start(self) -> None:
        """Begin."""
        self._running = asyncio.create_task(together(map(_run, self._works)))

    async def stop(self) -> None:
        """Wait until what is being written is written."""
        for each in self._works:
            each.stop()
        if self._running:
            await self._running


async def _run(work: Background) -> None:
    try:
        await work.run()
    except Exception as error:  # noqa: BLE001  whatever it is, the others go on
        log.error("background.broken", work=type(work).__name__, error=type(error).__name__)  # noqa: TRY400
