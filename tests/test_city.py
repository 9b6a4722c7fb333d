"""The table `[city]`: what it may say, and that all its mistakes are told together."""

import os
from pathlib import Path

import pytest

from connectors.registry import CONNECTORS
from engine.configuration.agencies_file import read_configuration
from engine.configuration.city import City, kind_of
from engine.configuration.problems import ConfigurationError
from engine.configuration.reading import read_all
from sandbox.kit.seed import seeded
from sandbox.registry import environment
from tests.profiles import CITY, PROFILES

WHOLE = """\
[city]
name = "Kabupaten Contoh"
code = "99.07"
timezone = "Asia/Makassar"
contact = "halo@contoh.example"
security_contact = "https://contoh.example/lapor"
terms_url = "https://contoh.example/ketentuan"
logo = "logo.svg"

[city.texts.id]
about = "Data Kabupaten Contoh."
notice = "Libur."

[city.texts.en]
about = "The data of Kabupaten Contoh."
"""


@pytest.fixture
def read(tmp_path):
    (tmp_path / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")

    def of(text):
        path = tmp_path / "agencies.toml"
        path.write_text(text, encoding="utf-8")
        try:
            return read_configuration(path, CONNECTORS, {}).city, []
        except ConfigurationError as error:
            return None, [each.replace(f"{path}:", "") for each in error.problems]

    return of


def test_a_whole_table_is_read(read, tmp_path):
    city, problems = read(WHOLE)
    assert problems == []
    assert city == City(
        name="Kabupaten Contoh",
        code="99.07",
        timezone="Asia/Makassar",
        kind="kabupaten",
        contact="halo@contoh.example",
        security_contact="https://contoh.example/lapor",
        terms_url="https://contoh.example/ketentuan",
        logo=str(tmp_path.resolve() / "logo.svg"),
        texts={
            "id": {"about": "Data Kabupaten Contoh.", "notice": "Libur."},
            "en": {"about": "The data of Kabupaten Contoh."},
        },
    )
    assert (city.text("about", "en"), city.text("notice", "en")) == ("The data of Kabupaten Contoh.", "Libur.")
    assert city.text("terms", "id") is None
    assert Path(city.logo).is_file()


@pytest.mark.parametrize(
    ("code", "kind"), [("99", "provinsi"), ("99.01", "kabupaten"), ("99.70", "kabupaten"), ("99.71", "kota")]
)
def test_the_kind_follows_from_the_code(code, kind):
    assert kind_of(code) == kind


def test_all_mistakes_of_a_city_are_told_together_each_with_its_line_and_key(read):
    text = (
        '[city]\nname = ""\ncode = "9907"\nkind = "kotamadya"\ntimezone = "WIB"\ncontact = "di loket"\n'
        'security_contac = "x@y.example"\nterms_url = "ketentuan.html"\nlogo = "../logo.svg"\n'
        '[city.texts.id]\nabuot = "x"\n[city.texts.en]\nabout = 5\n'
    )
    told = read(text)[1]
    assert [each.partition(" (")[0] for each in told] == [
        "7: city.security_contac: unknown; expected one of code, contact, kind, logo, name, security_contact, terms_url,"
        " texts, timezone",
        "2: city.name: expected str of length >= 1",
        "4: city.kind: invalid enum value 'kotamadya'",
        "3: city.code: expected a Kemendagri code, like 99.71 for a city or 99 for a province",
        "5: city.timezone: expected a name of the IANA time zones, like Asia/Jakarta",
        "6: city.contact: expected an e-mail address, or an address that begins with https://",
        "8: city.terms_url: expected an address that begins with https://",
        "11: city.texts.id.abuot: unknown; expected one of about, keys, notice, terms",
        "13: city.texts.en.about: expected str, got int",
        "9: city.logo: expected a file in the folder of the city",
    ]
    assert told[0].endswith("(did you mean security_contact?)")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            'code = "99.07"',
            'code = "99.71"\nkind = "kabupaten"',
            "4: city.kind: expected kota: 99.71 is the code of one",
        ),
        (
            '"logo.svg"',
            '"logo.bmp"',
            "8: city.logo: expected a file whose name ends with one of .jpg, .png, .svg, .webp",
        ),
        ('"logo.svg"', '"lambang.svg"', "8: city.logo: there is no file lambang.svg in the folder of the city"),
        (
            'about = "The',
            'abuot = "The',
            "15: city.texts.en.abuot: unknown; expected one of about, keys, notice, terms (did you mean about?)",
        ),
        ('name = "Kabupaten Contoh"\n', "", "1: city.name: missing"),
        ("[city]", "[kota]", "1: kota: unknown; "),
    ],
)
def test_what_is_wrong_is_told_in_its_place(read, old, new, problem):
    assert old in WHOLE
    assert [each for each in read(WHOLE.replace(old, new))[1] if each.startswith(problem)]


