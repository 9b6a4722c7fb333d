"""Reads the answers of GeoReport, in JSON and in XML, into the same plain values.

The specification maps its XML to JSON: an element that holds a list becomes a list. Some servers use another converter.
Then a list with one item is the item itself, or a list stands inside the objects that were its elements. Codes with
leading zeros can be written as numbers, which is not JSON; the sample of the specification does so too.
"""

import re

from connectors.kit.values import json_document
from connectors.kit.xml import as_values, xml_document

LISTS = {
    "services": "service",
    "service_requests": "request",
    "attributes": "attribute",
    "values": "value",
    "notes": "note",
    "errors": "error",
}
"""The elements that hold lists, each with the name of its items."""
ROOTS = ("services", "service_requests", "errors")

_TEXT_OR_ZEROS = re.compile(rb'"(?:[^"\\]|\\.)*"|(?<![\w.+-])0[0-9]+(?![\w.])', re.DOTALL)


def json_values(body: bytes) -> object:
    """A JSON document. A number with leading zeros is read as a text. Raises ValueError for anything else."""
    try:
        return json_document(body)
    except ValueError:
        return json_document(_TEXT_OR_ZEROS.sub(_quoted, body))


def xml_values(body: bytes) -> object:
    """The same for an XML document."""
    root = xml_document(body)
    value = as_values(root, LISTS)
    return {root.name: value} if root.name in ROOTS else value


def rows_of(body: object) -> object:
    """The list in an answer, in whichever form the server wrote it. Anything else is returned unchanged."""
    if isinstance(body, dict):
        for root in ROOTS:
            if root in body and len(body) == 1:
                return as_list(body[root], LISTS[root])
    return as_list(body, "")


def as_list(value: object, item: str) -> object:
    """The list that a converter has changed into an object or into its only item; anything else unchanged."""
    if value is None:
        return []
    if isinstance(value, dict):
        return as_list(value[item], item) if set(value) == {item} else [value]
    return value


def error_code(body: object) -> str | None:
    """The code of the error in an answer; None if the answer is no error."""
    rows = rows_of(body)
    first = rows[0] if isinstance(rows, list) and rows else None
    if not isinstance(first, dict) or "code" not in first or "service_request_id" in first or "token" in first:
        return None
    return str(first["code"]).strip()


def _quoted(found: re.Match[bytes]) -> bytes:
    return found[0] if found[0].startswith(b'"') else b'"' + found[0] + b'"'
