"""The yellow card: how to get one, for everybody; how one's own stands, for its owner alone and on record."""

import sqlite3
from contextlib import closing

import pytest

from auth.caller import Audience
from cache.memory import MemoryStore
from sandbox.identity.issuer import issuer_of
from sandbox.kit.people import ACCOUNTS
from tests.conftest import listening

CARD = (
    """{ me { yellowCard { status beginsOn endsOn valid nextReport { dueOn computed } source { agency state } } } }"""
)
GUIDE = """{ yellowCardGuide { purpose requirements validMonths reportMonths agency
  offices { totalCount nodes { name address hours phone url kelurahan { code name } } } } }"""
SAID = "rahasia"


@pytest.fixture
def signed_in(sandbox, clock):
    """The headers of one of the sandbox's people."""

    def headers(name, **changes):
        token = issuer_of(sandbox.control).token(name, f"{sandbox.url}/identity", clock.now(), **changes)
        return {"Authorization": f"Bearer {token}"}

    return headers


async def card(hub, headers):
    answer = await hub.ask(CARD, **headers)
    return answer["data"]["me"]["yellowCard"], [each["extensions"]["code"] for each in answer.get("errors", ())]


async def test_how_to_get_one_is_told_to_everybody_in_indonesian(hub, sandbox):
    assert (await hub.data(GUIDE))["yellowCardGuide"] == {
        "purpose": "Bukti terdaftar sebagai pencari kerja, untuk melamar pekerjaan.",
        "requirements": ["KTP asli dan fotokopi", "Fotokopi ijazah terakhir", "Dua pasfoto 3 x 4"],
        "validMonths": 24,
        "reportMonths": 6,
        "agency": "Disnaker Contoh",
        "offices": {
            "totalCount": 2,
            "nodes": [
                {
                    "name": "Gerai Disnaker Contoh Cipondoh",
                    "address": "Jl. Contoh No. 21",
                    "hours": "Selasa dan Kamis, 09.00-12.00",
                    "phone": None,
                    "url": None,
                    "kelurahan": None,
                },
                {
                    "name": "Loket Disnaker Contoh",
                    "address": "Jl. Contoh No. 20",
                    "hours": "Senin sampai Jumat, 08.00-15.00",
                    "phone": "+62215556000",
                    "url": None,
                    "kelurahan": {"code": "36.71.01.1001", "name": "Sukarasa"},
                },
            ],
        },
    }
    assert sandbox.control.all_hits() == 0


async def test_and_in_english(hub):
    guide = (await hub.ask(GUIDE, accept_language="en"))["data"]["yellowCardGuide"]
    assert guide["purpose"] == "Proof of being registered as looking for work, for applications."
    assert guide["requirements"][0] == "Identity card, with a copy"
    assert guide["offices"]["nodes"][1]["hours"] == "Monday to Friday, 8 am to 3 pm"


async def test_a_city_that_does_not_tell_says_so(configuration, clock, store_url, signed_in):
    left = tuple(each for each in configuration.agencies if each.agency.code == "karirhub")
    async with listening(configuration._replace(agencies=left), clock, store_url=store_url) as hub:
        answer = await hub.ask("{ yellowCardGuide { purpose } }")
        assert answer["errors"][0]["extensions"]["code"] == "NOT_CONFIGURED"
        assert await card(hub, signed_in("citizen")) == (None, ["NOT_CONFIGURED"])


async def test_its_owner_is_told_how_it_stands_and_when_to_report_next(hub, signed_in):
    assert await card(hub, signed_in("citizen")) == (
        {
            "status": "VERIFIED",
            "beginsOn": "2026-05-07",
            "endsOn": "2028-05-06",
            "valid": True,
            "nextReport": {"dueOn": "2027-05-07", "computed": True},
            "source": {"agency": "kartu-kuning-contoh", "state": "LIVE"},
        },
        [],
    )


@pytest.mark.parametrize(
    ("name", "status", "until"),
    [("neighbour", "VERIFIED", "2026-06-06"), ("newcomer", "PENDING", None), ("officer", "UNKNOWN", None)],
)
async def test_one_that_has_ended_or_is_asked_for_or_nobody_has_explained_does_not_hold(
    hub, signed_in, name, status, until
):
    found, codes = await card(hub, signed_in(name))
    assert (found["status"], found["endsOn"], found["valid"], found["nextReport"], codes) == (
        status,
        until,
        False,
        None,
        [],
    )


async def test_who_has_none_is_told_so(hub, signed_in):
    assert await card(hub, signed_in("admin")) == (None, [])


async def test_each_reading_is_on_record_in_plain_words(hub, signed_in):
    for _ in range(2):
        await card(hub, signed_in("citizen"))
    answer = await hub.ask(
        "{ me { dataUsage { nodes { text categories } } } }", accept_language="id", **signed_in("citizen")
    )
    assert (
        answer["data"]["me"]["dataUsage"]["nodes"]
        == [{"text": "Anda sendiri membaca status kartu kuning (AK-1) Anda.", "categories": ["YELLOW_CARD"]}] * 2
    )


async def test_where_it_cannot_be_recorded_the_register_is_not_asked(hub, sandbox, signed_in, store_url):
    with closing(sqlite3.connect(store_url.removeprefix("sqlite:///"))) as connection:
        connection.execute("ALTER TABLE usages RENAME TO gone")
        connection.commit()
    sandbox.control.set("kartu-kuning-contoh", "down")
    assert await card(hub, signed_in("citizen")) == (None, ["RECORD_UNAVAILABLE"])


async def test_nobody_else_is_told(hub, sandbox, headers_of):
    sandbox.control.set("kartu-kuning-contoh", "down")
    assert (await hub.ask(CARD))["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    without_scope = headers_of(Audience.PARTNER) | headers_of(Audience.CITIZEN)
    assert await card(hub, without_scope) == (None, ["FORBIDDEN"])


async def test_who_has_no_nik_is_asked_about_nobody(hub, sandbox, signed_in):
    sandbox.control.set("kartu-kuning-contoh", "down")
    assert await card(hub, signed_in("citizen", nik=None)) == (None, [])


@pytest.mark.parametrize(("mode", "code"), [("down", "AGENCY_UNAVAILABLE"), ("changed", "AGENCY_CHANGED")])
async def test_a_register_that_is_ill_costs_only_its_own_field_and_no_older_answer_is_given(
    hub, sandbox, signed_in, mode, code
):
    assert (await card(hub, signed_in("citizen")))[0]
    sandbox.control.set("kartu-kuning-contoh", mode)
    answer = await hub.ask("{ me { audience yellowCard { status } } }", **signed_in("citizen"))
    assert answer["data"] == {"me": {"audience": "CITIZEN", "yellowCard": None}}
    assert [each["extensions"]["code"] for each in answer["errors"]] == [code]


async def test_nothing_else_of_the_card_enters_the_hub_and_nothing_of_it_stays(hub, sandbox, signed_in):
    """The database is full of what is said here: of it, nothing may be in an answer, the cache, or a value in memory."""
    with closing(sqlite3.connect(sandbox.folder / "kartu-kuning-contoh.db")) as connection:
        (told,) = connection.execute(
            "SELECT count(*) FROM user_detail WHERE agama = ? AND berat_badan = 55", (SAID,)
        ).fetchone()
    assert told == 6
    answer = await hub.ask(CARD, **signed_in("citizen"))
    assert SAID not in str(answer)
    entries = hub._app.state.cache._store
    assert isinstance(entries, MemoryStore)
    assert not [key for key in entries._backend._kept if "kartu-kuning-contoh" in key]
    assert ACCOUNTS["citizen"].nik not in str(answer)
