"""The mosques that the stand-ins know: some stand on the map alone, some in the register alone, most in both."""

from typing import NamedTuple

from sandbox.kit.seed import city, draw, kecamatan, per_city

MASJID, MUSHALLA = "masjid", "mushalla"
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


@per_city
def mosques() -> tuple[Known, ...]:
    """All, the same each time: six in each kecamatan."""
    return tuple(map(_mosque, range(len(HONOURS) * len(kecamatan()))))


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
        latitude=round(city().latitude - 0.008 + chance.uniform(-SPREAD, SPREAD), 5),
        longitude=round(city().longitude + chance.uniform(-SPREAD, SPREAD), 5),
        typology=typology,
        on_the_map=number % 6 != 5,
        registered=number % 6 != 4,
    )
