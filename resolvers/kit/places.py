"""Positions, and the distances between them."""

from math import asin, cos, radians, sin, sqrt
from typing import Protocol

from resolvers.kit.context import Context
from resolvers.kit.errors import UserError

EARTH = 6371.0088
"""The mean radius of the earth in km."""


class Position(Protocol):
    """A position in WGS 84."""

    latitude: float
    longitude: float


class Placed(Protocol):
    """A thing with a position and its distance from the point of the query."""

    @property
    def latitude(self) -> float | None:
        """In WGS 84; None if it is not known."""

    @property
    def longitude(self) -> float | None:
        """In WGS 84; None if it is not known."""

    @property
    def distance(self) -> float | None:
        """In km; None without a point."""


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The distance between two positions (latitude, longitude) along the surface."""
    (south, west), (north, east) = (tuple(map(radians, each)) for each in (one, other))
    half = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin((east - west) / 2) ** 2
    return 2 * EARTH * asin(sqrt(half))


def distance(near: Position | None, latitude: float | None, longitude: float | None) -> float | None:
    """The distance in km, to the metre; None without a point or without a position."""
    if near is None or latitude is None or longitude is None:
        return None
    return round(kilometres((near.latitude, near.longitude), (latitude, longitude)), 3)


def check_near(near: Position | None, within_km: float | None, *, by_distance: bool) -> None:
    """Raise `UserError` for a distance without a point, or for a point that is not on the earth."""
    if near is None and (within_km is not None or by_distance):
        raise UserError(
            "BAD_USER_INPUT",
            id="withinKm dan DISTANCE memerlukan near.",
            en="withinKm and DISTANCE need near.",
        )
    if near is not None and not (-90 <= near.latitude <= 90 and -180 <= near.longitude <= 180):
        raise UserError(
            "BAD_USER_INPUT",
            id="Lintang -90 sampai 90, bujur -180 sampai 180.",
            en="A latitude is between -90 and 90, a longitude between -180 and 180.",
        )


def distance_from(root: Placed, _: Context, *, near: Position | None = None) -> float | None:
    check_near(near, None, by_distance=False)
    return root.distance if near is None else distance(near, root.latitude, root.longitude)
