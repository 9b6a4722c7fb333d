"""The regions of the city: codes in two systems, whole names, and their place in the graph."""

import pytest

from connectors.regions.records import RegionCode, System
from tests.profiles import CITY, regions_in

TANGERANG = regions_in(CITY)


def test_the_city_has_13_kecamatan_and_104_kelurahan():
    assert len(TANGERANG.kecamatan) == 13
    assert len(TANGERANG.kelurahan) == 104
    assert {each.kecamatan_code for each in TANGERANG.kelurahan} == {each.code for each in TANGERANG.kecamatan}


def test_the_areas_are_those_of_bps():
    assert TANGERANG.city.area == 164.55
    assert round(sum(each.area for each in TANGERANG.kecamatan), 2) == 164.55
    assert {each.name: each.area for each in TANGERANG.kecamatan}["Karang Tengah"] == 10.47


def test_33_strings_of_ten_digits_mean_two_places():
    bps = {each.bps_code: each.name for each in TANGERANG.kelurahan}
    kemendagri = {each.code.replace(".", ""): each.name for each in TANGERANG.kelurahan}
    both = bps.keys() & kemendagri.keys()
    assert len(both) == 33
    assert (bps["3671031007"], kemendagri["3671031007"]) == ("Bugel", "Poris Jaya")
    assert (bps["3671031006"], kemendagri["3671031006"]) == ("Cimone", "Batu Sari")


def test_a_code_is_found_in_its_own_system_only():
    assert TANGERANG.find(RegionCode.bps("3671031007")).name == "Bugel"
    assert TANGERANG.find(RegionCode.kemendagri("36.71.03.1007")).name == "Poris Jaya"
    assert TANGERANG.find(RegionCode(System.KEMENDAGRI, "3671031007")) is None


@pytest.mark.parametrize(
    "code", ["3671031007", "3671", "36.71.1", "36.71.01.101", "36,71", " 36.71", "36.71.01.1001.1", ""]
)
def test_what_is_not_dotted_is_no_kemendagri_code(code):
    with pytest.raises(ValueError, match="dotted"):
        RegionCode.kemendagri(code)


@pytest.mark.parametrize("code", ["36.71", "36710", "abc", "", "36710310071"])
def test_what_is_not_of_the_right_length_is_no_bps_code(code):
    with pytest.raises(ValueError, match="BPS"):
        RegionCode.bps(code)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Tangerang", "36.71.01"),
        ("KARANGTENGAH", "36.71.12"),
        ("Batu Ceper", "36.71.03"),
        ("Kec. Jati Uwung", "36.71.02"),
        ("kecamatan  cipondoh", "36.71.05"),
    ],
)
def test_a_kecamatan_is_found_by_its_whole_name(name, code):
    assert TANGERANG.kecamatan_named(name).code == code


@pytest.mark.parametrize(
    "name", ["Kota Tangerang", "Kab. Tangerang", "Tangerang Selatan", "Cipon", "", "Ciledug Indah"]
)
def test_a_part_of_a_name_or_a_neighbour_is_no_kecamatan(name):
    assert TANGERANG.kecamatan_named(name) is None


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Kroncong", "Keroncong"),
        ("KEREO SELATAN", "Kreo Selatan"),
        ("Kel. Batujaya", "Batu Jaya"),
        ("Nerogtog", "Neroktog"),
    ],
)
def test_a_kelurahan_is_found_by_its_other_spellings(name, found):
    assert TANGERANG.kelurahan_named(name).name == found


def test_a_kelurahan_is_looked_for_inside_its_kecamatan():
    cipondoh, ciledug = TANGERANG.kecamatan_named("Cipondoh"), TANGERANG.kecamatan_named("Ciledug")
    assert TANGERANG.kelurahan_named("Cipondoh Indah", cipondoh).name == "Cipondoh Indah"
    assert TANGERANG.kelurahan_named("Cipondoh Indah", ciledug) is None


@pytest.mark.parametrize(
    ("name", "is_it"),
    [
        ("KOTA TANGERANG", True),
        ("Kota  Tangerang", True),
        ("Tangerang", False),
        ("KAB. TANGERANG", False),
        ("Kota Tangerang Selatan", False),
    ],
)
def test_only_its_full_name_is_the_city(name, is_it):
    assert TANGERANG.is_city(name) is is_it


