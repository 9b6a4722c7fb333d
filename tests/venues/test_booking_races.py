"""Five hundred people want one slot at one moment, over HTTP: one has it, everybody else is told so and what is free."""

import asyncio
import contextlib
import time
from collections import Counter

import pytest

from sandbox.server import running
from tests.venues.city import on_postgresql, on_sqlite
from tests.venues.processes import HOLD, configuration, database_agency, hub_running, token_of

PEOPLE = 500


@pytest.fixture
async def sandbox():
    async with running(port=0) as sandbox:
        yield sandbox


@pytest.mark.soak
@pytest.mark.parametrize("hubs", [1, 2])
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_one_has_it_and_all_others_are_told_what_is_free(kind, hubs, request, tmp_path, sandbox, redis_url):
    city = (
        on_sqlite(tmp_path / "city.db")
        if kind == "sqlite"
        else on_postgresql(request.getfixturevalue("new_postgres_url"))
    )
    path = configuration(sandbox, tmp_path, database_agency(city.url))
    settings = {"SIMPUL_CACHE_URL": redis_url, "SIMPUL_SECRET": "a secret that both hubs know, long enough"}
    tokens = [token_of(sandbox, number) for number in range(PEOPLE)]
    async with contextlib.AsyncExitStack() as stack:
        running_hubs = [
            await stack.enter_async_context(hub_running(path, f"sqlite:///{tmp_path}/store.db", **settings))
            for _ in range(hubs)
        ]
        slots = [await hub.free_slots("gor-kota/1") for hub in running_hubs]
        wanted = slots[0][0]
        started = time.perf_counter()
        answers = await asyncio.gather(
            *(
                running_hubs[number % hubs].ask(HOLD, token, slot=wanted, key=f"wish {number}")
                for number, token in enumerate(tokens)
            )
        )
        took = time.perf_counter() - started
    won = [each["data"]["holdSlot"] for each in answers if "errors" not in each]
    told = [each["errors"][0]["extensions"] for each in answers if "errors" in each]
    print(f"\n{kind}, {hubs} process(es): {PEOPLE} people in {took:.1f} s, {took / PEOPLE * 1000:.0f} ms each")
    assert Counter(each["code"] for each in told) == {"SLOT_TAKEN": PEOPLE - 1}
    assert [each["state"] for each in won] == ["HELD"]
    assert all(each["nextFree"] and wanted not in {free["slot"] for free in each["nextFree"]} for each in told)
    assert {each["nextFree"][0]["slot"] for each in told} == {slots[0][1]}
    assert city.run("SELECT state, reference FROM bookings") == [("held", won[0]["code"].partition("/")[2])]
