"""The control: slow, down, changed, and exact counts."""

import asyncio
import json
import time

import aiohttp
import pytest

from sandbox.tax.parcels import with_story
from tests.conftest import STOOD_IN_FOR
from tests.sandbox.conftest import hospital_headers

HOSPITAL = "rs-contoh-benda"


async def ask(caller, code=HOSPITAL):
    async with caller.http.get(caller.beds_url(code), headers=hospital_headers(code)) as answer:
        return answer.status, answer.headers, await answer.read()


async def test_the_overview_shows_every_agency_with_its_mode_and_its_calls(caller):
    caller.sandbox.control.set("bapenda", "html")
    await ask(caller)
    status, body = await caller.control("GET")
    overview = json.loads(body)
    assert (status, len(overview)) == (200, len(STOOD_IN_FOR) + 1)
    assert overview[HOSPITAL] == {"mode": "ok", "hits": 1}
    assert overview["bapenda"] == {"mode": "html", "hits": 0}


async def test_a_slow_agency_answers_whole_after_its_seconds(caller):
    healthy = (await ask(caller))[2]
    await caller.control("PUT", f"/{HOSPITAL}", json={"mode": "slow", "seconds": 0.05})
    began = time.monotonic()
    assert (await ask(caller))[2] == healthy
    assert time.monotonic() - began >= 0.05


async def test_an_agency_that_is_down_closes_the_connection_without_an_answer(caller):
    await caller.control("PUT", f"/{HOSPITAL}", json={"mode": "down"})
    with pytest.raises(aiohttp.ClientConnectionError):
        await ask(caller)


async def test_a_changed_hospital_has_renamed_its_mandatory_keys(caller):
    caller.sandbox.control.set(HOSPITAL, "changed")
    row = json.loads((await ask(caller))[2])["response"]["list"][0]
    assert {"baru_kodekelas", "baru_kapasitas"} <= row.keys()
    assert not {"kodekelas", "kapasitas"} & row.keys()


async def test_a_changed_tax_office_has_renamed_its_mandatory_keys(caller):
    caller.sandbox.control.set("bapenda", "changed")
    key = with_story("paid on time") + "2026"
    bill = (await caller.rpc("get_ipbb", key))["result"]
    payment = (await caller.rpc("get_trx", key))["result"]["rows"][0]
    assert "baru_status_pembayaran_sppt" in bill
    assert "status_pembayaran_sppt" not in bill
    assert "baru_jml_sppt_yg_dibayar" in payment
    assert "jml_sppt_yg_dibayar" not in payment


async def test_a_rejecting_agency_refuses_a_good_signature(caller):
    await caller.control("PUT", f"/{HOSPITAL}", json={"mode": "rejecting"})
    assert (await ask(caller))[0] == 401


async def test_a_throttling_agency_says_when_to_come_back(caller):
    await caller.control("PUT", f"/{HOSPITAL}", json={"mode": "throttling", "seconds": 2.5})
    status, headers, _ = await ask(caller)
    assert (status, headers["Retry-After"]) == (429, "3")


async def test_html_is_a_page_with_status_200(caller):
    await caller.control("PUT", f"/{HOSPITAL}", json={"mode": "html"})
    status, headers, body = await ask(caller)
    assert (status, headers["Content-Type"].split(";")[0]) == (200, "text/html")
    assert body.startswith(b"<html>")


async def test_a_truncated_answer_is_the_first_half_and_says_it_is_whole(caller):
    healthy = (await ask(caller))[2]
    await caller.control("PUT", f"/{HOSPITAL}", json={"mode": "truncated"})
    status, headers, body = await ask(caller)
    assert (status, body) == (200, healthy[: len(healthy) // 2])
    assert int(headers["Content-Length"]) == len(body)


async def test_a_mode_lasts_as_many_calls_as_it_was_given(caller):
    await caller.control("PUT", f"/{HOSPITAL}", json={"mode": "rejecting", "times": 2})
    assert [(await ask(caller))[0] for _ in range(4)] == [401, 401, 200, 200]


async def test_one_agencys_mode_is_no_others(caller):
    caller.sandbox.control.set(HOSPITAL, "rejecting")
    assert (await ask(caller, "rs-contoh-pinang"))[0] == 200


async def test_a_call_that_fails_is_counted(caller):
    caller.sandbox.control.set("bapenda", "down")
    with pytest.raises(aiohttp.ClientConnectionError):
        await caller.rpc("get_ipbb", with_story("paid on time") + "2026")
    assert caller.sandbox.control.hits("bapenda") == 1


async def test_aiohttp_asks_a_second_time_when_the_connection_of_a_get_is_closed(caller):
    caller.sandbox.control.set(HOSPITAL, "down", times=1)
    assert (await ask(caller))[0] == 200
    assert caller.sandbox.control.hits(HOSPITAL) == 2


async def test_calls_are_counted_by_what_was_asked(caller):
    await caller.beds("rs-contoh-ciledug", 1, 100)
    await caller.beds("rs-contoh-ciledug", 101, 100)
    await caller.beds("rs-contoh-ciledug", 101, 100)
    status, body = await caller.control("GET", "/rs-contoh-ciledug/hits")
    calls = {"bed/read/1/100": 1, "bed/read/101/100": 2}
    assert (status, json.loads(body)) == (200, {"total": 3, "calls": calls})
    assert caller.sandbox.control.calls("rs-contoh-ciledug") == calls
    assert caller.sandbox.control.all_hits() == 3


async def test_a_call_to_the_tax_office_is_counted_without_the_parcel(caller):
    await caller.rpc("get_ipbb", with_story("paid on time") + "2026")
    assert caller.sandbox.control.calls("bapenda") == {"get_ipbb": 1}


async def test_a_reset_makes_everybody_well_and_forgets_the_calls(caller):
    caller.sandbox.control.set(HOSPITAL, "rejecting")
    await ask(caller)
    assert (await caller.control("DELETE"))[0] == 204
    assert caller.sandbox.control.hits(HOSPITAL) == 0
    assert (await ask(caller))[0] == 200


async def test_a_held_agency_answers_when_it_is_released(caller):
    control = caller.sandbox.control
    control.hold(HOSPITAL)
    asked = asyncio.create_task(ask(caller))
    while control.hits(HOSPITAL) == 0:
        await ask(caller, "rs-contoh-pinang")
    assert (await ask(caller, "rs-contoh-pinang"))[0] == 200
    assert not asked.done()
    control.release(HOSPITAL)
    assert (await asked)[0] == 200


@pytest.mark.parametrize("body", [b"", b"{}", b'{"mode":"asleep"}', b'{"mode":"ok","more":1}', b"[1]"])
async def test_an_order_that_makes_no_sense_is_a_bad_request_and_changes_nothing(caller, body):
    assert (await caller.control("PUT", f"/{HOSPITAL}", data=body))[0] == 400
    assert caller.sandbox.control.behaving(HOSPITAL) == "ok"


async def test_an_agency_that_is_not_there_cannot_be_told_anything(caller):
    assert (await caller.control("PUT", "/nobody", json={"mode": "ok"}))[0] == 404
    assert (await caller.control("GET", "/nobody/hits"))[0] == 404
    with pytest.raises(KeyError):
        caller.sandbox.control.set("nobody", "down")
