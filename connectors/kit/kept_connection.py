"""A connection that is kept between requests may have died meanwhile, and then the agency never saw the request."""

from types import SimpleNamespace
from typing import TYPE_CHECKING

from connectors.kit.late import late

if TYPE_CHECKING:
    import aiohttp
else:
    aiohttp = late("aiohttp")


class KeptConnection:
    """The connection of one request: whether it was kept from before, and whether an answer has begun on it."""

    __slots__ = ("answered", "reused")

    def __init__(self) -> None:
        self.reused = False
        self.answered = False

    def was_dead(self, error: Exception) -> bool:
        """Whether the agency had closed the kept connection, so that it never saw this request (RFC 9112, 9.3.1)."""
        closed = isinstance(error, aiohttp.ClientOSError | aiohttp.ServerDisconnectedError)
        return closed and self.reused and not self.answered


def reuse_told() -> "aiohttp.TraceConfig":
    """What tells the `KeptConnection` of a request that its connection was kept from before."""

    async def reused(_session: object, context: SimpleNamespace, _parameters: object) -> None:
        if isinstance(context.trace_request_ctx, KeptConnection):
            context.trace_request_ctx.reused = True

    told = aiohttp.TraceConfig()
    told.on_connection_reuseconn.append(reused)
    return told
