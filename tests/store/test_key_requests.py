"""Requests for keys, on both databases: few of one person, decided once, collected once, whoever comes at the same time."""

import asyncio
from datetime import timedelta

import msgspec
import pytest

from auth.key_request import ApiKeyRequest, KeyRequestState
from store.kit.paging import PageRequest
from store.platform.api_keys import ApiKeys
from store.platform.key_requests import MOST_OPEN, KeyRequests, collecting
from tests.store.test_api_keys import SEAL, key


def request(clock, code, owner="o1", app="jadwal", state=KeyRequestState.ASKED):
    return ApiKeyRequest(
        code=code,
        state=state,
        owner=owner,
        app=app,
        purpose=f"Tests of {code}",
        contact="team@office.example",
        origins=(),
        scopes=(),
        asked_at=clock.now(),
    )


@pytest.fixture
def requests(database):
    return KeyRequests(database)


async def test_of_many_at_once_so_many_are_kept_as_one_person_may_have(requests, clock):
    kept = await asyncio.gather(*(requests.ask(request(clock, f"r{each}")) for each in range(2 * MOST_OPEN)))
    there = [each for each in kept if each]
    assert len(there) == MOST_OPEN
    again = msgspec.structs.replace(there[0], code="again", asked_at=clock.now() + timedelta(seconds=1))
    assert await requests.ask(again) == there[0]
    assert await requests.ask(request(clock, "other", owner="o2"))
    assert (await requests.count(["o1"], None), await requests.count(None, KeyRequestState.ASKED)) == (5, 6)
    page = await requests.cut(["o1"], None, PageRequest(size=3))
    assert (len(page.items), page.after) == (3, True)


async def test_a_decision_is_made_once_and_a_key_is_collected_once(requests, database, clock):
    await requests.ask(asked := request(clock, "r"))
    granted = msgspec.structs.replace(asked, state=KeyRequestState.GRANTED)
    refused = msgspec.structs.replace(asked, state=KeyRequestState.REFUSED)
    assert sorted(await asyncio.gather(requests.decide(granted), requests.decide(refused))) == [False, True]
    await requests.ask(asked := request(clock, "s", state=KeyRequestState.ASKED))
    await requests.decide(msgspec.structs.replace(asked, state=KeyRequestState.GRANTED))
    assert "o1" in await requests.of_app("jadwal")
    collected = msgspec.structs.replace(asked, state=KeyRequestState.COLLECTED, key="k")
    hubs = [ApiKeys(database, SEAL, clock) for _ in range(4)]
    made = await asyncio.gather(
        *(hub.make(key(clock, f"k{number}"), after=collecting(collected)) for number, hub in enumerate(hubs))
    )
    (one,) = filter(None, made)
    assert await hubs[0].count(None) == 1
    clock.advance(timedelta(seconds=1))
    assert [bool(await hub.find(one)) for hub in hubs] == [True] * 4


async def test_a_key_is_replaced_once_and_the_old_one_ends_with_the_overlap(database, clock):
    hubs = [ApiKeys(database, SEAL, clock) for _ in range(4)]
    old = await hubs[0].make(key(clock, "old"))
    until = clock.now() + timedelta(hours=1)
    new = await asyncio.gather(*(hub.rotate("old", key(clock, f"n{at}"), until) for at, hub in enumerate(hubs)))
    (one,) = filter(None, new)
    assert (await hubs[0].with_code("old")).expires_at == until
    clock.advance(timedelta(hours=1))
    assert [(bool(await hub.find(old)), bool(await hub.find(one))) for hub in hubs] == [(False, True)] * 4
    assert await hubs[0].rotate("nothing", key(clock, "x"), until) is None


async def test_what_led_to_no_key_is_forgotten(requests, clock):
    await requests.ask(request(clock, "old"))
    await requests.ask(request(clock, "had a key", state=KeyRequestState.COLLECTED))
    clock.advance(timedelta(days=1))
    await requests.ask(request(clock, "new"))
    await requests.forget(clock.now())
    found = await requests.cut(None, None, PageRequest(size=9))
    assert [each.code for _, each in found.items] == ["new", "had a key"]
