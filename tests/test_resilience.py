"""An agency that fails in the middle of a query costs its own fields and nothing else."""

import asyncio
import shutil
from datetime import timedelta

import pytest

from sandbox.beds.hospital_rest import agency as behind_splp
from sandbox.beds.hospitals import hospitals
from sandbox.beds.rs_online import facilities
from tests.conftest import configuration_for, listening
from tests.profiles import CITY_NAME, here
from tests.schema.documents import DOCUMENTS

QUERY = here("""{ city { name } hospitals(first: 100) { totalCount nodes { code name beds { capacity } } }
  taxObject(nop: "${nop}") { asOfYear } }""")
SECOND, ALONE = (each.agency for each in facilities().values())
"""A further source of the first hospital, asked only where Aplicares does not speak for now; and one that has no other."""
CODES = [*(each.code for each in hospitals()), ALONE, behind_splp()]
NAMES = sorted([*(each.name for each in hospitals()), "RS Contoh Gerendeng", "RS Contoh Poris"])


async def killed_in_mid_query(hub, sandbox, code):
    """The agency has taken the call and dies before it answers."""
    sandbox.control.hold(code)
    asking = asyncio.create_task(hub.ask(QUERY))
    async with asyncio.timeout(60):
        while not sandbox.control.hits(code):
            await asyncio.sleep(0.005)
    sandbox.control.set(code, "down")
    sandbox.control.release(code)
    return await asking


@pytest.mark.parametrize("code", ["rs-contoh-pinang", "rs-contoh-ciledug", ALONE, behind_splp()])
async def test_killing_a_hospital_in_mid_query_empties_its_beds_and_leaves_all_others(hub, sandbox, code):
    answer = await killed_in_mid_query(hub, sandbox, code)
    beds = {each["code"]: each["beds"] for each in answer["data"]["hospitals"]["nodes"]}
    assert [dead for dead, of in beds.items() if of is None] == [code]
    assert answer["data"]["city"] == {"name": CITY_NAME}
    assert answer["data"]["taxObject"] == {"asOfYear": 2026}
    (error,) = answer["errors"]
    assert error["extensions"] == {"code": "AGENCY_UNAVAILABLE", "agency": code, "retryable": True}
    assert error["path"][:2] + error["path"][3:] == ["hospitals", "nodes", "beds"]
    states = {each["agency"]: each["state"] for each in answer["extensions"]["sources"]}
    assert states.pop(code) == "UNAVAILABLE"
    assert set(states.values()) == {"LIVE"}


async def test_killing_the_tax_office_in_mid_query_empties_the_tax_and_leaves_all_others(hub, sandbox):
    sandbox.control.set("bapenda-sismiop", "down")
    answer = await killed_in_mid_query(hub, sandbox, "bapenda")
    assert answer["data"]["taxObject"] is None
    assert all(each["beds"] for each in answer["data"]["hospitals"]["nodes"])
    assert answer["data"]["hospitals"]["totalCount"] == 14
    (error,) = answer["errors"]
    assert (error["path"], error["extensions"]["agency"]) == (["taxObject"], "bapenda")


async def test_all_hospitals_dead_at_once_leave_the_city_and_the_tax(hub, sandbox):
    for code in (*CODES, SECOND):
        sandbox.control.set(code, "down")
    answer = await hub.ask(QUERY)
    assert answer["data"]["taxObject"] == {"asOfYear": 2026}
    assert [each["name"] for each in answer["data"]["hospitals"]["nodes"]] == NAMES
    assert {each["beds"] is None for each in answer["data"]["hospitals"]["nodes"]} == {True}
    assert len(answer["errors"]) == 14


async def test_a_slow_agency_holds_nobody_longer_than_its_own_limit(sandbox, tmp_path, clock):
    name = 'name = "RS Contoh Pinang"'
    configuration = configuration_for(sandbox, tmp_path, (name, f"{name}\nlimits = {{ timeout = 0.3 }}"))
    sandbox.control.set("rs-contoh-pinang", "slow", seconds=60)
    async with listening(configuration, clock) as hub, asyncio.timeout(30):
        answer = await hub.ask(QUERY)
    beds = {each["code"]: each["beds"] for each in answer["data"]["hospitals"]["nodes"]}
    assert [dead for dead, of in beds.items() if of is None] == ["rs-contoh-pinang"]
    assert sandbox.control.hits("rs-contoh-pinang") == 1


