"""The calendar of an employment office, with job fairs that do not exist, for about a year around today.

Its faults:
- lines folded inside a character; a zone without a description, and times without a zone
- rules without an end, and one that recurs each second
- a moved, an excluded and a cancelled time; an older version of an event after the newer one
- an event without a day; HTML with a script; a wrong address
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from aiohttp import web

from sandbox.kit.control import Control
from sandbox.kit.ical import WIB, Lines, event, next_weekday, serving
from sandbox.kit.seed import kecamatan

AGENCY = "disnaker-agenda"
SATURDAY, THURSDAY = 5, 3
COUNT = 13

LONG_TITLE = "Pekan Kerja Contoh “Siap Kerja, Siap Karya, Siap Usaha Sendiri!”"


def routes(control: Control, now: Callable[[], datetime]) -> list[web.RouteDef]:
    """The calendar at its address."""
    path = "/kalender/bursa-kerja.ics"
    return [serving(control, now, AGENCY, path, fairs, end=b"\r\n", media="text/calendar")]


def fairs(today: date) -> Lines:
    """The events: recurring, moved and cancelled ones, and some that are wrong."""
    lines = ["PRODID:-//Disnaker Contoh//Kalender//ID", "X-WR-CALNAME:Bursa Kerja Contoh"]
    areas = kecamatan()
    for number in range(COUNT):
        lines += _fair(number, areas[number % len(areas)].name, today)
    thursday = next_weekday(today, THURSDAY) - timedelta(weeks=8)
    walk_in = [
        "UID:wawancara@disnaker.example",
        f"DTSTART;TZID=Asia/Jakarta:{thursday:%Y%m%d}T090000",
        "DURATION:PT3H",
        "SUMMARY:Wawancara Kerja Langsung Contoh",
        "LOCATION:Kantor Disnaker Contoh",
        "URL:https://disnaker.example/wawancara",
    ]
    left_out, moved = thursday + timedelta(weeks=10), thursday + timedelta(weeks=9)
    lines += event(*walk_in, "RRULE:FREQ=WEEKLY;BYDAY=TH", f"EXDATE;TZID=Asia/Jakarta:{left_out:%Y%m%d}T090000")
    lines += event(
        "UID:wawancara@disnaker.example",
        f"RECURRENCE-ID;TZID=Asia/Jakarta:{moved:%Y%m%d}T090000",
        f"DTSTART;TZID=Asia/Jakarta:{moved + timedelta(days=1):%Y%m%d}T130000",
        "DURATION:PT3H",
        "SEQUENCE:1",
        "SUMMARY:Wawancara Kerja Langsung Contoh (pindah hari)",
        "LOCATION:Kantor Disnaker Contoh",
    )
    big = next_weekday(today, SATURDAY) + timedelta(weeks=2)
    for sequence, title in ((2, LONG_TITLE), (0, "Pekan Kerja Contoh (lama)")):
        lines += event(
            "UID:pekan@disnaker.example",
            f"SEQUENCE:{sequence}",
            f"DTSTART;VALUE=DATE:{big:%Y%m%d}",
            f"DTEND;VALUE=DATE:{big + timedelta(days=3):%Y%m%d}",
            f"SUMMARY:{title}",
            "LOCATION:Gedung Contoh\\, lantai 2\\; sayap timur",
        )
    lines += event(  # without a time zone
        "UID:sosialisasi@disnaker.example",
        f"DTSTART:{today + timedelta(days=4):%Y%m%d}T080000",
        "SUMMARY:Sosialisasi Kartu Kuning Contoh",
        "URL:javascript:alert(1)",
    )
    lines += event("UID:kosong@disnaker.example", "DTSTART:segera", "SUMMARY:Menyusul")
    lines += event(
        "UID:detik@disnaker.example",
        f"DTSTART:{today - timedelta(days=300):%Y%m%d}T000000Z",
        "RRULE:FREQ=SECONDLY",
        "SUMMARY:Pengingat",
    )
    return [*lines, "BEGIN:VTODO", "UID:tugas@disnaker.example", "SUMMARY:Pesan tenda", "END:VTODO"]


def _fair(number: int, area: str, today: date) -> Lines:
    opens = datetime.combine(today + timedelta(days=number * 21 - 100), time(9), WIB).astimezone(UTC)
    changed = datetime.combine(today - timedelta(days=40 - number), time(15), WIB).astimezone(UTC)
    return event(
        f"UID:bursa-{number}@disnaker.example",
        f"DTSTART:{opens:%Y%m%dT%H%M%SZ}",
        f"DTEND:{opens + timedelta(hours=6):%Y%m%dT%H%M%SZ}",
        f"LAST-MODIFIED:{changed:%Y%m%dT%H%M%SZ}",
        f"SUMMARY:Bursa Kerja Contoh {area}",
        f"LOCATION:Aula Contoh {area}",
        "DESCRIPTION:<p>Bawa <b>CV</b> &amp\\; pas foto.</p><script>alert('contoh')</script>"
        "<ul><li>Gratis</li><li>Terbuka untuk umum</li></ul>",
        f"URL:https://disnaker.example/bursa/{number}",
        "STATUS:CANCELLED" if number == 6 else "STATUS:CONFIRMED",
    )
