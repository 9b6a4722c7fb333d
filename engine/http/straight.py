"""The straight way to `/graphql`: what programs send by POST passes by what is there for pages and other addresses."""

from collections.abc import Awaitable

from starlette.middleware.errors import ServerErrorMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, ExceptionHandler, Receive, Scope, Send

from engine.http.early import PATH
from engine.http.endpoint import GraphQLEndpoint
from engine.http.middleware import ResponseMiddleware


class StraightWay:
    """Goes around the app. A request of a page or of a browser goes the long way, with all others."""

    def __init__(self, app: ASGIApp, endpoint: GraphQLEndpoint, failed: ExceptionHandler) -> None:
        self._app = app
        self._endpoint = endpoint
        self._straight = ServerErrorMiddleware(ResponseMiddleware(self._answer), handler=failed)

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Pass it on, one way or the other."""
        return (self._straight if _is_straight(scope) else self._app)(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        response: Response = await self._endpoint.answer(Request(scope, receive, send))
        await response(scope, receive, send)


def _is_straight(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["path"] != PATH or scope["method"] != "POST" or scope.get("root_path"):
        return False
    return not any(name == b"origin" or (name == b"accept" and b"html" in value) for name, value in scope["headers"])
