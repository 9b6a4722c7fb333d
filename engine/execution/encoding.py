"""An answer in JSON, where a root field that cannot be written costs itself and no other."""

from typing import Any

import msgspec
from graphql import GraphQLError

from engine.execution.errors import present


def encoded(body: dict[str, Any], language: str) -> bytes:
    """The whole of it; in place of a root field that JSON has no words for stands null, with an error."""
    try:
        return msgspec.json.encode(body)
    except (TypeError, ValueError, OverflowError, RecursionError):
        return msgspec.json.encode(_without_what_breaks(body, language))


def _without_what_breaks(body: dict[str, Any], language: str) -> dict[str, Any]:
    data, errors = dict(body.get("data") or {}), [*map(writable, body.get("errors", ()))]
    for name, value in data.items():
        try:
            msgspec.json.encode(value)
        except (TypeError, ValueError, OverflowError, RecursionError) as error:
            data[name] = None
            broken = GraphQLError("it cannot be written", path=[name], original_error=error)
            errors.append(present(broken, language, str))
    kept = {"data": data} if body.get("data") is not None else {}
    return {**({"errors": errors} if errors else {}), **kept, "extensions": writable(body.get("extensions"))}


def writable(value: Any) -> Any:
    """The same, with a sign of replacement for what no text in UTF-8 can hold."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {writable(key): writable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [writable(each) for each in value]
    return writable(msgspec.structs.asdict(value)) if isinstance(value, msgspec.Struct) else value
