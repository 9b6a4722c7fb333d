"""The mosques that the stand-ins know: some stand on the map alone, some in the register alone, most in both."""

from functools import cache
from typing import NamedTuple

from sandbox.kit.seed import draw, kecamatan

MASJID, MUSHALLA = "masjid", "mushalla"
COUNT = 78
"""Six in each kecamatan."""
CITY = (-6.178, 106.640)
SPREAD = 0.06
"""Degrees around the middle of the city in which they lie."""
HONOURS = ("Al-Ikhlas", "An-Nur", "Nurul Huda", "Al-Falah", "Al-Hidayah", "At-Taqwa")
TYPOLOGIES = {MASJID: {3: "Masjid Agung", 4: "Masjid Besar", 5: "Masjid Jami"}, MUSHALLA: {1: "Mushalla Perumahan"}}


class Known(NamedTuple):
    """One of them. `on_the_map` and `registered` say who knows it."""

    number: int
    kind: str
    name: str
    kecamatan: str
    latitude: float
    longitude: float
    typology: int
    on_the_map: bool
    registered: bool


@cache
def mosques() -> tuple[Known, ...]:
    """All, the same each time."""
    return tuple(map(_mosque, range(COUNT)))


def _mosque(number: int) -> Known:
    chance = draw("mosque", number)
    where = kecamatan()[number // len(HONOURS)]
    kind = MUSHALLA if number % 3 == 2 else MASJID
    typology = 1 if kind == MUSHALLA else 3 if number == 0 else 4 if number % len(HONOURS) == 1 else 5
    return Known(
        number=number,
        kind=kind,
        name=f"{kind.capitalize()} {HONOURS[number % len(HONOURS)]} Contoh {where.name}",
        kecamatan=where.name,
        latitude=round(CITY[0] + chance.uniform(-SPREAD, SPREAD), 5),
        longitude=round(CITY[1] + chance.uniform(-SPREAD, SPREAD), 5),
        typology=typology,
        on_the_map=number % 6 != 5,
        registered=number % 6 != 4,
    )
