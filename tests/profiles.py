"""The cities that come with the source, their regions, and the values of the one that the tests run on."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from connectors.regions.gazetteer import Gazetteer
from connectors.registry import CONNECTORS
from engine.configuration.agencies_file import read_configuration
from engine.configuration.regions_file import read_regions
from engine.pages.graphiql.examples import PLACEHOLDER

ROOT = Path(__file__).parent.parent
CITY = ROOT / "city"
"""The folder of the city that a hub takes if nobody names another."""
PROFILES = [CITY, *sorted(path.parent for path in (ROOT / "cities").glob("*/agencies.toml"))]


def regions_in(folder: Path, timezone: str | None = None) -> Gazetteer:
    """The regions of a folder."""
    city = tomllib.loads((folder / "agencies.toml").read_text(encoding="utf-8"))["city"]
    outlines = folder / "outlines.csv"
    read = read_regions(
        (folder / "regions.csv").read_bytes(),
        outlines.read_bytes() if outlines.exists() else None,
        city["code"],
        timezone or city["timezone"],
    )
    assert (read.mistakes, read.of_outlines) == ((), ())
    return read.regions


REGIONS = regions_in(CITY)
CITY_CODE, CITY_NAME = REGIONS.city.code, REGIONS.city.name
KECAMATAN, KELURAHAN = REGIONS.kecamatan, REGIONS.kelurahan
"""Those of that city, in the order of their codes."""
TAXES: str = tomllib.loads((CITY / "sandbox.toml").read_text(encoding="utf-8"))["taxes"]
"""How each NOP of its sandbox begins."""
EXAMPLES: Mapping[str, Any] = msgspec.to_builtins(
    dict(read_configuration(CITY / "agencies.toml", CONNECTORS, None).examples)
)
"""Values of that city by their names: a NOP, a hospital, its town hall (`near`), and all that documents ask for."""


def here(text: str) -> str:
    """The text with values of that city in it: `${nop}` is the example of this name, as in docs/queries."""
    return PLACEHOLDER.sub(lambda found: str(EXAMPLES[found[1]]), text)
