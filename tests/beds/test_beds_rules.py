"""What a count of beds is worth now, and which of two sources speaks for now."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from connectors.beds.records import Room
from connectors.kit.reading import Reading, State
from resolvers.beds.rules import (
    AHEAD,
    INSTANT,
    NEVER,
    Answer,
    Counts,
    CountsOfAll,
    beds_now,
    counted_last,
    free_now,
    speaks_for_now,
)
from resolvers.kit.source import untold
from tests.clock import NOON


def room(hours, free=2, bed_class="ICU"):
    return Room(
        code=f"{hours}",
        name="Ruang",
        class_code=bed_class,
        class_name=None,
        capacity=5,
        free=free,
        free_for_men=None,
        free_for_women=None,
        free_for_either=None,
        observed_at=None if hours is None else NOON - timedelta(hours=hours),
    )


def answer(*rooms, state=State.LIVE, problem=None, hours=12.0):
    reading = Reading(agency="a", records=rooms, fetched_at=NOON, state=state, problem=problem)
    return Answer(reading, Counts(rooms, hours))


@pytest.mark.parametrize(
    ("hours", "counts"), [(0, True), (12, True), (12.01, False), (24 * 365 * 5, False), (-1, True), (-1.01, False)]
)
def test_a_count_is_good_for_so_many_hours_and_not_from_the_future(hours, counts):
    assert free_now(answer(room(hours)), NOON) == (2 if counts else None)


def test_old_counts_are_left_out_of_the_sum_and_nothing_is_not_none():
    assert free_now(answer(room(1, 3), room(2, 0), room(13, 4)), NOON) == 3
    assert free_now(answer(room(1, 0)), NOON) == 0
    assert free_now(answer(), NOON) is None
    assert free_now(answer(room(1, 3), room(1, 4, "KL1")), NOON, "KL1") == 4
    assert free_now(answer(room(1, 3)), NOON, "KL1") is None
    assert free_now(answer(room(None, 3), room(1, 1)), NOON) == 1
    assert free_now(answer(room(None, 3)), NOON) is None


@pytest.mark.parametrize(
    ("given", "speaks"),
    [
        (answer(room(1)), True),
        (answer(room(1), room(100)), True),
        (answer(room(1), state=State.CACHED), True),
        (answer(room(1), state=State.STALE), True),
        (answer(room(1), state=State.STALE, problem="AGENCY_UNAVAILABLE"), False),
        (answer(room(13)), False),
        (answer(room(13), hours=24), True),
        (answer(room(-2)), False),
        (answer(room(None)), False),
        (answer(room(None), room(1)), True),
        (answer(), False),
    ],
)
def test_a_source_speaks_for_now_if_it_can_be_had_and_one_count_is_good(given, speaks):
    assert speaks_for_now(given, NOON) is speaks


def test_of_those_that_do_not_the_last_to_count_is_found_whatever_the_future_says():
    assert counted_last(answer(room(30), room(20), room(-500)), NOON) == NOON - timedelta(hours=20)
    assert counted_last(answer(room(30), room(None)), NOON) == NOON - timedelta(hours=30)
    assert counted_last(answer(room(None)), NOON) == NEVER
    assert counted_last(answer(room(-500)), NOON) == counted_last(answer(), NOON) == NEVER
    assert timedelta(0) < AHEAD < timedelta(hours=2)


def test_what_is_remembered_of_counts_is_what_is_so_at_each_moment():
    places = {
        "one": (room(1, 3), room(11, 4, "KL1"), room(None, 9)),
        "other": (room(5), room(-3, 6, "KL1")),
        "none": (room(50),),
    }
    kept = {code: Counts(rooms, 12.0) for code, rooms in places.items()}
    everywhere = CountsOfAll(kept)
    moments = [NOON + timedelta(minutes=minutes) for minutes in range(-20 * 60, 20 * 60, 7)]
    exact = [each + by for each in everywhere.changes for by in (-INSTANT, timedelta(0), INSTANT)]
    spoke = set()
    for now in [*moments, *exact, *reversed(moments)]:
        for bed_class in (None, "ICU", "KL1", "UTAMA"):
            anew = {code: Counts(rooms, 12.0).free(now, bed_class) for code, rooms in places.items()}
            having = {
                code: anew[code]
                for code, rooms in places.items()
                if bed_class is None or any(each.class_code == bed_class for each in rooms)
            }
            assert everywhere.free(now, bed_class) == having
            assert everywhere.free(now, bed_class) is everywhere.free(now, bed_class)
        spoke.add(tuple(everywhere.silent(now)))
        assert everywhere.silent(now) == [code for code, each in kept.items() if each.free(now, None) is None]
        for code, rooms in places.items():
            had, source = Answer(answer(*rooms).reading, kept[code]), untold(f"{now}")
            shown = beds_now(code, had, {}, now, source)
            fresh = beds_now(code, answer(*rooms), {}, now, source)
            assert shown.source is source
            assert replace(shown, current=fresh.current) == fresh
            assert shown.rooms == fresh.rooms
    assert {("none",), ("one", "none"), ("one", "other", "none")} <= spoke
