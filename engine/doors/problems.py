"""Problem details for HTTP (RFC 9457): an error of the hub as a status, with the code that it has everywhere."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.responses import Response

from engine.answers.kept import KeptAnswer
from engine.execution.encoding import writable

PROBLEM = "application/problem+json"

CODES: Mapping[int, str] = {
    401: "UNAUTHENTICATED",
    403: "FORBIDDEN ORIGIN_NOT_ALLOWED DOCUMENT_NOT_TRUSTED",
    404: "NOT_FOUND NOT_PUBLISHED NOT_CONFIGURED BOOKING_NOT_FOUND PERSISTED_QUERY_NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    406: "NOT_ACCEPTABLE",
    409: "SLOT_TAKEN SLOT_IN_THE_PAST TOO_MANY_HOLDS PRICE_CHANGED TOO_LATE_TO_CANCEL BOOKING_EXPIRED "
    "BOOKING_CANCELLED BOOKING_NOT_CONFIRMED IDEMPOTENCY_CONFLICT SECRET_NOT_KEPT TOO_MANY_KEYS "
    "TOO_MANY_KEY_REQUESTS KEY_NOT_TO_COLLECT",
    413: "REQUEST_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    429: "QUOTA_EXCEEDED LOOKUPS_EXCEEDED TOO_OFTEN TOO_MANY_COMPLAINTS",
    500: "INTERNAL_SERVER_ERROR",
    502: "AGENCY_REJECTED AGENCY_CHANGED",
    503: "AGENCY_UNAVAILABLE AGENCY_THROTTLED AGENCY_COPYING HUB_THROTTLED OVERLOADED TOO_STALE WARNINGS_UNCHECKED "
    "IDENTITY_UNAVAILABLE RECORD_UNAVAILABLE STORE_UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
STATUS: Mapping[str, int] = {code: status for status, codes in CODES.items() for code in codes.split()}
"""By the code; 400 for all others: something in the request has to change."""
_NOTHING = re.compile(rb'{"data":{"\w+":null(,"\w+":null)*}')
Reason = tuple[str, str, Mapping[str, Any]]
"""Why there is nothing: the code, the text, and what is told besides."""
LATER = "60"
"""Seconds after which to try again where nobody says."""


def status_of_code(code: str) -> int:
    """The status of an error with this code."""
    return STATUS.get(code, 400)


def problem(status: int, code: str, detail: str, headers: Mapping[str, str], **members: Any) -> Response:
    """The answer that says what is wrong; `members` are told besides."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        **{name: value for name, value in members.items() if value},
    }
    later = {"retry-after": LATER} if status in (429, 503) else {}
    always = {"content-type": f"{PROBLEM}; charset=utf-8", "cache-control": "no-store"}
    try:
        encoded = msgspec.json.encode(body)
    except (TypeError, ValueError, OverflowError):
        encoded = msgspec.json.encode(writable(body))
    return Response(encoded, status, headers=always | later | dict(headers))


def has_nothing(kept: KeptAnswer) -> bool:
    """Whether all root fields of a kept answer are null."""
    return _NOTHING.match(kept.content.pieces[0]) is not None


def first_reason(body: Mapping[str, Any]) -> Reason | None:
    """Why an answer has nothing: the code, the text and the extensions of its first reason.

    None where it has something, or where nothing is what there is.
    """
    data = body.get("data")
    if data is not None and any(value is not None for value in data.values()):
        return None
    if errors := body.get("errors"):
        extensions = errors[0]["extensions"]
        return extensions["code"], errors[0]["message"], extensions
    absences = msgspec.to_builtins(body.get("extensions", {}).get("absences", ()))
    if data and absences:
        return absences[0]["code"], absences[0]["message"], absences[0]
    return None
