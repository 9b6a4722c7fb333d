"""The outlines of the city's kelurahan."""

from itertools import pairwise
from math import cos, radians

import pytest

from connectors.regions.outlines import Box
from tests.profiles import CITY as FOLDER
from tests.profiles import regions_in

CITY = regions_in(FOLDER)


def area(ring):
    """In km², on the plane: the city is small."""
    twice = sum(x * b - a * y for (x, y), (a, b) in pairwise(ring))
    return abs(twice) / 2 * 111.195**2 * cos(radians(6.18))


def test_every_kelurahan_has_an_outline_that_is_closed_and_a_centre_in_its_box():
    found = CITY.outlines
    assert list(found) == [each.code for each in CITY.kelurahan]
    for each in found.values():
        assert each.ring[0] == each.ring[-1]
        assert len({*each.ring}) >= 4
        assert each.box.meets(Box.around((each.centre,)))


def test_together_they_are_as_large_as_the_city():
    assert sum(area(each.ring) for each in CITY.outlines.values()) == pytest.approx(178.347, rel=0.01)


def test_boxes_meet_where_they_share_a_position():
    box = Box(-7, 106, -6, 107)
    assert box.meets(Box(-6.5, 106.5, -6.4, 106.6))
    assert box.meets(Box(-6, 107, -5, 108))
    assert not box.meets(Box(-5.9, 106, -5, 107))
    assert not box.meets(Box(-7, 107.1, -6, 108))
