"""Internships, asked in GraphQL, with the exact number of calls."""

from datetime import timedelta

import pytest

from sandbox.jobs.maganghub import CLOSED, COUNT, code, internships
from tests.clock import NOON

OPEN = COUNT - COUNT // CLOSED


def rows():
    return {row["id_posisi"]: row for row in internships(NOON)}


async def test_those_that_have_closed_are_gone_from_the_list_and_found_by_their_code(hub, sandbox):
    data = await hub.data("{ internships(first: 100) { totalCount unavailable { agency } nodes { open } } }")
    assert (data["internships"]["totalCount"], data["internships"]["unavailable"]) == (OPEN, [])
    assert {each["open"] for each in data["internships"]["nodes"]} == {True}
    one = await hub.data("query ($code: String!) { internship(code: $code) { code open } }", {"code": code(7)})
    assert one["internship"] == {"code": code(7), "open": False}
    assert await hub.data('{ internship(code: "none") { code } }') == {"internship": None}
    assert sandbox.control.calls("maganghub") == {"page 1": 1}


async def test_quota_and_how_many_have_applied_and_the_deadline_are_shown(hub):
    query = """query ($code: String!) { internship(code: $code) { title company description quota registered studies
      levels batch year closesAt url source { agency state } } }"""
    row = rows()[code(0)]
    one = (await hub.data(query, {"code": code(0)}))["internship"]
    deadline = one.pop("closesAt")
    assert deadline[11:] == "16:59:59+00:00"
    assert deadline[:10] == row["jadwal"]["tanggal_batas_pendaftaran"][:10]
    assert one == {
        "title": "Magang Gudang (Contoh)",
        "company": "PT Contoh Magang 1",
        "description": f"Belajar sambil bekerja, {row['jumlah_kuota']} tempat",
        "quota": row["jumlah_kuota"],
        "registered": row["jumlah_terdaftar"],
        "studies": ["Teknik Industri"],
        "levels": ["Sarjana", "Diploma"],
        "batch": "2",
        "year": 2026,
        "url": f"https://maganghub.kemnaker.go.id/lowongan/view/{code(0)}",
        "source": {"agency": "maganghub", "state": "LIVE"},
    }


@pytest.mark.parametrize(
    ("arguments", "cities"),
    [
        ('region: "36.71"', {"KOTA TANGERANG"}),
        ('city: "kota tangerang"', {"KOTA TANGERANG"}),
        ('city: "Kabupaten Tangerang"', {"KAB. TANGERANG"}),
        ('city: "Tangerang"', {"Tangerang"}),
    ],
)
async def test_a_place_is_meant_by_its_whole_name(hub, arguments, cities):
    data = await hub.data(f"{{ internships({arguments}, first: 100) {{ totalCount nodes {{ city inCity }} }} }}")
    nodes = data["internships"]["nodes"]
    assert {each["city"] for each in nodes} == cities
    assert {each["inCity"] for each in nodes} == {cities == {"KOTA TANGERANG"}}
    expected = [row for row in rows().values() if row["perusahaan"] and row["perusahaan"]["nama_kabupaten"] in cities]
    deadlines = [next(iter(row["jadwal"].values())) for row in expected]
    assert len(nodes) == len([each for each in deadlines if each > NOON.isoformat()[:10]])


async def test_text_and_study_leave_only_what_they_name(hub):
    query = "query ($text: String, $study: String) { internships(text: $text, study: $study, first: 100) { nodes { title studies } } }"
    by_study = (await hub.data(query, {"study": "statistika"}))["internships"]["nodes"]
    assert {tuple(each["studies"]) for each in by_study} == {("Statistika",)}
    by_text = (await hub.data(query, {"text": "PERAWAT keperawatan"}))["internships"]["nodes"]
    assert {each["title"] for each in by_text} == {"Magang Perawat (Contoh)"}
    assert (await hub.data(query, {"study": "Statis"}))["internships"]["nodes"] == []


async def test_closing_soon_first_or_those_with_most_places(hub):
    data = await hub.data("""{ soon: internships(first: 100) { nodes { closesAt } }
      most: internships(orderBy: MOST_PLACES, first: 100) { nodes { quota } } }""")
    soon = [each["closesAt"] for each in data["soon"]["nodes"]]
    most = [each["quota"] for each in data["most"]["nodes"]]
    assert soon == sorted(soon)
    assert most == sorted(most, reverse=True)


async def test_another_region_cannot_be_asked(hub):
    answer = await hub.ask('{ internships(region: "36.71.01") { totalCount } }', accept_language="en")
    assert answer["errors"][0]["message"] == "region must be the code of this city."
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}


async def test_one_closes_when_its_time_comes_even_if_its_publisher_is_down(hub, sandbox, clock):
    query = "{ internships(first: 1) { totalCount nodes { source { state } } } }"
    before = (await hub.data(query))["internships"]
    sandbox.control.set("maganghub", "down")
    clock.advance(timedelta(hours=40))
    after = (await hub.data(query))["internships"]
    assert after["totalCount"] == before["totalCount"] - COUNT // CLOSED
    assert after["nodes"][0]["source"]["state"] == "STALE"


async def test_a_dead_publisher_costs_its_own_field_and_says_of_none_that_it_is_gone(hub, sandbox):
    sandbox.control.set("maganghub", "down")
    answer = await hub.ask('{ internships { totalCount } internship(code: "x") { code } vacancies { totalCount } }')
    assert answer["data"]["vacancies"]["totalCount"] > 0
    assert answer["data"] | {"vacancies": None} == {"internships": None, "internship": None, "vacancies": None}
    assert {each["extensions"]["code"] for each in answer["errors"]} == {"AGENCY_UNAVAILABLE"}


async def test_an_internship_is_a_node(hub):
    data = await hub.data("query ($code: String!) { internship(code: $code) { id title } }", {"code": code(1)})
    again = await hub.data(
        "query ($id: ID!) { node(id: $id) { id ... on Internship { title } } }", {"id": data["internship"]["id"]}
    )
    assert again["node"] == data["internship"]
