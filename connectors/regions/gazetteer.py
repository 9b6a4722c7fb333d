"""Finds a region of the city by its code or by its full name."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Self, TypeVar
from zoneinfo import ZoneInfo

from connectors.regions.records import CityRegion, DottedCode, Kecamatan, Kelurahan, Region, RegionCode, System

HERE = Path(__file__).parent
KEPT = 4_096
"""How many names are kept in the form in which they are compared."""

R = TypeVar("R", bound=Kecamatan | Kelurahan)

_LEVEL_WORDS = {"kecamatan": r"kec(amatan|\.)?", "kelurahan": r"kel(urahan|\.)?"}


class Gazetteer:
    """The regions of one city, read once."""

    def __init__(self, city: CityRegion, kecamatan: Iterable[Kecamatan], kelurahan: Iterable[Kelurahan]) -> None:
        self.city = city
        self.zone = ZoneInfo(city.timezone)
        self.kecamatan = tuple(sorted(kecamatan, key=lambda region: region.code))
        self.kelurahan = tuple(sorted(kelurahan, key=lambda region: region.code))
        self._by_code: dict[RegionCode, Region] = {}
        regions: list[Region] = [city, *self.kecamatan, *self.kelurahan]
        for region in regions:
            self._by_code[RegionCode(System.KEMENDAGRI, region.code)] = region
            self._by_code[RegionCode(System.BPS, region.bps_code)] = region
        self._by_dotted: dict[str, Region] = {region.code: region for region in regions}
        self._name = _squeeze(city.name)
        self._kecamatan_by_name = _by_name(self.kecamatan)
        self._kelurahan_by_name = _by_name(self.kelurahan)

    @classmethod
    def of(cls, code: str, timezone: str) -> Self:
        """The regions of the city with this Kemendagri code; raises FileNotFoundError if the hub has none."""
        with (HERE / f"{code}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        (city,) = (row for row in rows if row["level"] == "kota")
        return cls(
            CityRegion(
                code=_dotted(city["kode_kemendagri"]),
                bps_code=city["kode_bps"],
                name=city["nama"],
                area=float(city["luas_km2"]),
                timezone=timezone,
            ),
            (
                Kecamatan(
                    code=_dotted(row["kode_kemendagri"]),
                    bps_code=row["kode_bps"],
                    name=row["nama"],
                    aliases=_aliases(row),
                    area=float(row["luas_km2"]),
                )
                for row in rows
                if row["level"] == "kecamatan"
            ),
            (
                Kelurahan(
                    code=_dotted(row["kode_kemendagri"]),
                    bps_code=row["kode_bps"],
                    name=row["nama"],
                    aliases=_aliases(row),
                    kecamatan_code=_dotted(row["kode_kecamatan"]),
                )
                for row in rows
                if row["level"] == "kelurahan"
            ),
        )

    def find(self, code: RegionCode) -> Region | None:
        """The region with this code, which names its system."""
        return self._by_code.get(code)

    def with_code(self, code: str) -> Region | None:
        """The region with this dotted Kemendagri code."""
        return self._by_dotted.get(code)

    def kecamatan_named(self, name: str) -> Kecamatan | None:
        """The kecamatan with this full name, in any case, with any blanks and points, with or without "Kec."."""
        found = self._kecamatan_by_name.get(_normal(name, "kecamatan"), ())
        return found[0] if len(found) == 1 else None

    def kelurahan_named(self, name: str, kecamatan: Kecamatan | None = None) -> Kelurahan | None:
        """The kelurahan with this full name; None if there is none or more than one. `kecamatan` limits the search."""
        found = [
            ward
            for ward in self._kelurahan_by_name.get(_normal(name, "kelurahan"), ())
            if kecamatan is None or ward.kecamatan_code == kecamatan.code
        ]
        return found[0] if len(found) == 1 else None

    def is_city(self, name: str) -> bool:
        """Whether this is the city's own name: "KOTA TANGERANG" is; "Tangerang" alone may be the region beside it."""
        return _squeeze(name) == self._name


def _dotted(text: str) -> DottedCode:
    return DottedCode(RegionCode.kemendagri(text).code)


def _aliases(row: dict[str, str]) -> tuple[str, ...]:
    return (row["alias"],) if row["alias"] else ()


def _by_name(regions: Iterable[R]) -> dict[str, list[R]]:
    index = defaultdict[str, list[R]](list)
    for region in regions:
        names = [region.name, *region.aliases]
        for name in {_squeeze(text) for text in names}:
            index[name].append(region)
    return dict(index)


@lru_cache(KEPT)
def _normal(name: str, level: str) -> str:
    return _squeeze(re.sub(rf"^\s*{_LEVEL_WORDS[level]}\s+", "", name, flags=re.IGNORECASE))


@lru_cache(KEPT)
def _squeeze(name: str) -> str:
    return re.sub(r"[^0-9a-z]", "", name.casefold())
