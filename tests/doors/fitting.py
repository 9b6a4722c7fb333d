"""Whether a value is what a JSON Schema says, for the words of it that the hub writes."""

import json
from typing import Any

TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}
WORDS = {
    *("type", "properties", "required", "additionalProperties", "items", "minItems", "enum", "const", "anyOf"),
    *("$ref", "minimum", "maximum", "format", "default", "description", "title", "deprecated", "examples"),
}


def misfits(value: Any, schema: dict[str, Any], whole: dict[str, Any], at: str = "$") -> list[str]:
    """Where it is not; an empty list if it is. `whole` is what a `$ref` points into."""
    assert schema.keys() <= WORDS, schema.keys() - WORDS
    if "$ref" in schema:
        found: Any = whole
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        return misfits(value, found, whole, at)
    if "anyOf" in schema:
        tried = [misfits(value, each, whole, at) for each in schema["anyOf"]]
        return [] if [] in tried else [f"{at}: none of {len(tried)}: {tried}"]
    return _of_itself(value, schema, at) or _within(value, schema, whole, at)


def _of_itself(value: Any, schema: dict[str, Any], at: str) -> list[str]:
    kinds = schema.get("type", [*TYPES])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    fits = any(isinstance(value, TYPES[each]) for each in kinds)
    if not fits or (isinstance(value, bool) and "boolean" not in kinds):
        return [f"{at}: {json.dumps(value)[:40]} is not {kinds}"]
    if "const" in schema and value != schema["const"]:
        return [f"{at}: not {schema['const']}"]
    return [f"{at}: not one of {schema['enum']}"] if "enum" in schema and value not in schema["enum"] else []


def _within(value: Any, schema: dict[str, Any], whole: dict[str, Any], at: str) -> list[str]:
    if isinstance(value, list):
        return [each for item in value for each in misfits(item, schema.get("items", {}), whole, f"{at}[]")]
    if not isinstance(value, dict):
        return []
    known = schema.get("properties", {})
    wrong = [f"{at}: no {each}" for each in schema.get("required", ()) if each not in value]
    if schema.get("additionalProperties") is False:
        wrong += [f"{at}: {each} is unknown" for each in value.keys() - known.keys()]
    both = value.keys() & known.keys()
    return wrong + [each for key in both for each in misfits(value[key], known[key], whole, f"{at}.{key}")]
