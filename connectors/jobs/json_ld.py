"""JSON-LD in the scripts of a web page. Source: the W3C's JSON-LD 1.1, section 7, on HTML.

Seen on pages: one object, an array, or an `@graph`. An object may be nested in another, or be described elsewhere on
the page and only named by its `@id`. One of several scripts may be broken. Some scripts hold what JSON forbids: line
breaks in texts, comments, CDATA marks, a semicolon or comma too many, entities instead of quotes. Types may be
addresses or stand in lists.
"""

import json
import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

import msgspec

from connectors.jobs.words import link
from connectors.kit.markup import Raw, Tag, read_markup
from connectors.kit.values import all_encodable

TYPE = "application/ld+json"

_TOKENS = re.compile(
    r'("(?:[^"\\]|\\.)*+(?:"|\\?\Z))|//[^\n]*|/\*.*?(?:\*/|\Z)|<!\[CDATA\[|\]\]>|<!--|-->|,(?=\s*+[}\]])', re.DOTALL
)
"""Texts, and what stands between them that is no JSON."""

Thing = Mapping[str, Any]


class JsonLdPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page that was read.

    `scripts`: the number of scripts with JSON-LD. `things`: the objects that they describe. `broken`: how many scripts
    cannot be read. `named`: the objects with an `@id`, by it. `links`: the addresses in the page and its lists, as they
    are written. `base`: the address that links start from. `cut_off`: whether the page ends inside a script.
    """

    address: str
    scripts: int
    things: list[object]
    broken: int
    named: dict[str, dict[str, Any]]
    links: list[str]
    base: str
    cut_off: bool

    def thing(self, said: object) -> object:
        """The object that is meant, if only its `@id` is given."""
        if isinstance(said, dict) and isinstance(name := said.get("@id"), str):
            return self.named.get(absolute(name, self.base), said)
        return said

    def of_type(self, type_name: str) -> list[object]:
        """The objects of this type, also nested ones, and values that are no object."""
        found = list[object]()
        for each in self.things:
            found += [each] if not isinstance(each, dict) else _inside(each, type_name)
        return found


def read_page(markup: str, address: str = "") -> JsonLdPage:
    """Read the page of this address; never raises."""
    scripts, links, base, cut_off = list[Raw](), list[str](), address, False
    for each in read_markup(markup):
        if isinstance(each, Raw):
            cut_off = not each.whole
            if (each.tag.attribute("type") or "").partition(";")[0].strip().casefold() == TYPE:
                scripts.append(each)
        elif isinstance(each, Tag) and each.name == "a" and (to := each.attribute("href")):
            links.append(to)
        elif isinstance(each, Tag) and each.name == "base" and base == address:
            base = link(each.attribute("href"), address) or address
    documents = [each for each in map(_document, scripts) if each is not None]
    for thing in _everything(documents):
        if is_a(thing, "ListItem"):
            links += [to for to in _addresses(thing) if isinstance(to, str)]
    return JsonLdPage(
        address=address,
        scripts=len(scripts),
        things=[thing for document in documents for thing in _described(document)],
        broken=len(scripts) - len(documents),
        named=_named(documents, base),
        links=links,
        base=base,
        cut_off=cut_off,
    )


def is_a(thing: Thing, type_name: str) -> bool:
    """Whether an object has this type of schema.org."""
    said = thing.get("@type")
    return any(
        isinstance(each, str) and each.replace(":", "/").rpartition("/")[2] == type_name
        for each in (said if isinstance(said, list) else [said])
    )


def absolute(name: str, base: str) -> str:
    """An `@id` as an absolute address. A blank node, or a text that is no address, stays as it is."""
    return name if name.startswith("_:") else link(name, base) or name


def _document(script: Raw) -> object:
    """The content of a script; None if it is no JSON, even after common faults are removed."""
    for mended in (str, _mended, lambda text: _mended(unescape(text))):
        try:
            return all_encodable(json.loads(mended(script.content), strict=False))
        except (ValueError, RecursionError):
            continue
    return None


def _mended(text: str) -> str:
    return _TOKENS.sub(lambda token: token[1] or " ", text).strip("\ufeff \t\r\n;")


def _described(document: object) -> Iterator[object]:
    """The document itself, each element of an array, or each node of a graph."""
    if isinstance(document, dict) and "@graph" in document:
        document = document["@graph"]
    if isinstance(document, list):
        for each in document:
            yield from _described(each)
    else:
        yield document


def _named(documents: list[object], base: str) -> dict[str, dict[str, Any]]:
    """The objects with an `@id`, by it, with everything that the page says of each."""
    named = dict[str, dict[str, Any]]()
    for thing in _everything(documents):
        if isinstance(name := thing.get("@id"), str) and len(thing) > 1:
            known = named.setdefault(absolute(name, base), {})
            known |= {key: value for key, value in thing.items() if key not in known}
    return named


def _everything(documents: list[object]) -> Iterator[dict[str, Any]]:
    """All objects, however deep."""
    waiting = [*reversed(documents)]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            yield each
            each = [*each.values()]
        if isinstance(each, list):
            waiting += reversed(each)


def _inside(thing: dict[str, Any], type_name: str) -> Iterator[dict[str, Any]]:
    """The object itself if it has this type; else the objects of this type in it."""
    waiting: list[object] = [thing]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            if is_a(each, type_name):
                yield each
                continue
            each = [*each.values()]
        if isinstance(each, list):
            waiting += reversed(each)


def _addresses(entry: Thing) -> Iterator[object]:
    """The addresses to which an entry of a list leads."""
    item = entry.get("item")
    yield from (entry.get("url"), item)
    if isinstance(item, dict):
        yield from (item.get("url"), item.get("@id"))
