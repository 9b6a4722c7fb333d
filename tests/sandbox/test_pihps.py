"""The bank's price survey: each quirk that a connector has to survive is really there."""

from datetime import timedelta

import pytest

from sandbox.prices.pihps import CATEGORIES, COMMODITIES, PROVINCE, REGENCY, TENFOLD
from tests.sandbox.conftest import NOW

TODAY = NOW.date()
HEADERS = {"X-Requested-With": "XMLHttpRequest", "Referer": "https://bank.example"}
ASKED = {
    "price_type_id": "1",
    "province_id": str(PROVINCE),
    "regency_id": str(REGENCY),
    "tipe_laporan": "1",
    "start_date": (TODAY - timedelta(days=9)).isoformat(),
    "end_date": TODAY.isoformat(),
}


async def rows(caller, name="GetGridDataDaerah", **changes):
    url = f"{caller.sandbox.url}/pihps/{name}"
    async with caller.http.get(url, params=ASKED | changes, headers=HEADERS) as answer:
        assert answer.status == 200
        return (await answer.json())["data"]


@pytest.mark.parametrize("missing", HEADERS)
async def test_who_does_not_look_like_its_own_page_is_refused(caller, missing):
    headers = {name: value for name, value in HEADERS.items() if name != missing}
    async with caller.http.get(f"{caller.sandbox.url}/pihps/GetRefCommodityAndCategory", headers=headers) as answer:
        assert (answer.status, answer.content_type) == (403, "text/html")


async def test_rows_of_categories_stand_between_those_of_commodities_with_roman_numbers(caller):
    found = await rows(caller)
    assert [each["name"] for each in found if each["level"] == 1] == list(CATEGORIES)
    assert [each["name"] for each in found if each["level"] == 2] == [each.name for each in COMMODITIES]
    assert [each["no"] for each in found][:8] == ["I", 1, 2, 3, 4, 5, 6, "II"]
    assert found[-3]["no"] == "X"


async def test_there_is_a_column_a_day_with_a_dash_where_nobody_asked(caller):
    (rice, *_) = [each for each in await rows(caller) if each["level"] == 2]
    days = {key: value for key, value in rice.items() if "/" in key}
    assert len(days) == 10
    assert {day for day, value in days.items() if value == "-"} == {
        "25/04/2026", "26/04/2026", "02/05/2026", "03/05/2026",
    }  # fmt: skip
    assert all("," in value for value in days.values() if value != "-")


async def test_some_names_have_blanks_behind_and_one_price_a_zero_too_many(caller):
    found = {each["name"]: each for each in await rows(caller)}
    assert "Cabai Merah Keriting " in found
    slip = found[COMMODITIES[TENFOLD - 1].name]
    assert int(slip["04/05/2026"].replace(",", "")) > 100_000 > int(slip["01/05/2026"].replace(",", ""))


async def test_its_regions_have_ids_of_their_own(caller):
    found = await rows(caller, "GetRefRegency", ref_prov_id=str(PROVINCE))
    assert found[-1] == {"id": REGENCY, "name": "Kota Tangerang"}
    assert await rows(caller, "GetRefRegency", ref_prov_id="36") == []


@pytest.mark.parametrize("changes", [{"regency_id": "3671"}, {"province_id": "36"}, {"price_type_id": "4"}])
async def test_of_another_place_or_kind_it_has_nothing(caller, changes):
    assert await rows(caller, **changes) == []


async def test_the_reference_has_categories_and_commodities_with_units(caller):
    found = await rows(caller, "GetRefCommodityAndCategory")
    assert len(found) == 31
    assert {each["denomination"] for each in found} == {"kg", "liter"}
    assert [each["cat_id"] for each in found if each["id"].startswith("cat_")] == [None] * 10
