"""`/graphql`: one operation a request, by GET or POST, answered as the GraphQL-over-HTTP specification has it."""

from collections.abc import Callable

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from strawberry.types.graphql import OperationType

from auth.caller import ANYBODY, Caller
from engine.answers import encoded
from engine.authentication import CREDENTIALS, Authentication
from engine.negotiation import GRAPHQL, JSON, language, media_type, wants_page
from engine.quota import WINDOW
from engine.request import BadRequest, Operation, read_operation
from engine.running import Runner

ASKING = frozenset({"query", "documentId", "extensions"})
"""Parameters by which a GET asks something; without them a browser wants the page."""

QUERIES = frozenset({OperationType.QUERY})
ALLOWED = {"GET": QUERIES, "HEAD": QUERIES, "POST": QUERIES | {OperationType.MUTATION}}


class GraphQLEndpoint:
    """Answers operations over HTTP."""

    def __init__(
        self,
        *,
        runner: Runner,
        authentication: Authentication,
        page: Callable[[Request], Response],
        max_bytes: int = 1_000_000,
    ) -> None:
        self._runner = runner
        self._authentication = authentication
        self._page = page
        self._max_bytes = max_bytes

    async def answer(self, request: Request) -> Response:
        """The answer to a GraphQL request, or the page for a browser."""
        accept = request.headers.get("accept")
        if request.method != "POST" and not ASKING & request.query_params.keys() and wants_page(accept):
            return self._page(request)
        answered_as = media_type(accept)
        if answered_as is None:
            return _refusal(BadRequest(406, "NOT_ACCEPTABLE", f"Answers come as {JSON} or {GRAPHQL}."), JSON)
        try:
            caller = await self._authentication.caller(request.headers)
            operation = await read_operation(request, self._max_bytes)
            return await self._run(request, operation, caller, answered_as)
        except BadRequest as bad:
            return _refusal(bad, answered_as)

    async def _run(self, request: Request, operation: Operation, caller: Caller, answered_as: str) -> Response:
        running = self._runner.begin(operation, caller, request, language(request.headers.get("accept-language")))
        result = await running.execute(ALLOWED[request.method])
        answer, door = encoded(running.body(result), running.context.language), running.door
        refused = result.data is None and answered_as == GRAPHQL
        headers = {"simpul-cost": str(door.cost)} if door.cost is not None else {}
        if caller != ANYBODY:
            headers["cache-control"] = "private, no-store"
        if door.charged:
            headers |= door.charged.headers()
            if not door.charged.allowed:
                return _response(answer, 429, answered_as, headers | {"retry-after": str(WINDOW)})
        return _response(answer, 400 if refused else 200, answered_as, headers)


def _refusal(bad: BadRequest, media: str) -> Response:
    known = bad.code == "PERSISTED_QUERY_NOT_FOUND" and media == JSON
    status = 200 if known else bad.status  # as Apollo's clients expect it: they send the document next
    return _response(msgspec.json.encode({"errors": [bad.error()]}), status, media, bad.headers)


def _response(answer: bytes, status: int, media: str, headers: dict[str, str] | None = None) -> Response:
    return Response(
        answer,
        status_code=status,
        headers={
            "content-type": f"{media}; charset=utf-8",
            "vary": ", ".join(("accept", "accept-language", *CREDENTIALS)),
            **(headers or {}),
        },
    )
