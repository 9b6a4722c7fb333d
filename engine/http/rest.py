"""Plain HTTP beside GraphQL, for programs that ask in a way of their own: the same callers, quota, rules and record."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import Response

from auth.caller import ANYBODY, Caller
from connectors.kit.errors import AgencyError
from engine.execution.errors import TEXTS
from engine.execution.quota import Quota, charge
from engine.execution.request import BadRequest
from engine.execution.translations import said
from engine.http.authentication import BEARER, CREDENTIALS, Authentication
from engine.http.negotiation import language
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from store.audit.audit_log import AuditLogBroken
from store.kit.database import StoreBroken

log = structlog.get_logger()

COST = 1000
"""What an answer costs of the quota."""
LOOK = 200
"""What it costs to ask how things are."""
STATUS = {"FORBIDDEN": 403, "NOT_CONFIGURED": 404, "RECORD_UNAVAILABLE": 503}
VARY = ", ".join(("accept-language", *CREDENTIALS))
PRIVATE = "private, no-store"
LATER = 60
"""Seconds after which to try again where an agency does not say."""


class Rest:
    """What every such answer begins with.

    `context_for` makes the surroundings of one request, `name_of` gives an agency's name.
    """

    def __init__(
        self,
        *,
        authentication: Authentication,
        context_for: Callable[[str, Caller, str], Context],
        quota: Quota | None,
        name_of: Callable[[str], str],
    ) -> None:
        self._authentication = authentication
        self._context_for = context_for
        self._quota = quota
        self._name_of = name_of

    async def context(
        self, request: Request, may_ask: frozenset[str], *, signed_in: bool, unknown: str = "Unknown parameters."
    ) -> Context:
        """The surroundings of who asks, whose quota has room for it; raises `BadRequest`."""
        caller = await self._authentication.caller(request.headers)
        if signed_in and caller.person is None:
            raise BadRequest(401, "UNAUTHENTICATED", "Sign in first.", {"WWW-Authenticate": BEARER})
        if request.query_params.keys() - may_ask:
            raise BadRequest(400, "BAD_REQUEST", unknown)
        await charge(self._quota, request, caller, COST)
        path = request.url.path
        context = self._context_for(language(request.headers.get("accept-language")), caller, f"GET {path}")
        context.auditor.call_it(path.rpartition("/")[2])
        return context

    async def look(self, request: Request) -> None:
        """Charge for a look at how things are, whoever asks; raises `BadRequest`."""
        await charge(self._quota, request, ANYBODY, LOOK)

    def told(self, answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        """What is wrong, as JSON with a code."""

        async def answered(request: Request) -> Response:
            spoken = language(request.headers.get("accept-language"))
            try:
                return await answer(request)
            except BadRequest as bad:
                return json_response({"code": bad.code, "message": bad.said(spoken)}, bad.status, bad.headers)
            except UserError as error:
                body = {"code": error.code, "message": error.texts[spoken], **error.told}
                return json_response(body, STATUS.get(error.code, 400))
            except AgencyError as error:
                text = TEXTS[error.code][spoken].format(self._name_of(error.agency))
                headers = {"retry-after": str(round(error.retry_after or LATER))}
                return json_response({"code": error.code, "message": text, "agency": error.agency}, 503, headers)
            except StoreBroken as error:
                log.error("store.unavailable", reason=str(error), path=request.url.path)  # noqa: TRY400  where says enough
                body = {"code": "STORE_UNAVAILABLE", "message": TEXTS["STORE_UNAVAILABLE"][spoken]}
                return json_response(body, 503, {"retry-after": str(LATER)})
            except AuditLogBroken:
                return json_response(
                    {"code": "RECORD_UNAVAILABLE", "message": said("The record cannot be read.", spoken)}, 503
                )

        return answered


def json_response(body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """JSON that nobody keeps."""
    always = {"cache-control": PRIVATE, "vary": VARY}
    return Response(msgspec.json.encode(body), status, headers=always | (headers or {}), media_type="application/json")
