"""A kabupaten with its desa, and a province over several cities, in the graph."""

import pytest

from connectors.regions.gazetteer import Gazetteer
from engine.configuration.regions_file import read_regions
from tests.conftest import configuration_for, listening
from tests.profiles import CITY, PROFILES, regions_in

KABUPATEN = regions_in(PROFILES[1])
PROVINCE = """\
kode_kemendagri,level,nama,kode_bps,alias,luas_km2
99,provinsi,Provinsi Contoh,99,,500
99.07,kabupaten,Kabupaten Contoh,9907,,300
99.07.01,kecamatan,Lembayung,9907010,,300
99.07.01.2001,desa,Tirta,9907010001,,
99.71,kota,Kota Contoh,9971,,200
99.71.01,kecamatan,Lembayung,9971010,,200
99.71.01.1001,kelurahan,Tirta,9971010001,,
"""


@pytest.fixture
def province() -> Gazetteer:
    return read_regions(PROVINCE.encode(), None, "99", "Asia/Jakarta").regions


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Desa Kesumba Hulu", "Kesumba Hulu"),
        ("ds. kesumba hulu", "Kesumba Hulu"),
        ("Kel. Kirmizi Lor", "Kirmizi Lor"),
        ("Desa Baru Contoh", "Desa Baru Contoh"),
        ("Lajuardi", "Lazuardi"),
    ],
)
def test_a_desa_is_found_by_its_name_with_or_without_the_word_for_it(name, found):
    assert KABUPATEN.kelurahan_named(name).name == found


@pytest.mark.parametrize("name", ["Tirta Contoh", "Gading Contoh", "Desa", "Kesumba"])
def test_a_name_of_two_places_is_none_of_them(name):
    assert KABUPATEN.kelurahan_named(name) is None


def test_a_name_of_two_places_is_found_in_its_kecamatan():
    assert KABUPATEN.kelurahan_named("Tirta Contoh", KABUPATEN.kecamatan_named("Kesumba")).code == "99.07.03.2003"


@pytest.mark.parametrize(
    ("name", "is_it"),
    [
        ("KAB. CONTOH", True),
        ("Kab Contoh", True),
        ("kabupaten  contoh", True),
        ("Contoh", False),
        ("Kota Contoh", False),
        ("Kab. Contoh Selatan", False),
    ],
)
def test_a_kabupaten_is_known_by_its_full_name_alone(name, is_it):
    assert KABUPATEN.is_city(name) is is_it


def test_a_name_in_two_cities_of_a_province_is_looked_up_in_the_one_that_is_meant(province):
    assert province.kecamatan_named("Lembayung") is None
    assert province.kecamatan_named("Lembayung", city="99.71").code == "99.71.01"
    assert province.kelurahan_named("Tirta", city="99.07").code == "99.07.01.2001"
    assert (province.city_named("Kota Contoh").code, province.city_named("Kab. Contoh").code) == ("99.71", "99.07")
    assert (province.city_of("99.71.01.1001").code, province.city_of("99")) == ("99.71", None)
    assert province.wards_in("99.07") == ["99.07.01.2001"]
    assert len(province.wards_in("99")) == 2


QUERY = """{ city { name kind cities { totalCount nodes { code name kind kecamatan { nodes { code city { name } } }
  kelurahan { nodes { code kind } } } } kelurahan { totalCount } }
  one: city(code: "99.71") { id name timezone } none: city(code: "99.01") { name } kecamatan(name: "Lembayung") { code } }"""


async def test_a_province_has_its_cities_in_the_graph(configuration, clock, province):
    of_province = configuration._replace(regions=province, agencies=())
    async with listening(of_province, clock) as hub:
        data = await hub.data(QUERY)
        again = await hub.data(
            "query Q($id: ID!) { node(id: $id) { ... on City { name } } }", {"id": data["one"]["id"]}
        )
    assert again == {"node": {"name": "Kota Contoh"}}
    assert data["city"] == {
        "name": "Provinsi Contoh",
        "kind": "PROVINCE",
        "cities": {
            "totalCount": 2,
            "nodes": [
                {
                    "code": code,
                    "name": name,
                    "kind": kind,
                    "kecamatan": {"nodes": [{"code": f"{code}.01", "city": {"name": name}}]},
                    "kelurahan": {"nodes": [{"code": f"{code}.01.{ward}", "kind": of}]},
                }
                for code, name, kind, ward, of in (
                    ("99.07", "Kabupaten Contoh", "KABUPATEN", "2001", "DESA"),
                    ("99.71", "Kota Contoh", "KOTA", "1001", "KELURAHAN"),
                )
            ],
        },
        "kelurahan": {"totalCount": 2},
    }
    assert (data["one"]["timezone"], data["none"], data["kecamatan"]) == ("Asia/Jakarta", None, None)


async def test_a_kota_has_no_cities_in_it_and_is_its_own(hub):
    data = await hub.data("{ city { kind cities { totalCount } kecamatan(first: 1) { nodes { city { kind } } } } }")
    assert data == {
        "city": {"kind": "KOTA", "cities": {"totalCount": 0}, "kecamatan": {"nodes": [{"city": {"kind": "KOTA"}}]}}
    }


async def test_an_agency_belongs_to_one_city_of_the_hub(sandbox, tmp_path):
    named = regions_in(CITY).city.code
    changes = ('name = "Bapenda Contoh"', f'name = "Bapenda Contoh"\ncity = "{named}"')
    found = configuration_for(sandbox, tmp_path, changes)
    assert next(each.agency.city for each in found.agencies if each.agency.code == "bapenda") == named
