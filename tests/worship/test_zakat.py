"""Zakat in the graph: by which decree, what a sum owes, where to pay."""

from datetime import UTC, datetime

from tests.clock import FakeClock
from tests.conftest import configuration_for, listening


async def test_a_rule_says_its_decree_its_day_and_how_long_it_holds_for_no_call(hub, sandbox):
    query = """{ zakatRule(code: "income-month") { kind period nisab rate perPerson goldGrams riceKg decree decreedOn url
        fromDay untilDay inForce source { agency state changedAt } } }"""
    assert (await hub.data(query))["zakatRule"] == {
        "kind": "INCOME",
        "period": "MONTH",
        "nisab": 7_640_144,
        "rate": 2.5,
        "perPerson": None,
        "goldGrams": 85.0,
        "riceKg": None,
        "decree": "Keputusan Ketua BAZNAS Nomor 15 Tahun 2026",
        "decreedOn": "2026-02-21",
        "url": "https://baznas.example/nisab-2026",
        "fromDay": "2026-01-01",
        "untilDay": "2026-12-31",
        "inForce": True,
        "source": {"agency": "baznas", "state": "LIVE", "changedAt": "2026-02-20T17:00:00+00:00"},
    }
    assert sandbox.control.all_hits() == 0


async def test_each_rule_reckons_with_what_it_counts(hub):
    query = """{ zakatRules { nodes { code inForce owed(amount: 10000000, persons: 4) {
        amount persons reachesNisab owed } } } }"""
    assert (await hub.data(query))["zakatRules"]["nodes"] == [
        {
            "code": "fitrah",
            "inForce": False,
            "owed": {"amount": None, "persons": 4, "reachesNisab": True, "owed": None},
        },
        {
            "code": "income-month",
            "inForce": True,
            "owed": {"amount": 10_000_000, "persons": None, "reachesNisab": True, "owed": 250_000},
        },
        {
            "code": "income-year",
            "inForce": True,
            "owed": {"amount": 10_000_000, "persons": None, "reachesNisab": False, "owed": 0},
        },
    ]
    query = '{ zakatRule(code: "income-month") { owed(persons: 4) { owed } } }'
    assert (await hub.data(query))["zakatRule"] == {"owed": None}


async def test_in_ramadan_fitrah_is_owed_for_each_person(sandbox, tmp_path):
    ramadan = FakeClock(datetime(2026, 3, 1, 5, tzinfo=UTC))
    async with listening(configuration_for(sandbox, tmp_path), ramadan) as hub:
        found = await hub.data("{ zakatRules(kind: FITRAH) { nodes { code inForce owed(persons: 4) { owed } } } }")
    assert found["zakatRules"]["nodes"] == [{"code": "fitrah", "inForce": True, "owed": {"owed": 188_000}}]


async def test_a_sum_that_cannot_be_is_refused(hub):
    for arguments in ("amount: -1", f"amount: {10**15 + 1}", "persons: -1", "persons: 1001", ""):
        given = f"({arguments})" if arguments else ""
        answer = await hub.ask(f'{{ zakatRule(code: "income-month") {{ owed{given} {{ owed }} }} }}')
        assert [each["extensions"]["code"] for each in answer["errors"]] == ["BAD_USER_INPUT"], arguments


async def test_an_office_says_where_to_pay_and_is_found_again(hub):
    query = "{ zakatOffices { totalCount nodes { id code name address phone url source { agency } } } }"
    (found,) = (await hub.data(query))["zakatOffices"]["nodes"]
    assert {name: found[name] for name in ("code", "name", "address", "phone", "url")} == {
        "code": "baznas",
        "name": "BAZNAS Kota Contoh",
        "address": "Jl. Contoh No. 1",
        "phone": "+62215550011",
        "url": "https://baznas.example/bayar",
    }
    node = await hub.data("query ($id: ID!) { node(id: $id) { ... on ZakatOffice { code } } }", {"id": found["id"]})
    assert node["node"] == {"code": "baznas"}


async def test_a_rule_is_found_by_its_id_and_one_that_is_not_there_is_null(hub):
    found = await hub.data('{ zakatRule(code: "fitrah") { id } none: zakatRule(code: "x") { id } }')
    assert found["none"] is None
    query = "query ($id: ID!) { node(id: $id) { ... on ZakatRule { code } } }"
    assert (await hub.data(query, {"id": found["zakatRule"]["id"]}))["node"] == {"code": "fitrah"}
