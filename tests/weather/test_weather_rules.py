"""What a message, a forecast and a report of an earthquake are worth now."""

from datetime import date, timedelta
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest

from connectors.weather.records import (
    Alert,
    AlertKind,
    Certainty,
    Felt,
    Forecast,
    ForecastPoint,
    Reference,
    Severity,
    WarningUrgency,
)
from resolvers.weather.rules import DayForecast, days_of, felt_in, in_force, point_of_now, points_from_now
from tests.clock import NOON

HOUR = timedelta(hours=1)


def alert(identifier, kind=AlertKind.ALERT, *, names=(), sent=-1, ends=2, actual=True, sender="a"):
    return Alert(
        identifier=identifier,
        sender=sender,
        sent_at=NOON + sent * HOUR,
        actual=actual,
        kind=kind,
        replaces=tuple(Reference(*each.split("/")) if "/" in each else Reference(sender, each) for each in names),
        language="id",
        event=None,
        headline=None,
        description=None,
        instruction=None,
        severity=Severity.UNKNOWN,
        urgency=WarningUrgency.UNKNOWN,
        certainty=Certainty.UNKNOWN,
        starts_at=NOON + sent * HOUR,
        ends_at=None if ends is None else NOON + ends * HOUR,
        issuer=None,
        web=None,
        polygons=(),
        everywhere=True,
    )


UPDATE, CANCEL, OTHER = AlertKind.UPDATE, AlertKind.CANCEL, AlertKind.OTHER


@pytest.mark.parametrize(
    ("messages", "names"),
    [
        ([], []),
        ([alert("1")], ["1"]),
        ([alert("1", ends=0)], []),
        ([alert("1", ends=-1)], []),
        ([alert("1", ends=None)], ["1"]),
        ([alert("1", actual=False)], []),
        ([alert("1"), alert("2", UPDATE, names=["1"], sent=0)], ["2"]),
        ([alert("1"), alert("2", CANCEL, names=["1"], sent=0)], []),
        ([alert("1"), alert("2", UPDATE, names=["1"], sent=0), alert("3", UPDATE, names=["2"], sent=1)], ["3"]),
        ([alert("1"), alert("2", UPDATE, names=["1"], sent=0), alert("3", CANCEL, names=["2"], sent=1)], []),
        ([alert("1"), alert("2"), alert("3", CANCEL, names=["1", "2"])], []),
        # an update that has ended does not bring back what it replaced
        ([alert("1", ends=5), alert("2", UPDATE, names=["1"], ends=-1)], []),
        # an exercise cancels nothing, nor does a notice of an error, nor somebody else
        ([alert("1"), alert("2", CANCEL, names=["1"], sent=0, actual=False)], ["1"]),
        ([alert("1"), alert("2", OTHER, names=["1"], sent=0)], ["1"]),
        ([alert("1"), alert("2", CANCEL, names=["a/1"], sent=0, sender="b")], ["1"]),
        ([alert("1", sender="b"), alert("1", CANCEL, names=["1"])], ["1"]),
        # one that cancels nothing that is known
        ([alert("1"), alert("2", CANCEL)], ["1"]),
        ([alert("1"), alert("2", UPDATE, names=["9"])], ["1", "2"]),
        # one that names itself, and two that name each other
        ([alert("1", UPDATE, names=["1"])], ["1"]),
        ([alert("1", UPDATE, names=["2"], sent=0), alert("2", UPDATE, names=["1"], sent=1)], ["2"]),
        ([alert("1", sent=-2, ends=-1), alert("1", sent=-1, ends=3)], ["1"]),
    ],
)
def test_what_is_in_force(messages, names):
    for order in permutations(messages):
        assert sorted(each.identifier for each in in_force(order, NOON)) == names


def point(hours, **values):
    known = dict.fromkeys(ForecastPoint.__struct_fields__) | values
    return ForecastPoint(**known | {"starts_at": NOON + hours * HOUR})


FORECAST = Forecast(
    kelurahan="36.71.01.1001",
    latitude=None,
    longitude=None,
    issued_at=None,
    asked_at=NOON,
    points=tuple(point(hours) for hours in (-5, -2, 1, 4)),
)


@pytest.mark.parametrize(
    ("later", "left", "now"),
    [
        (0, [-2, 1, 4], -2),
        (0.99, [-2, 1, 4], -2),
        (1, [1, 4], 1),
        (6.99, [4], 4),
        (7, [], None),
        (-9, [-5, -2, 1, 4], None),
    ],
)
def test_points_that_are_over_are_left_out_and_one_is_of_now(later, left, now):
    at = NOON + later * HOUR
    found = points_from_now(FORECAST, at)
    assert [(each.starts_at - NOON) / HOUR for each in found] == left
    of_now = point_of_now(found, at)
    assert (of_now and (of_now.starts_at - NOON) / HOUR) == now


def test_days_are_those_of_the_city_and_say_whether_they_are_whole():
    hours = [*range(1, 37, 3)]  # 13:00 of Monday to 22:00 of Tuesday in the city
    points = [point(hour, temperature=float(hour), rainfall=0.1) for hour in hours]
    assert days_of(points, ZoneInfo("Asia/Jakarta")) == [
        DayForecast(day=date(2026, 11, 23), lowest=1.0, highest=10.0, rainfall=0.4, whole=False),
        DayForecast(day=date(2026, 11, 24), lowest=13.0, highest=34.0, rainfall=0.8, whole=True),
    ]
    assert days_of([point(1)], ZoneInfo("Asia/Jakarta")) == [
        DayForecast(day=date(2026, 11, 23), lowest=None, highest=None, rainfall=None, whole=False)
    ]


@pytest.mark.parametrize(
    ("place", "felt"),
    [
        ("Kota Tangerang", True),
        ("KOTA  TANGERANG", True),
        ("Tangerang", True),
        ("Kab. Tangerang", False),
        ("Tangerang Selatan", False),
    ],
)
def test_an_earthquake_was_felt_here_if_a_report_names_the_city(place, felt):
    reports = [Felt(place="Contoh", weakest=2, strongest=2), Felt(place=place, weakest=None, strongest=None)]
    assert felt_in(reports, "Kota Tangerang") is felt
