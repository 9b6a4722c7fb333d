"""Finds a region of the city by its code or by its full name."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Self, TypeVar
from zoneinfo import ZoneInfo

from connectors.regions.outlines import Outline, Position
from connectors.regions.records import CityRegion, DottedCode, Kecamatan, Kelurahan, Region, RegionCode, System

KEPT = 4_096
"""How many names are kept in the form in which they are compared."""

R = TypeVar("R", bound=CityRegion | Kecamatan | Kelurahan)

CITY = len("99.07")
"""How long the code of a kota or kabupaten is."""
_LEVEL_WORDS = {
    "city": r"kab(upaten|\.)?",
    "kecamatan": r"kec(amatan|\.)?",
    "kelurahan": r"(kel(urahan|\.)?|desa|ds\.?|gampong|kampung|nagari)",
}


class Gazetteer:
    """The regions of one city, or of all cities of a province, read once.

    `city` is the region of the hub: its one city, or the province. `cities` are the kota and kabupaten in it. `version`
    differs if the files differ that they were read from.
    """

    def __init__(
        self,
        city: CityRegion,
        kecamatan: Iterable[Kecamatan],
        kelurahan: Iterable[Kelurahan],
        *,
        cities: Iterable[CityRegion] = (),
        outlines: Mapping[str, Outline] | None = None,
        version: str = "",
    ) -> None:
        self.city = city
        self.zone = ZoneInfo(city.timezone)
        self.cities = tuple(sorted(cities, key=lambda region: region.code)) or (city,)
        self.kecamatan = tuple(sorted(kecamatan, key=lambda region: region.code))
        self.kelurahan = tuple(sorted(kelurahan, key=lambda region: region.code))
        self.outlines = outlines or {}
        self.version = version
        self._by_code: dict[RegionCode, Region] = {}
        of_all: list[Region] = [city, *self.cities, *self.kecamatan, *self.kelurahan]
        regions: dict[str, Region] = {each.code: each for each in of_all}
        for region in regions.values():
            self._by_code[RegionCode(System.KEMENDAGRI, region.code)] = region
            self._by_code[RegionCode(System.BPS, region.bps_code)] = region
        self._by_dotted = regions
        self._city_by_name = {_city_name(each.name): each for each in self.cities}
        self._kecamatan_by_name = _by_name(self.kecamatan)
        self._kelurahan_by_name = _by_name(self.kelurahan)

    def with_outlines(self, outlines: Mapping[str, Outline], version: str) -> Self:
        """The same regions, with where they lie."""
        return type(self)(
            self.city, self.kecamatan, self.kelurahan, cities=self.cities, outlines=outlines, version=version
        )

    @property
    def home(self) -> str:
        """The code of `city`."""
        return self.city.code

    def find(self, code: RegionCode) -> Region | None:
        """The region with this code, which names its system."""
        return self._by_code.get(code)

    def with_code(self, code: str) -> Region | None:
        """The region with this dotted Kemendagri code."""
        return self._by_dotted.get(code)

    def wards_in(self, code: str) -> Sequence[DottedCode]:
        """The codes of the kelurahan and desa of the region with this code, in their order."""
        return [each.code for each in self.kelurahan if lies_in(each.code, code)]

    def centre_of(self, ward: str) -> Position | None:
        """The centre of a kelurahan or desa, where an outline says it."""
        found = self.outlines.get(ward)
        return found.centre if found else None

    def city_of(self, code: str) -> CityRegion | None:
        """The kota or kabupaten in which the region with this code lies, or which it is."""
        found = self._by_dotted.get(code[:CITY])
        return found if isinstance(found, CityRegion) and len(found.code) == CITY else None

    def city_named(self, name: str) -> CityRegion | None:
        """The city with this full name, its kind before it; without its kind, it may be the city beside it."""
        return self._city_by_name.get(_city_name(name))

    def kecamatan_named(self, name: str, *, city: str | None = None) -> Kecamatan | None:
        """The kecamatan with this full name, in any case, with any blanks and points, with or without "Kec.".

        None if there is none or more than one. `city`, a code, limits the search.
        """
        found = [
            each
            for each in _called(self._kecamatan_by_name, name, "kecamatan")
            if city is None or lies_in(each.code, city)
        ]
        return found[0] if len(found) == 1 else None

    def kelurahan_named(
        self, name: str, kecamatan: Kecamatan | None = None, *, city: str | None = None
    ) -> Kelurahan | None:
        """The kelurahan or desa with this full name; None if there is none or more than one.

        `kecamatan`, or `city`, a code, limits the search.
        """
        found = [
            ward
            for ward in _called(self._kelurahan_by_name, name, "kelurahan")
            if (kecamatan is None or ward.kecamatan_code == kecamatan.code)
            and (city is None or lies_in(ward.code, city))
        ]
        return found[0] if len(found) == 1 else None

    def is_city(self, name: str) -> bool:
        """Whether this is the full name of one of its cities: without its kind, it may be the region beside it."""
        return _city_name(name) in self._city_by_name


def lies_in(code: str, region: str) -> bool:
    """Whether the region with the one code lies in that with the other, or is it."""
    return code == region or code.startswith(f"{region}.")


def squeezed(name: str) -> str:
    """A name in the form in which names are compared: without case, blanks and signs."""
    return _squeeze(name)


def _by_name(regions: Iterable[R]) -> dict[str, list[R]]:
    index = defaultdict[str, list[R]](list)
    for region in regions:
        names = [region.name, *getattr(region, "aliases", ())]
        for name in {_squeeze(text) for text in names}:
            index[name].append(region)
    return dict(index)


def _called(index: Mapping[str, list[R]], name: str, level: str) -> Sequence[R]:
    """Those with this name, as it stands or else without the word for its level: there is a kelurahan Desa Baru."""
    found: Sequence[R] = index.get(_squeeze(name), ())
    return found or index.get(_without_level(name, level), ())


@lru_cache(KEPT)
def _without_level(name: str, level: str) -> str:
    return _squeeze(re.sub(rf"^\s*{_LEVEL_WORDS[level]}\s+", "", name, flags=re.IGNORECASE))


@lru_cache(KEPT)
def _city_name(name: str) -> str:
    return _squeeze(re.sub(rf"^\s*{_LEVEL_WORDS['city']}\s+", "kabupaten ", name, flags=re.IGNORECASE))


@lru_cache(KEPT)
def _squeeze(name: str) -> str:
    return re.sub(r"[^0-9a-z]", "", name.casefold())
