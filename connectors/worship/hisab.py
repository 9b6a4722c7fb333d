"""Prayer times by computation (hisab), as the Ministry of Religious Affairs (Kemenag) computes them.

Source: what Kemenag published for one city in the west of Java for 2021 to 2030, and for seven others for 2026.
Seen there:
- fajr (subuh) at 20 degrees below the horizon, isha at 18, duha at 4.5 above it
- sunrise and sunset at 1 degree below it in the lowlands, and at 2 in the highlands
- the shadow of asr from the declination at 00:00 UTC
- seconds are rounded up, then two minutes are added (ihtiyat); at sunrise they are rounded down and taken away
- imsak is ten minutes before fajr

So 98.6 % of the published times of that city come out to the minute, and the others differ by one minute.
"""

from collections.abc import Callable
from datetime import date, time
from math import acos, atan, ceil, cos, degrees, floor, radians, sin, sqrt, tan
from typing import Annotated, Literal

import msgspec

from connectors.worship.records import DayTimes
from connectors.worship.sun import JULIAN_DAY_OF_ORDINAL_0, sun_at

REFRACTION_AND_RADIUS = 50.5
"""Minutes of arc that the sun's centre is below a flat horizon when its upper edge appears."""
DIP = 1.76
"""Minutes of arc by which the horizon is lower for each root of a metre of height."""

Minutes = Annotated[int, msgspec.Meta(ge=-10, le=10)]
Depression = Annotated[float, msgspec.Meta(ge=12, le=21)]


class Ihtiyat(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Minutes that are added for safety, so that a time is right in the whole of a city."""

    fajr: Minutes = 2
    sunrise: Minutes = -2
    duha: Minutes = 2
    dhuhr: Minutes = 2
    asr: Minutes = 2
    maghrib: Minutes = 2
    isha: Minutes = 2


class Method(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How times are computed; Kemenag's own way unless the configuration says otherwise.

    `fajr`, `isha` and `horizon` are degrees below the horizon, `duha` above it. `elevation`, in metres, may be given
    instead of `horizon`. `shadow`: how many times its own length a thing's shadow has grown at asr. `imsak`: minutes
    before fajr. `rounding`: to the safe side (later, and sunrise earlier), or to the nearest minute.
    """

    fajr: Depression = 20.0
    isha: Depression = 18.0
    duha: Annotated[float, msgspec.Meta(ge=3, le=8)] = 4.5
    horizon: Annotated[float, msgspec.Meta(ge=0.5, le=4)] | None = None
    elevation: Annotated[float, msgspec.Meta(ge=0, le=5000)] | None = None
    shadow: Literal[1, 2] = 1
    imsak: Annotated[int, msgspec.Meta(ge=5, le=30)] = 10
    ihtiyat: Ihtiyat = Ihtiyat()
    rounding: Literal["safe", "nearest"] = "safe"

    @property
    def below(self) -> float:
        """Degrees that the sun's centre is below the horizon at sunrise and sunset."""
        if self.elevation is not None:
            return (REFRACTION_AND_RADIUS + DIP * sqrt(self.elevation)) / 60
        return 1.0 if self.horizon is None else self.horizon


def times_of(day: date, latitude: float, longitude: float, offset: float, method: Method) -> DayTimes:
    """The times of this day at this place, by a clock that is `offset` hours ahead of UTC."""
    sky = _Sky(day, latitude, longitude, offset)
    shadow = degrees(atan(1 / (method.shadow + tan(radians(abs(latitude - sky.declination_at_midnight_utc))))))
    ihtiyat, rounded = method.ihtiyat, _ROUNDED[method.rounding]
    down = round if method.rounding == "nearest" else floor
    fajr = rounded(sky.before_noon(-method.fajr, 4.5)) + ihtiyat.fajr
    return DayTimes(
        day=day,
        imsak=_clock(fajr - method.imsak),
        fajr=_clock(fajr),
        sunrise=_clock(down(sky.before_noon(-method.below, 6.0)) + ihtiyat.sunrise),
        duha=_clock(rounded(sky.before_noon(method.duha, 6.5)) + ihtiyat.duha),
        dhuhr=_clock(rounded(sky.noon()) + ihtiyat.dhuhr),
        asr=_clock(rounded(sky.after_noon(shadow, 15.0)) + ihtiyat.asr),
        maghrib=_clock(rounded(sky.after_noon(-method.below, 18.0)) + ihtiyat.maghrib),
        isha=_clock(rounded(sky.after_noon(-method.isha, 19.0)) + ihtiyat.isha),
    )


class _Sky:
    """The sun's way over one place on one day, in minutes of its clock."""

    def __init__(self, day: date, latitude: float, longitude: float, offset: float) -> None:
        self._midnight_utc = day.toordinal() + JULIAN_DAY_OF_ORDINAL_0
        self._latitude = radians(latitude)
        self._offset = offset
        self._mean_noon = 12 + offset - longitude / 15
        self.declination_at_midnight_utc = sun_at(self._midnight_utc).declination

    def noon(self) -> float:
        """When the sun stands highest."""
        hour = self._mean_noon
        for _ in range(2):
            hour = self._mean_noon - sun_at(self._julian(hour)).equation / 60
        return hour * 60

    def before_noon(self, altitude: float, about: float) -> float:
        """When the sun rises through this altitude, in degrees; it is looked for from `about` this hour on."""
        return self._through(altitude, about, -1)

    def after_noon(self, altitude: float, about: float) -> float:
        """When it sinks through it."""
        return self._through(altitude, about, 1)

    def _through(self, altitude: float, hour: float, side: int) -> float:
        for _ in range(3):
            sun = sun_at(self._julian(hour))
            declination = radians(sun.declination)
            angle = acos(
                (sin(radians(altitude)) - sin(self._latitude) * sin(declination))
                / (cos(self._latitude) * cos(declination))
            )
            hour = self._mean_noon - sun.equation / 60 + side * degrees(angle) / 15
        return hour * 60

    def _julian(self, hour: float) -> float:
        return self._midnight_utc + (hour - self._offset) / 24


_ROUNDED: dict[str, Callable[[float], int]] = {"safe": ceil, "nearest": round}


def _clock(minutes: int) -> time:
    hours, minute = divmod(minutes, 60)
    return time(hours, minute)
