"""Atom feeds (RFC 4287). An entry keeps its id for ever, in both languages."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple
from xml.etree import ElementTree as ET  # it only writes here

ATOM = "http://www.w3.org/2005/Atom"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
"""When a feed without entries was last changed."""


class AtomEntry(NamedTuple):
    """One entry; `text` is the whole of it, `kind` that of `text`."""

    id: str
    term: str
    title: str
    text: str
    published: datetime
    updated: datetime
    anchor: str = ""
    kind: str = "text"


class AtomFeed(NamedTuple):
    """What a feed says of itself; `path` without its end is the page that says the same."""

    id: str
    title: str
    author: str
    path: str
    language: str

    def written(self, entries: Iterable[AtomEntry]) -> bytes:
        """With these entries, in their order."""
        listed = list(entries)
        page = f"{self.path.removesuffix('.atom')}?lang={self.language}"
        root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": self.language})
        _text(root, "id", self.id)
        _text(root, "title", self.title)
        _text(root, "updated", max((each.updated for each in listed), default=LONG_AGO).isoformat())
        own = f"{self.path}?lang={self.language}"
        ET.SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": own})
        ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": page})
        _text(ET.SubElement(root, "author"), "name", self.author)
        for each in listed:
            entry = ET.SubElement(root, "entry")
            _text(entry, "id", each.id)
            _text(entry, "title", each.title)
            _text(entry, "published", each.published.isoformat())
            _text(entry, "updated", each.updated.isoformat())
            ET.SubElement(entry, "category", {"term": each.term})
            at = f"{page}#{each.anchor}" if each.anchor else page
            ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": at})
            _text(entry, "content", each.text).set("type", each.kind)
        written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
        return written


def urn(namespace: uuid.UUID, *parts: str) -> str:
    """An id that is the same wherever it is made of the same parts."""
    return f"urn:uuid:{uuid.uuid5(namespace, '/'.join(parts))}"


def _text(parent: ET.Element, name: str, text: str) -> ET.Element:
    made = ET.SubElement(parent, name)
    made.text = text
    return made
