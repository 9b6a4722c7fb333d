"""The work that a process of the hub does behind the scenes, from its start to its end."""

import asyncio
from collections.abc import Sequence

import structlog

from connectors.kit.together import together
from store.kit.domains import Background

log = structlog.get_logger()


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
