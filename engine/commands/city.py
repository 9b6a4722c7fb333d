"""What `city new` writes and `city check` says: the folder of a city, outside the source."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import typer

from connectors.kit.reserved import TO_FILL_IN, not_filled_in
from connectors.registry import CONNECTORS
from engine.configuration.agencies_file import read_configuration
from engine.configuration.city import CityKind, kind_of
from engine.configuration.city_folder import AGENCIES, REGIONS, ROOT
from engine.configuration.city_table import CODE
from engine.configuration.model import Configuration
from engine.configuration.problems import ConfigurationError

EXAMPLE = ROOT / "agencies.example.toml"
CODES: dict[CityKind, str] = {"kota": "99.71", "kabupaten": "99.07", "provinsi": "99"}
"""Codes that no city has, for who names none."""

CITY = """\
# The city, and the agencies that answer for it. docs/adopting.md of Simpul says how to go on, and docs/configuration.md
# what each entry means. `server.py city check` tells what is wrong, and what is still to fill in.

[city]
name = "{name}"
code = "{code}"
timezone = "Asia/Jakarta"         # or Asia/Makassar, Asia/Jayapura
contact = "fill-in@city.example"  # an e-mail address, or the address of a page
logo = "logo.svg"

[city.texts.id]
about = "fill in: satu kalimat tentang layanan data ini"
terms = "fill in: ketentuan penggunaan"

[city.texts.en]
about = "fill in: a sentence on this service of data"
terms = "fill in: the terms of use"

"""
OFF = "# Every agency below is switched off. Fill one in, take away `enabled = false`, and check it.\n"
LOGO = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" role="img" aria-label="{name}">
<rect width="64" height="64" rx="12" fill="#0b5c4a"/>
<text x="32" y="43" font-family="sans-serif" font-size="32" text-anchor="middle" fill="#fff">{initial}</text>
</svg>
"""


class NewCity(NamedTuple):
    """A city to be: its kind, its full name and its Kemendagri code."""

    kind: CityKind
    name: str
    code: str

    @classmethod
    def of(cls, kind: CityKind, name: str | None, code: str | None) -> "NewCity":
        """With what was not given; raises `ConfigurationError` where the code is none, or that of another kind."""
        code = code or CODES[kind]
        if not CODE.fullmatch(code):
            raise ConfigurationError(["--code: expected a Kemendagri code, like 99.71 for a city or 99 for a province"])
        if kind_of(code) != kind:
            raise ConfigurationError([f"--code: {code} is the code of a {kind_of(code)}"])
        name = name or f"{kind.capitalize()} (fill in)"
        if any(each in name for each in '"\\<>&\n'):
            raise ConfigurationError(["--name: expected a name without quotes"])
        return cls(kind, name, code)


