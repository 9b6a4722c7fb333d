"""A hospital that several systems tell of: one of them is believed, and counts are never added."""

import asyncio
from datetime import timedelta

import pytest

from connectors.registry import CONNECTORS
from engine.configuration.agencies_file import read_configuration
from engine.configuration.problems import ConfigurationError
from sandbox.registry import environment
from tests.conftest import ROOT, configuration_for, listening

FIRST, SECOND = "rsud-contoh-tangerang", "rsud-contoh-tangerang-siranap"
QUERY = """{ hospital(code: "rsud-contoh-tangerang") { name beds { capacity free stale staleRooms observedAt staleAfterHours
  source { agency name state problem ageSeconds } rooms(first: 100) { totalCount } } } }"""


async def asked(hub):
    """The beds, and the agencies in `extensions.sources` with state and problem."""
    answer = await hub.ask(QUERY)
    sources = {each["agency"]: (each["state"], each["problem"]) for each in answer["extensions"]["sources"]}
    return answer["data"]["hospital"]["beds"], sources, answer.get("errors", [])


async def test_the_first_source_is_used_and_the_second_not_even_asked(hub, sandbox):
    beds, sources, _ = await asked(hub)
    assert (beds["source"]["agency"], beds["rooms"]["totalCount"]) == (FIRST, 20)
    assert sources == {FIRST: ("LIVE", None)}
    assert (sandbox.control.hits(FIRST), sandbox.control.hits(SECOND)) == (1, 0)


async def test_a_hospital_of_two_sources_is_one_hospital_with_one_code(hub):
    data = await hub.data('{ hospitals(name: "RSUD") { totalCount nodes { code name } } }')
    assert data["hospitals"] == {"totalCount": 1, "nodes": [{"code": FIRST, "name": "RSUD Contoh Kota Tangerang"}]}
    assert await hub.data(f'{{ hospital(code: "{SECOND}") {{ name }} }}') == {"hospital": None}


async def test_the_first_killed_in_mid_query_is_replaced_by_the_second_without_an_error(hub, sandbox):
    sandbox.control.hold(FIRST)
    asking = asyncio.create_task(asked(hub))
    async with asyncio.timeout(5):
        while not sandbox.control.hits(FIRST):
            await asyncio.sleep(0.005)
    sandbox.control.set(FIRST, "down")
    sandbox.control.release(FIRST)
    beds, sources, errors = await asking
    assert errors == []
    assert beds["source"]["name"] == "RSUD Contoh Kota Tangerang di RS Online"
    assert (beds["source"]["agency"], beds["source"]["state"], beds["rooms"]["totalCount"]) == (SECOND, "LIVE", 11)
    assert sources == {FIRST: ("UNAVAILABLE", "AGENCY_UNAVAILABLE"), SECOND: ("LIVE", None)}
    assert sandbox.control.hits(SECOND) == 1


async def test_counts_of_two_sources_are_never_added(hub, sandbox):
    whole, _, _ = await asked(hub)
    sandbox.control.set(FIRST, "html")
    data = await hub.data('{ hospitals(name: "RSUD", orderBy: FREE_BEDS) { nodes { beds { capacity free } } } }')
    assert data["hospitals"]["nodes"] == [{"beds": {"capacity": whole["capacity"], "free": whole["free"]}}]


@pytest.mark.parametrize(("mode", "code"), [("rejecting", "AGENCY_REJECTED"), ("html", "AGENCY_CHANGED")])
async def test_whatever_is_wrong_with_the_first_the_second_answers(hub, sandbox, mode, code):
    sandbox.control.set(FIRST, mode)
    beds, sources, errors = await asked(hub)
    assert (beds["source"]["agency"], errors, sources[FIRST]) == (SECOND, [], ("UNAVAILABLE", code))


async def test_both_killed_is_the_error_of_the_first_on_that_hospital_alone(hub, sandbox):
    for code in (FIRST, SECOND):
        sandbox.control.set(code, "down")
    answer = await hub.ask("{ hospitals(first: 100) { nodes { code beds { free } } } }")
    dead = [each["code"] for each in answer["data"]["hospitals"]["nodes"] if each["beds"] is None]
    assert dead == [FIRST]
    (error,) = answer["errors"]
    assert error["extensions"] | {"retryAfter": 5} == {
        "code": "AGENCY_UNAVAILABLE", "agency": FIRST, "retryable": True, "retryAfter": 5,
    }  # fmt: skip


