"""XML of an agency, read safely into the objects and lists that `Row` takes.

A document with a DOCTYPE is refused, so nothing in it can name an entity, a file or an address. How deep it goes and
how many elements it has is bounded; how many bytes, by the agency's `max_bytes`.
"""

from collections.abc import Collection
from typing import Any
from xml.parsers import expat

from connectors.kit.values import BadRow

DEEPEST = 32
"""Elements inside one another."""
MOST = 100_000
"""Elements in all."""


def document(body: bytes, root: str, *, many: Collection[str] = ()) -> dict[str, Any]:
    """What stands in the root element of this name; raises `BadRow` for anything else.

    An element with others inside it is an object by their names, any other one its text. Of a name in `many` there is
    always a list; of another one that comes again, too. Elements of a namespace other than the root's own, and all
    attributes, are left out.
    """
    reader = _Reader(many)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = reader.begin
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(body, True)
    except expat.ExpatError:
        raise BadRow("not XML") from None
    if reader.root != root:
        raise BadRow(f"the document is no {root}")
    if not isinstance(reader.found, dict):
        raise BadRow(f"{root}: no elements in it")
    return reader.found


def _refuse_doctype(*_: object) -> None:
    raise BadRow("XML with a DOCTYPE")


class _Reader:
    """Makes objects of elements as they come."""

    def __init__(self, many: Collection[str]) -> None:
        self.root = ""
        self.found: dict[str, Any] | str = ""
        self._many = many
        self._namespace = ""
        self._open: list[tuple[str, dict[str, Any], list[str]]] = []
        self._foreign = 0
        self._count = 0

    def begin(self, name: str, _: object) -> None:
        namespace, _, local = name.rpartition(" ")
        self._count += 1
        if self._count > MOST or len(self._open) + self._foreign >= DEEPEST:
            raise BadRow("XML with too many elements, or too deep")
        if not self._open:
            self.root, self._namespace = local, namespace
        if self._foreign or namespace != self._namespace:
            self._foreign += 1
        else:
            self._open.append((local, {}, []))

    def text(self, text: str) -> None:
        if not self._foreign:
            self._open[-1][2].append(text)

    def end(self, _: str) -> None:
        if self._foreign:
            self._foreign -= 1
            return
        name, inside, texts = self._open.pop()
        value = inside or "".join(texts).strip()
        if not self._open:
            self.found = value
            return
        outer = self._open[-1][1]
        if name in self._many:
            outer.setdefault(name, []).append(value)
        elif name not in outer:
            outer[name] = value
        elif isinstance(known := outer[name], list):
            known.append(value)
        else:
            outer[name] = [known, value]
