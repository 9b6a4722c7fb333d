"""MagangHub's stand-in: each habit that a caller has to survive is really there."""

import json

import pytest

from sandbox.jobs.maganghub import COUNT, cities

LIST = "/maganghub/be/v1/api/list/vacancies-aktif"


async def ask(caller, **query):
    async with caller.http.get(f"{caller.sandbox.url}{LIST}", params=query) as answer:
        assert answer.status == 200
        return await answer.json()


@pytest.fixture
async def rows(caller):
    return (await ask(caller, page="1", limit="100", kode_provinsi="36"))["data"]


async def test_those_of_the_province_stand_on_pages_those_with_most_places_first(caller, rows):
    assert len({row["id_posisi"] for row in rows}) == COUNT
    assert [row["jumlah_kuota"] for row in rows] == sorted((row["jumlah_kuota"] for row in rows), reverse=True)
    first = await ask(caller, page="1", limit="25", kode_provinsi="36")
    assert first["meta"]["pagination"] == {"total": COUNT, "per_page": 25, "current_page": 1, "last_page": 3}
    assert (await ask(caller, kode_provinsi="31"))["data"] == []


async def test_one_comes_again_on_the_second_page(caller, rows):
    second = await ask(caller, page="2", limit="25", kode_provinsi="36")
    assert second["data"] == rows[24:50]


async def test_studies_are_json_inside_of_texts_and_in_some_rows_lists(rows):
    assert {type(row["program_studi"]) for row in rows} == {str, list}
    texts = [row["jenjang"] for row in rows if isinstance(row["jenjang"], str)]
    assert all(isinstance(json.loads(each), list) for each in texts)


async def test_a_deadline_stands_under_one_of_two_keys_with_midnight_behind_it(rows):
    deadlines = [(key, text) for row in rows for key, text in row["jadwal"].items() if key.startswith("tanggal")]
    assert {key for key, _ in deadlines} == {"tanggal_batas_pendaftaran", "tanggal_pendaftaran_akhir"}
    assert {text[10:] for _, text in deadlines} == {" 00:00:00"}


async def test_neighbours_are_among_them_and_some_rows_name_no_company(rows):
    assert {row["perusahaan"]["nama_kabupaten"] for row in rows if row["perusahaan"]} == set(cities())
    assert len([row for row in rows if row["perusahaan"] is None]) == 3


async def test_changed_it_has_renamed_a_mandatory_key(caller):
    caller.sandbox.control.set("maganghub", "changed")
    assert "baru_id_posisi" in (await ask(caller))["data"][0]
