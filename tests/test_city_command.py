"""`server.py city new` and `city check`: the folder of a city outside the source."""

import pytest
from typer.testing import CliRunner

from engine.app import create_app
from engine.commands.city import checked_city
from engine.configuration.settings import Settings
from server import cli
from tests.profiles import PROFILES


def call(*arguments, **environ):
    result = CliRunner().invoke(cli, ["city", *map(str, arguments)], env=environ)
    return result.exit_code, result.output


@pytest.mark.parametrize(
    ("kind", "code", "ward"),
    [("kota", "99.71", "1001"), ("kabupaten", "99.07", "2001"), ("provinsi", "99", "07.01.2001")],
)
def test_a_folder_is_written_on_which_a_hub_is_made_and_says_what_is_left(tmp_path, kind, code, ward):
    folder = tmp_path / "etc" / "city"
    assert call("new", "--kind", kind, folder)[0] == 0
    configuration, left = checked_city(folder)
    assert (configuration.city.kind, configuration.city.code, configuration.agencies) == (kind, code, ())
    assert configuration.regions.kelurahan[0].code.endswith(ward)
    create_app(configuration, Settings(store_url=f"sqlite:///{tmp_path}/store.db"))
    told = [each.removeprefix(f"{folder}/") for each in left]
    assert told[:2] == ["agencies.toml: city.name: fill in", "agencies.toml: city.contact: fill in"]
    assert told[-1] == f"regions.csv: {configuration.regions.kelurahan[0].code}: fill in its name"
    code, output = call("check", folder)
    assert (code, all(each in output for each in left)) == (1, True)


def test_an_agency_that_is_switched_on_is_told_of_its_values_of_the_example(tmp_path):
    call("new", "--kind", "kota", "--name", "Kota Umpama", "--code", "99.72", tmp_path / "city")
    path = tmp_path / "city" / "agencies.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[agencies.karirhub]\nenabled = false", "[agencies.karirhub]"), encoding="utf-8")
    configuration, left = checked_city(tmp_path / "city")
    assert [each.agency.code for each in configuration.agencies] == ["karirhub"]
    assert f"{path}: agencies.karirhub: url: a value of the example" in left
    assert (configuration.city.name, configuration.regions.city.name) == ("Kota Umpama", "Kota Umpama")


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path):
    call("new", "--kind", "kabupaten", tmp_path / "city")
    for name, old, new in (
        ("agencies.toml", "Asia/Jakarta", "WIB"),
        ("agencies.toml", 'logo = "logo.svg"', 'logo = "lambang.svg"'),
        ("regions.csv", "desa,(fill in)", "dessa,(fill in)"),
    ):
        path = tmp_path / "city" / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    code, output = call("check", SIMPUL_CITY=str(tmp_path / "city"))
    assert code == 2
    assert [line.removeprefix(f"{tmp_path}/city/").split(": ")[:2] for line in output.splitlines()] == [
        ["agencies.toml:7", "city.timezone"],
        ["agencies.toml:9", "city.logo"],
        ["regions.csv:4", "level"],
    ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--kind", "kota", "--code", "99.07"), "--code: 99.07 is the code of a kabupaten"),
        (("--kind", "kota", "--code", "9971"), "--code: expected a Kemendagri code"),
        (("--kind", "kota", "--name", 'Kota "X"'), "--name: expected a name without quotes"),
        (("--kind", "kotamadya"), "is not one of"),
    ],
)
def test_what_cannot_be_written_is_told(tmp_path, arguments, told):
    code, output = call("new", *arguments, tmp_path / "city")
    assert (code, told in output) == (2, True), output
    assert not (tmp_path / "city").exists()


def test_a_folder_that_is_there_is_left_alone(tmp_path):
    (tmp_path / "agencies.toml").write_text("mine", encoding="utf-8")
    code, output = call("new", "--kind", "kota", tmp_path)
    assert (code, "is there already" in output) == (2, True)
    assert [(each.name, each.read_text(encoding="utf-8")) for each in tmp_path.iterdir()] == [("agencies.toml", "mine")]


@pytest.mark.parametrize("folder", PROFILES, ids=lambda each: each.name)
def test_the_profiles_of_the_source_have_nothing_left(folder):
    configuration, left = checked_city(folder)
    assert left == []
    assert configuration.city.name == configuration.regions.city.name
