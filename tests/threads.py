"""The threads of aiosqlite, which it ends without waiting where opening a file failed; they still call their loop."""

import asyncio
import threading


async def ended() -> None:
    """Wait for those that end."""
    for thread in threading.enumerate():
        if "_connection_worker_thread" in thread.name:
            await asyncio.to_thread(thread.join, 5)
