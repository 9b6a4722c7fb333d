"""The whole name of a taxpayer: for the owner, and for who has an agreement, a purpose and a case; always on record."""

from datetime import timedelta

import pytest

from auth.caller import Audience
from sandbox.identity.issuer import issuer_of
from sandbox.tax.parcels import with_story
from tests.conftest import configuration_for, listening

MINE = with_story("this year unpaid")
NEIGHBOURS = with_story("three years owed")
NAMELESS = with_story("padded")
WHOLE = "query Owner($nop: NOP!) { taxObject(nop: $nop) { ownerName(unmasked: true) } }"
DECLARED = {"simpul_purpose": "pelayanan-pajak", "simpul_case": "LKT/2026-0042"}
USAGE = "{ me { dataUsage(first: 1) { nodes { text categories agency app purpose legalBasis case operation } } } }"


@pytest.fixture
def whole(hub):
    async def ask(nop, **headers):
        answer = await hub.ask(WHOLE, {"nop": nop}, **headers)
        return answer["data"]["taxObject"]["ownerName"], [
            each["extensions"]["code"] for each in answer.get("errors", ())
        ]

    return ask


@pytest.fixture
def profiles(sandbox):
    """How often a whole name was asked for."""
    return lambda: sandbox.control.calls("bapenda").get("get_profile", 0)


async def test_everybody_sees_it_masked_and_nobody_is_asked_for_more(hub, profiles):
    answer = await hub.ask("query ($nop: NOP!) { taxObject(nop: $nop) { ownerName } }", {"nop": MINE})
    assert answer["data"] == {"taxObject": {"ownerName": "W*** P*** C*** 0***"}}
    assert profiles() == 0


async def test_the_owner_reads_it_whole_and_it_is_on_record(hub, whole, headers_of):
    citizen = headers_of(Audience.CITIZEN)
    assert await whole(MINE, **citizen) == ("WAJIB PAJAK CONTOH 0001", [])
    (entry,) = (await hub.ask(USAGE, **citizen))["data"]["me"]["dataUsage"]["nodes"]
    assert (entry["text"], entry["categories"]) == ("Anda sendiri membaca nama Anda sebagai wajib pajak.", ["TAXPAYER"])


@pytest.mark.parametrize("nop", [NEIGHBOURS, NAMELESS])
async def test_another_citizen_does_not_and_no_reading_is_recorded(hub, whole, headers_of, nop):
    citizen = headers_of(Audience.CITIZEN)
    assert await whole(nop, **citizen) == (None, ["FORBIDDEN"])
    usages = await hub.ask("{ me { dataUsage { totalCount } } }", **headers_of(Audience.CITIZEN))
    assert usages["data"]["me"]["dataUsage"]["totalCount"] == 0


@pytest.mark.parametrize("audience", [Audience.PUBLIC, Audience.PARTNER])
async def test_who_can_never_read_it_is_refused_before_anybody_is_asked(whole, profiles, headers_of, audience):
    assert await whole(MINE, **headers_of(audience)) == (None, ["FORBIDDEN"])
    assert profiles() == 0


async def test_an_officer_who_declares_nothing_is_refused_like_any_person(whole, headers_of):
    assert await whole(MINE, **headers_of(Audience.OFFICER)) == (None, ["FORBIDDEN"])


async def test_an_officer_reads_it_for_a_purpose_that_was_agreed_on_and_the_owner_sees_that(hub, whole, headers_of):
    found = await whole(MINE, **DECLARED, **headers_of(Audience.OFFICER))
    assert found == ("WAJIB PAJAK CONTOH 0001", [])
    answer = await hub.ask(USAGE, accept_language="en", **headers_of(Audience.CITIZEN))
    assert answer["data"]["me"]["dataUsage"]["nodes"] == [
        {
            "text": "An officer of Bapenda Contoh read your name as a taxpayer.",
            "categories": ["TAXPAYER"],
            "agency": "bapenda",
            "app": None,
            "purpose": "Service at the counter of the local tax office",
            "legalBasis": "UU 27/2022, Pasal 20 ayat (2) huruf e",
            "case": "LKT/2026-0042",
            "operation": "Owner",
        }
    ]


