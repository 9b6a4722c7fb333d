"""`/graphql`: one operation a request, by GET or POST, answered as the GraphQL-over-HTTP specification has it."""

import re
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import msgspec
import strawberry
import structlog
from graphql import GraphQLError, OperationDefinitionNode, parse
from starlette.requests import Request
from starlette.responses import Response
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from auth.caller import ANYBODY, Audience, Caller
from engine.authentication import CREDENTIALS, Authentication
from engine.documents import Documents, Trust
from engine.door import Door
from engine.errors import present
from engine.limits import Limits
from engine.negotiation import GRAPHQL, JSON, language, media_type, wants_page
from engine.quota import WINDOW, Charged, Quota, client_of
from engine.request import BadRequest, Operation, read_operation
from resolvers.context import Context

log = structlog.get_logger()

_OPERATION = re.compile(r"\b(?:query|mutation|subscription)\b|^\s*\{", re.MULTILINE)

ASKING = frozenset({"query", "documentId", "extensions"})
"""Parameters by which a GET asks something; without them a browser wants the page."""

QUERIES = frozenset({OperationType.QUERY})
ALLOWED = {"GET": QUERIES, "HEAD": QUERIES, "POST": QUERIES | {OperationType.MUTATION}}


class GraphQLEndpoint:
    """Runs operations, each against its caller's schema. `context_for` makes the surroundings of one operation."""

    def __init__(
        self,
        *,
        schema_for: Callable[[Audience], strawberry.Schema],
        context_for: Callable[[str, Caller, str], Context],
        authentication: Authentication,
        page: Callable[[Request], Response],
        documents: Documents | None = None,
        max_bytes: int = 1_000_000,
        limits: Limits | None = None,
        measuring: frozenset[str] = frozenset(),
        quota: Quota | None = None,
    ) -> None:
        self._schema_for = schema_for
        self._context_for = context_for
        self._authentication = authentication
        self._page = page
        self._documents = documents or Documents({}, Trust.OFF)
        self._max_bytes = max_bytes
        self._limits = limits or Limits()
        self._measuring = measuring
        self._quota = quota

    async def answer(self, request: Request) -> Response:
        """The answer to a GraphQL request, or the page for a browser."""
        accept = request.headers.get("accept")
        if request.method != "POST" and not ASKING & request.query_params.keys() and wants_page(accept):
            return self._page(request)
        answered_as = media_type(accept)
        if answered_as is None:
            return _refusal(BadRequest(406, "NOT_ACCEPTABLE", f"Answers come as {JSON} or {GRAPHQL}."), JSON)
        try:
            caller = await self._authentication.caller(request)
            operation = await read_operation(request, self._max_bytes)
            return await self._run(request, operation, caller, answered_as)
        except BadRequest as bad:
            return _refusal(bad, answered_as)

    async def _run(self, request: Request, operation: Operation, caller: Caller, answered_as: str) -> Response:
        started = time.perf_counter()
        door = Door(limits=self._limits, measuring=self._measuring, charge=self._charging(request, caller))
        document = self._documents.document(operation)
        context = self._context_for(language(request.headers.get("accept-language")), caller, document)
        result = await self._execute(request, operation, document, context, door)
        if result.data is not None:
            self._documents.keep(operation)
        body: dict[str, Any] = {}
        if result.errors:
            body["errors"] = [present(error, context.language, context.agencies.name) for error in result.errors]
        if result.data is not None:
            body["data"] = result.data
        body["extensions"] = {"sources": context.sources.listed()}
        refused = result.data is None and answered_as == GRAPHQL
        log.info(
            "graphql.operation",
            audience=caller.audience.value,
            app=caller.app.code if caller.app else None,
            ms=round((time.perf_counter() - started) * 1000, 1),
            codes=[error["extensions"]["code"] for error in body.get("errors", ())],
            agencies=len(body["extensions"]["sources"]),
            cost=door.cost,
        )
        headers = {"simpul-cost": str(door.cost)} if door.cost is not None else {}
        if caller != ANYBODY:
            headers["cache-control"] = "private, no-store"
        if door.charged:
            headers |= door.charged.headers()
            if not door.charged.allowed:
                return _response(body, 429, answered_as, headers | {"retry-after": str(WINDOW)})
        return _response(body, 400 if refused else 200, answered_as, headers)

    def _charging(self, request: Request, caller: Caller) -> Callable[[int], Awaitable[Charged]] | None:
        if self._quota is None:
            return None
        client, per_minute = client_of(request, caller)
        return partial(self._quota.charge, client, per_minute=per_minute)

    async def _execute(
        self, request: Request, operation: Operation, document: str, context: Context, door: Door
    ) -> ExecutionResult:
        if operation.operation_name is None and self._has_several(document):
            raise BadRequest(400, "BAD_REQUEST", "Of several operations, operationName says which one.")
        try:
            return await self._schema_for(context.caller.audience).execute(
                document,
                variable_values=operation.variables,
                context_value=context,
                operation_name=operation.operation_name,
                allowed_operation_types=ALLOWED[request.method],
                operation_extensions={"door": door},
            )
        except CannotGetOperationTypeError:
            raise BadRequest(400, "BAD_REQUEST", "operationName names none of the operations.") from None
        except InvalidOperationTypeError:
            told = "GET runs queries, POST queries and mutations."
            raise BadRequest(405, "METHOD_NOT_ALLOWED", told, {"Allow": "POST"}) from None

    def _has_several(self, query: str) -> bool:
        """Whether the document has more than one operation; Strawberry would run the first of them."""
        if len(_OPERATION.findall(query)) < 2:
            return False
        try:
            document = parse(
                query,
                no_location=True,
                max_tokens=self._limits.tokens,
                max_source_length=self._limits.length,
            )
        except GraphQLError:
            return False
        return sum(isinstance(each, OperationDefinitionNode) for each in document.definitions) > 1


def _refusal(bad: BadRequest, media: str) -> Response:
    known = bad.code == "PERSISTED_QUERY_NOT_FOUND" and media == JSON
    status = 200 if known else bad.status  # as Apollo's clients expect it: they send the document next
    body = {"errors": [{"message": bad.message, "extensions": {"code": bad.code}}]}
    return _response(body, status, media, bad.headers)


def _response(body: dict[str, Any], status: int, media: str, headers: dict[str, str] | None = None) -> Response:
    return Response(
        msgspec.json.encode(body),
        status_code=status,
        headers={
            "content-type": f"{media}; charset=utf-8",
            "vary": ", ".join(("accept", "accept-language", *CREDENTIALS)),
            **(headers or {}),
        },
    )
