"""When the breaker of an agency opens and closes, from outcomes and times alone."""

import pytest

from connectors.kit.breaker import DOUBT, Breaker
from connectors.kit.observer import BreakerState
from connectors.kit.outcome import Outcome

OK, TIMEOUT, GONE, FAILED, CHANGED, REJECTED, THROTTLED, LEFT = (
    Outcome.OK, Outcome.TIMEOUT, Outcome.UNREACHABLE, Outcome.FAILED,
    Outcome.CHANGED, Outcome.REJECTED, Outcome.THROTTLED, Outcome.CANCELLED,
)  # fmt: skip
CLOSED, HALF_OPEN, OPEN = BreakerState.CLOSED, BreakerState.HALF_OPEN, BreakerState.OPEN


class Timed:
    """A breaker and its time."""

    def __init__(self, random=0.0):
        self.at, self.states = 1000.0, []
        self.breaker = Breaker(lambda: self.at, lambda: self.states.append(self.breaker.state), lambda: random)

    def told(self, *outcomes, apart=0.0):
        for outcome in outcomes:
            self.at += apart
            self.breaker.count(outcome, f"it is {outcome.value}", self.breaker.openings)
        return self.breaker.state


@pytest.fixture
def timed():
    return Timed()


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        ([FAILED], CLOSED),
        ([FAILED, FAILED], OPEN),
        ([GONE, CHANGED], OPEN),
        ([OK, FAILED, OK, FAILED], OPEN),
        ([OK] * 3 + [FAILED] * 2, CLOSED),
        ([OK] * 3 + [FAILED] * 3, OPEN),
        ([OK] * 50 + [FAILED] * 4, CLOSED),  # of the last ten only
        ([OK] * 50 + [FAILED] * 5, OPEN),
        ([OK] * 50 + [TIMEOUT], CLOSED),
        ([OK] * 50 + [TIMEOUT] * 2, OPEN),
        ([OK] * 50 + [TIMEOUT, OK, TIMEOUT, FAILED, TIMEOUT], CLOSED),  # with an answer between
        ([OK] * 50 + [TIMEOUT, GONE, LEFT, TIMEOUT], OPEN),  # with none
        ([REJECTED] * 20, CLOSED),
        ([THROTTLED] * 20, CLOSED),
        ([LEFT] * 20, CLOSED),
        ([FAILED, REJECTED, THROTTLED, LEFT], CLOSED),
        ([FAILED, *[REJECTED, THROTTLED, LEFT] * 5, FAILED], OPEN),  # what does not count thins nothing out
    ],
)
def test_what_opens_it(timed, outcomes, state):
    assert timed.told(*outcomes) is state


def test_failures_that_are_half_a_minute_apart_do_not_add_up_and_time_outs_do(timed):
    assert timed.told(*[FAILED] * 9, apart=31.0) is CLOSED
    assert timed.told(OK, TIMEOUT, TIMEOUT, apart=31.0) is OPEN


def test_it_rests_longer_each_time_and_starts_anew_once_it_closed(timed):
    timed.told(FAILED, FAILED)
    rests = []
    for _ in range(5):
        rests.append(timed.breaker.due - timed.at)
        timed.at = timed.breaker.due
        timed.breaker.probing()
    assert rests == [5, 10, 20, 30, 30]
    timed.breaker.half_open()
    assert timed.told(OK) is CLOSED
    timed.told(FAILED, FAILED)
    assert timed.breaker.due - timed.at == 5


def test_a_rest_is_only_ever_shortened_by_chance():
    timed = Timed(random=1.0)
    timed.told(FAILED, FAILED)
    assert timed.breaker.due - timed.at == 4


@pytest.mark.parametrize(
    ("outcome", "state"), [(OK, CLOSED), (REJECTED, CLOSED), (FAILED, OPEN), (TIMEOUT, OPEN), (LEFT, HALF_OPEN)]
)
def test_half_open_it_believes_the_first(timed, outcome, state):
    timed.told(FAILED, FAILED)
    timed.breaker.half_open()
    assert timed.told(outcome) is state


def test_calls_that_began_before_it_opened_say_nothing_any_more(timed):
    timed.told(FAILED, FAILED)
    timed.breaker.count(OK, None, 0)
    assert timed.breaker.state is OPEN
    timed.breaker.half_open()
    timed.breaker.count(FAILED, "late", 0)
    assert timed.breaker.state is HALF_OPEN
    assert timed.states == [OPEN, HALF_OPEN]


def test_in_doubt_calls_under_way_and_failures_are_five_together(timed):
    breaker = timed.breaker

    def room():
        return next(taken for taken in range(100) if taken == 99 or not breaker.lets(taken))

    assert room() == DOUBT == 5
    timed.told(OK)
    assert room() == 99
    timed.told(*[OK] * 9, FAILED, FAILED)
    assert room() == 3
    timed.told(LEFT)
    assert room() == 3
    timed.at += 31
    assert room() == 5  # what failed long ago says nothing of now
    timed.told(FAILED)
    assert room() == 4
    timed.told(OK)
    assert room() == 99
