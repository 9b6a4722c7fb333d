"""The cities that come with the source, and their regions."""

import tomllib
from pathlib import Path

from connectors.regions.gazetteer import Gazetteer
from engine.configuration.regions_file import read_regions

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
