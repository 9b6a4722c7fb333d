"""The page of administrators, in the frame of all pages for people. It shows the answer to the document `what-runs`."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from engine.pages.admin import words
from engine.pages.admin.tables import TABLES, clock_time, worst_first
from engine.pages.site.frame import Content, Frame, policy_of, table

STYLE = (Path(__file__).parent / "admin.css").read_text(encoding="utf-8")


class SeenRunning(NamedTuple):
    """What an administrator sees: the data and the errors of the answer, when it was made, and until when."""

    data: Mapping[str, Any]
    problems: tuple[str, ...]
    at: datetime
    until: datetime


class AdminPage:
    """The page of one city. A browser may send its forms to the provider, where they lead on to."""

    def __init__(self, frame: Frame, zone: ZoneInfo, issuer: str) -> None:
        self._frame = frame
        self._zone = zone
        origin = urlsplit(issuer)._replace(path="", query="", fragment="").geturl()
        self.policy = policy_of(STYLE, f"'self' {origin}")

    def door(self, language: str, problem: str | None = None) -> str:
        """The page for whoever has not signed in."""
        told = f'<p class="note problem" role="alert">{escape(problem)}</p>' if problem else ""
        return self._page(language, f"{told}<p>{words.DOOR[language]}</p>{_button(language, 'enter')}")

    def html(self, language: str, seen: SeenRunning) -> str:
        """The whole page."""
        return self._page(language, "\n".join(self._parts(language, seen)))

    def ended(self, language: str) -> str:
        """A sign-in that cannot be used."""
        return words.ENDED[language]

    def away(self, language: str) -> str:
        """A provider that does not answer."""
        return words.AWAY[language]

    def _page(self, language: str, body: str) -> str:
        title = words.TITLE[language]
        return self._frame.page(Content(title, f"<h1>{title}</h1>\n{body}", style=STYLE), "/admin", language)

    def _parts(self, language: str, seen: SeenRunning) -> Iterator[str]:
        if seen.problems:
            listed = " ".join(map(escape, seen.problems))
            yield f'<p class="note problem" role="alert"><strong>{words.PROBLEM[language]}.</strong> {listed}</p>'
        times = (clock_time(each.astimezone(self._zone)) for each in (seen.at, seen.until))
        yield f'<p class="lead">{_summary(language, seen.data)}</p>'
        yield f'<p class="quiet">{words.SEEN[language].format(*times)}</p>{_button(language, "leave")}'
        for name, (title, row) in TABLES.items():
            yield f"<h2>{title[language]}</h2>"
            part = seen.data.get(name)
            if part is None:
                yield f'<p class="down">{words.UNREAD[language]}</p>'
                continue
            nodes = worst_first(part["nodes"]) if name == "agencies" else part["nodes"]
            rows = [row(each, language, self._zone) for each in nodes]
            heads = words.HEADS[title][language].split("|")
            yield table(heads, rows) if rows else f'<p class="quiet">{words.NONE[title][language]}</p>'
            if part.get("totalCount", 0) > len(rows):
                yield f'<p class="quiet">{words.MORE[language].format(len(rows), part["totalCount"])}</p>'


def _summary(language: str, data: Mapping[str, Any]) -> str:
    states = [each["state"] for each in _nodes(data, "agencies")]
    feeds = _nodes(data, "feeds")
    return words.SUMMARY[language].format(
        agencies=len(states),
        up=states.count("UP"),
        degraded=states.count("DEGRADED"),
        down=states.count("DOWN"),
        unknown=states.count("UNKNOWN"),
        findings=(data.get("findings") or {}).get("totalCount", "?"),
        feeds=sum(each["problem"] is not None for each in feeds),
        all_feeds=len(feeds),
    )


def _nodes(data: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    return (data.get(name) or {}).get("nodes") or []


def _button(language: str, do: str) -> str:
    label, kind = (words.LEAVE, ' class="plain"') if do == "leave" else (words.SIGN_IN, "")
    hidden = f'<input type="hidden" name="do" value="{do}">'
    return (
        f'<form method="post" action="/admin?lang={language}">{hidden}<button{kind}>{label[language]}</button></form>'
    )