async def test_who_could_not_be_asked_is_named_once_by_the_first_source(hub, sandbox):
    for code in (FIRST, SECOND):
        sandbox.control.set(code, "down")
    data = await hub.data('{ hospitals(name: "RSUD", minFree: 1) { totalCount unavailable { agency problem } } }')
    assert data["hospitals"] == {
        "totalCount": 0,
        "unavailable": [{"agency": FIRST, "problem": "AGENCY_UNAVAILABLE"}],
    }


async def test_the_second_answering_now_goes_before_an_older_answer_of_the_first(hub, sandbox, clock):
    await asked(hub)
    sandbox.control.set(FIRST, "down")
    clock.advance(timedelta(minutes=30))
    beds, sources, _ = await asked(hub)
    assert (beds["source"]["agency"], beds["source"]["state"]) == (SECOND, "LIVE")
    assert sources == {FIRST: ("STALE", "AGENCY_UNAVAILABLE"), SECOND: ("LIVE", None)}


async def test_a_first_answer_that_is_late_while_a_newer_one_is_fetched_is_used_at_once(hub, sandbox, clock):
    await asked(hub)
    clock.advance(timedelta(seconds=90))
    beds, _, _ = await asked(hub)
    assert (beds["source"]["agency"], beds["source"]["state"]) == (FIRST, "STALE")
    assert beds["source"]["problem"] is None
    assert sandbox.control.hits(SECOND) == 0


async def test_an_older_answer_of_the_first_goes_before_none(hub, sandbox, clock):
    await asked(hub)
    for code in (FIRST, SECOND):
        sandbox.control.set(code, "down")
    clock.advance(timedelta(minutes=30))
    beds, sources, errors = await asked(hub)
    assert errors == []
    assert (beds["source"]["agency"], beds["source"]["state"], beds["source"]["ageSeconds"]) == (FIRST, "STALE", 1800)
    assert beds["free"] is not None
    assert sources[SECOND] == ("UNAVAILABLE", "AGENCY_UNAVAILABLE")


async def test_the_first_is_used_again_as_soon_as_it_answers(hub, sandbox, clock):
    sandbox.control.set(FIRST, "down")
    assert (await asked(hub))[0]["source"]["agency"] == SECOND
    sandbox.control.set(FIRST, "ok")
    clock.advance(timedelta(seconds=10))
    await hub.probed()
    assert (await asked(hub))[0]["source"]["agency"] == FIRST


async def test_rows_of_the_first_that_are_all_years_old_give_way_to_new_ones_of_the_second(sandbox, tmp_path, clock):
    other = ('hospital = "rsud-contoh-tangerang"', 'hospital = "rs-contoh-benda"')
    query = QUERY.replace("rsud-contoh-tangerang", "rs-contoh-benda")
    async with listening(configuration_for(sandbox, tmp_path, other), clock) as hub:
        beds = (await hub.data(query))["hospital"]["beds"]
    assert (beds["source"]["agency"], beds["stale"], beds["rooms"]["totalCount"]) == (SECOND, False, 11)
    assert beds["free"] > 0
    assert (sandbox.control.hits("rs-contoh-benda"), sandbox.control.hits(SECOND)) == (1, 1)


async def test_where_both_have_only_old_rows_the_newer_ones_are_shown_as_old(sandbox, tmp_path, clock):
    """1,100 days at the first; at the second everything is held to be too old after an instant."""
    other = ('hospital = "rsud-contoh-tangerang"', 'hospital = "rs-contoh-benda", stale_after_hours = 0.0001')
    query = QUERY.replace("rsud-contoh-tangerang", "rs-contoh-benda")
    async with listening(configuration_for(sandbox, tmp_path, other), clock) as hub:
        beds = (await hub.data(query))["hospital"]["beds"]
    assert (beds["source"]["agency"], beds["free"], beds["stale"], beds["staleRooms"]) == (SECOND, None, True, 11)
    assert beds["staleAfterHours"] == 0.0001


