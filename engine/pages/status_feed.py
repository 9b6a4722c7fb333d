"""The Atom feed of what has changed: agencies that went and returned, and what was announced of them.

An entry keeps its id for ever, in both languages. An announcement that is changed or withdrawn is the same entry anew.
"""

import uuid
from collections.abc import Iterator

from connectors.kit.bilingual import Bilingual
from engine.pages.atom import AtomEntry, AtomFeed, urn
from engine.pages.status_html import TITLE
from engine.pages.status_words import SINCE, StatusWords
from resolvers.status.board import Board
from store.status.announcements import Announcement, AnnouncementKind
from store.status.changes import ChangeKind

MOST = 100
"""Entries of the feed."""
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "simpul:status")

CHANGED = {
    ChangeKind.GONE: Bilingual(id="{} tidak menjawab", en="{} does not answer"),
    ChangeKind.BACK: Bilingual(id="{} menjawab lagi", en="{} answers again"),
}
ANNOUNCED = {
    AnnouncementKind.MAINTENANCE: Bilingual(id="Pemeliharaan {}", en="Maintenance of {}"),
    AnnouncementKind.RECOVERY: Bilingual(id="Perkiraan pulih {}", en="Expected recovery of {}"),
}
WITHDRAWN = Bilingual(id="Dibatalkan: {}", en="Withdrawn: {}")


def feed(city: str, code: str, board: Board, words: StatusWords) -> bytes:
    """The feed of a city, which is known by its `code`; the newest first."""
    words = words._replace(dated=True)
    entries = sorted(_entries(code, board, words), key=lambda each: (each.updated, each.id), reverse=True)[:MOST]
    title = TITLE[words.language].format(city)
    return AtomFeed(_id(code, "feed"), title, city, "/status.atom", words.language).written(entries)


def _entries(city: str, board: Board, words: StatusWords) -> Iterator[AtomEntry]:
    names = {each.code: each.name for each in board.agencies}
    for change in board.changes:
        title = CHANGED[change.kind][words.language].format(names.get(change.agency, change.agency))
        text = f"{title}{SINCE[words.language].format(words.moment(change.at))}."
        own = _id(city, "change", change.agency, str(change.number))
        yield AtomEntry(own, change.kind.value.lower(), title, text, change.at, change.at)
    for each in board.announcements:
        yield _announced(city, each, names.get(each.agency, each.agency), words)


def _announced(city: str, announcement: Announcement, name: str, words: StatusWords) -> AtomEntry:
    title = ANNOUNCED[announcement.kind][words.language].format(name)
    if announcement.withdrawn_at:
        title = WITHDRAWN[words.language].format(title)
    return AtomEntry(
        id=_id(city, "announcement", announcement.code),
        term=announcement.kind.value.lower(),
        title=title,
        text=f"{announcement.text[words.language]} ({words.lasting(announcement)})",
        published=announcement.made_at,
        updated=announcement.changed_at or announcement.made_at,
    )


def _id(*parts: str) -> str:
    return urn(NAMESPACE, *parts)
