"""GeoReport's answers as values, whether they came as JSON or as XML, with the shapes that servers make of them.

The specification maps its XML to JSON: an element that holds a list becomes one. Seen of servers that use a converter
of their own: a list of one item that is that item itself, a list inside the objects that were its elements, and codes
with leading zeros that are written as numbers, as in the specification's own sample.
"""

import re

from connectors.kit.values import json_document
from connectors.kit.xml_document import as_values, xml_document

LISTS = {
    "services": "service",
    "service_requests": "request",
    "attributes": "attribute",
    "values": "value",
    "notes": "note",
    "errors": "error",
}
"""The elements that hold lists, and what those of."""
ROOTS = ("services", "service_requests", "errors")

_TEXT_OR_ZEROS = re.compile(rb'"(?:[^"\\]|\\.)*"|(?<![\w.+-])0[0-9]+(?![\w.])', re.DOTALL)


def json_values(body: bytes) -> object:
    """A JSON document; a number that begins with zeros is the code that was meant. ValueError for what is none."""
    try:
        return json_document(body)
    except ValueError:
        return json_document(_TEXT_OR_ZEROS.sub(_quoted, body))


def xml_values(body: bytes) -> object:
    """The same of an XML document."""
    root = xml_document(body)
    value = as_values(root, LISTS)
    return {root.name: value} if root.name in ROOTS else value


def rows_of(body: object) -> object:
    """The list that an answer holds, whatever its server made of it; what is none comes as it is."""
    if isinstance(body, dict):
        for root in ROOTS:
            if root in body and len(body) == 1:
                return as_list(body[root], LISTS[root])
    return as_list(body, "")


def as_list(value: object, item: str) -> object:
    """The list that a converter has made an object of, or the one item of; what is none comes as it is."""
    if value is None:
        return []
    if isinstance(value, dict):
        return as_list(value[item], item) if set(value) == {item} else [value]
    return value


def error_code(body: object) -> str | None:
    """The code of the error that an answer tells of; None where it tells of none."""
    rows = rows_of(body)
    first = rows[0] if isinstance(rows, list) and rows else None
    if not isinstance(first, dict) or "code" not in first or "service_request_id" in first or "token" in first:
        return None
    return str(first["code"]).strip()


def _quoted(found: re.Match[bytes]) -> bytes:
    return found[0] if found[0].startswith(b'"') else b'"' + found[0] + b'"'
