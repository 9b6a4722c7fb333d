"""Stable random numbers by name, and the regions of the stand-ins."""

import csv
import hashlib
import random
from functools import cache
from pathlib import Path
from typing import NamedTuple

REGIONS = Path(__file__).parents[2] / "connectors" / "regions" / "36.71.csv"


def draw(*name: object) -> random.Random:
    """A random generator that is the same for the same name, in any process."""
    digest = hashlib.sha256(":".join(map(str, name)).encode()).digest()
    return random.Random(digest)  # noqa: S311


class SeedKecamatan(NamedTuple):
    """A kecamatan with the names of its kelurahan, in the order of their codes."""

    code: str
    name: str
    kelurahan: tuple[str, ...]


@cache
def kecamatan() -> tuple[SeedKecamatan, ...]:
    """The 13 kecamatan of Kota Tangerang, with their 104 kelurahan."""
    with REGIONS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple(
        SeedKecamatan(
            row["kode_kemendagri"],
            row["nama"],
            tuple(each["nama"] for each in rows if each["kode_kecamatan"] == row["kode_kemendagri"] and _is_ward(each)),
        )
        for row in rows
        if row["level"] == "kecamatan"
    )


def _is_ward(row: dict[str, str]) -> bool:
    return row["level"] == "kelurahan"
