"""Two tax offices in the file: the first that answers is believed, and it is said which one it was."""

import pytest

from auth.caller import Audience
from sandbox.tax.parcels import with_story
from tests.conftest import configuration_for, listening

QUERY = """query ($nop: NOP!) { taxObject(nop: $nop) { asOfYear source { agency state } kecamatan { name }
  bills(first: 100) { nodes { year amount paid outstanding status penalty { amount waived basis } source { agency } } }
  arrears { total penalty { amount waived basis } } } }"""
NOP = with_story("three years owed")
WHOLE = "query ($nop: NOP!) { taxObject(nop: $nop) { ownerName(unmasked: true) } }"
DECLARED = {"simpul_purpose": "pelayanan-pajak", "simpul_case": "LKT/2026-0042"}


async def test_the_second_is_asked_where_the_first_does_not_answer_and_says_the_same(
    hub, sandbox, configuration, clock
):
    first = await hub.data(QUERY, {"nop": NOP})
    async with listening(configuration, clock) as cold:
        sandbox.control.set("bapenda", "down")
        answer = await cold.ask(QUERY, {"nop": NOP})
    assert "errors" not in answer
    second = answer["data"]
    assert first["taxObject"]["source"] == {"agency": "bapenda", "state": "LIVE"}
    assert second["taxObject"]["source"] == {"agency": "bapenda-sismiop", "state": "LIVE"}
    assert {each["source"]["agency"] for each in second["taxObject"]["bills"]["nodes"]} == {"bapenda-sismiop"}
    assert str(second).replace("bapenda-sismiop", "bapenda") == str(first)
    states = {each["agency"]: (each["state"], each["problem"]) for each in answer["extensions"]["sources"]}
    assert states == {"bapenda": ("UNAVAILABLE", "AGENCY_UNAVAILABLE"), "bapenda-sismiop": ("LIVE", None)}


async def test_the_second_is_not_asked_where_the_first_answers_that_there_is_none(hub, sandbox):
    sandbox.control.set("bapenda-sismiop", "down")
    assert (await hub.data(QUERY, {"nop": "36.75-010.999-999.9999-0"})) == {"taxObject": None}
    assert (await hub.data(QUERY, {"nop": NOP}))["taxObject"]["source"]["agency"] == "bapenda"


async def test_where_neither_answers_it_is_the_firsts_failure(hub, sandbox):
    sandbox.control.set("bapenda", "rejecting")
    sandbox.control.set("bapenda-sismiop", "down")
    (error,) = (await hub.ask(QUERY, {"nop": NOP}))["errors"]
    assert error["extensions"] == {"code": "AGENCY_REJECTED", "agency": "bapenda", "retryable": False}


async def test_bills_go_on_with_the_second_where_the_first_fails_between(hub, sandbox):
    """The object is from the first, whose next call is the last that it answers."""
    sandbox.control.set("bapenda", "ok")
    assert (await hub.data("query ($nop: NOP!) { taxObject(nop: $nop) { asOfYear } }", {"nop": NOP}))["taxObject"]
    sandbox.control.set("bapenda", "down")
    found = (await hub.data(QUERY, {"nop": NOP}))["taxObject"]
    assert found["source"]["agency"] == "bapenda"
    assert {each["source"]["agency"] for each in found["bills"]["nodes"]} == {"bapenda-sismiop"}
    assert len(found["bills"]["nodes"]) == 10


async def test_the_whole_name_is_asked_of_the_one_that_told_of_the_object_by_its_own_agreement(
    hub, sandbox, headers_of
):
    sandbox.control.set("bapenda", "down")
    given = await hub.ask(WHOLE, {"nop": with_story("this year unpaid")}, **DECLARED, **headers_of(Audience.OFFICER))
    assert given["data"]["taxObject"]["ownerName"] == "WAJIB PAJAK CONTOH 0001"
    usage = await hub.ask("{ me { dataUsage(first: 1) { nodes { categories } } } }", **headers_of(Audience.CITIZEN))
    assert usage["data"]["me"]["dataUsage"]["nodes"] == [{"categories": ["TAXPAYER"]}]
    refused = await hub.ask(WHOLE, {"nop": with_story("padded")}, **headers_of(Audience.CITIZEN))
    assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN"


AMNESTY = """
[agencies.bapenda.options.penalty]
months = "by_30_days"
rounding = "nearest"
most_months = 24
rates = [{ since = 2024-01-01, monthly = "0.01" }]
amnesties = [{ since = 2026-11-01, until = 2026-11-30, waives = "0.5", to_year = 2025 }]

[agencies.bapenda-sismiop]
"""


@pytest.mark.parametrize("dead", [None, "bapenda"])
async def test_the_penalty_is_configured_in_one_place_for_both(sandbox, tmp_path, clock, dead):
    configuration = configuration_for(sandbox, tmp_path, ("\n[agencies.bapenda-sismiop]\n", AMNESTY))
    if dead:
        sandbox.control.set(dead, "down")
    async with listening(configuration, clock) as hub:
        found = (await hub.data(QUERY, {"nop": NOP}))["taxObject"]
    late = {each["year"]: each for each in found["bills"]["nodes"] if each["outstanding"]}
    assert {year: each["penalty"]["basis"] for year, each in late.items()} == dict.fromkeys(
        (2026, 2025, 2024), "ESTIMATE"
    )

    def rounded(hundredths):
        return (hundredths + 50) // 100

    owed = {year: each["outstanding"] for year, each in late.items()}
    # 54 days are 2 months; 419 days are 14; 784 days would be 27 and are 24
    whole = {2026: rounded(owed[2026] * 2), 2025: rounded(owed[2025] * 14), 2024: rounded(owed[2024] * 24)}
    half = {2025: (owed[2025] * 14 + 100) // 200, 2024: (owed[2024] * 24 + 100) // 200}
    assert {year: each["penalty"]["amount"] for year, each in late.items()} == {2026: whole[2026]} | half
    assert {year: each["penalty"]["waived"] for year, each in late.items()} == {
        2026: 0, 2025: whole[2025] - half[2025], 2024: whole[2024] - half[2024],
    }  # fmt: skip
    assert found["arrears"]["penalty"]["waived"] == sum(each["penalty"]["waived"] for each in late.values())
