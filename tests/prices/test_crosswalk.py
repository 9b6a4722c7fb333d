"""The crosswalk of commodities: what it must be, and what it joins."""

import re

import msgspec
import pytest

from connectors.prices.crosswalk import CROSSWALK, HERE, Crosswalk
from connectors.prices.pihps import Pihps
from connectors.prices.records import PricesOptions
from connectors.prices.sp2kp import Sp2kp
from connectors.registry import CONNECTORS
from engine.configuration.agencies_file import read_configuration
from engine.configuration.problems import ConfigurationError
from sandbox.prices import markets, pihps, survey
from sandbox.registry import environment
from tests.conftest import ROOT
from tests.playback import connect, playing, recording

COMMODITIES = "code,name_id,name_en,group,unit\nberas,Beras,Rice,Beras,kg\nminyak,Minyak,Oil,Minyak,lt\n"
LINKS = "codes,code_there,name_there,unit_there,code,factor\nkota,1,Beras,kg,beras,1\nkota,2,Minyak,ons,minyak,10\n"


@pytest.fixture
def crosswalk(tmp_path):
    def read(commodities=COMMODITIES, links=LINKS):
        (tmp_path / "commodities.csv").write_text(commodities, encoding="utf-8")
        (tmp_path / "crosswalk.csv").write_text(links, encoding="utf-8")
        return Crosswalk(tmp_path / "commodities.csv", tmp_path / "crosswalk.csv")

    return read


def test_a_code_there_leads_to_one_of_ours_and_back(crosswalk):
    found = crosswalk()
    link = found.link("kota", "2")
    assert (link.code, link.unit_there, int(link.factor), found.standards["minyak"].unit) == ("minyak", "ons", 10, "lt")
    assert found.code_in("kota", "minyak") == "2"
    assert (found.link("kota", "3"), found.link("lain", "2"), found.code_in("kota", "x")) == (None, None, None)


