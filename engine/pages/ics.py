"""A list of what takes place, written as iCalendar (RFC 5545; what is said of the whole: RFC 7986)."""

import re
from collections.abc import Iterable
from datetime import UTC, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from connectors.kit.bilingual import Bilingual
from connectors.kit.ical.events import is_web
from connectors.kit.late import late
from resolvers.calendar.agenda import PublishedEvent
from resolvers.kit.source import Source

if TYPE_CHECKING:
    import icalendar
else:
    icalendar = late("icalendar")

REFRESH = timedelta(hours=1)
"""How often a calendar app may ask again."""

_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff]+")
_HAD = Bilingual(id="Sumber: {}, diambil {:%d-%m-%Y %H.%M %Z}{}.", en="Source: {}, had on {:%Y-%m-%d at %H:%M %Z}{}.")
_LATE = Bilingual(id="; yang lebih baru belum dapat diambil", en="; nothing newer could be had")
_MISSING = Bilingual(id="Tanpa {}, yang sedang tidak menjawab.", en="Without {}, which does not answer now.")


class Words:
    """What is said for people: in their language, and by the city's clock."""

    def __init__(self, language: str, zone: ZoneInfo) -> None:
        self._language = language
        self._zone = zone

    def of(self, source: Source) -> str:
        """From whom, and how old."""
        if source.fetched_at is None:
            return source.name
        had = source.fetched_at.astimezone(self._zone)
        return _HAD[self._language].format(source.name, had, _LATE[self._language] if source.problem else "")

    def without(self, source: Source) -> str:
        """Who is missing."""
        return _MISSING[self._language].format(source.name)


def written(
    title: str,
    events: Iterable[PublishedEvent],
    sources: Iterable[Source],
    unavailable: Iterable[Source],
    *,
    words: Words,
    private: bool,
) -> bytes:
    """The calendar; nothing that an agency says can begin a line of its own in it."""
    calendar = icalendar.Calendar()
    about = "\n".join([*map(words.of, sources), *map(words.without, unavailable)])
    for name, text in (("name", title), ("x-wr-calname", title), ("description", about)):
        calendar.add(name, icalendar.vText(_text(text)))
    calendar.add("prodid", "-//Simpul//Simpul//ID")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for event in events:
        calendar.add_component(_event(event, words, private=private))
    body: bytes = calendar.to_ical()
    return body


def _event(event: PublishedEvent, words: Words, *, private: bool) -> "icalendar.Event":
    made = icalendar.Event()
    made.add("uid", _text(event.code))
    made.add("dtstamp", event.source.fetched_at)
    made.add("dtstart", event.starts_at.date() if event.all_day else event.starts_at.astimezone(UTC))
    if event.ends_at:
        made.add("dtend", event.ends_at.date() if event.all_day else event.ends_at.astimezone(UTC))
    made.add("summary", _text(event.title))
    made.add("status", "CANCELLED" if event.cancelled else "TENTATIVE" if event.tentative else "CONFIRMED")
    made.add("sequence", event.sequence)
    made.add("class", "PRIVATE" if private else "PUBLIC")
    made.add("transp", "OPAQUE" if private else "TRANSPARENT")
    made.add("contact", _text(event.source.name))
    made.add("comment", _text(words.of(event.source)))
    for name, text in (("description", event.description), ("location", event.place)):
        if text:
            made.add(name, _text(text))
    if event.url and is_web(event.url):
        made.add("url", event.url)
    if event.latitude is not None and event.longitude is not None:
        made.add("geo", (event.latitude, event.longitude))
    if event.categories:
        made.add("categories", [_text(each) for each in event.categories])
    if event.changed_at:
        made.add("last-modified", event.changed_at.astimezone(UTC))
    return made


def _text(text: str) -> str:
    """Without characters that are not for reading; its own line breaks are escaped by the library."""
    return _CONTROLS.sub(" ", text)
