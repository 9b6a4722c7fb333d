"""Four kinds of nothing, domain by domain: what is asked, and what must come of it.

`docs/errors.md` has the same table in words; `tests/test_nothing.py` asks each cell of a hub.
"""

from typing import NamedTuple

from tests.profiles import EXAMPLES, here

KINDS = ("empty", "not found", "not published", "unavailable")


class Cell(NamedTuple):
    """A question of somebody; `at` is where the nothing is in its data, and `agency` whom the reason names."""

    query: str
    at: str
    agency: str | None = None
    asks: str | None = None


NOP = EXAMPLES["nop"]

NOTHING: dict[str, tuple[Cell | None, Cell | None, Cell | None, Cell | None]] = {
    "beds": (
        Cell('{ hospitals(name: "zzz") { totalCount } }', "hospitals"),
        Cell('{ hospital(code: "zzz") { name } }', "hospital"),
        Cell(
            '{ hospital(code: "rs-contoh-jatiuwung") { beds { rooms { totalCount } } } }',
            "hospital.beds",
            "rs-contoh-jatiuwung",
        ),
        Cell('{ hospital(code: "rs-contoh-pinang") { beds { capacity } } }', "hospital.beds", "rs-contoh-pinang"),
    ),
    "tax": (
        Cell(f'{{ taxObject(nop: "{NOP}") {{ bills(status: []) {{ totalCount }} }} }}', "taxObject.bills"),
        Cell(f'{{ taxObject(nop: "{NOP.replace("-002.", "-999.")}") {{ street }} }}', "taxObject"),
        Cell(f'{{ taxObject(nop: "{NOP}") {{ asOfYear }} }}', "taxObject", "bapenda"),
        Cell(f'{{ taxObject(nop: "{NOP}") {{ asOfYear }} }}', "taxObject", "bapenda"),
    ),
    "jobs": (
        Cell('{ vacancies(text: "zzz") { totalCount } }', "vacancies"),
        Cell('{ vacancy(code: "zzz") { title } }', "vacancy"),
        Cell("{ vacancies(first: 1) { nodes { text { description } } } }", "vacancies.nodes.0.text", "karirhub"),
        Cell("{ vacancies { totalCount } }", "vacancies", "karirhub"),
    ),
    "prices": (
        Cell('{ commodities(name: "zzz") { totalCount } }', "commodities"),
        Cell('{ commodity(code: "zzz") { name } }', "commodity"),
        Cell('{ commodity(code: "70") { price(on: "2019-01-01") { amount } } }', "commodity.price", "sp2kp"),
        Cell("{ commodities { totalCount } }", "commodities", "sp2kp"),
    ),
    "jdih": (
        Cell('{ regulations(text: "zzz") { totalCount } }', "regulations"),
        Cell('{ regulation(code: "jdih-kota/zzz") { title } }', "regulation"),
        Cell(
            '{ regulation(code: "jdih-kota/10134") { attachments { totalCount } } }',
            "regulation.attachments",
            "jdih-kota",
        ),
        Cell('{ regulation(code: "jdih-kota/10134") { title } }', "regulation", "jdih-kota"),
    ),
    "venues": (
        Cell('{ venues(name: "zzz") { totalCount } }', "venues"),
        Cell('{ venue(code: "gor-contoh/zzz") { name } }', "venue"),
        Cell('{ venue(code: "gor-contoh/1") { openNow } }', "venue.openNow", "gor-contoh"),
        Cell('{ venue(code: "gor-contoh/17") { name } }', "venue", "gor-contoh"),
    ),
    "booking": (
        Cell("{ me { bookings { totalCount } } }", "me.bookings", asks="citizen"),
        Cell('{ booking(code: "gor-contoh/zzz") { state } }', "booking", asks="citizen"),
        Cell(
            '{ venue(code: "gor-contoh/17") { slots(on: "2027-01-20") { totalCount } } }', "venue.slots", "gor-contoh"
        ),
        Cell("{ me { bookings { totalCount } } }", "me.bookings", "gor-contoh", asks="citizen"),
    ),
    "worship": (
        Cell(here('{ mosques(kecamatan: "${city}.99") { totalCount } }'), "mosques"),
        Cell('{ mosque(code: "zzz") { name } }', "mosque"),
        Cell('{ prayerTimes(day: "2031-03-01") { check } }', "prayerTimes", "myquran-v2"),
        Cell("{ mosques { totalCount } }", "mosques", "overpass"),
    ),
    "weather": (
        Cell(here('{ weatherForecasts(kecamatan: "${city}.99") { totalCount } }'), "weatherForecasts"),
        Cell(here('{ weatherForecast(kelurahan: "${city}.99.1001") { issuedAt } }'), "weatherForecast"),
        Cell(here('{ weatherForecast(kelurahan: "${kelurahan}") { issuedAt } }'), "weatherForecast"),
        Cell("{ earthquakes { totalCount } }", "earthquakes", "bmkg-gempa"),
    ),
    "complaints": (
        Cell('{ complaints(topic: "laksa/zzz") { totalCount } }', "complaints"),
        Cell('{ complaint(code: "laksa/zzz") { state } }', "complaint"),
        Cell('{ complaint(code: "lapor/1") { state } }', "complaint", "lapor"),
        Cell("{ complaints { totalCount } }", "complaints", "laksa"),
    ),
    "identity": (
        Cell('{ me { dataUsage(until: "2020-01-01T00:00:00Z") { totalCount } } }', "me.dataUsage", asks="citizen"),
        Cell("{ me { residence { status } } }", "me.residence.status", asks="admin"),
        Cell("{ me { nik(unmasked: true) } }", "me.nik", asks="newcomer"),
        Cell("{ me { residence { status } } }", "me.residence", "disdukcapil", asks="citizen"),
    ),
    "regions": (
        None,
        Cell(here('{ kelurahan(code: "${city}.99.1001") { name } }'), "kelurahan"),
        None,
        None,
    ),
}
