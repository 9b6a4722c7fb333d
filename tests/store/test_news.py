"""What is new in the record, for who listens slowly and for who comes while others listen."""

import asyncio
from datetime import UTC, datetime

import pytest

from auth.keyed_hasher import KeyedHasher
from store.audit import news
from store.audit.audit_log import AuditLog
from store.audit.news import Missed, News
from tests.store.test_audit_log import READER

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


@pytest.fixture
async def record(database, monkeypatch):
    monkeypatch.setattr(news, "LOOKS_EVERY", 0.001)
    monkeypatch.setattr(news, "REST", 0)
    usages = AuditLog(database, KeyedHasher(b"a key for tests only" * 2))
    told = News(usages)
    yield usages, told
    await told.aclose()
    await usages.aclose()


async def begun(told, of, number):
    """The next thing to be told, once it is known from where on."""
    coming = asyncio.ensure_future(anext(of))
    async with asyncio.timeout(10):
        while told.listening != number:
            await asyncio.sleep(0.001)
    return coming


async def test_each_is_told_what_is_read_from_then_on_and_nothing_of_others(record):
    usages, told = record
    await usages.append({"a": {"NIK"}}, READER, NOW)
    first, second = told.of(["a"]), told.of(["a", "b"])
    to_first = await begun(told, first, 1)
    await usages.append({"a": {"NIK"}, "c": {"NIK"}}, READER, NOW)
    assert (await to_first).entry.sequence == 2
    to_second = await begun(told, second, 2)
    await usages.append({"b": {"DEED"}}, READER, NOW)
    await usages.append({"a": {"TAXPAYER"}}, READER, NOW)
    assert (await to_second).entry.sequence == 4
    ends = [await anext(first), await anext(second)]
    assert [each.entry.sequence for each in ends] == [5, 5]
    assert ends[0] is ends[1]
    await first.aclose()
    await second.aclose()
    assert (told.listening, told._looking) == (0, None)


async def test_who_is_too_slow_is_told_so_after_what_there_is(record, monkeypatch):
    monkeypatch.setattr(news, "MOST_WAITING", 2)
    usages, told = record
    slow, quick = told.of(["a"]), told.of(["b"])
    to_slow = await begun(told, slow, 1)
    to_quick = await begun(told, quick, 2)
    for _ in range(2):
        for _ in range(4):
            await usages.append({"a": {"NIK"}}, READER, NOW)
        await usages.append({"b": {"NIK"}}, READER, NOW)
        await to_quick  # by then all before it has been told
        to_quick = asyncio.ensure_future(anext(quick))
    assert (await to_slow).entry.sequence == 1
    found = []

    async def take_all():
        async for each in slow:
            found.append(each.entry.sequence)  # noqa: PERF401  what came before the end is kept

    with pytest.raises(Missed):
        await take_all()
    assert found in ([2], [2, 3])
    to_quick.cancel()
    await asyncio.wait([to_quick])
    await quick.aclose()
