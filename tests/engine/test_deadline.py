"""A query ends in time, whoever does not answer: what is in by then is answered, and the rest are coded errors."""

import asyncio
import json
from functools import partial

import pytest

from auth.caller import Audience
from connectors.kit.errors import DeadlineExceeded
from store.jdih.regulations import RegulationCopies
from store.kit.copies import Copies
from tests.conftest import listening
from tests.profiles import CITY_NAME, here
from tests.talking import talking
from tests.test_resilience import GLANCE
from tests.venues.test_bookings import HOLD

pytestmark = pytest.mark.hedged

SHORT = "1.2"
PINANG = '{ city { name } hospital(code: "rs-contoh-pinang") { beds { free } } }'
LATE = {"code": DeadlineExceeded.code, "agency": "rs-contoh-pinang", "retryable": True}


async def in_time(waited):
    """A guard that decides nothing: without a deadline each of these waits for as long as the agency's own limit."""
    async with asyncio.timeout(30):
        return await waited


async def test_one_agency_that_hangs_costs_the_glance_its_own_part(hub, sandbox):
    for code, field in {"rs-contoh-pinang": "hospitals", "karirhub": "vacancies", "gor-contoh": None}.items():
        await hub.data(GLANCE)
        whole = await hub.data(GLANCE)  # all of it is kept now
        await hub.state.cache.invalidate(f"agency:{code}")
        sandbox.control.hold(code)
        calls = sandbox.control.hits(code)
        answer = await in_time(hub.ask(GLANCE, simpul_timeout=SHORT))
        assert "errors" not in answer
        assert sandbox.control.hits(code) == calls + (field is not None)
        different = {name for name, value in answer["data"].items() if value != whole[name]}
        assert different == {field} - {None}
        late = [(each["agency"], each["problem"]) for each in answer["extensions"]["sources"] if each["problem"]]
        assert late == ([(code, "DEADLINE_EXCEEDED")] if field else [])
        if field == "hospitals":
            assert answer["data"][field]["unavailable"] == [{"name": "RS Contoh Pinang", "problem": late[0][1]}]
        sandbox.control.release(code)


async def test_what_came_too_late_is_kept_for_the_next(hub, sandbox):
    sandbox.control.hold("rs-contoh-pinang")
    answers = await in_time(asyncio.gather(*(hub.ask(PINANG, simpul_timeout="0.2") for _ in range(3))))
    for answer in answers:
        assert answer["data"] == {"city": {"name": CITY_NAME}, "hospital": {"beds": None}}
        assert [each["extensions"] for each in answer["errors"]] == [LATE]
        (source,) = (each for each in answer["extensions"]["sources"] if each["agency"] == "rs-contoh-pinang")
        assert (source["state"], source["problem"], source["reads"]) == ("UNAVAILABLE", "DEADLINE_EXCEEDED", 1)
    calls = sandbox.control.calls("rs-contoh-pinang")
    assert set(calls.values()) == {1}
    sandbox.control.release("rs-contoh-pinang")
    assert (await in_time(hub.ask(PINANG)))["data"]["hospital"]["beds"]["free"] is not None
    assert sum(sandbox.control.calls("rs-contoh-pinang").values()) <= 2  # the load that was begun, and its second page


@pytest.mark.parametrize(("owner", "method", "extensions"), [
    (RegulationCopies, "get", {"code": "DEADLINE_EXCEEDED", "retryable": True}),
    (Copies, "all", {"code": "DEADLINE_EXCEEDED", "agency": "jdih-kota", "retryable": True}),
])  # fmt: skip
async def test_waits_for_the_store_end_too(hub, monkeypatch, owner, method, extensions):
    async def waits(*_given, **_named):
        await asyncio.Event().wait()

    monkeypatch.setattr(owner, method, waits)
    query = '{ city { name } regulation(code: "jdih-kota/1") { title } }'
    answer = await in_time(hub.ask(query, simpul_timeout="0.1"))
    assert answer["data"] == {"city": {"name": CITY_NAME}, "regulation": None}
    assert [each["extensions"] for each in answer["errors"]] == [extensions]


async def test_a_second_office_is_asked_where_the_first_is_late(hub, sandbox):
    query = here('{ taxObject(nop: "${nop}") { asOfYear source { agency state } } }')
    sandbox.control.hold("bapenda")
    answer = await in_time(hub.ask(query))
    assert answer == answer | {
        "data": {"taxObject": {"asOfYear": 2026, "source": {"agency": "bapenda-sismiop", "state": "LIVE"}}}
    }
    assert "errors" not in answer
    assert sandbox.control.hits("bapenda") == 1


async def test_what_changes_something_is_not_cut_by_our_deadline(hub, sandbox, headers_of):
    who = headers_of(Audience.CITIZEN)
    variables = {"slot": "gor-contoh/S1-20261124-10", "key": "one wish"}
    sandbox.control.hold("gor-contoh", after=True)
    calls = sandbox.control.hits("gor-contoh")
    asking = asyncio.create_task(hub.ask(HOLD, variables, simpul_timeout="0.05", **who))
    async with asyncio.timeout(30):
        while sandbox.control.hits("gor-contoh") == calls:
            await asyncio.sleep(0.002)
    await asyncio.sleep(0.1)  # past the deadline of a query
    sandbox.control.release("gor-contoh")
    answer = await in_time(asking)
    assert (answer["data"]["holdSlot"]["state"], "errors" in answer) == ("HELD", False)


async def test_over_a_websocket_it_is_said_at_first_and_holds_for_each_operation(hub, sandbox):
    sandbox.control.hold("rs-contoh-pinang")
    async with talking(hub) as talk:
        await talk.begin({"simpul-timeout": "0.2"})
        for name in ("1", "2"):
            await talk.ask(PINANG, name)
            answer = await talk.hear()
            assert [each["extensions"] for each in answer["payload"]["errors"]] == [LATE]
            assert (await talk.hear())["type"] == "complete"
    async with talking(hub, {"simpul-timeout": "61"}) as talk:
        await talk.begin()
        await talk.ask(PINANG)
        answer = await talk.hear()
        assert [each["extensions"]["code"] for each in answer["payload"]] == ["BAD_REQUEST"]


@pytest.mark.parametrize("asked", ["0", "0.04", "60.1", "-1", "1e0", "soon", "NaN", "1,5", "٣"])
async def test_an_impossible_time_is_refused_by_every_way(hub, asked):
    body = {"query": "{ city { name } }"}
    for language, told in {
        "en": "simpul-timeout is a number of seconds from 0.05 to 60.",
        "id": "simpul-timeout adalah bilangan detik dari 0.05 sampai 60.",
    }.items():
        headers = {"simpul-timeout": asked, "accept-language": language}
        for send in (partial(hub.session.post, json=body), partial(hub.session.get, params=body)):
            async with send(f"{hub.url}/graphql", headers=headers) as response:
                assert response.status == 400
                assert (await response.json())["errors"] == [{"message": told, "extensions": {"code": "BAD_REQUEST"}}]


async def test_the_limit_is_a_setting(configuration, clock, sandbox):
    sandbox.control.hold("rs-contoh-pinang")
    async with listening(configuration, clock, query_seconds=0.2) as hub:
        answer = await in_time(hub.ask(PINANG))
        assert [each["extensions"] for each in answer["errors"]] == [LATE]
        async with hub.session.get(f"{hub.url}/graphql", params={"query": PINANG}) as response:
            assert json.loads(await response.text())["errors"][0]["extensions"] == LATE
