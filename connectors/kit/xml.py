"""XML that an agency sends: a tree, or values as JSON has them. A document type is refused, so nothing is fetched.

Names are given without their namespaces. Control characters, which XML forbids, are removed first: PHP and databases
let them through, and one of them must not cost the whole answer.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any
from xml.parsers import expat

import msgspec

from connectors.kit.charsets import decoded
from connectors.kit.values import BadRow

DEEPEST = 40
"""How far elements may stand inside each other."""
MOST = 100_000
"""Elements of one document."""

_DECLARED = re.compile(rb"\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*[\"']([\w.-]{1,40})[\"']")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class XmlElement(msgspec.Struct):
    """One element: its texts joined, its attributes by their names, and what stands inside."""

    name: str
    attributes: dict[str, str]
    children: "list[XmlElement]"
    text: str = ""
    namespace: str = ""


def xml_document(body: bytes) -> XmlElement:
    """Its root; ValueError for what is not well-formed, or declares anything."""
    declared = _DECLARED.match(body)
    text = _FORBIDDEN.sub("", decoded(body, declared[1].decode("ascii") if declared else None))
    reader = _TreeBuilder()
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(text.lstrip("\ufeff \t\r\n").encode("utf-8", "replace"), True)
    except expat.ExpatError:
        raise ValueError("not well-formed XML") from None
    if reader.root is None:
        raise ValueError("no element")
    return reader.root


def as_values(element: XmlElement, lists: Mapping[str, str]) -> object:
    """The element as JSON would have it: an object of its children, a text, or None where there is nothing in it.

    `lists` names the elements that are lists, with the name of their items. Attributes are left out.
    """
    if element.name in lists:
        if not element.children and element.text.strip():
            return element.text
        return [as_values(child, lists) for child in element.children if child.name == lists[element.name]]
    if not element.children:
        return element.text if element.text.strip() else None
    found: dict[str, list[object]] = {}
    for child in element.children:
        found.setdefault(child.name, []).append(as_values(child, lists))
    return {name: each[0] if len(each) == 1 else each for name, each in found.items()}


def document(body: bytes, root: str, *, many: Collection[str] = ()) -> dict[str, Any]:
    """What stands in the root element of this name, as objects and lists that `Row` takes; else raises `BadRow`.

    An element with others inside it is an object by their names, any other one its text. Of a name in `many` there is
    always a list; of another one that comes again, too. Elements of a namespace other than the root's own, and all
    attributes, are left out.
    """
    try:
        tree = xml_document(body)
    except ValueError as error:
        raise BadRow(str(error)) from None
    if tree.name != root:
        raise BadRow(f"the document is no {root}")
    found = _object(tree, tree.namespace, many)
    if not isinstance(found, dict):
        raise BadRow(f"{root}: no elements in it")
    return found


def _object(element: XmlElement, namespace: str, many: Collection[str]) -> dict[str, Any] | str:
    found: dict[str, Any] = {}
    for child in element.children:
        if child.namespace != namespace:
            continue
        value = _object(child, namespace, many)
        if child.name in many:
            found.setdefault(child.name, []).append(value)
        elif child.name not in found:
            found[child.name] = value
        elif isinstance(known := found[child.name], list):
            known.append(value)
        else:
            found[child.name] = [known, value]
    return found or element.text.strip()


class _TreeBuilder:
    """Builds the tree."""

    def __init__(self) -> None:
        self.root: XmlElement | None = None
        self._open: list[tuple[XmlElement, list[str]]] = []
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) >= DEEPEST or self._count > MOST:
            raise ValueError("too deep or too large")
        namespace, _, local = name.rpartition(" ")
        named = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        begun = XmlElement(local, named, [], namespace=namespace)
        if self._open:
            self._open[-1][0].children.append(begun)
        else:
            self.root = begun
        self._open.append((begun, []))

    def end(self, _name: str) -> None:
        ended, texts = self._open.pop()
        ended.text = "".join(texts)

    def text(self, text: str) -> None:
        self._open[-1][1].append(text)


def _refuse(*_: object) -> None:
    raise ValueError("it declares a document type")
