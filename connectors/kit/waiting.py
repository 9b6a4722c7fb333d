"""How loops behind the scenes rest: for a time, or until somebody wakes them.

`asyncio.wait_for` is used nowhere. Before Python 3.12 it loses a cancellation that comes in the same turn of the loop
as what is waited for, so that a loop goes on for ever. It also makes a task for each wait.
"""

import asyncio


async def set_within(event: asyncio.Event, seconds: float) -> bool:
    """Whether the event is set by then. Waits for it, and for `seconds` at most."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
