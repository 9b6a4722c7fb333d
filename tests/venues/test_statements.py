"""How often a document asks the store: by what it asks for, and not by how much there is."""

import pytest
from sqlalchemy import Engine, event

SLOTS = "venues(first: 40) { nodes { name slots(first: 1) { nodes { startsAt } } } }"
DOCUMENTS = {
    "{ venues(first: 40) { nodes { name } } }": (1, 0),
    f"{{ {SLOTS} }}": (1 + 2, 3),
    f"{{ {SLOTS.replace('first: 1)', 'last: 2, onlyFree: false)')} }}": (1 + 2, 3),
    f"{{ {SLOTS.replace('{ nodes { startsAt } }', '{ totalCount nodes { startsAt } }')} }}": (1 + 2 * 2, 5),
    "{ venues(first: 40) { nodes { slots(first: 0) { totalCount } day { hours } openNow } } }": (1 + 2 * 2 + 2, 7),
    '{ venues(freeOn: "2026-11-24", first: 40) { nodes { name sports { nodes { name } } } sports { name } } }': (3, 3),
    "{ regulations(first: 3) { nodes { title } } }": (1, 0),
    "{ regulations(first: 3) { totalCount nodes { title } } }": (1, 0),
    "query { regulations(first: 3) { ...Counted } } fragment Counted on RegulationConnection { all: totalCount }": (
        0,
        0,
    ),
    "{ regulations(first: 3) { totalCount @skip(if: true) nodes { amends { nodes { text } } } } }": (2, 0),
    '{ regulations(year: 2020, text: "perda") { totalCount nodes { title } } }': (2, 0),
    '{ regulation(code: "jdih-kota/10011") { title revokes { nodes { text } } } }': (1 + 2, 0),
}
"""By its document, how many statements it makes of the store at first, and when it is asked again.

There are two systems of venues, each asked for slots and for their number. The venues, regulations and counts are kept
as long as their copies stay as they are. The states of the copies, which are asked for at most once a second, are apart.
"""


@pytest.fixture
def statements():
    """Those that are sent to any database, without what begins a transaction, and without the record's head."""
    sent = []

    def note(_connection, _cursor, statement, *_):
        if not statement.startswith(("BEGIN", "PRAGMA")) and "FROM usages" not in statement:
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield sent
    event.remove(Engine, "before_cursor_execute", note)


async def test_the_statements_of_a_document_do_not_grow_with_what_it_finds(hub, statements):
    asked = {}
    for document in DOCUMENTS:
        counts = []
        for _ in range(2):
            statements.clear()
            await hub.data(document)
            states = [each for each in statements if "FROM feeds ORDER BY" in " ".join(each.split())]
            assert len(states) <= 1
            counts.append(len(statements) - len(states))
        asked[document] = tuple(counts)
    assert asked == DOCUMENTS


async def test_what_is_batched_is_what_each_alone_would_get(hub):
    together = (await hub.data(f"{{ {SLOTS.replace('first: 1)', 'first: 2)').replace('name', 'code')} }}"))["venues"]
    found = {each["code"]: each["slots"]["nodes"] for each in together["nodes"]}
    assert len(found) > 5
    assert all(len(slots) == 2 for slots in found.values())
    for code, slots in found.items():
        asked = "query ($code: String!) { venue(code: $code) { slots(first: 2) { nodes { startsAt } } } }"
        assert (await hub.data(asked, {"code": code}))["venue"]["slots"]["nodes"] == slots