GLANCE = DOCUMENTS["city-at-a-glance"].text
DOMAINS = {
    "hospitals": CODES,
    "taxObject": ["bapenda"],
    "vacancies": ["karirhub", "blk-contoh", "disnaker-contoh"],
    "priceMoves": ["sp2kp", "pihps"],
    "regulations": ["jdih-kota"],
    "venues": ["gor-contoh"],
}
DATABASES = {"taxObject": ["bapenda-sismiop"], "priceMoves": ["survei-pasar"]}
"""Those whose calls nobody sees: they are dead from the beginning."""


@pytest.mark.parametrize(("field", "codes"), DOMAINS.items(), ids=DOMAINS)
async def test_killing_a_domain_in_mid_query_leaves_the_five_others_whole(
    hub, sandbox, configuration, clock, filled_store, tmp_path, field, codes
):
    """Nothing is kept of any answer yet; where a feed dies, its copy is being made for the first time."""
    whole = await hub.data(GLANCE)
    sandbox.control.reset()
    sandbox.control.set(SECOND, "down")
    if field == "venues":
        sandbox.control.set("gor-kota", "down")  # the other system of the domain, whose calls cannot be seen
    copies = {}
    if field not in {"regulations", "venues"}:
        copies = {"store_url": f"sqlite:///{shutil.copy(filled_store, tmp_path / 'copies.db')}"}
    async with listening(configuration, clock, query_seconds=60, **copies) as cold:
        for code in DATABASES.get(field, ()):
            sandbox.control.set(code, "down")
        for code in codes:
            sandbox.control.hold(code)
        following = asyncio.create_task(cold.follow())
        asking = asyncio.create_task(cold.ask(GLANCE))
        async with asyncio.timeout(60):
            while not all(map(sandbox.control.hits, codes)):
                await asyncio.sleep(0.005)
        for code in codes:
            sandbox.control.set(code, "down")
            sandbox.control.release(code)
        answer = await asking
        await following
    data = answer["data"]
    assert {name: data[name] for name in data if name != field} == {name: whole[name] for name in data if name != field}
    if field == "hospitals":
        assert (data[field]["nodes"], len(data[field]["unavailable"])) == ([], 14)
        assert {each["problem"] for each in data[field]["unavailable"]} == {"AGENCY_UNAVAILABLE"}
        assert "errors" not in answer
    else:
        assert data[field] is None
        (error,) = answer["errors"]
        assert error["path"] == [field]
        error["extensions"].pop("retryAfter", None)  # where the breaker opened between two reads of the agency
        assert error["extensions"] == {"code": "AGENCY_UNAVAILABLE", "agency": codes[0], "retryable": True}


@pytest.mark.parametrize("code", ["jdih-kota", "gor-contoh"])
async def test_an_agency_whose_copy_the_hub_has_may_die_and_nobody_misses_it(hub, sandbox, clock, code):
    query = """{ regulations(level: CITY, first: 1) { totalCount source: nodes { source { state problem } } }
      venues(first: 1) { totalCount source: nodes { source { state problem } } } }"""
    before = await hub.data(query)
    sandbox.control.set(code, "down")
    clock.advance(timedelta(hours=2))
    await hub.follow()
    field = "regulations" if code == "jdih-kota" else "venues"
    after = await hub.data(query)
    assert after[field]["totalCount"] == before[field]["totalCount"]
    assert before[field]["source"] == [{"source": {"state": "SNAPSHOT", "problem": None}}]
    assert after[field]["source"] == [{"source": {"state": "STALE", "problem": "AGENCY_UNAVAILABLE"}}]


async def test_a_clock_that_is_set_back_makes_no_copy_look_new_and_none_wait(hub, sandbox, clock):
    query = "{ regulations(level: CITY, first: 1) { nodes { source { state ageSeconds } } } }"

    async def seen():
        (node,) = (await hub.data(query))["regulations"]["nodes"]
        return node["source"]["state"], node["source"]["ageSeconds"]

    assert await seen() == ("SNAPSHOT", 0)
    clock.advance(timedelta(minutes=30))
    clock.set(-timedelta(days=2))
    assert await seen() == ("SNAPSHOT", 1800)
    clock.advance(timedelta(minutes=31))
    sandbox.control.reset()
    await hub.follow()
    assert sandbox.control.hits("jdih-kota") == 1
    assert await seen() == ("SNAPSHOT", 0)
