"""The Atom feed (RFC 4287) of what has changed: agencies that went and returned, and what was announced of them.

An entry keeps its id for ever, in both languages. An announcement that is changed or withdrawn is the same entry anew.
"""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple
from xml.etree import ElementTree as ET  # it only writes here

from connectors.kit.bilingual import Bilingual
from engine.pages.status_html import TITLE
from engine.pages.status_words import SINCE, StatusWords
from resolvers.status.board import Board
from store.status.announcements import Announcement, AnnouncementKind
from store.status.changes import ChangeKind

ATOM = "http://www.w3.org/2005/Atom"
MOST = 100
"""Entries of the feed."""
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "simpul:status")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
"""When a feed without entries was last changed."""

CHANGED = {
    ChangeKind.GONE: Bilingual(id="{} tidak menjawab", en="{} does not answer"),
    ChangeKind.BACK: Bilingual(id="{} menjawab lagi", en="{} answers again"),
}
ANNOUNCED = {
    AnnouncementKind.MAINTENANCE: Bilingual(id="Pemeliharaan {}", en="Maintenance of {}"),
    AnnouncementKind.RECOVERY: Bilingual(id="Perkiraan pulih {}", en="Expected recovery of {}"),
}
WITHDRAWN = Bilingual(id="Dibatalkan: {}", en="Withdrawn: {}")


class _Entry(NamedTuple):
    id: str
    term: str
    title: str
    text: str
    published: datetime
    updated: datetime


def feed(city: str, code: str, board: Board, words: StatusWords) -> bytes:
    """The feed of a city, which is known by its `code`; the newest first."""
    words = words._replace(dated=True)
    entries = sorted(_entries(code, board, words), key=lambda each: (each.updated, each.id), reverse=True)[:MOST]
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": words.language})
    _text(root, "id", _id(code, "feed"))
    _text(root, "title", TITLE[words.language].format(city))
    _text(root, "updated", max((each.updated for each in entries), default=LONG_AGO).isoformat())
    ET.SubElement(
        root, "link", {"rel": "self", "type": "application/atom+xml", "href": f"/status.atom?lang={words.language}"}
    )
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": f"/status?lang={words.language}"})
    _text(ET.SubElement(root, "author"), "name", city)
    for each in entries:
        entry = ET.SubElement(root, "entry")
        _text(entry, "id", each.id)
        _text(entry, "title", each.title)
        _text(entry, "published", each.published.isoformat())
        _text(entry, "updated", each.updated.isoformat())
        ET.SubElement(entry, "category", {"term": each.term})
        ET.SubElement(
            entry, "link", {"rel": "alternate", "type": "text/html", "href": f"/status?lang={words.language}"}
        )
        _text(entry, "content", each.text).set("type", "text")
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _entries(city: str, board: Board, words: StatusWords) -> Iterator[_Entry]:
    names = {each.code: each.name for each in board.agencies}
    for change in board.changes:
        title = CHANGED[change.kind][words.language].format(names.get(change.agency, change.agency))
        text = f"{title}{SINCE[words.language].format(words.moment(change.at))}."
        own = _id(city, "change", change.agency, str(change.number))
        yield _Entry(own, change.kind.value.lower(), title, text, change.at, change.at)
    for each in board.announcements:
        yield _announced(city, each, names.get(each.agency, each.agency), words)


def _announced(city: str, announcement: Announcement, name: str, words: StatusWords) -> _Entry:
    title = ANNOUNCED[announcement.kind][words.language].format(name)
    if announcement.withdrawn_at:
        title = WITHDRAWN[words.language].format(title)
    return _Entry(
        id=_id(city, "announcement", announcement.code),
        term=announcement.kind.value.lower(),
        title=title,
        text=f"{announcement.text[words.language]} ({words.lasting(announcement)})",
        published=announcement.made_at,
        updated=announcement.changed_at or announcement.made_at,
    )


def _id(*parts: str) -> str:
    return f"urn:uuid:{uuid.uuid5(NAMESPACE, '/'.join(parts))}"


def _text(parent: ET.Element, name: str, text: str) -> ET.Element:
    made = ET.SubElement(parent, name)
    made.text = text
    return made
