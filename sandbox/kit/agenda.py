"""Job fairs and sport events that nobody holds, a good year of them around today, as two offices would write them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sandbox.kit.seed import kecamatan

WIB = ZoneInfo("Asia/Jakarta")
SATURDAY, THURSDAY = 5, 3
SPORTS = ("Futsal", "Badminton", "Bola Basket", "Bola Voli", "Tenis", "Renang", "Atletik", "Tenis Meja")

LONG_TITLE = "Pekan Kerja Contoh “Siap Kerja, Siap Karya, Siap Usaha Sendiri!”"

Lines = list[str]


def fairs(today: date) -> Lines:
    """The employment office's: recurring ones, moved ones and called-off ones, and what should not be there."""
    lines = ["PRODID:-//Disnaker Contoh//Kalender//ID", "X-WR-CALNAME:Bursa Kerja Contoh"]
    for number, area in enumerate(kecamatan()):
        lines += _fair(number, area.name, today)
    thursday = _next(today, THURSDAY) - timedelta(weeks=8)
    walk_in = [
        "UID:wawancara@disnaker.example",
        f"DTSTART;TZID=Asia/Jakarta:{thursday:%Y%m%d}T090000",
        "DURATION:PT3H",
        "SUMMARY:Wawancara Kerja Langsung Contoh",
        "LOCATION:Kantor Disnaker Contoh",
        "URL:https://disnaker.example/wawancara",
    ]
    left_out, moved = thursday + timedelta(weeks=10), thursday + timedelta(weeks=9)
    lines += _event(*walk_in, "RRULE:FREQ=WEEKLY;BYDAY=TH", f"EXDATE;TZID=Asia/Jakarta:{left_out:%Y%m%d}T090000")
    lines += _event(
        "UID:wawancara@disnaker.example",
        f"RECURRENCE-ID;TZID=Asia/Jakarta:{moved:%Y%m%d}T090000",
        f"DTSTART;TZID=Asia/Jakarta:{moved + timedelta(days=1):%Y%m%d}T130000",
        "DURATION:PT3H",
        "SEQUENCE:1",
        "SUMMARY:Wawancara Kerja Langsung Contoh (pindah hari)",
        "LOCATION:Kantor Disnaker Contoh",
    )
    big = _next(today, SATURDAY) + timedelta(weeks=2)
    for sequence, title in ((2, LONG_TITLE), (0, "Pekan Kerja Contoh (lama)")):
        lines += _event(
            "UID:pekan@disnaker.example",
            f"SEQUENCE:{sequence}",
            f"DTSTART;VALUE=DATE:{big:%Y%m%d}",
            f"DTEND;VALUE=DATE:{big + timedelta(days=3):%Y%m%d}",
            f"SUMMARY:{title}",
            "LOCATION:Gedung Contoh\\, lantai 2\\; sayap timur",
        )
    lines += _event(  # nobody said in which zone
        "UID:sosialisasi@disnaker.example",
        f"DTSTART:{today + timedelta(days=4):%Y%m%d}T080000",
        "SUMMARY:Sosialisasi Kartu Kuning Contoh",
        "URL:javascript:alert(1)",
    )
    lines += _event("UID:kosong@disnaker.example", "DTSTART:segera", "SUMMARY:Menyusul")
    lines += _event(
        "UID:detik@disnaker.example",
        f"DTSTART:{today - timedelta(days=300):%Y%m%d}T000000Z",
        "RRULE:FREQ=SECONDLY",
        "SUMMARY:Pengingat",
    )
    return [*lines, "BEGIN:VTODO", "UID:tugas@disnaker.example", "SUMMARY:Pesan tenda", "END:VTODO"]


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
        lines += _event(
            f"UID:lomba-{number}@dispora.example",
            f"DTSTART;TZID=SE Asia Standard Time:{day:%Y%m%d}T{7 + number % 12:02d}0000",
            "DURATION:PT2H30M",
            f"SUMMARY:Lomba {game} Contoh {area}",
            f"CATEGORIES:{game}",
            f"LOCATION:GOR Contoh {area}",
            *(["STATUS:CANCELLED"] if number % 9 == 8 else []),
        )
    sunday = _next(today, 6) - timedelta(weeks=30)
    lines += _event(
        "UID:jalan-pagi@dispora.example",
        f"DTSTART;TZID=SE Asia Standard Time:{sunday:%Y%m%d}T060000",
        "DURATION:PT3H",
        "RRULE:FREQ=MONTHLY;BYDAY=1SU",
        "SUMMARY:Jalan Pagi Contoh",
        "CATEGORIES:Jalan Sehat,Atletik",
        "LOCATION:Stadion Contoh",
        "GEO:-6.171700;106.640500",
    )
    lines += _event(
        "UID:haornas@dispora.example",
        "DTSTART;VALUE=DATE:19830909",
        "RRULE:FREQ=YEARLY",
        "SUMMARY:Hari Olahraga Nasional",
        "GEO:di sini",
    )
    return lines


def _fair(number: int, area: str, today: date) -> Lines:
    opens = datetime.combine(today + timedelta(days=number * 21 - 100), time(9), WIB).astimezone(UTC)
    changed = datetime.combine(today - timedelta(days=40 - number), time(15), WIB).astimezone(UTC)
    return _event(
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


def _event(*lines: str) -> Lines:
    return ["BEGIN:VEVENT", "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT"]


def _next(today: date, weekday: int) -> date:
    return today + timedelta(days=(weekday - today.weekday()) % 7)