async def test_an_officer_of_another_agency_is_refused(hub, sandbox, whole, clock, headers_of):
    issuer = issuer_of(sandbox.control)
    token = issuer.token("officer", f"{sandbox.url}/identity", clock.now(), agency="karirhub")
    assert await whole(MINE, **DECLARED, Authorization=f"Bearer {token}") == (None, ["FORBIDDEN"])


async def test_an_agreement_ends(whole, clock, headers_of):
    clock.advance(timedelta(days=5 * 365))
    assert await whole(MINE, **DECLARED, **headers_of(Audience.OFFICER)) == (None, ["FORBIDDEN"])


async def test_no_cache_holds_it(whole, profiles, headers_of):
    for count in (1, 2):
        assert await whole(MINE, **headers_of(Audience.CITIZEN)) == ("WAJIB PAJAK CONTOH 0001", [])
        assert profiles() == count


@pytest.mark.parametrize(
    "declared",
    [
        {"simpul_purpose": "pelayanan-pajak"},
        {"simpul_case": "LKT/1"},
        {"simpul_purpose": "ingin-tahu", "simpul_case": "LKT/1"},
        {"simpul_purpose": "pelayanan-pajak", "simpul_case": ""},
        {"simpul_purpose": "pelayanan-pajak", "simpul_case": "9907014001900001"},
        {"simpul_purpose": "pelayanan-pajak", "simpul_case": "99.07-010.001-001.0001-0"},
        {"simpul_purpose": "pelayanan-pajak", "simpul_case": "x" * 65},
        {"simpul_purpose": "pelayanan-pajak", "simpul_case": "kasus\u00e9"},
    ],
)
async def test_what_is_declared_badly_is_refused_and_not_repeated(hub, headers_of, profiles, declared):
    headers = {name.replace("_", "-"): value for name, value in declared.items()} | headers_of(Audience.OFFICER)
    body = {"query": WHOLE, "variables": {"nop": MINE}}
    async with hub.session.post(f"{hub.url}/graphql", json=body, headers=headers) as response:
        assert response.status == 400
        text = await response.text()
    assert '"code":"BAD_REQUEST"' in text
    assert not [value for value in declared.values() if value and value in text]
    assert profiles() == 0


async def test_an_app_alone_reads_it_by_an_agreement_and_a_scope(sandbox, tmp_path, clock, store_url, headers_of):
    agreed = '\n[agreements.notaris]\nclient = "app:notaris"\npurposes = ["pelayanan-pajak"]\nuntil = 2027-01-01\n'
    agreed += 'fields = ["TaxObject.ownerName"]\nsigned_by = "bapenda"\n\n[agencies.bapenda]\n'
    configuration = configuration_for(sandbox, tmp_path, ("\n[agencies.bapenda]\n", agreed))
    make = 'mutation Make($scopes: [ApiScope!]) { createApiKey(app: "notaris", label: "x", scopes: $scopes) { key } }'
    async with listening(configuration, clock, store_url=store_url) as hub:
        for scopes, expected in (([], None), (["TAXPAYER"], "WAJIB PAJAK CONTOH 0001")):
            made = await hub.ask(make, {"scopes": scopes}, **headers_of(Audience.ADMIN))
            key = made["data"]["createApiKey"]["key"]
            answer = await hub.ask(WHOLE, {"nop": MINE}, **DECLARED, x_api_key=key)
            assert answer["data"]["taxObject"]["ownerName"] == expected
        answer = await hub.ask(USAGE, accept_language="en", **headers_of(Audience.CITIZEN))
    (entry,) = answer["data"]["me"]["dataUsage"]["nodes"]
    assert (entry["text"], entry["app"]) == ("The app notaris read your name as a taxpayer.", "notaris")
