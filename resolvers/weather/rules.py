"""What a message, a forecast and a report of an earthquake are worth now. No I/O in here."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

import msgspec

from connectors.weather.records import Alert, AlertKind, Felt, Forecast, ForecastPoint

STEP = timedelta(hours=3)
"""How long a forecast point stands for."""

WARNING_KINDS = (AlertKind.ALERT, AlertKind.UPDATE)
REPLACING_KINDS = (AlertKind.UPDATE, AlertKind.CANCEL)


def in_force(alerts: Iterable[Alert], now: datetime) -> list[Alert]:
    """Those that warn of something now or to come, in the order in which they were sent.

    Exercises and tests are none, and replace none. A message replaces those that it names, where the same sender sent
    them before it. Of messages of one name the newest counts. One that has ended is none any more.
    """
    standing: dict[tuple[str, str], Alert] = {}
    for alert in sorted(alerts, key=lambda each: (each.sent_at, each.identifier)):
        if not alert.actual:
            continue
        if alert.kind in REPLACING_KINDS:
            for reference in alert.replaces:
                if reference.sender == alert.sender:
                    standing.pop((reference.sender, reference.identifier), None)
        standing[alert.sender, alert.identifier] = alert
    return [
        alert
        for alert in standing.values()
        if alert.kind in WARNING_KINDS and (alert.ends_at is None or alert.ends_at > now)
    ]


def changes_of(points: Iterable[ForecastPoint]) -> Iterator[datetime]:
    """The moments at which a point begins to be the one of now, and at which it is over."""
    for point in points:
        yield point.starts_at
        yield point.starts_at + STEP


def points_from_now(forecast: Forecast, now: datetime) -> tuple[ForecastPoint, ...]:
    """Its points that are not over yet, the one of now first."""
    return tuple(point for point in forecast.points if point.starts_at + STEP > now)


def point_of_now(points: Iterable[ForecastPoint], now: datetime) -> ForecastPoint | None:
    """The one whose three hours it is."""
    return next((point for point in points if point.starts_at <= now < point.starts_at + STEP), None)


class DayForecast(msgspec.Struct, frozen=True, kw_only=True):
    """The points of one day of the city: how cold and how warm it becomes in °C, and how much it rains in mm.

    `whole`: it is forecast from its beginning to its end.
    """

    day: date
    lowest: float | None
    highest: float | None
    rainfall: float | None
    whole: bool


def days_of(points: Iterable[ForecastPoint], zone: ZoneInfo) -> list[DayForecast]:
    """The points by day, in order."""
    return [
        _day(day, list(group), zone)
        for day, group in groupby(points, key=lambda point: point.starts_at.astimezone(zone).date())
    ]


def _day(day: date, points: list[ForecastPoint], zone: ZoneInfo) -> DayForecast:
    temperatures = [point.temperature for point in points if point.temperature is not None]
    rain = [point.rainfall for point in points if point.rainfall is not None]
    first, last = points[0].starts_at.astimezone(zone), points[-1].starts_at.astimezone(zone)
    return DayForecast(
        day=day,
        lowest=min(temperatures, default=None),
        highest=max(temperatures, default=None),
        rainfall=round(sum(rain), 1) if rain else None,
        whole=first.hour < 3 and last.hour >= 21,
    )


def felt_in(felt: Iterable[Felt], city: str) -> bool:
    """Whether one of the reports names the city, or only what stands behind Kota: that may be its neighbour."""
    names = {_folded(city), _folded(city).removeprefix("kota ")}
    return any(_folded(each.place) in names for each in felt)


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
