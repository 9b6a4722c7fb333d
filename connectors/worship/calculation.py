"""Prayer times that the hub computes itself. It asks nobody, so the city has prayer times on every day."""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Annotated, ClassVar
from zoneinfo import ZoneInfo

import msgspec

from connectors.kit.connector import Credentials, Mistake, Options
from connectors.kit.read import Read, read
from connectors.kit.reading import NEVER_KEPT
from connectors.worship.hisab import Method, times_of
from connectors.worship.records import ComputedMonth, ComputedTimes, Ramadan, changed_at

KNOWN = Ramadan(year=1447, first=date(2026, 2, 19), last=date(2026, 3, 20), decree="Sidang isbat, 17 Februari 2026")
"""A Ramadan of the past. Any other begins a number of mean Hijri years before or after it."""
HIJRI_YEAR = timedelta(days=354.367)
MONTHS = 256
"""So many computed months are kept."""
TOLERANCE = timedelta(days=3)
"""How far an announced Ramadan may be from that: the moon differs by a day at most, and its sighting by two."""


class CalculationOptions(Options, frozen=True, kw_only=True):
    """`latitude` and `longitude`: the point of the city for which times are computed; it lies in Indonesia.

    `method`: how they are computed. `ramadan`: when Ramadan is, as it was announced. `changed_on`: the day on which
    somebody last changed these options.
    """

    latitude: Annotated[float, msgspec.Meta(ge=-11.5, le=6.5)]
    longitude: Annotated[float, msgspec.Meta(ge=94.5, le=141.5)]
    changed_on: date
    method: Method = Method()
    ramadan: tuple[Ramadan, ...] = ()

    def mistakes(self, others: Mapping[str, Options]) -> Iterable[Mistake]:  # noqa: ARG002  the base's signature
        if self.method.horizon is not None and self.method.elevation is not None:
            yield Mistake(("method", "elevation"), "horizon or elevation, not both")
        for each in self.ramadan:
            if (each.last - each.first).days + 1 not in (29, 30):
                yield Mistake(("ramadan",), f"{each.year}: a month of 29 or 30 days")
            about = KNOWN.first + (each.year - KNOWN.year) * HIJRI_YEAR
            if abs(each.first - about) > TOLERANCE:
                yield Mistake(("ramadan",), f"{each.year}: begins at most three days from {about}")
        if [each.year for each in self.ramadan] != sorted({each.year for each in self.ramadan}):
            yield Mistake(("ramadan",), "each year once, in their order")


class Calculation(ComputedTimes[CalculationOptions, Credentials]):
    """Prayer times by the ministry's method."""

    protocol: ClassVar[str] = "calculation"
    schemes: ClassVar[tuple[str, ...]] = ()

    def probe(self) -> Read[ComputedMonth]:
        today = self.clock.now().astimezone(self.zone).date()
        return self.month(None, today.year, today.month)

    @read(ttl=NEVER_KEPT, changed=changed_at)
    async def month(self, kelurahan: str | None, year: int, month: int) -> ComputedMonth:
        centre = self.regions.centre_of(kelurahan) if kelurahan else None
        placed = (kelurahan, centre) if kelurahan and centre else None
        return _computed(self.options, self.zone, placed, year, month)


@lru_cache(MONTHS)
def _computed(
    options: CalculationOptions,
    zone: ZoneInfo,
    placed: tuple[str, tuple[float, float]] | None,
    year: int,
    month: int,
) -> ComputedMonth:
    """The month, which follows from its arguments alone: no clock and no agency is asked."""
    kelurahan, (latitude, longitude) = placed or (None, (options.latitude, options.longitude))
    days = [date(year, month, number) for number in range(1, monthrange(year, month)[1] + 1)]
    return ComputedMonth(
        days=tuple(times_of(day, latitude, longitude, _offset(day, zone), options.method) for day in days),
        latitude=latitude,
        longitude=longitude,
        kelurahan=kelurahan,
        ramadan=options.ramadan,
        changed_at=datetime.combine(options.changed_on, time(), zone).astimezone(UTC),
    )


def _offset(day: date, zone: ZoneInfo) -> float:
    """Hours that the city's clock is ahead of UTC on this day."""
    ahead = datetime.combine(day, time(12), zone).utcoffset()
    return (ahead or timedelta()) / timedelta(hours=1)
