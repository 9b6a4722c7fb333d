"""Where the kelurahan of a city lie."""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent


class Centre(NamedTuple):
    """A position, WGS 84."""

    latitude: float
    longitude: float


def centre_of(kelurahan: str) -> Centre | None:
    """The centre of the kelurahan with this dotted code; None where nobody has it."""
    return _centres(kelurahan[:5]).get(kelurahan)


@cache
def _centres(city: str) -> dict[str, Centre]:
    try:
        with (HERE / f"{city}.csv").open(encoding="utf-8", newline="") as file:
            return {
                row["kelurahan"]: Centre(float(row["latitude"]), float(row["longitude"]))
                for row in csv.DictReader(file)
            }
    except FileNotFoundError:
        return {}
