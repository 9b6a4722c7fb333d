"""The stand-ins of worship: each quirk that a connector has to survive is really there."""

from datetime import UTC, date, datetime

import aiohttp
import pytest

from sandbox.server import running
from sandbox.worship.myquran import hashed
from sandbox.worship.schedule import times

NOW = datetime(2026, 5, 4, 6, 0, tzinfo=UTC)
TANGERANG = {"v2": "9907", "v3": hashed("9907")}
QUESTION = '[out:json][timeout:{0}];(node["amenity"="place_of_worship"](around:{1},-6.178,106.64););out center tags;'


@pytest.fixture
async def get():
    async with running(port=0, now=lambda: NOW) as sandbox, aiohttp.ClientSession() as http:

        async def asked(path, **query):
            async with http.get(f"{sandbox.url}{path}", params=query) as answer:
                return answer.status, await answer.json()

        async def posted(path, **form):
            async with http.post(f"{sandbox.url}{path}", data=form) as answer:
                return answer.status, await answer.json(content_type=None) if answer.status == 200 else None

        asked.post = posted
        yield asked


async def test_a_search_finds_three_governments_and_a_miss_is_status_false(get):
    for path in ("/myquran-v2/v2/sholat/kota/cari", "/myquran-v3/v3/sholat/kabkota/cari"):
        _, body = await get(f"{path}/tangerang")
        assert [each["lokasi"] for each in body["data"]] == [
            "KAB. TANGERANG",
            "KOTA TANGERANG",
            "KOTA TANGERANG SELATAN",
        ]
        assert await get(f"{path}/bandung") == (200, {"status": False, "message": "Data tidak ditemukan .."})


async def test_v2_has_ids_of_four_digits_and_a_month_as_a_list(get):
    _, body = await get(f"/myquran-v2/v2/sholat/jadwal/{TANGERANG['v2']}/2026/05")
    assert (body["data"]["id"], body["data"]["lokasi"], len(body["data"]["jadwal"])) == (9907, "KOTA TANGERANG", 31)
    assert body["data"]["jadwal"][8] == {
        "tanggal": "Sabtu, 09/05/2026",
        **times(date(2026, 5, 9)),
        "date": "2026-05-09",
    }


async def test_v3_has_ids_like_a_hash_and_a_month_keyed_by_its_days(get):
    _, body = await get(f"/myquran-v3/v3/sholat/jadwal/{TANGERANG['v3']}/2026-05")
    assert (len(TANGERANG["v3"]), body["data"]["kabko"], len(body["data"]["jadwal"])) == (32, "KOTA TANGERANG", 31)
    assert body["data"]["jadwal"]["2026-05-09"] == {"tanggal": "Sabtu, 09/05/2026", **times(date(2026, 5, 9))}


async def test_a_leap_day_is_published_and_a_month_after_next_year_is_not(get):
    path = f"/myquran-v3/v3/sholat/jadwal/{TANGERANG['v3']}"
    assert (await get(f"{path}/2024-02"))[1]["data"]["jadwal"]["2024-02-29"]["subuh"] == "04:43"
    assert (await get(f"{path}/2027-12"))[1]["status"] is True
    assert (await get(f"{path}/2028-01"))[1]["status"] is False
    assert (await get(f"{path}/2026-13"))[1]["status"] is False


async def test_the_map_has_nodes_ways_and_relations_and_some_without_a_name(get):
    _, body = await get.post("/overpass/interpreter", data=QUESTION.format(10, 12000))
    sorts = [each["type"] for each in body["elements"]]
    assert {sort: sorts.count(sort) for sort in sorts} == {"node": 39, "way": 13, "relation": 13}
    assert all(("center" in each) == (each["type"] != "node") for each in body["elements"])
    assert len([each for each in body["elements"] if "name" not in each["tags"]]) == 5
    assert body["osm3s"]["timestamp_osm_base"] == "2026-05-03T21:00:00Z"
    _, near = await get.post("/overpass/interpreter", data=QUESTION.format(10, 2000))
    assert 0 < len(near["elements"]) < len(body["elements"])


async def test_without_time_the_map_answers_200_with_a_remark_and_a_part(get):
    _, body = await get.post("/overpass/interpreter", data=QUESTION.format(1, 12000))
    assert "Query timed out" in body["remark"]
    assert len(body["elements"]) == 33
    assert (await get.post("/overpass/interpreter", data="nonsense"))[0] == 400


async def test_the_register_pages_by_its_own_size_repeats_a_row_and_has_a_neighbours(get):
    path, city = (
        "/simas/api/simas/wilayah/profil/masjid",
        {"prov": "99", "kab": "9907", "perPage": "36", "tipologi": "5"},
    )
    pages = [(await get(path, page=str(number), **city))[1] for number in (1, 2, 3)]
    assert [len(each["data"]) for each in pages] == [9, 10, 9]
    assert pages[1]["data"][0]["id"] == pages[0]["data"][-1]["id"]
    assert pages[0]["meta"] == {"page": 1, "perPage": 9, "total": 26, "totalPages": 3}
    rows = [row for each in pages for row in each["data"]]
    assert [row["id"] for row in rows if row["kabupaten_name"] != "KOTA TANGERANG"] == [999_000]
    assert all(row["name"].endswith(" ") and "  " in row["name"] for row in rows if row["id"] != 999_000)
    assert not any({"lat", "latitude"} & row.keys() for row in rows)


async def test_the_register_wants_a_typology_knows_no_other_city_and_shows_no_details(get):
    path = "/simas/api/simas/wilayah/profil/mushalla"
    assert (await get(path, prov="99", kab="9907"))[0] == 422
    assert (await get(path, prov="11", kab="9907", tipologi="1"))[1]["data"] == []
    assert (await get("/simas/api/simas/masjid/990001"))[0] == 401
