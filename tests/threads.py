"""The threads of aiosqlite, which it ends without waiting where opening a file failed; they still call their loop."""

import asyncio
import threading
from collections.abc import Collection

PATIENCE = 0.5
"""Seconds for all that are waited for together: one that belongs to another hub, which goes on, does not end."""


def alive() -> set[threading.Thread]:
    """Those that there are now."""
    return {thread for thread in threading.enumerate() if "_connection_worker_thread" in thread.name}


async def ended(*, but: Collection[threading.Thread] = ()) -> None:
    """Wait for those that end."""
    until = asyncio.get_running_loop().time() + PATIENCE
    for thread in alive() - set(but):
        await asyncio.to_thread(thread.join, max(0.0, until - asyncio.get_running_loop().time()))