def write_city(folder: Path, city: NewCity) -> None:
    """Write the folder; raises `ConfigurationError` where something is there already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigurationError([f"{folder}: is there already; name a folder that is not"])
    if not EXAMPLE.exists():
        raise ConfigurationError([f"{EXAMPLE}: is missing; a folder is written from the source, not from an image"])
    files = {
        AGENCIES: _agencies(city),
        REGIONS: "\n".join(_regions(city)) + "\n",
        "logo.svg": LOGO.format(name=city.name, initial=city.name.split()[-1].strip("(")[:1].upper()),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError([f"{folder}: cannot be written: {error.strerror}"]) from None
    typer.echo(f"wrote {folder}: {', '.join(files)}")
    typer.echo(f"Fill them in, and then: server.py city check {folder}")


def checked_city(folder: Path) -> tuple[Configuration, list[str]]:
    """What the folder says, and what is left to fill in; raises `ConfigurationError` with all mistakes of all files."""
    configuration = read_configuration(folder / AGENCIES, CONNECTORS, None)
    return configuration, list(_left(folder, configuration))


def show_city(configuration: Configuration) -> None:
    """What there is, in one line."""
    city, regions = configuration.city, configuration.regions
    desa = sum(each.kind.name == "DESA" for each in regions.kelurahan)
    cities = f"{len(regions.cities)} cities, " if city.kind == "provinsi" else ""
    wards = f"{len(regions.kelurahan) - desa} kelurahan, {desa} desa, {len(regions.outlines)} outlines"
    agencies = f"{len(configuration.agencies)} agencies switched on"
    typer.echo(f"{city.name} ({city.code}): {cities}{len(regions.kecamatan)} kecamatan, {wards}; {agencies}")


def _left(folder: Path, configuration: Configuration) -> Iterator[str]:
    city, regions = configuration.city, configuration.regions
    texts = {f"texts.{language}.{name}": text for language, of in city.texts.items() for name, text in of.items()}
    for key, value in {"name": city.name, "contact": city.contact, **texts}.items():
        if value and TO_FILL_IN.search(value):
            yield f"{folder / AGENCIES}: city.{key}: fill in"
    if regions.city.name != city.name:
        yield f"{folder / REGIONS}: {city.code} is called {regions.city.name}, and in [city] {city.name}"
    named = {each.code: each.name for each in regions.cities}
    named |= {each.code: each.name for each in regions.kecamatan}
    named |= {each.code: each.name for each in regions.kelurahan}
    for code, name in named.items():
        if TO_FILL_IN.search(name):
            yield f"{folder / REGIONS}: {code}: fill in its name"
    for agency in configuration.agencies:
        if keys := not_filled_in(agency.agency, agency.options):
            yield f"{folder / AGENCIES}: agencies.{agency.agency.code}: {', '.join(keys)}: a value of the example"


def _agencies(city: NewCity) -> str:
    """The example with every agency switched off, in the words of this city."""
    example = EXAMPLE.read_text(encoding="utf-8")
    ward = f"{_city_code(city)}.01.{_ward(city)}"
    for old, new in (
        ("99.07.01.2001", ward),
        ("99.07", _city_code(city)),
        ("9907", _city_code(city).replace(".", "")),
        ("99-07", _city_code(city).replace(".", "-")),
        ("Kabupaten Contoh", city.name),
        ("KABUPATEN CONTOH", city.name.upper()),
    ):
        example = example.replace(old, new)
    _, _, rest = example.partition("\n[city]\n")
    _, _, rest = rest.partition("\n\n")
    before, _, after = rest.partition("[identity]\n")
    identity, _, agencies = after.partition("\n\n")
    off = "\n".join(f"# {line}" for line in ("[identity]", *identity.splitlines()))
    agencies = re.sub(r"^(\[agencies\.[a-z0-9-]+\])$", r"\1\nenabled = false", agencies, flags=re.MULTILINE)
    return f"{CITY.format(name=city.name, code=city.code)}{before}{off}\n\n{OFF}\n{agencies}"


def _regions(city: NewCity) -> Iterator[str]:
    """One region of each level."""
    code = _city_code(city)
    bps = code.replace(".", "")
    yield "kode_kemendagri,level,nama,kode_bps,alias,luas_km2"
    if city.kind == "provinsi":
        yield f"{city.code},provinsi,{city.name},{city.code},,1"
        yield f"{code},kabupaten,Kabupaten (fill in),{bps},,1"
    else:
        yield f"{code},{city.kind},{city.name},{bps},,1"
    yield f"{code}.01,kecamatan,(fill in),{bps}010,,1"
    yield f"{code}.01.{_ward(city)},{'kelurahan' if city.kind == 'kota' else 'desa'},(fill in),{bps}010001,,"


def _city_code(city: NewCity) -> str:
    """That of the city, or of one city of the province."""
    return f"{city.code}.07" if city.kind == "provinsi" else city.code


def _ward(city: NewCity) -> str:
    return "1001" if city.kind == "kota" else "2001"
