"""The folder of a city: `agencies.toml`, and beside it `regions.csv` and, where there is one, `outlines.csv`."""

from pathlib import Path

from connectors.regions.gazetteer import Gazetteer
from engine.configuration.problems import Problems
from engine.configuration.regions_file import read_regions

AGENCIES, REGIONS, OUTLINES = "agencies.toml", "regions.csv", "outlines.csv"
ROOT = Path(__file__).parents[2]
PROFILES = (ROOT / "city", *sorted(path.parent for path in (ROOT / "cities").glob(f"*/{REGIONS}")))
"""The cities that come with the source; a file of agencies that stands alone takes the regions of one of them."""


def regions_of(folder: Path, code: str, timezone: str, problems: Problems) -> Gazetteer | None:
    """The regions of the city with this code; None where a file is missing or wrong, and the problems say why."""
    place = folder if (folder / REGIONS).exists() else _profile(code)
    if place is None:
        problems.add(
            ("city", "code"), f"there is no {REGIONS} of {code} in {folder}; docs/adopting.md says how to write it"
        )
        return None
    regions, outlines = place / REGIONS, place / OUTLINES
    content, drawn = _content(regions, problems), _content(outlines, problems) if outlines.exists() else None
    if content is None:
        return None
    read = read_regions(content, drawn, code, timezone)
    problems.found += [f"{regions}:{each}" for each in read.mistakes]
    problems.found += [f"{outlines}:{each}" for each in read.of_outlines]
    return read.regions


def _profile(code: str) -> Path | None:
    """That of the city with this code among those of the source."""
    for folder in PROFILES:
        if not (folder / REGIONS).exists():
            continue  # an image of the hub alone has no city
        with (folder / REGIONS).open(encoding="utf-8") as file:
            if any(line.startswith(f"{code},") for line in file):
                return folder
    return None


def _content(path: Path, problems: Problems) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError as error:
        problems.found.append(f"{path}: cannot be read: {(error.strerror or 'unknown').lower()}")
        return None