AGENCY = """
[agencies.rs]
domain = "beds"
connector = "aplicares"
name = "RS"
url = "https://aplicares.example"
credentials = { cons_id = "env:A", secret = "env:A" }
options = { ppk = "9901R001", kelurahan = "99.07.01.2001" }

[examples]
hospital = "rs"
near = { latitude = -5.3, longitude = 106.9 }
"""


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            '"99.07.01.2001"',
            '"99.07.01.2009"',
            "23: agencies.rs.options.kelurahan: 99.07.01.2009 is no region of this hub (did you mean 99.07.01.200",
        ),
        ('name = "RS"', 'city = "99.71"\nname = "RS"', "20: agencies.rs.city: 99.71 is no city of this hub; expected one of"),
        ("hospital =", "hospitl =", "26: examples.hospitl: unknown; expected one of"),
        ("hospital =", 'kecamatan = "99.08.01"\nhospital =', "26: examples.kecamatan: 99.08.01 is no region of this hub"),
        ("latitude =", "lat =", "27: examples.near.lat: unknown; expected one of latitude, longitude"),
        ('hospital = "rs"', "hospital = 5", "26: examples.hospital: expected str, got int"),
    ],
)  # fmt: skip
def test_codes_of_regions_and_examples_are_checked(tmp_path, old, new, problem):
    (tmp_path / "logo.svg").write_text("<svg/>", encoding="utf-8")
    path = tmp_path / "agencies.toml"
    path.write_text(WHOLE + AGENCY, encoding="utf-8")
    good = read_configuration(path, CONNECTORS, None)
    assert (good.examples["hospital"], good.examples["kelurahan"]) == ("rs", "99.07.01.1001")
    assert good.examples["near"].latitude == -5.3
    path.write_text(WHOLE + AGENCY.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        read_configuration(path, CONNECTORS, None)
    (told,) = raised.value.problems
    assert told.startswith(f"{path}:{problem}")


def test_a_setting_names_the_folder_and_two_that_differ_are_a_mistake(tmp_path, monkeypatch):
    monkeypatch.setenv("SIMPUL_CITY", str(PROFILES[1]))
    environ = {**os.environ, **environment_in(PROFILES[1])}
    assert read_all(CONNECTORS, environ).configuration.city.name == "Kabupaten Contoh"
    monkeypatch.setenv("SIMPUL_AGENCIES", str(CITY / "agencies.toml"))
    with pytest.raises(ConfigurationError) as raised:
        read_all(CONNECTORS, {**os.environ, **environment_in(CITY)})
    assert raised.value.problems == ("SIMPUL_AGENCIES: names another file than that of SIMPUL_CITY; set one of them",)
    monkeypatch.setenv("SIMPUL_AGENCIES", str(PROFILES[1] / "agencies.toml"))
    assert read_all(CONNECTORS, environ).settings.agencies == PROFILES[1] / "agencies.toml"


def environment_in(folder):
    with seeded(folder):
        return environment()