async def test_a_hospital_that_says_it_has_no_rooms_is_believed_only_if_nobody_knows_better(sandbox, tmp_path, clock):
    other = ('hospital = "rsud-contoh-tangerang"', 'hospital = "rs-contoh-jatiuwung"')
    query = QUERY.replace("rsud-contoh-tangerang", "rs-contoh-jatiuwung")
    async with listening(configuration_for(sandbox, tmp_path, other), clock) as hub:
        assert (await hub.data(query))["hospital"]["beds"]["source"]["agency"] == SECOND
        sandbox.control.set(SECOND, "down")
        clock.advance(timedelta(hours=13))
        beds = (await hub.data(query))["hospital"]["beds"]
    assert beds["source"]["agency"] == "rs-contoh-jatiuwung"
    assert (beds["capacity"], beds["free"], beds["stale"], beds["observedAt"]) == (0, None, False, None)


async def test_the_order_of_the_file_is_the_order_of_the_sources(sandbox, tmp_path, clock):
    text = (ROOT / "city" / "agencies.toml").read_text(encoding="utf-8")
    begin = text.index(f"[agencies.{SECOND}]")
    block = text[begin : text.index("[agencies.rs-contoh-poris]")]
    moved = ((block, ""), (f"[agencies.{FIRST}]", f"{block}[agencies.{FIRST}]"))
    async with listening(configuration_for(sandbox, tmp_path, *moved), clock) as hub:
        beds, sources, _ = await asked(hub)
    assert (beds["source"]["agency"], set(sources)) == (SECOND, {SECOND})


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (
            'hospital = "rsud-contoh", rs_id = "9971001"',
            "hospital: rsud-contoh is no other agency of this domain",
        ),
        ('hospital = "bapenda", rs_id = "9971001"', "hospital: bapenda is no other agency of this domain"),
        (f'hospital = "{SECOND}", rs_id = "9971001"', f"hospital: {SECOND} is no other agency of this domain"),
        ('hospital = 5, rs_id = "9971001"', "hospital: expected str | null, got int"),
        (
            f'hospital = "{FIRST}", rs_id = "9971001", kelurahan = "36.71.01.1003"',
            f"kelurahan: said of {FIRST}, whose source this is",
        ),
        (
            f'hospital = "{FIRST}", rs_id = "9971001", latitude = -6.1, longitude = 106.6',
            f"latitude: said of {FIRST}, whose source this is",
        ),
        ('rs_id = "9971001", latitude = -6.1', "latitude: a position has a longitude too"),
        ('rs_id = "9971001", longitude = 106.6', "longitude: a position has a latitude too"),
        ('rs_id = "9971001", latitude = 106.6, longitude = -6.1', "latitude: expected float <= 90.0"),
    ],
)
def test_a_misconfigured_source_is_told_at_the_start_with_line_and_key(tmp_path, options, told):
    text = (ROOT / "city" / "agencies.toml").read_text(encoding="utf-8")
    whole = f'hospital = "{FIRST}", rs_id = "9971001", classes = {{ 38 = "ICU" }}'
    assert text.count(whole) == 1
    line = text[: text.index(whole)].count("\n") + 1
    path = tmp_path / "agencies.toml"
    path.write_text(text.replace(whole, options), encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        read_configuration(path, CONNECTORS, environment())
    assert raised.value.problems[0] == f"{path}:{line}: agencies.{SECOND}.options.{told}"


def test_a_source_of_a_source_is_told_whose_it_is(tmp_path):
    text = (ROOT / "city" / "agencies.toml").read_text(encoding="utf-8")
    path = tmp_path / "agencies.toml"
    path.write_text(text.replace('rs_id = "9971013"', f'rs_id = "9971013"\nhospital = "{SECOND}"'), encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        read_configuration(path, CONNECTORS, environment())
    told = f"agencies.rs-contoh-poris.options.hospital: {SECOND} is itself a source of {FIRST}; name that one"
    assert told in str(raised.value)
