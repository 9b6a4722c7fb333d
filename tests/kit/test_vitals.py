"""The health of an agency, as its throttle sees it."""

import math
import random
from datetime import timedelta

import pytest

from connectors.kit.agency import Agency
from connectors.kit.health import Condition, Health
from connectors.kit.observer import BreakerState
from connectors.kit.outcome import Outcome
from connectors.kit.throttle import Throttle
from connectors.kit.vitals import Vitals
from tests.clock import NOON

UNKNOWN, UP, DEGRADED, DOWN = Condition.UNKNOWN, Condition.UP, Condition.DEGRADED, Condition.DOWN
CLOSED, HALF_OPEN, OPEN = BreakerState.CLOSED, BreakerState.HALF_OPEN, BreakerState.OPEN
OK, FAILED, REJECTED, LEFT = Outcome.OK, Outcome.FAILED, Outcome.REJECTED, Outcome.CANCELLED

AGENCY = Agency(code="agency", domain="x", connector="x", name="A", url="http://127.0.0.1:1")


@pytest.fixture
def vitals(clock):
    return Vitals(AGENCY, clock)


def told(vitals, *outcomes):
    for outcome in outcomes:
        vitals.count(outcome, 0.1, None if outcome is OK else f"it {outcome.value}")


@pytest.mark.parametrize(
    ("outcomes", "breaker", "condition", "cause"),
    [
        ([], CLOSED, UNKNOWN, None),
        ([LEFT] * 3, CLOSED, UNKNOWN, None),
        ([OK], CLOSED, UP, None),
        ([OK, REJECTED], CLOSED, DEGRADED, "it rejected"),
        ([REJECTED, REJECTED], CLOSED, DOWN, "it rejected"),  # a password that is refused opens no breaker
        ([FAILED, OK], CLOSED, DEGRADED, "it failed"),
        ([OK, FAILED, FAILED], OPEN, DOWN, "it failed"),
        ([OK, FAILED, FAILED], HALF_OPEN, DEGRADED, "it failed"),
    ],
)
def test_the_condition(vitals, outcomes, breaker, condition, cause):
    told(vitals, *outcomes)
    health = vitals.health(breaker, None)
    assert (health.condition, health.cause, health.breaker) == (condition, cause, breaker)


def test_an_agency_that_asks_nobody_is_always_up(clock):
    health = Throttle(Agency(code="hisab", domain="x", connector="x", name="A"), clock).health()
    assert health == Health(
        agency="hisab", condition=UP, breaker=CLOSED, since=None, last_success=None, cause=None, p95=None,
        error_rate=None, calls=0,
    )  # fmt: skip


def test_what_it_is_made_of(vitals, clock):
    for number in range(1, 101):
        vitals.count(OK, number / 100, None)
    clock.advance(timedelta(seconds=10))
    told(vitals, *[FAILED] * 25)
    vitals.look(OPEN)
    clock.advance(timedelta(seconds=60))
    assert vitals.health(OPEN, "port closed: 127.0.0.1:1") == Health(
        agency="agency", condition=DOWN, breaker=OPEN, since=NOON + timedelta(seconds=10), last_success=NOON,
        cause="port closed: 127.0.0.1:1", p95=0.95, error_rate=0.2, calls=125,
    )  # fmt: skip


def test_what_is_older_than_five_minutes_counts_no_more_and_what_was_last_seen_holds(vitals, clock):
    told(vitals, FAILED, OK)
    assert vitals.health(CLOSED, None).condition is DEGRADED
    clock.advance(timedelta(minutes=6))
    health = vitals.health(CLOSED, None)
    assert (health.condition, health.calls, health.error_rate, health.p95, health.last_success) == (
        UP,
        0,
        None,
        None,
        NOON,
    )
    told(vitals, FAILED, FAILED)
    assert vitals.health(CLOSED, None).condition is DOWN
    clock.advance(timedelta(hours=6))
    assert vitals.health(CLOSED, None).condition is DOWN


def test_it_says_of_many_calls_what_counting_them_anew_would_say(clock):
    """Of the last two hundred within five minutes, whatever came before."""
    vitals, chance, calls = Vitals(AGENCY, clock), random.Random(1), []
    for _ in range(2_000):
        clock.advance(timedelta(seconds=chance.choice([0, 0, 1, 5, 40])))
        outcome, seconds = chance.choice([OK, OK, OK, FAILED, LEFT]), chance.randint(1, 9) / 10
        vitals.count(outcome, seconds, "it failed")
        if outcome is not LEFT:
            calls.append((clock.monotonic(), outcome is OK, seconds))
        calls = [each for each in calls if each[0] > clock.monotonic() - 300][-200:]
        times = sorted(seconds for _, ok, seconds in calls if ok)
        health = vitals.health(CLOSED, None)
        assert health.calls == len(calls)
        assert health.error_rate == (sum(not ok for _, ok, _ in calls) / len(calls) if calls else None)
        assert health.p95 == (times[math.ceil(0.95 * len(times)) - 1] if times else None)
