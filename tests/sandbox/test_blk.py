"""The training centre's stand-in: each habit that a reader has to survive is really there."""

import json
import re

import pytest

from sandbox.jobs.vacancies import code, vacancies
from tests.sandbox.conftest import NOW


@pytest.fixture
async def scripts(caller):
    async with caller.http.get(f"{caller.sandbox.url}/blk-contoh/lowongan") as answer:
        assert (answer.status, answer.content_type) == (200, "text/html")
        return re.findall(r'<script type="application/ld\+json">(.*?)</script>', await answer.text())


async def test_four_scripts_one_of_the_organisation_one_broken_a_graph_and_an_array(scripts):
    organisation, graph, broken, array = scripts
    assert json.loads(organisation)["@type"] == "Organization"
    assert {each["@type"] for each in json.loads(graph)["@graph"]} == {"WebSite", "JobPosting"}
    with pytest.raises(json.JSONDecodeError):
        json.loads(broken)
    assert [each["@type"] for each in json.loads(array)] == ["JobPosting"] * 4


async def test_types_and_salaries_come_in_each_shape(scripts):
    own = [each for each in json.loads(scripts[1])["@graph"] if each["@type"] == "JobPosting"]
    assert {type(each.get("employmentType")) for each in own} == {str, list, type(None)}
    assert {type(each.get("baseSalary")) for each in own} == {dict, int, str, type(None)}
    assert "confidential" in [each["hiringOrganization"] for each in own]


async def test_markup_is_raw_and_escaped_with_a_script_in_it(scripts):
    own = [each["description"] for each in json.loads(scripts[1])["@graph"] if "description" in each]
    assert {each[0] for each in own} == {"<", "&"}
    assert any("<script>" in each for each in own)


async def test_one_has_expired_and_some_are_karirhubs_in_another_spelling(scripts):
    own, alike = json.loads(scripts[1])["@graph"], json.loads(scripts[3])
    assert [each["identifier"]["value"] for each in own if each.get("validThrough", "9") < NOW.date().isoformat()] == [
        "LOK-LAMA"
    ]
    there = {row["id"]: row for row in vacancies(NOW)}[code(1)]
    assert alike[0]["title"] == there["title"].upper() + " (L/P)"
    assert alike[0]["hiringOrganization"]["name"] == there["company_name"].replace("PT ", "PT. ") + ", Tbk"


async def test_changed_it_has_renamed_a_mandatory_key(caller):
    caller.sandbox.control.set("blk-contoh", "changed")
    async with caller.http.get(f"{caller.sandbox.url}/blk-contoh/lowongan") as answer:
        body = await answer.text()
    assert '"baru_datePosted"' in body
    assert '"datePosted"' not in body
