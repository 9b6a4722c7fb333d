"""How lists and searches are read: by an index, in the order of the list, and no more of a copy than a page has."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, event, text

from connectors.jdih.records import Citation, RegulationStatus
from store.audit.readings import ReadingsWanted, listing
from store.jdih.regulations import RegulationCopies, RegulationOrder, RegulationsWanted
from store.kit.paging import PageRequest
from store.venues.slots import SlotCopies, SlotsWanted

NOW = datetime(2026, 11, 23, tzinfo=UTC)
PUBLISHERS = ["a", "b", "c"]
PAGE, LAST = PageRequest(size=20), PageRequest(size=20, backwards=True)
CITED = [Citation("PERDA", "8", 2019)]
FREE = SlotsWanted(agency="a", since=NOW, only_free=True)
ON_A_DAY = SlotsWanted(agency="a", since=NOW, until=NOW + timedelta(days=1), only_free=True)
COURTS = [("v1", "v2"), ("v3",)]


def listed(order=RegulationOrder.NEWEST, window=PAGE, agencies=PUBLISHERS, **wanted):
    return lambda of: RegulationCopies(of).find(agencies, RegulationsWanted(**wanted), order, window)


def counted(**wanted):
    return lambda of: RegulationCopies(of).count(PUBLISHERS, RegulationsWanted(**wanted))


def audited(window=PAGE, **wanted):
    return lambda of: of.read(lambda connection: listing(ReadingsWanted(**wanted)).fetch(connection, window, tuple))


ASKED = {
    "newest": (listed(), {"regulations_by_newest"}),
    "of one publisher": (listed(agencies=["a"]), {"regulations_by_newest"}),
    "the last": (listed(window=LAST), {"regulations_by_newest"}),
    "after": (listed(window=PageRequest(size=20, after=("2000", "a", "k1"))), {"regulations_by_newest"}),
    "oldest": (listed(RegulationOrder.OLDEST), {"regulations_by_oldest"}),
    "of a year": (listed(year=2000), {"regulations_of_a_year"}),
    "of a kind": (listed(kind="perda"), {"regulations_by_newest"}),
    "of a status": (listed(status=RegulationStatus.IN_FORCE), {"regulations_by_newest"}),
    "of a subject": (listed(subject="pajak"), {"regulations_by_newest"}),
    "all": (counted(), set()),
    "how many of a year": (counted(year=2000), {"regulations_of_a_year"}),
    "one": (lambda of: RegulationCopies(of).get("a", "k1"), {"regulations_of_a_generation"}),
    "slots": (lambda of: SlotCopies(of).of_each(FREE, COURTS, PAGE), {"slots_by_venue"}),
    "the last slots": (lambda of: SlotCopies(of).of_each(FREE, COURTS, LAST), {"slots_by_venue"}),
    "slots after": (
        lambda of: SlotCopies(of).of_each(FREE, COURTS, PageRequest(size=3, after=(1, "k"))), {"slots_by_venue"},
    ),
    "how many slots": (lambda of: SlotCopies(of).count_each(FREE, COURTS), {"slots_by_venue"}),
    "slots of a day": (
        lambda of: SlotCopies(of).touching("a", COURTS, NOW, NOW + timedelta(days=1)),
        {"slots_by_venue", "slots_over_a_day"},
    ),
    "free on a day": (lambda of: SlotCopies(of).free_names(ON_A_DAY), {"slots_by_time"}),
    "number": (listed(number="8"), {"regulations_cited"}),
    "words": (listed(RegulationOrder.RELEVANCE, text="perda 8 2000"), {"regulations_words"}),
    "how many with words": (counted(text="pajak"), {"regulations_words"}),
    "named": (lambda of: RegulationCopies(of).named(PUBLISHERS, CITED), {"regulations_cited"}),
    "naming": (lambda of: RegulationCopies(of).naming(PUBLISHERS, CITED), {"regulations_words"}),
    "all readings": (audited(), {"usages_by_time"}),
    "readings of a day": (audited(since=NOW, until=NOW + timedelta(days=1)), {"usages_by_time"}),
    "readings of a person": (audited(subject="s-1"), {"usages_by_subject"}),
    "readings by a person": (audited(reader="r-1"), {"usages_by_person"}),
    "readings by an agency": (audited(agency="a-1"), {"usages_by_agency"}),
    "readings by an app": (audited(app="p-1"), {"usages_by_app"}),
    "readings for a purpose": (audited(purpose="w-1"), {"usages_by_purpose"}),
    "readings in a case": (audited(case="c-1"), {"usages_by_case"}),
    "readings after": (audited(PageRequest(size=20, after=(10**15, 5)), case="c-1"), {"usages_by_case"}),
}  # fmt: skip
"""By what is asked: the indexes by which it is read."""
SORTED = {"number", "words", "named", "naming", "slots of a day", "slots", "the last slots"}
"""What an index of words or numbers has found is put in order; and what is read of several venues."""

FILL = (
    "INSERT INTO feeds (agency, name, generation, shown, sweeping, documents, due_at)"
    " SELECT a, 'regulations', 1, 1, false, 900, now() FROM unnest(array['a', 'b', 'c']) a",
    "INSERT INTO regulations"
    " (agency, key, generation, level, kind, abbreviation, number, year, status, newest, subjects, heading, topics,"
    " cites, body) SELECT a, 'k' || n, 1, 'CITY', 'perda', 'perda', n % 100, 1990 + n % 30, 'IN_FORCE',"
    " 1990 + n % 30, 'pajak', 'perda pajak ' || n, '', '', '' FROM unnest(array['a', 'b', 'c']) a,"
    " generate_series(1, 900) n",
    "INSERT INTO slots (agency, key, generation, venue, starts_at, ends_at, remaining, body)"
    " SELECT a, v || '-' || n, 1, 'v' || v, 1795392000 + n * 3600, 1795395600 + n * 3600, n % 2, ''"
    " FROM unnest(array['a', 'b']) a, generate_series(1, 20) v, generate_series(-100, 100) n",
    "INSERT INTO usages_by_reader (sequence, at, subject, reader, agency, app, purpose, reference)"
    " SELECT n, cast(n AS bigint) * 1000000000, 's-' || n % 3, 'r-' || n % 3, 'a-' || n % 3, 'p-' || n % 3, 'w-' || n % 3,"
    " 'c-' || n % 3 FROM generate_series(1, 3000) n",
    "ANALYZE",
)


@pytest.fixture
async def plans(database):
    """By what is asked: the lines of the plan of its first statement. PostgreSQL has rows and statistics to plan by."""
    sent = []

    def note(_connection, _cursor, statement, parameters, *_):
        if statement.startswith("SELECT"):
            sent.append((statement, parameters))

    def explain(connection, statement, parameters):
        if database.dialect == "sqlite":
            return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        return [row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)]

    first = {}
    event.listen(Engine, "before_cursor_execute", note)
    for name, (ask, _) in ASKED.items():
        sent.clear()
        await ask(database)
        first[name] = sent[0]
    event.remove(Engine, "before_cursor_execute", note)
    if database.dialect == "postgresql":
        await database.write(lambda connection: [connection.execute(text(each)) for each in FILL])
    return await database.read(lambda connection: {name: explain(connection, *each) for name, each in first.items()})


def indexes(lines):
    """By which indexes of copies it reads."""
    found = set()
    for line in lines:
        if "MATERIALIZE" not in line and (index := re.search(r"(?:INDEX|using|Index Scan on) (\w+)", line)):
            found.add({"sqlite_autoindex_regulations_1": "regulations_of_a_generation"}.get(index[1], index[1]))
        if "SCAN regulations_words VIRTUAL" in line:
            found.add("regulations_words")
    return {each for each in found if each.startswith(("regulations", "slots", "usages"))}


def scans(lines):
    """What it reads as a whole."""
    return [
        line
        for line in lines
        if re.search(r"^SCAN (regulations|slots|usages_by_reader)$|Seq Scan on (regulations|slots|usages)", line)
    ]


def sorts(lines):
    """What it puts in order; but not the pages of several publishers, of which each is in order."""
    return [
        line
        for before, line in zip(["", *lines], lines, strict=False)
        if (line.startswith("USE TEMP B-TREE") and not before.startswith("SCAN anon_"))
        or re.search(r"^[ \->]*Sort  ", line)
    ]


async def test_every_list_and_search_is_read_by_an_index_and_in_its_order(plans):
    assert {name: indexes(lines) for name, lines in plans.items()} == {name: by for name, (_, by) in ASKED.items()}
    assert {name: found for name, lines in plans.items() if (found := scans(lines))} == {}
    assert {name for name, lines in plans.items() if sorts(lines)} - SORTED - {"free on a day"} == set()
