"""The record over plain HTTP: Estonia's data tracker protocol, and the export; both by the rules of `me.dataUsage`."""

import csv
import io
import sqlite3
from datetime import timedelta

import pytest

from auth.caller import Audience
from tests.conftest import configuration_for, listening
from tests.profiles import here

NIK = "query Nik { me { nik(unmasked: true) } }"


@pytest.fixture
def get(hub):
    async def ask(name, params=None, headers=None):
        async with hub.session.get(f"{hub.url}/data-tracker/{name}", params=params, headers=headers) as response:
            body = await (response.text() if response.content_type == "text/csv" else response.json())
            return response.status, response.headers, body

    return ask


@pytest.fixture
def citizen(headers_of):
    return headers_of(Audience.CITIZEN)


@pytest.fixture
async def three_days(hub, headers_of, clock):
    """The citizen reads the NIK on each of three days, from Monday noon on."""
    for _ in range(3):
        await hub.ask(NIK, **headers_of(Audience.CITIZEN))
        clock.advance(timedelta(days=1))


async def test_it_is_told_in_the_words_of_the_protocol(hub, get, citizen, clock):
    await hub.ask(NIK, **citizen)
    status, headers, body = await get("findUsage", headers=citizen | {"Accept-Language": "en"})
    assert (status, headers["Cache-Control"]) == (200, "private, no-store")
    assert body == {
        "totalUsages": 1,
        "usages": [
            {
                "logtime": clock.now().isoformat(),
                "action": "You yourself read your NIK.",
                "receiverCode": "self",
                "receiverName": "You yourself",
                "receiverSystem": "Nik",
            }
        ],
    }


async def test_an_officers_agency_is_the_receiver(hub, get, headers_of, citizen):
    declared = {"simpul_purpose": "pelayanan-pajak", "simpul_case": "LKT/1"}
    query = here('{ taxObject(nop: "${nop}") { ownerName(unmasked: true) } }')
    answer = await hub.ask(query, **declared, **headers_of(Audience.OFFICER))
    assert answer["data"]["taxObject"]["ownerName"]
    _, _, body = await get("findUsage", headers=citizen)
    (usage,) = body["usages"]
    assert (usage["receiverCode"], usage["receiverName"]) == ("bapenda", "Bapenda Contoh")


@pytest.mark.parametrize(
    ("params", "total", "days"),
    [
        ({}, 3, [23, 24, 25]),
        ({"limit": "2"}, 3, [23, 24]),
        ({"limit": "2", "offset": "2"}, 3, [25]),
        ({"offset": "9"}, 3, []),
        ({"periodStart": "2026-11-24"}, 2, [24, 25]),
        ({"periodEnd": "2026-11-24"}, 2, [23, 24]),
        ({"periodStart": "2026-11-24T05:00:00Z", "periodEnd": "2026-11-25T12:00:00+07:00"}, 1, [24]),
        ({"periodStart": "2026-11-23T12:00:01+07:00", "limit": "1"}, 2, [24]),
        ({"periodStart": "2027-01-01"}, 0, []),
    ],
)
async def test_a_time_and_a_part_of_it_may_be_asked_for(three_days, get, headers_of, params, total, days):
    status, _, body = await get("findUsage", params, headers_of(Audience.CITIZEN))
    assert (status, body["totalUsages"]) == (200, total)
    assert [int(each["logtime"][8:10]) for each in body["usages"]] == days


@pytest.mark.parametrize(
    "params",
    [
        {"userCode": "9907014001900001"},
        {"usercode": "x"},
        {"periodStart": "yesterday"},
        {"periodStart": "2026-11-24T05:00:00"},
        {"periodEnd": "9999-12-31"},
        {"periodEnd": "2026-13-01"},
        {"limit": "0"},
        {"limit": "1001"},
        {"limit": "\u0661"},
        {"offset": "-1"},
        {"offset": "9" * 20},
    ],
)
async def test_what_cannot_be_asked_is_refused_and_not_repeated(get, citizen, params):
    status, _, body = await get("findUsage", params, citizen)
    assert (status, body["code"]) == (400, "BAD_REQUEST")
    assert not [value for value in params.values() if len(value) > 1 and value in body["message"]]


