"""`agencies` in the graph: what everybody sees, what is internal, what copies say, and how it is told as it changes."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from auth.caller import Audience
from connectors.kit.health import Condition
from resolvers.status import board
from store.kit import recent
from store.kit.database import StoreBroken
from store.status.announcements import Announcements
from tests.clock import NOON
from tests.conftest import AGENCIES, STOOD_IN_FOR, listening
from tests.schema.documents import DOCUMENTS
from tests.status.health import CAUSE, is_now
from tests.talking import talking

LINES = DOCUMENTS["agencies"].text
HEALTH = DOCUMENTS["agency-health"].text
CHANGES = DOCUMENTS["agency-changes"].text
COMPUTED = set(AGENCIES) - set(STOOD_IN_FOR)
INTERNAL = ("p95", "errorRate", "breaker", "cause", "findings")


async def lines(hub, **variables):
    return {each["code"]: each for each in (await hub.data(LINES, variables))["agencies"]["nodes"]}


@pytest.fixture(autouse=True)
def nothing_is_remembered(monkeypatch):
    """What another process of the hub has written shows at once."""
    monkeypatch.setattr(recent, "KNOWN_FOR", 0.0)


async def test_everybody_sees_each_agency_and_narrows_the_list(hub):
    is_now(hub, "bapenda", Condition.DOWN, since=NOON - timedelta(minutes=5), last=NOON - timedelta(minutes=20))
    is_now(hub, "sp2kp", Condition.UP, last=NOON - timedelta(seconds=90))
    is_now(hub, "pihps", Condition.DEGRADED)
    found = await lines(hub)
    assert set(found) == set(AGENCIES)
    assert {name: found["bapenda"][name] for name in ("name", "domain", "state", "since", "lastSuccess", "lag")} == {
        "name": "Bapenda Contoh",
        "domain": "tax",
        "state": "DOWN",
        "since": "2026-11-23T04:55:00+00:00",
        "lastSuccess": "2026-11-23T04:40:00+00:00",
        "lag": 1200,
    }
    assert (found["sp2kp"]["state"], found["sp2kp"]["lag"], found["pihps"]["state"]) == ("UP", 90, "DEGRADED")
    assert {found[code]["state"] for code in COMPUTED} == {"UP"}  # they ask nobody
    assert set(await lines(hub, state="DOWN")) == {"bapenda"}
    assert set(await lines(hub, domain="prices", state="DEGRADED")) == {"pihps"}
    assert set(await lines(hub, codes=["pihps", "bapenda", "none"], domain="tax")) == {"bapenda"}
    assert await lines(hub, domain="none") == {}
    node = await hub.data("query N($id: ID!) { node(id: $id) { ... on AgencyStatus { code state } } }", {"id": found["bapenda"]["id"]})  # fmt: skip
    assert node["node"] == {"code": "bapenda", "state": "DOWN"}


async def test_what_is_internal_is_for_its_officers_and_the_administrators(hub, headers_of):
    is_now(hub, "bapenda", Condition.DOWN)
    asked = {"codes": ["bapenda", "sp2kp"]}
    for audience in (Audience.PUBLIC, Audience.PARTNER, Audience.CITIZEN):
        refused = await hub.ask(HEALTH, asked, **headers_of(audience))
        assert "data" not in refused
        assert {each["extensions"]["code"] for each in refused["errors"]} == {"GRAPHQL_VALIDATION_FAILED"}
    told = {"p95": 0.25, "errorRate": 1.0, "breaker": "OPEN", "cause": CAUSE, "findings": 0}
    officers = await hub.ask(HEALTH, asked, **headers_of(Audience.OFFICER))
    shown = {each["code"]: {name: each[name] for name in INTERNAL} for each in officers["data"]["agencies"]["nodes"]}
    assert shown == {"bapenda": told, "sp2kp": dict.fromkeys(INTERNAL)}
    assert [(each["path"][-1], each["extensions"]["code"]) for each in officers["errors"]] == [
        (name, "FORBIDDEN") for name in INTERNAL
    ]
    administrators = await hub.ask(HEALTH, {"codes": ["bapenda"]}, **headers_of(Audience.ADMIN))
    (one,) = administrators["data"]["agencies"]["nodes"]
    assert ({name: one[name] for name in INTERNAL}, "errors" in administrators) == (told, False)


async def test_an_agency_with_copies_does_as_its_copies_do(hub, clock):
    async def state(code):
        found = (await lines(hub, codes=[code]))[code]
        return found["state"], found["lag"]

    assert await state("jdih-kota") == ("UP", 0)
    is_now(hub, "jdih-kota", Condition.DOWN)
    assert await state("jdih-kota") == ("DEGRADED", 0)  # its system does not answer, and its copy is still new
    is_now(hub, "jdih-kota", Condition.UP)
    clock.advance(timedelta(hours=2, minutes=1))
    assert await state("jdih-kota") == ("DEGRADED", 7260)
    assert await state("gor-contoh") == ("DOWN", 7260)  # its slots may be served for 16 minutes


async def test_without_the_store_the_agencies_that_are_asked_are_still_told(hub, monkeypatch):
    async def broken(self, now):
        raise StoreBroken("x")

    monkeypatch.setattr(Announcements, "recent", broken)
    is_now(hub, "bapenda", Condition.DOWN)
    answer = await hub.ask(LINES, {"codes": ["bapenda"]})
    (one,) = answer["data"]["agencies"]["nodes"]
    assert (one["state"], one["plannedMaintenance"], one["expectedRecovery"]) == ("DOWN", None, None)
    assert [(each["path"][-1], each["extensions"]["code"]) for each in answer["errors"]] == [
        ("plannedMaintenance", "STORE_UNAVAILABLE"),
        ("expectedRecovery", "STORE_UNAVAILABLE"),
    ]


async def heard(talk):
    told = await talk.hear()
    assert told["type"] == "next", told
    return told["payload"]["data"]["agencyStatus"]


async def test_a_change_is_told_to_all_subscribers_by_one_look(hub, headers_of, monkeypatch):
    looks, read = [], board.read_board

    async def looked(*given):
        looks.append(1)
        return await read(*given)

    monkeypatch.setattr("resolvers.status.live.read_board", looked)
    async with AsyncExitStack() as stack:
        talks = [await stack.enter_async_context(talking(hub)) for _ in range(3)]
        for talk in talks:
            await talk.begin()
            await talk.ask(CHANGES, variables={"domain": "tax"})
            first = {(each["code"], each["state"]) for each in [await heard(talk) for _ in range(4)]}
            assert first == {
                (code, "UNKNOWN") for code in ("bapenda", "bapenda-sismiop", "bapenda-bphtb", "dpmptsp-retribusi")
            }
        is_now(hub, "bapenda", Condition.DOWN)
        is_now(hub, "sp2kp", Condition.DOWN)  # of another domain
        before = len(looks)
        hub.state.live.wake()
        for talk in talks:
            told = await heard(talk)
            assert (told["code"], told["state"], told["since"]) == ("bapenda", "DOWN", "2026-11-23T05:00:00+00:00")
        assert len(looks) - before == 1
        given = {"agency": "bapenda", "at": "2026-11-23T06:00:00Z", "indonesian": "Listrik", "english": "Power"}
        await hub.ask(DOCUMENTS["announce-recovery"].text, given, **headers_of(Audience.ADMIN))
        for talk in talks:
            assert (await heard(talk))["expectedRecovery"] == "2026-11-23T06:00:00+00:00"
    async with asyncio.timeout(10):
        while hub.state.live.subscribers:
            await asyncio.sleep(0.001)


async def test_no_agency_of_that_kind_is_told_at_once(hub):
    async with talking(hub) as talk:
        await talk.begin()
        await talk.ask(CHANGES, variables={"codes": ["none"]})
        said = await talk.hear()
    assert (said["type"], [each["extensions"]["code"] for each in said["payload"]]) == ("error", ["NOT_FOUND"])


async def test_of_two_hubs_one_keeps_when_an_agency_went_and_a_new_process_knows_it(configuration, clock, store_url):
    """And who comes back is kept once too."""
    went = NOON - timedelta(minutes=5)
    async with listening(configuration, clock, store_url=store_url) as one:
        async with listening(configuration, clock, store_url=store_url) as two:
            for hub in (one, two):
                is_now(hub, "bapenda", Condition.DOWN, since=went)
            for hub in (one, two):
                await watcher(hub).round()
                await watcher(hub).round()
            assert await changes(two) == [("bapenda", 1, "GONE", went)]
        async with listening(configuration, clock, store_url=store_url) as new:
            is_now(new, "bapenda", Condition.DOWN, since=NOON)  # since it has been there
            assert (await lines(new, codes=["bapenda"]))["bapenda"]["since"] == "2026-11-23T04:55:00+00:00"
            clock.advance(timedelta(minutes=1))
            for hub in (one, new):
                is_now(hub, "bapenda", Condition.UP, since=clock.now())
                await watcher(hub).round()
            assert await changes(new) == [("bapenda", 2, "BACK", clock.now()), ("bapenda", 1, "GONE", went)]


def watcher(hub):
    (found,) = (each for each in hub.state.background if type(each).__name__ == "StatusWatcher")
    return found


async def changes(hub):
    found = await watcher(hub)._changes.recent(NOON)
    return [(each.agency, each.number, each.kind.value, each.at) for each in found]
