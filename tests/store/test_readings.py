"""How auditors find entries, on both databases: by what they say, whoever wrote them, and nothing but the entries."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from sqlalchemy import text

from store.audit import readings as module
from store.audit.audit_log import AuditLog, AuditLogBroken
from store.audit.readings import ASTRAY, Readings, ReadingsWanted, astray
from store.kit.paging import PageRequest
from tests.store.test_audit_log import READER, SEAL, tamper

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
PAGE = PageRequest(size=100)
WAYS = {
    "subject": "person-0",
    "reader": "0007",
    "agency": "dishub",
    "app": "notaris",
    "purpose": "licence",
    "case": "LKT/9",
}


async def fill(database):
    """Nine entries, a minute apart: each third is for a reader, purpose and case of its own."""
    log = AuditLog(database, SEAL)
    other = msgspec.structs.replace(
        READER, person="0007", agency="dishub", app="notaris", purpose="licence", case="LKT/9"
    )
    for number in range(9):
        reader = READER if number % 3 else other
        await log.append({f"person-{number % 2}": {"TAXPAYER"}}, reader, NOW + timedelta(minutes=number))
    return log


def numbers(found):
    return [entry.sequence for _, entry in found.items]


async def test_each_filter_finds_its_entries_newest_first_in_pages_and_all_together(database, monkeypatch):
    monkeypatch.setattr(module, "AT_ONCE", 4)
    await fill(database)
    readings, third = Readings(database), [7, 4, 1]
    for name, value in WAYS.items():
        wanted = ReadingsWanted(**{name: value})
        found, head = await readings.cut(wanted, PAGE)
        assert (numbers(found), head) == ([9, 7, 5, 3, 1] if name == "subject" else third, 9), name
        assert await readings.count(wanted, 6) == (3 if name == "subject" else 2), name
    together = ReadingsWanted(subject="person-0", case="LKT/9", until=NOW + timedelta(minutes=6))
    assert numbers((await readings.cut(together, PAGE))[0]) == [1]
    late = ReadingsWanted(since=NOW + timedelta(minutes=7))
    assert numbers((await readings.cut(late, PAGE))[0]) == [9, 8]
    first, _ = await readings.cut(ReadingsWanted(), PageRequest(size=4))
    rest, _ = await readings.cut(ReadingsWanted(), PageRequest(size=9, after=first.items[-1][0]))
    assert (numbers(first), first.after, numbers(rest), rest.after) == ([9, 8, 7, 6], True, [5, 4, 3, 2, 1], False)
    with pytest.raises(TypeError):
        await readings.cut(ReadingsWanted(), PageRequest(size=4, after=("x", 1)))


async def test_what_came_since_is_found_and_one_that_cannot_be_read_hides_no_other(database):
    log = await fill(database)
    readings = Readings(database)
    assert (await readings.cut(ReadingsWanted(), PAGE))[1] == 9
    await log.append({"person-5": {"NIK"}}, READER, NOW)
    assert numbers((await readings.cut(ReadingsWanted(subject="person-5"), PAGE))[0]) == [10]
    await log.append({"person-5": {"NIK"}}, READER, NOW)
    await tamper(database, "UPDATE usages SET body = 'x' WHERE sequence > 9")
    with pytest.raises(AuditLogBroken):
        await readings.cut(ReadingsWanted(), PAGE)
    await database.write(lambda connection: connection.execute(text("DELETE FROM usages_by_reader")))
    assert numbers((await readings.cut(ReadingsWanted(), PAGE))[0]) == [*range(9, 0, -1)]


async def test_whoever_changes_by_what_auditors_find_entries_is_found_out(database, monkeypatch):
    monkeypatch.setattr(module, "AT_ONCE", 4)
    log = await fill(database)
    readings = Readings(database)

    async def found():
        return [(each.sequence, each.problem) async for each in astray(log.read)]

    async def change(statement):
        await database.write(lambda connection: connection.execute(text(statement)))

    assert await found() == []  # nobody has looked into any of them
    await readings.cut(ReadingsWanted(), PAGE)
    assert await found() == []
    await change("DELETE FROM usages_by_reader WHERE sequence = 2")
    await change("UPDATE usages_by_reader SET reader = 'nobody' WHERE sequence IN (4, 5)")
    await change("UPDATE usages_by_reader SET at = at + 1, purpose = NULL WHERE sequence = 9")
    assert await found() == [(each, ASTRAY) for each in (2, 4, 5, 9)]
    await change("DELETE FROM usages_by_reader")
    assert numbers((await readings.cut(ReadingsWanted(case="LKT/9"), PAGE))[0]) == [7, 4, 1]
    assert await found() == []