@pytest.mark.parametrize("name", ["findUsage", "export.csv"])
class TestWhoMay:
    async def test_nobody_without_a_token(self, get, headers_of, name):
        for headers in ({}, headers_of(Audience.PARTNER)):
            status, sent, body = await get(name, headers=headers)
            assert (status, body["code"], sent["WWW-Authenticate"]) == (401, "UNAUTHENTICATED", 'Bearer realm="simpul"')
        assert (await get(name, headers={"Authorization": "Bearer x"}))[0] == 401

    async def test_an_app_only_with_its_scope(self, get, create_key, citizen, name):
        for scopes, expected in ((["NIK"], 403), (["RECORD"], 200)):
            key = (await create_key(app=f"app-{expected}", scopes=scopes))["key"]
            assert (await get(name, headers=citizen | {"x-api-key": key}))[0] == expected

    async def test_reading_it_is_on_record_and_nobody_elses_is_shown(self, hub, get, headers_of, citizen, name):
        await hub.ask(NIK, **headers_of(Audience.OFFICER))
        await get(name, headers=citizen)
        query = "{ me { dataUsage { nodes { text operation } } } }"
        answer = await hub.ask(query, accept_language="en", **citizen)
        assert answer["data"]["me"]["dataUsage"]["nodes"] == [
            {"text": "You yourself read this audit log.", "operation": name}
        ]

    async def test_where_it_cannot_be_recorded_it_is_not_given(self, get, citizen, store_url, name):
        with sqlite3.connect(store_url.removeprefix("sqlite:///")) as connection:
            connection.execute("ALTER TABLE usages RENAME TO gone")
        status, _, body = await get(name, headers=citizen)
        assert (status, body["code"]) == (503, "RECORD_UNAVAILABLE")

    async def test_it_costs_of_the_quota(self, configuration, clock, store_url, citizen, name):
        async with listening(configuration, clock, store_url=store_url, quota=1500) as hub:
            for expected in (200, 429):
                async with hub.session.get(f"{hub.url}/data-tracker/{name}", headers=citizen) as response:
                    assert response.status == expected


async def test_all_of_it_is_a_file_with_the_reading_of_it(three_days, get, headers_of):
    status, headers, text = await get("export.csv", headers=headers_of(Audience.CITIZEN) | {"Accept-Language": "id"})
    assert (status, headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert headers["Content-Disposition"] == 'attachment; filename="catatan-akses.csv"'
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["text"] for row in rows] == [
        *["Anda sendiri membaca NIK Anda."] * 3,
        "Anda sendiri membaca catatan akses ini.",
    ]
    assert {key: rows[0][key] for key in ("code", "readAt", "categories", "byOneself", "agency", "operation")} == {
        "code": "1",
        "readAt": "2026-11-23T05:00:00+00:00",
        "categories": "NIK",
        "byOneself": "true",
        "agency": "",
        "operation": "Nik",
    }


async def test_who_leaves_in_the_middle_of_it_holds_nothing_up(three_days, hub, get, headers_of):
    for _ in range(5):
        async with hub.session.get(f"{hub.url}/data-tracker/export.csv", headers=headers_of(Audience.CITIZEN)) as sent:
            assert sent.status == 200
            sent.close()
    assert (await get("heartbeat"))[2]["status"] == "OK"


async def test_the_period_is_since_the_record_began(three_days, get):
    assert (await get("usagePeriod"))[2] == {"periodStart": "2026-11-23T05:00:00+00:00"}


async def test_an_empty_record_has_no_beginning(get):
    assert (await get("usagePeriod"))[2] == {"periodStart": None}


async def test_the_heart_beats_while_the_record_can_be_read(get, store_url):
    assert (await get("heartbeat"))[2] == {"status": "OK", "message": "The record can be read."}
    with sqlite3.connect(store_url.removeprefix("sqlite:///")) as connection:
        connection.execute("ALTER TABLE usages RENAME TO gone")
    status, _, body = await get("heartbeat")
    assert (status, body["status"]) == (200, "FAIL")
    assert (await get("usagePeriod"))[0] == 503


async def test_a_city_where_nobody_signs_in_keeps_none(sandbox, tmp_path, clock):
    text = '[identity]\nissuer = "http://127.0.0.1:8100/identity"\naudience = "simpul"\n'
    async with listening(configuration_for(sandbox, tmp_path, (text, "")), clock) as hub:
        async with hub.session.get(f"{hub.url}/data-tracker/heartbeat") as response:
            assert (await response.json())["status"] == "FAIL"
        async with hub.session.get(f"{hub.url}/data-tracker/findUsage") as response:
            assert response.status == 401
