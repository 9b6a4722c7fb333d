"""A client that leaves ends its own work: nobody reads the answer any more."""

import asyncio
from collections.abc import Callable
from types import TracebackType

from starlette.requests import Request


class ClientLeft(Exception):
    """The client has closed the connection."""


class while_client_stays:  # noqa: N801  it is used like a function
    """End the block with `ClientLeft` when the client leaves, if the work `may_end` at that moment.

    The body of the request has been read. Nobody watches for a block that lets nothing else have its turn.
    """

    __slots__ = ("_begins", "_left", "_may_end", "_request", "_watching", "_work")

    def __init__(self, request: Request, may_end: Callable[[], bool]) -> None:
        self._request = request
        self._may_end = may_end
        self._left = False
        self._watching: asyncio.Task[None] | None = None

    async def __aenter__(self) -> None:
        self._work = asyncio.current_task()
        self._begins = asyncio.get_running_loop().call_soon(self._watch)

    async def __aexit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        self._begins.cancel()
        if self._watching:
            self._watching.cancel()
        if isinstance(error, asyncio.CancelledError) and self._work and self._left and not self._work.uncancel():
            raise ClientLeft from None

    def _watch(self) -> None:
        self._watching = asyncio.get_running_loop().create_task(self._until_it_leaves())

    async def _until_it_leaves(self) -> None:
        while (await self._request.receive())["type"] != "http.disconnect":
            pass
        if self._work and self._may_end():
            self._left = True
            self._work.cancel()
