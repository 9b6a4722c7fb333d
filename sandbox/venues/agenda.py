"""The agenda of a sport office: events that nobody holds, a good year of them around today.

Its habits: lines that end in LF, sent as plain text; a zone by Windows' name; durations; a rule since 1983.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from aiohttp import web

from sandbox.kit.control import Control
from sandbox.kit.ical import Lines, event, next_weekday, serving
from sandbox.kit.seed import city, kecamatan

AGENCY = "dispora-agenda"
SPORTS = ("Futsal", "Badminton", "Bola Basket", "Bola Voli", "Tenis", "Renang", "Atletik", "Tenis Meja")


def routes(control: Control, now: Callable[[], datetime]) -> list[web.RouteDef]:
    """The agenda at its address."""
    return [serving(control, now, AGENCY, "/agenda.ics", sport, end=b"\n", media="text/plain")]


def sport(today: date) -> Lines:
    """The sport office's: with a time zone that only Windows calls so, durations, and rules without an end."""
    lines = [
        "PRODID:-//Dispora Contoh//Agenda//ID",
        "BEGIN:VTIMEZONE",
        "TZID:SE Asia Standard Time",
        "BEGIN:STANDARD",
        "DTSTART:16010101T000000",
        "TZOFFSETFROM:+0700",
        "TZOFFSETTO:+0700",
        "END:STANDARD",
        "END:VTIMEZONE",
    ]
    areas = kecamatan()
    for number in range(26):
        game, area = SPORTS[number % len(SPORTS)], areas[number % len(areas)].name
        day = today + timedelta(days=number * 12 - 90)
        lines += event(
            f"UID:lomba-{number}@dispora.example",
            f"DTSTART;TZID=SE Asia Standard Time:{day:%Y%m%d}T{7 + number % 12:02d}0000",
            "DURATION:PT2H30M",
            f"SUMMARY:Lomba {game} Contoh {area}",
            f"CATEGORIES:{game}",
            f"LOCATION:GOR Contoh {area}",
            *(["STATUS:CANCELLED"] if number % 9 == 8 else []),
        )
    sunday = next_weekday(today, 6) - timedelta(weeks=30)
    lines += event(
        "UID:jalan-pagi@dispora.example",
        f"DTSTART;TZID=SE Asia Standard Time:{sunday:%Y%m%d}T060000",
        "DURATION:PT3H",
        "RRULE:FREQ=MONTHLY;BYDAY=1SU",
        "SUMMARY:Jalan Pagi Contoh",
        "CATEGORIES:Jalan Sehat,Atletik",
        "LOCATION:Stadion Contoh",
        "GEO:{:.6f};{:.6f}".format(*city().position(-0.0017, 0.0005)),
    )
    lines += event(
        "UID:haornas@dispora.example",
        "DTSTART;VALUE=DATE:19830909",
        "RRULE:FREQ=YEARLY",
        "SUMMARY:Hari Olahraga Nasional",
        "GEO:di sini",
    )
    return lines
