"""How long anybody waits for a newer answer who may have an older one."""

import asyncio
from datetime import timedelta
from typing import TypeVar

T = TypeVar("T")


class Patience:
    """Waits for loads. Whoever asks a slow agency for several things waits once."""

    def __init__(self) -> None:
        self._late: dict[str, int] = {}

    def is_over(self, agency: str) -> bool:
        """Whether a load of this agency is under way that took longer than anybody waits."""
        return agency in self._late

    async def wait(self, agency: str, load: asyncio.Task[T], patience: timedelta) -> T | None:
        """What the load brings within the patience. If it takes longer, it goes on, and None is given."""
        await asyncio.wait({load}, timeout=patience.total_seconds())
        if load.done():
            return None if load.cancelled() else load.result()
        self._late[agency] = self._late.get(agency, 0) + 1
        load.add_done_callback(lambda _: self._ended(agency))
        return None

    def _ended(self, agency: str) -> None:
        self._late[agency] -= 1
        if not self._late[agency]:
            del self._late[agency]
