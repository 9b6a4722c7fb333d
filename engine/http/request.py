"""A request of GraphQL over HTTP, read and checked. Source: the GraphQL-over-HTTP specification (draft of 2025)."""

from typing import Any

import msgspec
import structlog
from starlette.requests import ClientDisconnect, Request

from engine.execution.texts import said

log = structlog.get_logger()


class BadRequest(Exception):
    """The request is no well-formed GraphQL request; `status` is HTTP's."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}

    def said(self, language: str) -> str:
        """What is wrong, for who asked."""
        return said(self.message, language)

    def error(self, language: str) -> dict[str, Any]:
        """As GraphQL has errors."""
        return {"message": self.said(language), "extensions": {"code": self.code}}


class OperationRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What is to run: a document, or what one is known by (engine/execution/documents.py)."""

    query: str | None
    document_id: str | None
    variables: dict[str, Any] | None
    operation_name: str | None
    extensions: dict[str, Any] | None


def read_operation(request: Request, body: bytes) -> OperationRequest:
    """The operation in a GET, a HEAD or a POST; raises `BadRequest`."""
    if request.method != "POST":
        return operation_of(_from_query(request))
    return operation_of(_decoded(body, "The body"))


async def read_body(request: Request, max_bytes: int) -> bytes:
    """The body, counted while it comes, whatever its length claims to be; raises `BadRequest`."""
    if request.method != "POST":
        return b""
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    if kind.strip().lower() != "application/json" or not _is_utf8(parameters):
        raise BadRequest(415, "UNSUPPORTED_MEDIA_TYPE", "Send application/json, in UTF-8.")
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


def operation_of(given: object) -> OperationRequest:
    """What was asked for, decoded; raises `BadRequest`."""
    if isinstance(given, list):
        raise BadRequest(400, "BATCHING_NOT_SUPPORTED", "Send one operation a request.")
    if not isinstance(given, dict):
        raise BadRequest(400, "BAD_REQUEST", "The body is a JSON object with a query.")
    query, document_id, extensions = given.get("query"), given.get("documentId"), _object(given, "extensions")
    by_name = document_id is not None or (extensions is not None and "persistedQuery" in extensions)
    if not (query is None and by_name) and (not isinstance(query, str) or not query.strip()):
        raise BadRequest(400, "BAD_REQUEST", "query is a string, and not blank.")
    if document_id is not None and not isinstance(document_id, str):
        raise BadRequest(400, "BAD_REQUEST", "documentId is a string.")
    return OperationRequest(
        query=query,
        document_id=document_id,
        variables=_object(given, "variables"),
        operation_name=_operation_name(given),
        extensions=extensions,
    )


def _object(given: dict[str, Any], name: str) -> dict[str, Any] | None:
    value = given.get(name)
    if value is not None and not isinstance(value, dict):
        raise BadRequest(400, "BAD_REQUEST", f"{name} is an object or null.")
    return value


def _operation_name(given: dict[str, Any]) -> str | None:
    value = given.get("operationName")
    if value is not None and not isinstance(value, str):
        raise BadRequest(400, "BAD_REQUEST", "operationName is a string or null.")
    return value or None


def _is_utf8(parameters: str) -> bool:
    for parameter in parameters.split(";"):
        key, _, value = parameter.strip().partition("=")
        if key.lower() == "charset":
            return value.strip('"').lower() in ("utf-8", "utf8")
    return True