@pytest.mark.parametrize(
    ("commodities", "links", "problem"),
    [
        (COMMODITIES + "beras,B,R,B,kg\n", LINKS, "commodities.csv:4: stands twice"),
        (COMMODITIES + "gula,,Sugar,Gula,kg\n", LINKS, "commodities.csv:4: name_id: blank"),
        (COMMODITIES + "gula,Gula\n", LINKS, "commodities.csv:4: name_en: blank"),
        (
            "code,name\nberas,Beras\n",
            LINKS,
            "commodities.csv:1: expected the columns code, name_id, name_en, group, unit",
        ),
        (COMMODITIES, LINKS + "kota,3,Gula,kg,gula,1\n", "crosswalk.csv:4: gula is no code of ours"),
        (COMMODITIES, LINKS + "kota,1,Beras,kg,beras,1\n", "crosswalk.csv:4: stands twice"),
        (COMMODITIES, LINKS + "kota,3,Beras B,kg,beras,1\n", "crosswalk.csv:4: stands twice"),
        (COMMODITIES, LINKS + "lain,1,Minyak,kg,minyak,\n", "crosswalk.csv:4: factor: blank"),
        (COMMODITIES, LINKS + "lain,1,Minyak,kg,minyak,x\n", "crosswalk.csv:4: factor: expected a number"),
        (COMMODITIES, LINKS + "lain,1,Minyak,kg,minyak,0\n", "crosswalk.csv:4: factor: expected more than nothing"),
        (COMMODITIES, LINKS + "lain,1,Minyak,kg,minyak,NaN\n", "crosswalk.csv:4: factor: expected more than nothing"),
        (
            COMMODITIES,
            LINKS + "lain,1,Beras,KG,beras,10\n",
            "crosswalk.csv:4: factor: both prices are of the same unit",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(crosswalk, commodities, links, problem):
    with pytest.raises(ValueError, match=f"^{re.escape(problem)}$"):
        crosswalk(commodities, links)


def test_the_files_that_come_with_the_hub_hold():
    found = Crosswalk.read()
    assert found.standards == CROSSWALK.standards
    assert found.lists == ["contoh-sp2kp", "contoh-survei", "pihps", "sp2kp"]
    assert [CROSSWALK.link("pihps", f"com_{number}").code_there for number in range(1, 22)]
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code) for code in found.standards)
    assert (HERE / "crosswalk.csv").read_text(encoding="utf-8").splitlines()[0].startswith("codes,")


def test_it_joins_what_the_three_surveys_call_red_birds_eye_chilli():
    codes = {codes: CROSSWALK.code_in(codes, "cabai-rawit-merah") for codes in CROSSWALK.lists}
    assert codes == {"contoh-sp2kp": "65", "contoh-survei": "2", "pihps": "com_16", "sp2kp": "10"}


def test_weight_and_volume_are_never_the_same_but_where_a_factor_says_so():
    by_volume = {each.code for each in CROSSWALK.standards.values() if each.unit == "lt"}
    links = [CROSSWALK.link("pihps", f"com_{number}") for number in range(1, 22)]
    assert {each.code for each in links if each.unit_there == "liter"} <= by_volume
    assert not [each for each in links if each.unit_there == "kg" and each.code in by_volume]


def test_the_stand_ins_are_as_the_crosswalk_has_them():
    for each in markets.COMMODITIES:
        link = CROSSWALK.link("contoh-sp2kp", str(each.id))
        assert (link.name_there, link.unit_there) == (each.name, each.unit)
    for each in pihps.COMMODITIES:
        link = CROSSWALK.link("pihps", f"com_{each.id}")
        assert (link.name_there, link.unit_there) == (each.name.strip(), each.unit)
    known = [each.id for each in survey.COMMODITIES if CROSSWALK.link("contoh-survei", str(each.id))]
    assert known == [1, 2, 4, 5, 6]


def unchanged(_):
    pass


async def linked(kind, change, **options):
    record = recording(kind, "commodities")
    record.options |= options
    change(record.exchanges[0].answer["data"])
    async with playing(record) as player:
        connector = connect(kind, record, player.url)
        found = (await connector.commodities().fetch()).records
        await connector.aclose()
    return [(each.code, each.name, each.unit, each.standard) for each in found], connector.findings.counts


async def test_what_it_does_not_know_stays_under_its_own_name_and_is_a_finding():
    def another(rows):
        rows[3] |= {"id": "com_22", "name": "Kedelai Impor"}

    found, findings = await linked(Pihps, another)
    assert found[1] == ("com_22", "Kedelai Impor", "liter", None)
    assert findings == {"a commodity that the crosswalk does not know": 1}


async def test_a_code_that_means_something_else_there_now_is_not_joined():
    def renumbered(rows):
        rows[0]["nama"] = "Beras Premium"

    found, findings = await linked(Sp2kp, renumbered)
    assert found[0] == ("52", "Beras Premium", "kg", None)
    assert findings == {"a commodity of another name than in the crosswalk": 1}


async def test_a_city_says_which_list_has_its_codes():
    found, findings = await linked(Sp2kp, unchanged, codes="contoh-sp2kp")
    assert [each[3] for each in found] == [None, None]
    assert findings == {
        "a commodity of another name than in the crosswalk": 1,
        "a commodity that the crosswalk does not know": 1,
    }


async def test_a_city_has_a_crosswalk_of_its_own_in_its_folder():
    own = {"52": {"commodity": "beras-premium", "name": "Beras Premium", "unit": "kg", "factor": "2.5"}}
    found, findings = await linked(Sp2kp, unchanged, codes="contoh-sp2kp", links=own)
    assert [each[3] for each in found] == [None, None]
    assert findings["a commodity of another name than in the crosswalk"] == 1
    own["52"] |= {"commodity": "beras-medium", "name": found[0][1], "unit": found[0][2]}
    found, findings = await linked(Sp2kp, unchanged, codes="contoh-sp2kp", links=own)
    assert (found[0][3], findings) == ("beras-medium", {"a commodity that the crosswalk does not know": 1})
    with pytest.raises(msgspec.ValidationError, match="links: 52: gula-batu is no code of the hub's own commodities"):
        msgspec.convert({"links": {"52": own["52"] | {"commodity": "gula-batu"}}}, PricesOptions)


def test_a_list_that_is_not_there_stops_the_start_with_its_line(tmp_path):
    text = (
        (ROOT / "city" / "agencies.toml")
        .read_text(encoding="utf-8")
        .replace('codes = "contoh-sp2kp"', 'codes = "sp2pk"')
    )
    path = tmp_path / "agencies.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        read_configuration(path, CONNECTORS, environment())
    (problem,) = raised.value.problems
    assert re.fullmatch(
        r".*agencies.toml:\d+: agencies.sp2kp.options: codes: unknown; "
        r"the crosswalk has contoh-sp2kp, contoh-survei, pihps, sp2kp",
        problem,
    )
