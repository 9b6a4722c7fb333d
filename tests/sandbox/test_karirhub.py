"""The job board's stand-in: each quirk that a connector has to survive is really there."""

import pytest

from tests.sandbox.conftest import NOW

LIST = "/karirhub/karirhub/catalogue/v1/industrial-vacancies"
DETAIL = "/karirhub/karirhub/vacancy/v2/published-industrial-vacancies"


async def ask(caller, path, **query):
    async with caller.http.get(f"{caller.sandbox.url}{path}", params=query) as answer:
        return answer.status, await answer.json()


@pytest.fixture
async def rows(caller):
    return (await ask(caller, LIST, page="1", limit="1000"))[1]["data"]


async def test_four_hundred_stand_on_pages_newest_first(caller, rows):
    assert len({row["id"] for row in rows}) == 400
    _, first = await ask(caller, LIST, page="1", limit="100")
    assert (first["data"], first["meta"]["last_page"], first["meta"]["total"]) == (rows[:100], 4, 400)
    assert "code" not in first


async def test_a_vacancy_comes_again_on_the_second_page(caller, rows):
    _, second = await ask(caller, LIST, page="2", limit="100")
    assert second["data"] == rows[99:200]


@pytest.mark.parametrize(("query", "status"), [({"page": "5", "limit": "100"}, 400), ({"limit": "1001"}, 422)])
async def test_beyond_the_last_page_and_beyond_the_most_it_refuses(caller, query, status):
    assert (await ask(caller, LIST, **query))[0] == status


async def test_the_callers_address_is_in_every_page(caller):
    assert (await ask(caller, LIST))[1]["meta"]["client_ip"] == "192.0.2.1"


async def test_hidden_salaries_are_sent(rows):
    hidden = [row for row in rows if not row["show_salary"]]
    assert len(hidden) == 134
    assert all(row["min_salary_amount"] > 0 for row in hidden)


async def test_expired_ones_are_still_listed(rows):
    assert len([row for row in rows if row["expires_at"] < NOW.timestamp()]) == 57


async def test_neighbours_are_among_them_and_one_by_a_name_of_two(rows):
    assert {row["city_name"] for row in rows} == {
        "KOTA TANGERANG", "KAB. TANGERANG", "Tangerang", "KOTA TANGERANG SELATAN"
    }  # fmt: skip
    assert len([row for row in rows if row["city_name"] != "KOTA TANGERANG"]) == 50
    assert [row["city_name"] for row in rows if row["city_name"] == "Tangerang" and row["district_name"]] == []


async def test_skills_are_texts_and_objects_and_two_keys_have_two_names(rows):
    assert {type(skill) for row in rows for skill in row["skills"]} == {str, dict}
    assert len([row for row in rows if "job_title" in row and "title" not in row and "published_at" not in row]) == 16
    assert len([row for row in rows if "education_name" not in row]) == 20


async def test_a_detail_is_html_with_a_script_in_it_and_names_a_person(caller, rows):
    status, body = await ask(caller, f"{DETAIL}/{rows[0]['id']}")
    assert status == 200
    assert "<script>" in body["data"]["description"]
    assert body["data"]["contact"]["name"].startswith("Petugas Contoh ")
    assert (await ask(caller, f"{DETAIL}/nobody"))[0] == 404
