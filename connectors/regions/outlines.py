"""Where each kelurahan of the city lies: its outline and its centre."""

from typing import NamedTuple

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

    @classmethod
    def of(cls, kelurahan: str, centre: Position, ring: tuple[Position, ...]) -> "Outline":
        """With the box around it."""
        return cls(kelurahan, centre, ring, Box.around(ring))
