"""Whom to ask about the law: what the file says, checked when the hub starts, and asked in GraphQL."""

from datetime import timedelta

import pytest

from connectors.registry import CONNECTORS
from engine.configuration.agencies_file import read_configuration
from engine.configuration.problems import ConfigurationError
from tests.conftest import ROOT, configuration_for, listening

OFFICE = """totalCount nodes { agency name owner about requirements legalBasis free address phone email url checkedOn
  openNow openingHours { nodes { day opens closes } } }"""
ASKED = f"{{ legalConsultationOffices {{ {OFFICE} }} legalAidOffices {{ {OFFICE} }} }}"


async def test_an_office_is_named_with_its_owner_its_hours_and_when_that_was_checked(hub, sandbox):
    data = (await hub.ask(ASKED, accept_language="en"))["data"]
    (office,) = data["legalConsultationOffices"]["nodes"]
    days = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY")
    assert office == {
        "agency": "jdih-kota",
        "name": "Legal consultation of the Legal Section",
        "owner": "Bagian Hukum Setda Kota Contoh",
        "about": "Legal advice for residents, oral or written.",
        "requirements": ["Identity card"],
        "legalBasis": None,
        "free": True,
        "address": "Jl. Contoh No. 1",
        "phone": "+62215550021",
        "email": "konsultasi@jdih.example.go.id",
        "url": "https://jdih.example.go.id/konsultasi",
        "checkedOn": "2026-11-02",
        "openNow": True,
        "openingHours": {
            "nodes": [
                *({"day": day, "opens": "08:00:00", "closes": "15:00:00"} for day in days),
                {"day": "FRIDAY", "opens": "08:00:00", "closes": "11:00:00"},
            ]
        },
    }
    assert sandbox.control.all_hits() == 0


async def test_those_without_means_read_what_to_bring_in_their_language(hub):
    data = (await hub.ask(ASKED, accept_language="id"))["data"]
    (office,) = data["legalAidOffices"]["nodes"]
    assert (office["owner"], office["legalBasis"], office["free"]) == ("LBH Contoh", "UU 16/2011, Pasal 14", True)
    assert office["about"].startswith("Bantuan hukum cuma-cuma bagi orang atau kelompok orang miskin")
    assert office["requirements"][1:] == ["Dokumen yang berkenaan dengan perkara", "Surat keterangan miskin dari lurah"]


async def test_it_is_open_by_its_hours_in_the_city(hub, clock):
    query = "{ legalConsultationOffices { nodes { openNow } } legalAidOffices { nodes { openNow } } }"
    seen = []
    for hours in (0, 3, 18, 3):  # Monday 12.00 and 15.00, Tuesday 09.00 and 12.00
        clock.advance(timedelta(hours=hours))
        data = await hub.data(query)
        seen.append([of["nodes"][0]["openNow"] for of in data.values()])
    assert seen == [[True, True], [False, True], [True, False], [True, False]]


async def test_a_city_that_names_none_says_so(sandbox, clock, tmp_path):
    configuration = configuration_for(sandbox, tmp_path, ('kind = "AID"', 'kind = "CONSULTATION"'))
    async with listening(configuration, clock) as hub:
        answer = await hub.ask(
            "{ legalAidOffices { totalCount } legalConsultationOffices { totalCount } }", accept_language="en"
        )
    assert answer["data"] == {"legalAidOffices": None, "legalConsultationOffices": {"totalCount": 2}}
    assert answer["errors"][0]["extensions"] == {"code": "NOT_CONFIGURED"}
    assert answer["errors"][0]["message"] == "This city has not connected such an office."


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('phone = "+62215550022"', 'phone = "021 5550022"', "phone"),
        ("checked_on = 2026-10-12\n", "", "checked_on"),
        ('owner = "LBH Contoh"\n', "", "owner"),
        ('kind = "AID"', 'kind = "ADVICE"', "kind"),
        ('days = ["MONDAY", "WEDNESDAY", "FRIDAY"]', 'days = ["SENIN"]', "hours.days"),
        ('legal_basis = "UU 16', 'basis = "UU 16', "basis"),
    ],
)
def test_a_mistake_in_the_file_is_told_when_the_hub_starts(tmp_path, old, new, key):
    path = tmp_path / "agencies.toml"
    path.write_text((ROOT / "city" / "agencies.toml").read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        read_configuration(path, CONNECTORS, None)
    (problem,) = raised.value.problems
    assert f"agencies.jdih-kota.options.legal_services.{key}" in problem