async def test_the_city_in_the_graph(hub, sandbox):
    data = await hub.data("""{ city { name code bpsCode area timezone
      kecamatan(first: 2) { totalCount nodes { name area kelurahan(first: 1) { totalCount nodes { name kecamatan { name } } } } }
      kelurahan { totalCount } } }""")
    assert data == {
        "city": {
            "name": "Kota Tangerang",
            "code": "36.71",
            "bpsCode": "3671",
            "area": 164.55,
            "timezone": "Asia/Jakarta",
            "kecamatan": {
                "totalCount": 13,
                "nodes": [
                    {
                        "name": "Tangerang",
                        "area": 15.79,
                        "kelurahan": {
                            "totalCount": 8,
                            "nodes": [{"name": "Sukarasa", "kecamatan": {"name": "Tangerang"}}],
                        },
                    },
                    {
                        "name": "Jatiuwung",
                        "area": 14.41,
                        "kelurahan": {
                            "totalCount": 6,
                            "nodes": [{"name": "Keroncong", "kecamatan": {"name": "Jatiuwung"}}],
                        },
                    },
                ],
            },
            "kelurahan": {"totalCount": 104},
        }
    }
    assert sandbox.control.all_hits() == 0


@pytest.mark.parametrize(
    ("by", "name"),
    [
        ('code: "36.71.03.1007"', "Poris Jaya"),
        ('bpsCode: "3671031007"', "Bugel"),
        ('name: "kel. bugel"', "Bugel"),
        ('name: "Bug"', None),
    ],
)
async def test_a_kelurahan_by_code_or_name(hub, by, name):
    assert await hub.data(f"{{ kelurahan({by}) {{ name }} }}") == {"kelurahan": {"name": name} if name else None}


async def test_the_code_of_a_kecamatan_is_none_of_a_kelurahan(hub):
    assert await hub.data('{ kelurahan(code: "36.71.03") { name } kecamatan(code: "36.71.03") { name } }') == {
        "kelurahan": None,
        "kecamatan": {"name": "Batuceper"},
    }


async def test_bare_digits_are_refused_with_a_reason(hub):
    answer = await hub.ask('{ kelurahan(code: "3671031007") { name } }')
    (error,) = answer["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}
    assert "kode Kemendagri dengan titik, seperti 99.07.01 atau 99.07.01.2001" in error["message"]
    assert "3671031007" not in error["message"]


@pytest.mark.parametrize("arguments", ["", '(code: "36.71.01", name: "Tangerang")'])
async def test_exactly_one_argument_is_asked_for(hub, arguments):
    answer = await hub.ask(f"{{ kecamatan{arguments} {{ name }} }}", accept_language="en")
    assert answer["data"] == {"kecamatan": None}
    assert answer["errors"][0]["message"] == "Give exactly one of code, bpsCode and name."
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}


async def test_everything_with_an_id_is_found_again_by_it(hub):
    data = await hub.data("""{ city { id kecamatan(first: 1) { nodes { id } } kelurahan(first: 1) { nodes { id } } }
      hospitals(first: 1) { nodes { id } } }""")
    ids = {
        "City": data["city"]["id"],
        "Kecamatan": data["city"]["kecamatan"]["nodes"][0]["id"],
        "Kelurahan": data["city"]["kelurahan"]["nodes"][0]["id"],
        "Hospital": data["hospitals"]["nodes"][0]["id"],
    }
    assert len(set(ids.values())) == 4
    for name, known in ids.items():
        found = await hub.data("query ($id: ID!) { node(id: $id) { __typename id } }", {"id": known})
        assert found == {"node": {"__typename": name, "id": known}}


@pytest.mark.parametrize("bad", ["", "x", "VGF4T2JqZWN0OjE", "====", "é"])
async def test_an_id_that_is_not_ours_is_refused(hub, bad):
    answer = await hub.ask("query ($id: ID!) { node(id: $id) { id } }", {"id": bad})
    assert answer["data"] == {"node": None}
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}
