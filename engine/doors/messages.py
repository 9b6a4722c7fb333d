"""The messages of MCP: JSON-RPC 2.0, one a request, in the manner of the revision that a client speaks.

Source: the specification of the Model Context Protocol, revisions 2025-03-26 to 2026-07-28. Since the last of them
each request says its revision itself (`_meta`), and headers repeat what it asks for. Before, `initialize` came first.
The hub keeps no session for that either, since no answer of it depends on one.
"""

import base64
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
from starlette.datastructures import Headers
from starlette.responses import Response

MODERN = ("2026-07-28",)
LEGACY = ("2025-11-25", "2025-06-18", "2025-03-26")
SUPPORTED = (*MODERN, *LEGACY)

META = "io.modelcontextprotocol/"
PROTOCOL_VERSION, CAPABILITIES = f"{META}protocolVersion", f"{META}clientCapabilities"
SERVER_INFO = f"{META}serverInfo"

PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS, INTERNAL = -32700, -32600, -32601, -32602, -32603
HEADER_MISMATCH, UNSUPPORTED_VERSION = -32020, -32022
_ENCODED = ("=?base64?", "?=")


class McpMessage(NamedTuple):
    """One message of a client. `id` is None for a notification. `modern`: it says its revision itself."""

    id: str | int | None
    method: str
    params: Mapping[str, Any]
    modern: bool

    @property
    def name(self) -> str:
        """The tool that is called; empty where none is named."""
        name = self.params.get("name")
        return name if isinstance(name, str) else ""


class BadMessage(Exception):
    """The message is none that is answered."""

    def __init__(self, status: int, code: int, said: str, data: object = None, message_id: object = None) -> None:
        super().__init__(said)
        self.status = status
        self.code = code
        self.said = said
        self.data = data
        self.id = message_id


def message_of(body: bytes, headers: Headers) -> McpMessage | None:
    """The message in a body; None for an answer to a question that the hub never asks. Raises `BadMessage`."""
    try:
        given = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadMessage(400, PARSE_ERROR, "The body is not JSON.") from None
    if not isinstance(given, dict) or given.get("jsonrpc") != "2.0":
        raise BadMessage(400, INVALID_REQUEST, "Send one message of JSON-RPC 2.0, not several.")
    message_id, method, params = given.get("id"), given.get("method"), given.get("params", {})
    if "id" in given and (isinstance(message_id, bool) or not isinstance(message_id, str | int)):
        raise BadMessage(400, INVALID_REQUEST, "id is a text or a whole number.")
    if method is None and ("result" in given or "error" in given):
        return None
    if not isinstance(method, str) or not isinstance(params, dict):
        raise BadMessage(400, INVALID_REQUEST, "method is a text, and params an object.", message_id=message_id)
    meta = params.get("_meta", {})
    modern = isinstance(meta, dict) and PROTOCOL_VERSION in meta
    message = McpMessage(message_id, method, params, modern)
    if message_id is not None:
        _hold(message, meta if modern else {}, headers)
    return message


def _hold(message: McpMessage, meta: Mapping[str, Any], headers: Headers) -> None:
    """Hold a request to its revision; raises `BadMessage`."""
    said = headers.get("mcp-protocol-version")
    asked = meta.get(PROTOCOL_VERSION, said)
    if asked is not None and asked not in (SUPPORTED if not message.modern else MODERN):
        data = {"supported": SUPPORTED, "requested": asked if isinstance(asked, str) else None}
        raise BadMessage(400, UNSUPPORTED_VERSION, "This revision is not supported.", data, message.id)
    if not message.modern:
        if said in MODERN:
            told = f"_meta has {PROTOCOL_VERSION} and {CAPABILITIES}."
            raise BadMessage(400, INVALID_PARAMS, told, message_id=message.id)
        return
    if not isinstance(meta.get(CAPABILITIES), dict):
        raise BadMessage(400, INVALID_PARAMS, f"_meta has {CAPABILITIES}, an object.", message_id=message.id)
    repeated = {"mcp-protocol-version": asked, "mcp-method": message.method}
    if message.method == "tools/call":
        repeated["mcp-name"] = message.name
    wrong = [name for name, value in repeated.items() if _decoded(headers.get(name)) != value]
    if wrong:
        told = f"These headers do not repeat the body: {', '.join(wrong)}."
        raise BadMessage(400, HEADER_MISMATCH, told, message_id=message.id)


def _decoded(value: str | None) -> str | None:
    """The text of a header, which may be encoded."""
    begin, end = _ENCODED
    if value is None or not (value.startswith(begin) and value.endswith(end)):
        return value
    try:
        return base64.b64decode(value[len(begin) : -len(end)], validate=True).decode()
    except ValueError:
        return None


def result_of(
    message: McpMessage, result: dict[str, Any], server: Mapping[str, str], headers: Mapping[str, str]
) -> Response:
    """The answer to a request."""
    if message.modern:
        result = {"resultType": "complete", **result, "_meta": {SERVER_INFO: server}}
    return _response({"jsonrpc": "2.0", "id": message.id, "result": result}, 200, headers)


def error_of(bad: BadMessage, said: str, headers: Mapping[str, str]) -> Response:
    """What is wrong with a message; without an `id` where none could be read."""
    error = {"code": bad.code, "message": said} | ({"data": bad.data} if bad.data else {})
    known = {} if bad.id is None else {"id": bad.id}
    return _response({"jsonrpc": "2.0", **known, "error": error}, bad.status, headers)


def _response(body: dict[str, Any], status: int, headers: Mapping[str, str]) -> Response:
    always = {"content-type": "application/json; charset=utf-8", "cache-control": "no-store"}
    return Response(msgspec.json.encode(body), status, headers=always | dict(headers))
