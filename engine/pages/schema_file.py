"""`/schema.graphql`: the schema of who asks for it, printed once, and told by its tag from another."""

import hashlib
from functools import cache
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from auth.caller import Audience
from engine.execution.quota import Quota, charge
from engine.execution.request import BadRequest
from engine.http.authentication import CREDENTIALS, Authentication
from engine.http.negotiation import language
from schema.root import build

COST = 200
"""What it costs of the quota."""


class Printed(NamedTuple):
    """A schema as text, and its tag."""

    text: bytes
    tag: str


@cache
def printed(audience: Audience) -> Printed:
    """The schema of an audience; it does not change while the process lives."""
    text = f"{build(audience).as_str()}\n".encode()
    return Printed(text, f'"{hashlib.sha256(text).hexdigest()[:32]}"')


class SchemaFile:
    """Answers with the schema."""

    def __init__(self, authentication: Authentication, quota: Quota | None) -> None:
        self._authentication = authentication
        self._quota = quota

    async def answer(self, request: Request) -> Response:
        """The schema of who asks for it, or that it is still the one that the client has."""
        try:
            caller = await self._authentication.caller(request.headers)
            charged = await charge(self._quota, request, caller, COST)
        except BadRequest as bad:
            spoken = language(request.headers.get("accept-language"))
            return PlainTextResponse(f"{bad.said(spoken)}\n", bad.status, bad.headers)
        schema = printed(caller.audience)
        headers = {"etag": schema.tag, "vary": ", ".join(CREDENTIALS), "cache-control": "no-cache"} | charged
        if schema.tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(schema.text, headers=headers | {"content-type": "application/graphql; charset=utf-8"})
