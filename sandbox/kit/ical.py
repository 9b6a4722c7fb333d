"""The calendars of an employment office and of a sport office, as iCalendar, with what their readers have to bear.

The first one's habits: lines folded in the middle of a character; a zone that it does not describe, and times without
any; rules without an end, one that recurs each second; a moved time, a left-out one, a called-off one; an older version
of an event behind the newer; an event without a day; HTML with a script; an address that is none. The second one's:
lines that end in LF, sent as plain text; a zone by Windows' name; durations; a rule since 1983.
"""

from collections.abc import Callable
from datetime import date, datetime

from aiohttp import web

from sandbox.kit.agenda import WIB, Lines, fairs, sport
from sandbox.kit.control import Control

FAIRS = "disnaker-agenda"
SPORT = "dispora-agenda"


def routes(control: Control, now: Callable[[], datetime]) -> list[web.RouteDef]:
    """One calendar each."""

    def calendar(agency: str, path: str, lines: Callable[[date], Lines], end: bytes, media: str) -> web.RouteDef:
        control.register(agency)

        async def serve(request: web.Request) -> web.StreamResponse:
            async def answer(_: web.Request) -> web.Response:
                body = written(lines(now().astimezone(WIB).date()), end)
                return web.Response(body=body, content_type=media, charset="utf-8")

            return await control.answer(agency, "calendar", request, answer)

        return web.get(f"/{agency}{path}", serve)

    return [
        calendar(FAIRS, "/kalender/bursa-kerja.ics", fairs, b"\r\n", "text/calendar"),
        calendar(SPORT, "/agenda.ics", sport, b"\n", "text/plain"),
    ]


def written(lines: Lines, end: bytes) -> bytes:
    """A calendar; no line longer than 75 octets, whatever character that is in the middle of."""
    whole = ["BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR"]
    return b"".join(_folded(line.encode(), end) + end for line in whole)


def _folded(line: bytes, end: bytes) -> bytes:
    rest = [line[at : at + 74] for at in range(75, len(line), 74)]
    return (end + b" ").join([line[:75], *rest])
