"""Where the sun stands. Source: J. Meeus, Astronomical Algorithms (1998), chapters 22, 25 and 28.

The longitude is good to 0.01 degrees, and so a time that is computed from it to about two seconds.
"""

from math import asin, atan2, cos, degrees, radians, sin
from typing import NamedTuple

J2000 = 2451545.0
"""The Julian day of noon on 2000-01-01."""
JULIAN_DAY_OF_ORDINAL_0 = 1721424.5
"""What is added to `date.toordinal()` for the Julian day of the midnight with which that day begins."""


class Sun(NamedTuple):
    """`declination` in degrees; `equation`: minutes by which a sundial is ahead of a clock."""

    declination: float
    equation: float


def sun_at(julian_day: float) -> Sun:
    """The sun at this moment, in universal time."""
    t = (julian_day - J2000) / 36525
    mean_longitude = 280.46646 + 36000.76983 * t + 0.0003032 * t * t
    anomaly = radians(357.52911 + 35999.05029 * t - 0.0001537 * t * t)
    centre = (
        (1.914602 - 0.004817 * t - 0.000014 * t * t) * sin(anomaly)
        + (0.019993 - 0.000101 * t) * sin(2 * anomaly)
        + 0.000289 * sin(3 * anomaly)
    )
    in_longitude, in_obliquity = _nutation(t)
    longitude = radians(mean_longitude + centre - 0.00569 + in_longitude)
    obliquity = radians(23 + 26 / 60 + (21.448 - 46.815 * t) / 3600 + in_obliquity)
    ascension = degrees(atan2(cos(obliquity) * sin(longitude), cos(longitude)))
    ahead = mean_longitude - 0.0057183 - ascension + in_longitude * cos(obliquity)
    return Sun(declination=degrees(asin(sin(obliquity) * sin(longitude))), equation=4 * ((ahead + 180) % 360 - 180))


def _nutation(t: float) -> tuple[float, float]:
    """In degrees: of the longitude, and of the obliquity."""
    node = radians(125.04452 - 1934.136261 * t)
    sun, moon = radians(2 * (280.4665 + 36000.7698 * t)), radians(2 * (218.3165 + 481267.8813 * t))
    in_longitude = -17.20 * sin(node) - 1.32 * sin(sun) - 0.23 * sin(moon) + 0.21 * sin(2 * node)
    in_obliquity = 9.20 * cos(node) + 0.57 * cos(sun) + 0.10 * cos(moon) - 0.09 * cos(2 * node)
    return in_longitude / 3600, in_obliquity / 3600
