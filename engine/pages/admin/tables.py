"""The tables of the page of administrators: of each part of the answer, how a line of it is written as HTML cells."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from connectors.kit.bilingual import Bilingual
from engine.pages.admin import words

Line = Mapping[str, Any]
NOTHING = "&ndash;"
STATES = ("DOWN", "DEGRADED", "UP", "UNKNOWN")
UNITS = (
    (86_400, Bilingual(id="hari", en="d")),
    (3_600, Bilingual(id="jam", en="h")),
    (60, Bilingual(id="mnt", en="min")),
)
"""Days, hours and minutes, from the longest on."""
SECONDS = Bilingual(id="dtk", en="s")


class AdminTable(NamedTuple):
    """Its title, and how a line becomes cells."""

    title: Bilingual
    row: Callable[[Line, str, ZoneInfo], list[str]]


def worst_first(lines: Sequence[Line]) -> list[Line]:
    """Agencies that do not answer stand first, and among those that do alike, those with the most findings."""
    return sorted(lines, key=lambda each: (STATES.index(each["state"]), -(each["findings"] or 0)))


def clock_time(moment: datetime) -> str:
    """Hours and minutes of the city."""
    return f"{moment:%H:%M}"


def _agency(each: Line, language: str, _: ZoneInfo) -> list[str]:
    state, breaker = each["state"], each["breaker"]
    return [
        _named(each["name"], each["code"]),
        f'<span class="{state.lower()}">{words.STATES[state][language]}</span>',
        f'<span class="{"" if breaker == "CLOSED" else "down"}">{words.BREAKERS[breaker][language]}</span>'
        if breaker
        else NOTHING,
        _span(each["lag"], language),
        _milliseconds(None if each["p95"] is None else round(each["p95"] * 1000), language),
        _percent(each["errorRate"], language),
        _number(each["findings"], language),
        escape(each["cause"]) if each["cause"] else NOTHING,
    ]


def _request(each: Line, language: str, zone: ZoneInfo) -> list[str]:
    """Who decides opens the document of the decision, and names the code."""
    ways = {"grant-api-key": words.GRANT, "refuse-api-key": words.REFUSE}
    return [
        escape(each["app"]),
        escape(each["purpose"]),
        escape(", ".join(each["origins"])) or NOTHING,
        _moment(each["askedAt"], zone),
        f"<code>{escape(each['code'])}</code>",
        " · ".join(f'<a href="/graphql?document={name}">{way[language]}</a>' for name, way in ways.items()),
    ]


def _finding(each: Line, language: str, zone: ZoneInfo) -> list[str]:
    return [
        escape(each["agency"]),
        f"<code>{escape(each['question'])}</code>",
        escape(each["kind"]),
        f'<span lang="en">{escape(each["text"])}</span>',
        _number(each["count"], language),
        _moment(each["lastSeenAt"], zone),
    ]


def _feed(each: Line, language: str, _: ZoneInfo) -> list[str]:
    return [
        _named(each["name"], each["agency"]),
        _number(each["documents"], language),
        _span(each["age"], language),
        words.EVERY[language].format(_span(each["interval"], language)),
        f'<span class="down">{escape(each["problem"])}</span>' if each["problem"] else NOTHING,
    ]


def _cache(each: Line, language: str, _: ZoneInfo) -> list[str]:
    shared = each["kept"] is None
    of = words.OF[language].format(_number(each["kept"], language), _number(each["most"], language))
    return [
        words.CACHES[each["kind"]][language],
        words.SHARED[language] if shared else _number(each["entries"], language),
        NOTHING if shared else of,
        _number(each["hits"], language),
        _number(each["misses"], language),
        _percent(each["hitRatio"], language),
    ]


def _app(each: Line, language: str, zone: ZoneInfo) -> list[str]:
    return [
        escape(each["code"]),
        words.NO_BOUND[language] if each["quota"] is None else _number(each["quota"], language),
        _number(each["spentThisMinute"], language),
        _number(each["spentToday"], language),
        _number(each["operationsToday"], language),
        _moment(each["lastUsedAt"], zone),
    ]


def _slow(each: Line, language: str, _: ZoneInfo) -> list[str]:
    return [
        _operation(each, language),
        _milliseconds(each["p95"], language),
        _milliseconds(each["p50"], language),
        _number(each["count"], language),
        _number(each["failed"], language),
        _number(each["meanCost"], language),
    ]


def _dear(each: Line, language: str, _: ZoneInfo) -> list[str]:
    costs = (each["cost"], each["meanCost"], each["mostCost"], each["count"], each["failed"])
    return [_operation(each, language), *(_number(number, language) for number in costs)]


def _deprecated(each: Line, language: str, _: ZoneInfo) -> list[str]:
    return [
        f"<code>{escape(each['coordinate'])}</code>",
        escape(each["app"] or words.NO_KEY[language]),
        _number(each["count"], language),
        each["lastUsedOn"],
        each["worksUntilDay"] or NOTHING,
        f"<code>{escape(each['replacement'])}</code>" if each["replacement"] else NOTHING,
    ]


TABLES: Mapping[str, AdminTable] = {
    "requests": AdminTable(words.REQUESTS, _request),
    "agencies": AdminTable(words.AGENCIES, _agency),
    "findings": AdminTable(words.FINDINGS, _finding),
    "feeds": AdminTable(words.FEEDS, _feed),
    "caches": AdminTable(words.CACHE, _cache),
    "apps": AdminTable(words.APPS, _app),
    "slowest": AdminTable(words.SLOWEST, _slow),
    "dearest": AdminTable(words.DEAREST, _dear),
    "deprecated": AdminTable(words.DEPRECATED, _deprecated),
}
"""By the key of each part of the answer."""


def _operation(each: Line, language: str) -> str:
    """Its name, and the beginning of the hash of its document."""
    if each["document"] is None:
        return words.OTHERS[language]
    return _named(each["name"] or words.NAMELESS[language], each["document"][:12])


def _named(name: str, code: str) -> str:
    return f"{escape(name)}<small><code>{escape(code)}</code></small>"


def _span(seconds: int | None, language: str) -> str:
    """A time in the two largest units; of less than two minutes, in seconds."""
    if seconds is None:
        return NOTHING
    if seconds < 120:
        return f"{seconds} {SECONDS[language]}"
    parts = []
    for size, unit in UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {unit[language]}")
    return " ".join(parts[:2])


def _moment(text: str | None, zone: ZoneInfo) -> str:
    """A moment of the city."""
    return f"{datetime.fromisoformat(text).astimezone(zone):%Y-%m-%d %H:%M}" if text else NOTHING


def _milliseconds(number: int | None, language: str) -> str:
    return NOTHING if number is None else f"{_number(number, language)} ms"


def _percent(part: float | None, language: str) -> str:
    return NOTHING if part is None else f"{_decimal(part * 100, 1, language)} %"


def _number(number: int | None, language: str) -> str:
    """With its thousands apart."""
    return NOTHING if number is None else _punctuated(f"{number:,}", language)


def _decimal(number: float, places: int, language: str) -> str:
    return _punctuated(f"{number:,.{places}f}", language)


def _punctuated(text: str, language: str) -> str:
    return text.translate(SWAPPED) if language == "id" else text


SWAPPED = str.maketrans(",.", ".,")
"""Indonesian writes 1.234,5 for 1,234.5."""
