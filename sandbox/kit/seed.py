"""Stable random numbers by name, and the city of the stand-ins: its folder is their seed."""

import csv
import hashlib
import random
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context, ContextVar, copy_context
from functools import cache, wraps
from pathlib import Path
from typing import Any, NamedTuple, ParamSpec, TypeVar

from sandbox.kit import place

P = ParamSpec("P")
T = TypeVar("T")

_FOLDER = ContextVar[Path | None]("folder", default=None)


def draw(*name: object) -> random.Random:
    """A random generator that is the same for the same name, in any process."""
    digest = hashlib.sha256(":".join(map(str, name)).encode()).digest()
    return random.Random(digest)  # noqa: S311


class SeedKecamatan(NamedTuple):
    """A kecamatan with the codes and names of its kelurahan and desa, in the order of their codes."""

    code: str
    name: str
    wards: tuple[tuple[str, str], ...]

    @property
    def kelurahan(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(name for _, name in self.wards)


class SeedNeighbour(NamedTuple):
    """A city with a similar name, and a district of it."""

    name: str
    district: str | None


class SeedCity(NamedTuple):
    """What `agencies.toml`, `regions.csv` and `sandbox.toml` say of the city.

    `taxes` are the first four digits of its NOPs. `latitude` and `longitude` are the middle of it.
    """

    name: str
    code: str
    province: str
    taxes: str
    latitude: float
    longitude: float
    neighbours: tuple[SeedNeighbour, ...]
    others: tuple[str, ...]
    agencies: dict[str, dict[str, Any]]
    kecamatan: tuple[SeedKecamatan, ...]

    def position(self, north: float, east: float) -> tuple[float, float]:
        """So many degrees from the middle."""
        return round(self.latitude + north, 6), round(self.longitude + east, 6)


@contextmanager
def seeded(folder: Path | None) -> Iterator[None]:
    """Within the block, and in what is begun in it, the stand-ins are those of the city in this folder."""
    before = _FOLDER.set(folder)
    try:
        yield
    finally:
        _FOLDER.reset(before)


def context_of(folder: Path | None) -> Context:
    """A context in which the stand-ins are those of the city in this folder; what is begun in it stays in it."""
    context = copy_context()
    if folder is not None:
        context.run(_FOLDER.set, folder)
    return context


def city() -> SeedCity:
    """The city of this sandbox."""
    return _read(_folder())


def kecamatan() -> tuple[SeedKecamatan, ...]:
    """Its kecamatan."""
    return city().kecamatan


def per_city(make: Callable[P, T]) -> Callable[P, T]:
    """Keep what a function gives, for each city by itself."""
    kept: Callable[..., T] = cache(lambda _, *arguments, **named: make(*arguments, **named))

    @wraps(make)
    def of(*arguments: P.args, **named: P.kwargs) -> T:
        return kept(_folder(), *arguments, **named)

    return of


def _folder() -> Path:
    return _FOLDER.get() or place.city()


@cache
def _read(folder: Path) -> SeedCity:
    about, seed = (
        tomllib.loads((folder / name).read_text(encoding="utf-8")) for name in ("agencies.toml", "sandbox.toml")
    )
    with (folder / "regions.csv").open(encoding="utf-8", newline="") as file:
        names = {row["kode_kemendagri"]: row["nama"] for row in csv.DictReader(file)}
    return SeedCity(
        name=about["city"]["name"],
        code=about["city"]["code"],
        province=seed["province"],
        taxes=seed["taxes"],
        latitude=seed["latitude"],
        longitude=seed["longitude"],
        neighbours=tuple(SeedNeighbour(name, district or None) for name, district in seed["neighbours"]),
        others=tuple(seed["others"]),
        agencies=about.get("agencies", {}),
        kecamatan=tuple(
            SeedKecamatan(code, name, tuple((each, names[each]) for each in names if each.startswith(f"{code}.")))
            for code, name in names.items()
            if code.count(".") == 2
        ),
    )
