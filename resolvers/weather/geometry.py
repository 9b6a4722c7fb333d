"""Which kelurahan a polygon touches: it may hold one, lie inside one, or only cross its edge. No I/O in here.

Positions are latitude and longitude, and lines between them are straight on the map: over a city that is right to a few
metres. A polygon that is crossed by the line of 180° is none of ours.
"""

from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from connectors.regions.gazetteer import Gazetteer
from connectors.regions.outlines import Box, Outline, Position
from connectors.weather.records import Ring


@lru_cache(maxsize=256)
def touched(regions: Gazetteer, polygons: tuple[Ring, ...]) -> frozenset[str]:
    """The kelurahan of these regions that one of the polygons touches, by their dotted codes."""
    boxed = [(ring, Box.around(ring)) for ring in polygons]
    return frozenset(
        outline.kelurahan
        for outline in regions.outlines.values()
        if any(box.meets(outline.box) and touches(ring, outline) for ring, box in boxed)
    )


def touches(ring: Ring, outline: Outline) -> bool:
    """Whether they have a position in common, be it one of their edges."""
    south, west, north, east = outline.box
    near = [
        (a, b)
        for a, b in pairwise(ring)
        if max(a[0], b[0]) >= south and min(a[0], b[0]) <= north and max(a[1], b[1]) >= west and min(a[1], b[1]) <= east
    ]
    return (
        any(_cross(one, other) for one in near for other in pairwise(outline.ring))
        or inside(ring[0], outline.ring)
        or inside(outline.ring[0], ring)
    )


def inside(position: Position, ring: Iterable[Position]) -> bool:
    """Whether the position lies in the ring, a closed one: a ray from it crosses its sides oddly often."""
    latitude, longitude = position
    odd = False
    for (south, west), (north, east) in pairwise(ring):
        if (south > latitude) != (north > latitude):
            crossed = west + (latitude - south) / (north - south) * (east - west)
            odd ^= longitude < crossed
    return odd


Side = tuple[Position, Position]


def _cross(one: Side, other: Side) -> bool:
    """Whether two sides have a position in common, an end of one among them."""
    (a, b), (c, d) = one, other
    turns = _turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b)
    if turns[0] * turns[1] < 0 and turns[2] * turns[3] < 0:
        return True
    return any(
        turn == 0 and _between(position, side)
        for turn, position, side in zip(turns, (c, d, a, b), (one, one, other, other), strict=True)
    )


def _turn(a: Position, b: Position, c: Position) -> float:
    """Positive to the one hand, negative to the other, 0 where all three lie on one line."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _between(position: Position, side: Side) -> bool:
    return Box.around(side).meets(Box.around((position,)))
