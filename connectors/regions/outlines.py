"""Where each kelurahan of the city lies: its outline and its centre.

`<code>.outlines.csv` holds one city. Source of `36.71.outlines.csv`: the outlines of cahyadsn/wilayah_boundaries (MIT;
the licence stands beside the file), thinned to a tolerance of 22 m and four decimals. Their areas add up to 179.1 km²,
the city's own figure is 178.3. They are good enough to say which kelurahan a warning touches, and no survey of land.
"""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent

Position = tuple[float, float]
"""Latitude and longitude, WGS 84."""


class Box(NamedTuple):
    """The smallest rectangle along the meridians that holds some positions."""

    south: float
    west: float
    north: float
    east: float

    @classmethod
    def around(cls, positions: tuple[Position, ...]) -> "Box":
        """That of these; raises ValueError for none."""
        latitudes, longitudes = zip(*positions, strict=True)
        return cls(min(latitudes), min(longitudes), max(latitudes), max(longitudes))

    def meets(self, other: "Box") -> bool:
        """Whether they have a position in common."""
        return (
            self.south <= other.north
            and other.south <= self.north
            and self.west <= other.east
            and other.west <= self.east
        )


class Outline(NamedTuple):
    """The outline of one kelurahan: a ring that ends where it begins, the box around it, and its centre."""

    kelurahan: str
    centre: Position
    ring: tuple[Position, ...]
    box: Box


@cache
def outlines_of(city: str) -> Mapping[str, Outline]:
    """The outlines of a city's kelurahan by their dotted codes; none for a city of which we have no file."""
    path = HERE / f"{city}.outlines.csv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["kode_kemendagri"]: _outline(row) for row in csv.DictReader(file)}


def _outline(row: dict[str, str]) -> Outline:
    ring = tuple(_position(each) for each in row["batas"].split())
    return Outline(
        kelurahan=row["kode_kemendagri"],
        centre=(float(row["lintang"]), float(row["bujur"])),
        ring=ring,
        box=Box.around(ring),
    )


def _position(text: str) -> Position:
    latitude, longitude = text.split(",")
    return float(latitude), float(longitude)
