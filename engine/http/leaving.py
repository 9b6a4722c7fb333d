"""A client that leaves ends its own work: nobody reads the answer any more."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.requests import Request


class ClientLeft(Exception):
    """The client has closed the connection."""


@asynccontextmanager
async def while_client_stays(request: Request, may_end: Callable[[], bool]) -> AsyncIterator[None]:
    """End the block with `ClientLeft` when the client leaves, if the work `may_end` at that moment.

    The body of the request has been read.
    """
    work = asyncio.current_task()
    left = False

    async def watch() -> None:
        nonlocal left
        while (await request.receive())["type"] != "http.disconnect":
            pass
        if work and may_end():
            left = True
            work.cancel()

    watching = asyncio.create_task(watch())
    try:
        yield
    except asyncio.CancelledError:
        if work and left and not work.uncancel():
            raise ClientLeft from None
        raise
    finally:
        watching.cancel()
