"""What a hub is asked so that it asks one agency: a question for each agency of agencies.toml that has a stand-in."""

from typing import NamedTuple

from sandbox.beds.hospitals import hospitals
from tests.profiles import here

BEDS = '{{ hospital(code: "{}") {{ name beds {{ capacity free }} }} }}'
JOBS = "{ vacancies(first: 5) { totalCount nodes { title company } } }"
PRICES = "{ priceMoves(over: WEEK, first: 3) { nodes { price { commodity { name } amount day } change { percent } } } }"
LAWS = "{{ regulations(level: {}, first: 3) {{ totalCount nodes {{ code title }} }} }}"
VENUES = "{ venues(first: 5) { totalCount nodes { code name } } }"
TAX = here('{ taxObject(nop: "${nop}") { asOfYear bills(first: 2) { nodes { year amount status } } } }')
PRAYERS = here('{ prayerTimes(kelurahan: "${kelurahan}") { fajr maghrib basis difference } }')
MOSQUES = "{ mosques(first: 5) { totalCount nodes { name latitude } } }"
SLOTS = "{ me { bookings(first: 3) { totalCount } } }"


class Question(NamedTuple):
    """`personal`: a citizen has to sign in. `instead_of`: it is asked where that agency does not answer.

    `copied`: the hub follows it behind the scenes, and asks it in no query. `older`: what an older answer makes of a part
    of the answer; a warning that may have come since is not ruled out.
    """

    query: str
    personal: bool = False
    instead_of: str | None = None
    copied: bool = False
    older: dict[str, object] | None = None

    @property
    def field(self) -> str:
        """The root field."""
        return self.query.strip("{ ").split("(")[0].split(" ")[0]


OVER_HTTP: dict[str, Question] = {
    **{each.code: Question(BEDS.format(each.code)) for each in hospitals()},
    f"{hospitals()[0].code}-siranap": Question(BEDS.format(hospitals()[0].code), instead_of=hospitals()[0].code),
    "rs-contoh-poris": Question(BEDS.format("rs-contoh-poris")),
    "rs-contoh-gerendeng": Question(BEDS.format("rs-contoh-gerendeng")),
    "bapenda": Question(TAX),
    "disdukcapil": Question("{ me { residence { status within } } }", personal=True),
    "karirhub": Question(JOBS),
    "blk-contoh": Question(JOBS),
    "disnaker-contoh": Question(JOBS),
    "maganghub": Question("{ internships(first: 5) { totalCount nodes { title company } } }"),
    "disnaker-agenda": Question("{ jobFairs(first: 5) { totalCount nodes { title startsAt } } }"),
    "sp2kp": Question(PRICES),
    "pihps": Question(PRICES),
    "dispora-agenda": Question("{ sportEvents(first: 5) { totalCount nodes { title startsAt } } }"),
    "laksa": Question("{ complaintTopics(first: 5) { totalCount nodes { code name } } }"),
    "myquran-v3": Question(PRAYERS),
    "myquran-v2": Question(PRAYERS, instead_of="myquran-v3"),
    "overpass": Question(MOSQUES),
    "simas": Question(MOSQUES),
    "bmkg-peringatan": Question(
        "{ weatherWarnings { checked warnings(first: 5) { totalCount nodes { event } } } }",
        older={"checked": False},
    ),
    "bmkg-gempa": Question("{ earthquakes(first: 5) { totalCount nodes { magnitude depth } } }"),
}
"""The agencies that are asked in a query, over HTTP."""

COPIED: dict[str, Question] = {
    "jdih-kota": Question(LAWS.format("CITY"), copied=True),
    "jdih-provinsi": Question(LAWS.format("PROVINCE"), copied=True),
    "jdih-pusat": Question(LAWS.format("STATE"), copied=True),
    "gor-contoh": Question(VENUES, copied=True),
    "bmkg-prakiraan": Question(
        here('{ weatherForecast(kelurahan: "${kelurahan}") { kelurahan { name } } }'), copied=True
    ),
}
"""The agencies whose collections the hub follows over HTTP."""

OVER_SQL: dict[str, Question] = {
    "bapenda-sismiop": Question(TAX, instead_of="bapenda"),
    "bapenda-bphtb": Question('{ bphtbDeed(number: "2026.000001.01") { stage paid } }', personal=True),
    "dpmptsp-retribusi": Question('{ retributionBill(billingCode: "99360000000001") { total status } }'),
    "kartu-kuning-contoh": Question("{ me { yellowCard { status valid } } }", personal=True),
    "survei-pasar": Question(PRICES),
    "gor-kota": Question(SLOTS, personal=True),
}
"""The agencies whose databases are asked."""

NEVER_ASKED = {"lapor"}
"""It has a stand-in that only takes letters."""

ASKED = OVER_HTTP | COPIED | OVER_SQL
SECONDED = {each.instead_of for each in ASKED.values() if each.instead_of}
"""Those that have a second source. It may answer first, and then nothing is said of them."""
COMPANIONS = {
    "regulations": LAWS.format("CITY"),
    "hospital": BEDS.format("rs-contoh-gerendeng"),
    "taxObject": TAX,
    "jobFairs": "{ jobFairs(first: 5) { totalCount nodes { title startsAt } } }",
}
"""What is asked beside a question, of other domains."""


def beside(question: Question) -> str:
    """The question, and what others are asked in the same breath."""
    others = [query for field, query in COMPANIONS.items() if field != question.field]
    return (
        "{ " + " ".join(each.strip().removeprefix("{").removesuffix("}") for each in [question.query, *others]) + " }"
    )
