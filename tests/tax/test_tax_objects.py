"""Taxed objects, asked in GraphQL, with the exact number of calls."""

from datetime import timedelta

import pytest

from sandbox.tax.parcels import parcels, with_story
from tests.conftest import listening

BILLS = """query ($nop: NOP!) { taxObject(nop: $nop) { nop ownerName bills(first: 100) { totalCount nodes {
  year amount paid outstanding status contradicted dueOn penalty { amount basis }
  payments { nodes { sequence principal penalty paidOn } }
} } } }"""


async def bills(hub, story):
    data = await hub.data(BILLS, {"nop": with_story(story)})
    return data["taxObject"]["bills"]["nodes"]


async def test_an_object_says_where_it_lies_and_masks_its_owner(hub, sandbox):
    nop = with_story("this year unpaid")
    data = await hub.data(
        """query ($nop: NOP!) { taxObject(nop: $nop) { nop ownerName street rt rw asOfYear landArea assessedValue
        kelurahan { name kecamatan { name } } kecamatan { code } source { agency name state ageSeconds } } }""",
        {"nop": nop},
    )
    found = data["taxObject"]
    assert found["nop"] == "36.75-010.999-002.0001-0"
    assert found["ownerName"] == "W*** P*** C*** 0***"
    assert found["kelurahan"] == {"name": "Sukaasih", "kecamatan": {"name": "Tangerang"}}
    assert found["kecamatan"] == {"code": "36.71.01"}
    assert found["asOfYear"] == 2026
    assert found["source"] == {"agency": "bapenda", "name": "Bapenda Contoh", "state": "LIVE", "ageSeconds": 0}
    assert sandbox.control.calls("bapenda") == {"get_ipbb": 1}


async def test_every_parcel_of_the_sandbox_finds_its_kelurahan_and_kecamatan(configuration, clock):
    one_each = {(each.kecamatan, each.kelurahan): each.nop for each in parcels().values()}
    assert len(one_each) == 104
    query = "query ($nop: NOP!) { taxObject(nop: $nop) { kelurahan { name } kecamatan { name } } }"
    async with listening(configuration, clock, lookups={"most": 200}) as hub:
        for (kecamatan, kelurahan), nop in one_each.items():
            if nop != with_story("only the bill exists"):
                found = (await hub.data(query, {"nop": nop}))["taxObject"]
                assert found == {"kelurahan": {"name": kelurahan}, "kecamatan": {"name": kecamatan}}


async def test_ten_years_of_bills_are_ten_calls_and_ten_for_their_payments(hub, sandbox):
    found = await bills(hub, "paid on time")
    assert [each["year"] for each in found] == list(range(2026, 2016, -1))
    assert {each["status"] for each in found} == {"PAID"}
    assert sandbox.control.calls("bapenda") == {"get_ipbb": 10, "get_trx": 10}


async def test_a_warm_query_makes_no_call(hub, sandbox):
    first = await bills(hub, "paid on time")
    sandbox.control.reset()
    assert await bills(hub, "paid on time") == first
    assert sandbox.control.all_hits() == 0


async def test_bills_and_arrears_together_ask_each_thing_once(hub, sandbox):
    query = "query ($nop: NOP!) { taxObject(nop: $nop) { bills { totalCount } arrears { total } } }"
    await hub.data(query, {"nop": with_story("three years owed")})
    assert sandbox.control.calls("bapenda") == {"get_ipbb": 10, "get_trx": 10}


@pytest.mark.parametrize(
    ("story", "status", "contradicted"),
    [
        ("paid on time", "PAID", False),
        ("this year unpaid", "UNPAID", False),
        ("partly paid", "PARTIAL", False),
        ("paid but not confirmed", "PAID_UNCONFIRMED", True),
        ("confirmed but not paid", "PAID", True),
        ("cancelled", "CANCELLED", False),
        ("replaced", "CANCELLED", False),
        ("unknown status", "UNKNOWN", False),
        ("reversed", "UNPAID", False),
        ("paid in two parts", "PAID", False),
        ("padded", "PAID", False),
        ("only the bill exists", "PAID", False),
    ],
)
async def test_each_story_ends_in_its_status(hub, story, status, contradicted):
    newest = (await bills(hub, story))[0]
    assert (newest["year"], newest["status"], newest["contradicted"]) == (2026, status, contradicted)
    assert newest["outstanding"] == (newest["amount"] - newest["paid"] if status in ("UNPAID", "PARTIAL") else 0)


async def test_a_year_without_a_bill_is_not_listed(hub, sandbox):
    assert [each["year"] for each in await bills(hub, "one year missing")] == [
        2026, 2025, 2024, 2022, 2021, 2020, 2019, 2018, 2017,
    ]  # fmt: skip
    assert sandbox.control.calls("bapenda") == {"get_ipbb": 10, "get_trx": 9}


