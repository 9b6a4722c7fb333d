"""The body and the parameters of a request, read and bounded."""

from typing import Any

import msgspec
import structlog
from starlette.requests import ClientDisconnect, Request

from engine.execution.request import BadRequest, OperationRequest, operation_of

log = structlog.get_logger()


def read_operation(request: Request, body: bytes) -> OperationRequest:
    """The operation in a GET, a HEAD or a POST; raises `BadRequest`."""
    if request.method != "POST":
        return operation_of(_from_query(request))
    return operation_of(_decoded(body, "The body"))


async def read_body(request: Request, max_bytes: int, wanted: str = "application/json") -> bytes:
    """The body, counted while it comes, whatever its length claims to be; raises `BadRequest`."""
    if request.method != "POST":
        return b""
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    if kind.strip().lower() != wanted or not _is_utf8(parameters):
        raise BadRequest(415, "UNSUPPORTED_MEDIA_TYPE", f"Send {wanted}, in UTF-8.")
    if request.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        told = "Send the body as it is, not compressed."
        raise BadRequest(415, "UNSUPPORTED_MEDIA_TYPE", told, {"accept-encoding": "identity"})
    too_large = BadRequest(413, "REQUEST_TOO_LARGE", f"The body is larger than {max_bytes} bytes.")
    if (said := request.headers.get("content-length", "")).isdecimal() and int(said) > max_bytes:
        raise too_large
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > max_bytes:
                raise too_large
    except ClientDisconnect:
        log.info("client.left", received=len(body))
        raise BadRequest(400, "BAD_REQUEST", "The body did not come to its end.") from None
    return bytes(body)


def _from_query(request: Request) -> dict[str, Any]:
    given: dict[str, Any] = dict(request.query_params)
    for name in ("variables", "extensions"):
        if name in given:
            given[name] = _decoded(given[name].encode(), name) if given[name] else None
    return given


def _decoded(raw: bytes, name: str) -> Any:
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadRequest(400, "BAD_REQUEST", f"{name} is not JSON.") from None


def _is_utf8(parameters: str) -> bool:
    for parameter in parameters.split(";"):
        key, _, value = parameter.strip().partition("=")
        if key.lower() == "charset":
            return value.strip('"').lower() in ("utf-8", "utf8")
    return True
