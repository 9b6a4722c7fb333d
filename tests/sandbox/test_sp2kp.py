"""The price survey's stand-in: each quirk that a connector has to survive is really there."""

from datetime import date, timedelta

import pytest

from sandbox.prices.markets import COMMODITIES, NEVER_SURVEYED, NOT_TODAY
from tests.sandbox.conftest import NOW

TODAY = NOW.date()
FORM = {
    "start_date": (TODAY - timedelta(days=89)).isoformat(),
    "end_date": TODAY.isoformat(),
    "level": "3",
    "kode_provinsi": "36",
    "kode_kab_kota": "3671",
    "tipe_komoditas": "1",
}


async def master(caller, name):
    async with caller.http.get(f"{caller.sandbox.url}/sp2kp/master/api/{name}") as answer:
        return (await answer.json())["data"]


async def survey(caller, **changes):
    url = f"{caller.sandbox.url}/sp2kp/report/api/average-price/export-area-daily-json"
    async with caller.http.post(url, data=FORM | changes) as answer:
        return answer.status, await answer.json()


async def prices(caller, **changes):
    _, body = await survey(caller, **changes)
    return {
        row["variant_id"]: {date.fromisoformat(each["date"]): each["harga"] for each in row["daftarHarga"]}
        for row in body["data"]
    }


async def test_the_masters_have_also_what_is_not_ours(caller):
    markets = await master(caller, "pasar")
    assert len([row for row in markets if row["is_active"] and row["kode_kab_kota"] == "3671"]) == 8
    assert len(markets) == 10
    commodities = await master(caller, "variant")
    assert [row["nama"] for row in commodities if row["tipe_komoditas_id"] != 1] == ["Semen Contoh"]
    assert len(commodities) == 31


async def test_thirty_commodities_have_prices_of_the_working_days_of_ninety(caller):
    found = await prices(caller)
    assert list(found) == [each.id for each in COMMODITIES]
    days = set().union(*found.values())
    assert (min(days), max(days), len(days)) == (date(2026, 2, 4), TODAY, 64)
    assert {day.weekday() for day in days} == {0, 1, 2, 3, 4}


async def test_a_day_without_a_survey_is_0_or_null(caller):
    found = await prices(caller)
    assert set(found[NEVER_SURVEYED].values()) == {0, None}
    newest = [day for day, price in found[NOT_TODAY].items() if price]
    assert max(newest) == date(2026, 4, 29)


async def test_without_a_market_it_is_the_average_of_the_traditional_ones(caller):
    average = (await prices(caller))[51][TODAY]
    each = [(await prices(caller, pasar_id=str(market)))[51][TODAY] for market in range(9101, 9108)]
    asked = [price for price in each if price]
    assert average == round(sum(asked) / len(asked))


@pytest.mark.parametrize(
    "changes",
    [{"level": "1"}, {"kode_kab_kota": "3603"}, {"pasar_id": "1"}, {"tipe_komoditas": "2"}],
    ids=lambda changes: next(iter(changes)),
)
async def test_for_another_level_place_market_or_goods_it_has_nothing(caller, changes):
    assert await survey(caller, **changes) == (200, {"status": "success", "data": []})


async def test_a_form_that_is_not_valid_is_refused(caller):
    status, body = await survey(caller, start_date="x")
    assert (status, body["status"]) == (422, "error")