async def test_a_penalty_is_an_estimate_where_something_is_owed_and_the_offices_own_where_it_was_paid(hub):
    unpaid = (await bills(hub, "this year unpaid"))[0]
    assert unpaid["penalty"] == {"amount": -(-unpaid["amount"] * 2 // 100), "basis": "ESTIMATE"}
    paid = (await bills(hub, "paid in two parts"))[0]
    assert paid["penalty"] == {"amount": paid["amount"] // 100, "basis": "SOURCE"}
    assert [each["sequence"] for each in paid["payments"]["nodes"]] == [1, 2]
    assert (await bills(hub, "paid on time"))[0]["penalty"] is None


async def test_arrears_are_what_is_owed_past_its_due_day(hub):
    nop = with_story("three years owed")
    query = """query ($nop: NOP!) { taxObject(nop: $nop) {
      arrears { bills principal total penalty { amount basis } reckonedOn } } }"""
    arrears = (await hub.data(query, {"nop": nop}))["taxObject"]["arrears"]
    late = [each for each in await bills(hub, "three years owed") if each["outstanding"]]
    assert [each["year"] for each in late] == [2026, 2025, 2024]
    assert arrears == {
        "bills": 3,
        "principal": sum(each["outstanding"] for each in late),
        "penalty": {"amount": sum(each["penalty"]["amount"] for each in late), "basis": "ESTIMATE"},
        "total": sum(each["outstanding"] + each["penalty"]["amount"] for each in late),
        "reckonedOn": "2026-11-23",
    }


async def test_bills_by_status(hub):
    query = "query ($nop: NOP!) { taxObject(nop: $nop) { bills(status: [UNPAID, PARTIAL]) { totalCount } } }"
    assert (await hub.data(query, {"nop": with_story("three years owed")}))["taxObject"]["bills"] == {"totalCount": 3}


async def test_bills_are_paged_from_both_ends(hub):
    query = """query ($nop: NOP!, $after: String, $before: String, $first: Int, $last: Int) { taxObject(nop: $nop) {
      bills(first: $first, after: $after, last: $last, before: $before) { nodes { year }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }"""
    nop = with_story("paid on time")
    first = (await hub.data(query, {"nop": nop, "first": 4}))["taxObject"]["bills"]
    assert [each["year"] for each in first["nodes"]] == [2026, 2025, 2024, 2023]
    assert (first["pageInfo"]["hasPreviousPage"], first["pageInfo"]["hasNextPage"]) == (False, True)
    after = {"nop": nop, "first": 4, "after": first["pageInfo"]["endCursor"]}
    second = (await hub.data(query, after))["taxObject"]["bills"]
    assert [each["year"] for each in second["nodes"]] == [2022, 2021, 2020, 2019]
    last = (await hub.data(query, {"nop": nop, "last": 2}))["taxObject"]["bills"]
    assert [each["year"] for each in last["nodes"]] == [2018, 2017]
    before = {"nop": nop, "last": 2, "before": last["pageInfo"]["startCursor"]}
    assert [each["year"] for each in (await hub.data(query, before))["taxObject"]["bills"]["nodes"]] == [2020, 2019]


async def test_an_object_that_is_not_there_is_null_without_an_error(hub, sandbox):
    assert await hub.data(BILLS, {"nop": "36.75-010.999-999.9999-0"}) == {"taxObject": None}
    assert sandbox.control.calls("bapenda") == {"get_ipbb": 10}
    assert await hub.data(BILLS, {"nop": "36.75-010.999-999.9999-0"}) == {"taxObject": None}
    assert sandbox.control.calls("bapenda") == {"get_ipbb": 10}


@pytest.mark.parametrize("nop", ["36.75", "x", "", 367501099900200010])
async def test_what_is_no_nop_is_refused_without_repeating_it(hub, sandbox, nop):
    answer = await hub.ask(BILLS, {"nop": nop})
    assert "data" not in answer
    (error,) = answer["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}
    assert (
        error["message"]
        == "$nop: bukan NOP yang sah; yang diharapkan adalah teks dari 18 angka, seperti 99.07-010.001-001.0001-0."
    )
    assert sandbox.control.all_hits() == 0


async def test_a_wrong_nop_in_the_document_is_not_repeated_either(hub):
    answer = await hub.ask('{ taxObject(nop: "36.75-010.999-002.0001-09999") { nop } }')
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}
    assert "9999" not in str(answer["errors"])


async def test_a_dead_tax_office_costs_only_its_own_fields(hub, sandbox):
    for code in ("bapenda", "bapenda-sismiop"):
        sandbox.control.set(code, "down")
    answer = await hub.ask(
        """{ city { name } hospitals(first: 100) { nodes { beds { capacity } } }
        taxObject(nop: "36.75-010.999-002.0001-0") { nop } }""",
        accept_language="id",
    )
    assert answer["data"]["taxObject"] is None
    assert answer["data"]["city"] == {"name": "Kota Tangerang"}
    assert all(each["beds"]["capacity"] >= 0 for each in answer["data"]["hospitals"]["nodes"])
    assert answer["errors"] == [
        {
            "message": "Bapenda Contoh sedang tidak menjawab.",
            "locations": [{"line": 2, "column": 9}],
            "path": ["taxObject"],
            "extensions": {"code": "AGENCY_UNAVAILABLE", "agency": "bapenda", "retryable": True},
        }
    ]
    assert sandbox.control.hits("bapenda") == 2


async def test_at_the_peak_of_september_nobody_is_told_an_old_amount(hub, sandbox, clock):
    before = await bills(hub, "this year unpaid")
    sandbox.control.set("bapenda", "throttling", seconds=60)
    clock.advance(timedelta(minutes=13))
    assert await bills(hub, "this year unpaid") == before
    clock.advance(timedelta(minutes=15))  # what the other office said is old too
    sandbox.control.set("bapenda-sismiop", "down")
    answer = await hub.ask(BILLS, {"nop": with_story("this year unpaid")})
    assert answer["data"]["taxObject"] is None
    assert [each["extensions"]["code"] for each in answer["errors"]] == ["AGENCY_THROTTLED"]
    assert {each["state"] for each in answer["extensions"]["sources"]} == {"UNAVAILABLE"}
