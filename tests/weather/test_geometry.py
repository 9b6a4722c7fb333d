"""Which kelurahan a polygon touches."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.regions.outlines import Box, Outline
from resolvers.weather.geometry import inside, touched, touches
from tests.profiles import CITY, PROFILES, regions_in

REGIONS = regions_in(CITY)
OUTLINES = REGIONS.outlines
SQUARE = ((0.0, 0.0), (0.0, 4.0), (4.0, 4.0), (4.0, 0.0), (0.0, 0.0))
U = ((0.0, 0.0), (0.0, 9.0), (9.0, 9.0), (9.0, 6.0), (3.0, 6.0), (3.0, 3.0), (9.0, 3.0), (9.0, 0.0), (0.0, 0.0))


def outline(ring):
    return Outline("x", ring[0], ring, Box.around(ring))


def ring(*positions):
    return (*positions, positions[0])


@pytest.mark.parametrize(
    ("polygon", "touches_it"),
    [
        (ring((1, 1), (1, 2), (2, 2)), True),  # inside it
        (ring((-9, -9), (-9, 99), (99, 99), (99, -9)), True),  # around it
        (ring((2, 2), (2, 9), (9, 9)), True),  # one of its corners inside
        (ring((-1, 1), (5, 1), (5, 2), (-1, 2)), True),  # straight through it: no corner of either is in the other
        (ring((4, 4), (4, 9), (9, 9)), True),  # at one corner
        (ring((4, 1), (4, 2), (9, 2)), True),  # along a side
        (ring((4.1, 1), (4.1, 2), (9, 2)), False),
        (ring((3, 5), (5, 3), (5, 5)), True),  # its side goes through the corner
        (ring((3.2, 5), (5, 3.2), (5, 5)), False),  # its box meets the square, it does not
        (ring((-1, -1), (-1, 5), (-0.1, 5), (-0.1, -1)), False),
    ],
)
def test_a_polygon_touches_what_it_shares_a_position_with(polygon, touches_it):
    assert touches(polygon, outline(SQUARE)) is touches_it
    assert touches(SQUARE, outline(polygon)) is touches_it


def test_what_lies_in_a_bay_of_a_polygon_is_not_touched():
    bay = ring((5, 4), (5, 5), (8, 5), (8, 4))
    assert not touches(U, outline(bay))
    assert touches(U, outline(ring((5, 4), (5, 7), (8, 4))))


places = st.tuples(
    st.integers(-6300, -6050).map(lambda each: each / 1000), st.integers(106500, 106850).map(lambda each: each / 1000)
)
triangles = st.tuples(places, places, places).filter(lambda each: len({*each}) == 3).map(lambda each: ring(*each))


@given(triangles)
def test_whoever_shares_a_sampled_position_is_touched_and_whoever_is_apart_is_not(triangle):
    found = touched(REGIONS, (triangle,))
    for code, of_it in OUTLINES.items():
        shared = any(inside(corner, triangle) for corner in of_it.ring) or any(
            inside(corner, of_it.ring) for corner in triangle
        )
        if shared:
            assert code in found
        if not Box.around(triangle).meets(of_it.box):
            assert code not in found


@given(triangles, st.integers(0, 2))
def test_it_does_not_matter_where_a_polygon_begins_nor_which_way_it_goes(triangle, start):
    turned = triangle[start:-1] + triangle[:start]
    assert (
        touched(REGIONS, (ring(*turned),))
        == touched(REGIONS, (ring(*reversed(turned)),))
        == touched(REGIONS, (triangle,))
    )


def test_the_whole_city_is_touched_by_what_is_around_it():
    around = ring((-6.0, 106.4), (-6.0, 106.9), (-6.4, 106.9), (-6.4, 106.4))
    assert touched(REGIONS, (around,)) == frozenset(OUTLINES)


def test_a_strip_that_holds_no_centre_touches_a_kelurahan_all_the_same():
    strip = ring((-6.24, 106.7465), (-6.24, 106.8), (-6.26, 106.8))
    found = touched(REGIONS, (strip,))
    assert found
    assert {code[:8] for code in found} == {"36.71.13"}
    assert not any(inside(each.centre, strip) for each in OUTLINES.values())


def test_several_polygons_touch_what_each_of_them_does():
    one = ring((-6.1, 106.66), (-6.1, 106.67), (-6.11, 106.67))
    other = ring((-6.23, 106.7), (-6.23, 106.71), (-6.24, 106.71))
    assert touched(REGIONS, (one, other)) == touched(REGIONS, (one,)) | touched(REGIONS, (other,))
    assert touched(REGIONS, ()) == frozenset()
    assert touched(regions_in(PROFILES[1]), (one,)) == frozenset()


def test_a_position_is_inside_oddly_often():
    for latitude, longitude in product((0.5, 2, 3.5), repeat=2):
        assert inside((latitude, longitude), SQUARE)
        assert not inside((latitude + 4, longitude), SQUARE)
    assert not inside((5, 4.5), U)
    assert inside((5, 1), U)
