"""A page costs the same of a short list and of one that is many times as long, once its records are there.

What is counted are the lines of the hub's own rooms that an operation runs, so no timing decides.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from connectors.kit.read import Read
from tests.clock import FakeClock
from tests.conftest import ROOT, listening
from tests.profiles import here

TIMES = 12
FEW = 50
"""Lines of two thousand that may differ because the first items are others."""
NAMES = ("code", "uid", "reference", "commodity")
"""What records call their own code."""
ROOMS = tuple(f"{ROOT / room}/" for room in ("auth", "cache", "connectors", "engine", "resolvers", "schema"))

PAGE = "pageInfo { endCursor hasNextPage }"
LISTS = {
    "vacancies": [
        "(first: 1) { totalCount nodes { id title open ageDays source { agency } origins { nodes { code } } } %s }",
        "(last: 1, orderBy: CLOSING_SOON) { edges { cursor node { code } } }",
        here('(first: 1, text: "a", region: "${city}", minSalary: 1) { totalCount nodes { title } }'),
        "(first: 1, jobType: FULL_TIME, education: ANY) { totalCount nodes { title } }",
        "(first: 1) { categories { name count } jobTypes { name count } educations { name } kecamatan { value } }",
    ],
    "internships": [
        "(first: 1) { totalCount nodes { id title open source { agency } } %s }",
        here('(first: 1, orderBy: MOST_PLACES, text: "a", region: "${city}") { totalCount nodes { title } }'),
    ],
    "jobFairs": ["(first: 1) { totalCount nodes { id title source { agency } } ics %s }"],
    "sportEvents": ["(first: 1) { totalCount nodes { id title source { agency } } sports %s }"],
    "commodities": [
        "(first: 1) { totalCount nodes { id name price { amount sinceWeek { percent } } } %s }",
        '(first: 1, name: "beras", source: "sp2kp") { totalCount nodes { chart { lowest points { totalCount } } } }',
    ],
    "priceMoves": ["(first: 1) { totalCount nodes { price { amount commodity { name } } change { percent } } %s }"],
    "markets": ["(first: 1, type: TRADITIONAL) { totalCount nodes { id name kecamatan { name } } %s }"],
    "mosques": [
        "(first: 1) { totalCount nodes { id name source { agency } attributions } %s }",
        here('(first: 1, kind: MOSQUE, kecamatan: "${kecamatan}", text: "al") { totalCount nodes { name } }'),
    ],
    "zakatRules": ["(first: 1) { totalCount nodes { id inForce source { agency } } %s }"],
    "zakatOffices": ["(first: 1) { totalCount nodes { id name source { agency } } %s }"],
    "earthquakes": ["(first: 1, feltHere: true) { totalCount nodes { id magnitude source { agency } } %s }"],
    "complaints": ["(first: 1) { totalCount nodes { id timeliness source { agency } } %s }"],
    "complaintTopics": ['(first: 1, search: "a") { totalCount nodes { id name source { agency } } %s }'],
    "prayerTimes": ["{ fajr check publisher { agency } }"],
    "monthlyPrayerTimes": ["(first: 1) { totalCount nodes { fajr } %s }"],
    "hospitals": ['(first: 1, name: "rs") { totalCount nodes { id name kelurahan { name } } %s }'],
    "bedClasses": ["(first: 1) { totalCount nodes { code } %s }"],
}
SINGLE = {
    "vacancies": "vacancy", "internships": "internship", "jobFairs": "jobFair", "sportEvents": "sportEvent",
    "commodities": "commodity", "markets": "market", "mosques": "mosque", "zakatRules": "zakatRule",
}  # fmt: skip
"""The fields that find one thing of a list by its code."""
GIVEN = ("prayerTimes", "monthlyPrayerTimes", "hospitals")
"""What does not grow with what is read: days, and hospitals, which are configured."""
DOCUMENTS = [
    (name, f"{{ {name}{each % PAGE if '%s' in each else each} }}") for name, asked in LISTS.items() for each in asked
]


def more(records):
    """Each record so many times, each time with another code."""
    if isinstance(records, tuple):
        return tuple(again(each, number) for number in range(TIMES) for each in records)
    if isinstance(records, msgspec.Struct):
        many = {
            name: more(value) for name, value in msgspec.structs.asdict(records).items() if isinstance(value, tuple)
        }
        return msgspec.structs.replace(records, **many)
    return records


def again(record, number):
    if not number or not isinstance(record, msgspec.Struct):
        return record
    fields = set(record.__struct_fields__)
    changed = {name: f"{getattr(record, name)}-{number}" for name in NAMES if name in fields}
    if "name" in fields and record.name:
        changed["name"] = f"{record.name} {number}"
    return msgspec.structs.replace(record, **changed, **({"standard": None} if "standard" in fields else {}))


@contextmanager
def lines_counted() -> Iterator[list[int]]:
    """How many lines of our rooms are run in this block."""
    counted = [0]

    def line(_frame, event, _argument):
        counted[0] += event == "line"
        return line

    def call(frame, _event, _argument):
        return line if frame.f_code.co_filename.startswith(ROOMS) else None

    before = sys.gettrace()
    sys.settrace(call)
    try:
        yield counted
    finally:
        sys.settrace(before)


async def cost(hub, query):
    """The size of a list, and the lines of an operation that finds all at hand."""
    for _ in range(2):
        answer = await hub.data(query)
    with lines_counted() as counted:
        again = await hub.data(query)
    assert again == answer
    return answer, counted[0]


async def single(hub, name, field):
    """A document that asks for the first thing of a list by its code."""
    (first,) = (await hub.data(f"{{ {name}(first: 1) {{ nodes {{ code }} }} }}"))[name]["nodes"]
    return field, f'{{ {field}(code: "{first["code"]}") {{ id }} }}'


async def test_a_page_of_a_list_in_memory_costs_the_same_however_long_it_is(configuration, store_url, monkeypatch):
    fetch, clock = Read.fetch, FakeClock()

    async def fetched(self):
        found = await fetch(self)
        return msgspec.structs.replace(found, records=more(found.records))

    async with listening(configuration, clock, store_url=store_url) as hub:
        documents = [*DOCUMENTS, *[await single(hub, *names) for names in SINGLE.items()]]
        small = {query: await cost(hub, query) for _, query in documents}
    monkeypatch.setattr(Read, "fetch", fetched)
    async with listening(configuration, clock, store_url=store_url) as hub:
        large = {query: await cost(hub, query) for _, query in documents}
    for name, query in documents:
        (one, little), (other, much) = small[query], large[query]
        if "totalCount" in query and name not in GIVEN:
            assert other[name]["totalCount"] >= TIMES * one[name]["totalCount"] > 0, query
        assert much <= little + FEW, query
