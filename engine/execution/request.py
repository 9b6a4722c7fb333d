"""What is to run, as a client asks for it, and how a request that is no good is refused.

Source: the GraphQL-over-HTTP specification (draft of 2025).
"""

from typing import Any

import msgspec

from engine.execution.translations import said
from engine.telemetry.operation import RequestRefused


class BadRequest(RequestRefused):
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


def operation_of(given: object) -> OperationRequest:
    """What was asked for, decoded; raises `BadRequest`."""
    if isinstance(given, list):
        raise BadRequest(400, "BATCHING_NOT_SUPPORTED", "Send one operation in each request.")
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
