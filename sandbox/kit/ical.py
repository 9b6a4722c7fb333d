"""The iCalendar calendar of an office, and how a stand-in serves it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from aiohttp import web

from sandbox.kit.control import Control

WIB = ZoneInfo("Asia/Jakarta")

Lines = list[str]
"""The lines of a calendar before folding."""


def serving(
    control: Control,
    now: Callable[[], datetime],
    agency: str,
    path: str,
    lines: Callable[[date], Lines],
    *,
    end: bytes,
    media: str,
) -> web.RouteDef:
    """The route of an office's calendar, with this end of lines and this media type."""
    control.register(agency)

    async def serve(request: web.Request) -> web.StreamResponse:
        async def answer(_: web.Request) -> web.Response:
            body = written(lines(now().astimezone(WIB).date()), end)
            return web.Response(body=body, content_type=media, charset="utf-8")

        return await control.answer(agency, "calendar", request, answer)

    return web.get(f"/{agency}{path}", serve)


def written(lines: Lines, end: bytes) -> bytes:
    """The bytes of a calendar. Lines are folded at 75 octets, even inside a character."""
    whole = ["BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR"]
    return b"".join(_folded(line.encode(), end) + end for line in whole)


def _folded(line: bytes, end: bytes) -> bytes:
    rest = [line[at : at + 74] for at in range(75, len(line), 74)]
    return (end + b" ").join([line[:75], *rest])


def event(*lines: str) -> Lines:
    """An event with these properties."""
    return ["BEGIN:VEVENT", "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT"]


def next_weekday(today: date, weekday: int) -> date:
    """The next such weekday (0 is Monday); today, if it is one."""
    return today + timedelta(days=(weekday - today.weekday()) % 7)
