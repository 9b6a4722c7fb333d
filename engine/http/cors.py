"""Pages of other origins: those that may ask from a browser, with a token or a key but never with cookies."""

from collections.abc import Collection

import structlog
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from engine.http.authentication import CREDENTIALS, DECLARING
from engine.http.timeout import TIMEOUT
from store.kit.database import StoreBroken
from store.platform.api_keys import ApiKeys

log = structlog.get_logger()


SENT = (
    "content-type",
    "accept-language",
    "if-none-match",
    "if-modified-since",
    "cache-control",
    "x-requested-with",
    *("apollo-require-preflight", "apollographql-client-name", "apollographql-client-version"),
    *("x-apollo-operation-name", "x-apollo-operation-id", "x-apollo-operation-type", "graphql-preflight"),
    *("mcp-protocol-version", "mcp-method", "mcp-name", "mcp-session-id"),
    TIMEOUT,
    *("traceparent", "tracestate", "baggage", "b3", "sentry-trace"),
    *("x-b3-traceid", "x-b3-spanid", "x-b3-parentspanid", "x-b3-sampled", "x-b3-flags"),
)
"""What a page may send besides: for caches, and what clients of GraphQL (Apollo, urql, Relay), of MCP and of tracing
(OpenTelemetry, Sentry) add to each request."""

TOLD = (
    *("deprecation", "sunset"),
    *("simpul-cost", "simpul-unavailable", "ratelimit", "ratelimit-policy", "retry-after"),
    *("www-authenticate", "etag", "allow", "content-disposition", "cache-status", "age"),
)
"""What a page may read of an answer."""


class Origins:
    """The origins whose pages may ask: those that are configured, and those at which apps may use their keys."""

    def __init__(self, configured: Collection[str], api_keys: ApiKeys | None) -> None:
        self._configured = frozenset(configured)
        self._api_keys = api_keys

    async def allows(self, origin: str) -> bool:
        """Whether pages of this origin may ask."""
        if origin in self._configured:
            return True
        try:
            return self._api_keys is not None and origin in await self._api_keys.origins()
        except StoreBroken as error:
            log.error("api_keys.unavailable", error=str(error))  # noqa: TRY400  its cause may hold values
            return False


class CorsMiddleware:
    """Lets pages of these origins read what is answered."""

    def __init__(self, app: ASGIApp, origins: Origins) -> None:
        self._app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Starlette's own middleware for this one origin; a request without one is none of its business."""
        origin = HTTPConnection(scope).headers.get("origin") if scope["type"] == "http" else None
        answer = self._app
        if origin is not None:
            answer = CORSMiddleware(
                self._app,
                allow_origins=[origin] if await self._origins.allows(origin) else [],
                allow_methods=["GET", "POST"],
                allow_headers=[*CREDENTIALS, *DECLARING, *SENT],
                expose_headers=TOLD,
                max_age=600,
            )
        await answer(scope, receive, send)
