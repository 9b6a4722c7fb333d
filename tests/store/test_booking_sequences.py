"""A booking that is told otherwise than before has the next number, on both databases."""

import asyncio

import pytest

from store.booking.sequences import BookingSequences, CalendarDigest


@pytest.fixture
def numbers(database):
    sequences = BookingSequences(database)

    async def of(*digests):
        return list((await sequences.sequences([CalendarDigest(*each) for each in digests])).values())

    return of


async def test_what_is_told_otherwise_has_the_next_number_and_what_is_not_keeps_its_own(numbers):
    assert await numbers(("gor", "1", "held", 0), ("gor", "2", "confirmed", 1), ("other", "1", "held", 0)) == [0, 1, 0]
    assert await numbers(("gor", "1", "confirmed", 1)) == [1]
    assert await numbers(("gor", "1", "confirmed", 1), ("gor", "2", "moved", 1)) == [1, 2]
    assert await numbers(("gor", "1", "held", 0)) == [2]
    assert await numbers(("other", "1", "held", 0)) == [0]
    assert await numbers() == []


async def test_who_tells_of_one_change_at_the_same_time_gives_it_one_number(numbers):
    await numbers(*(("gor", str(number), "held", 0) for number in range(20)))
    confirmed = [("gor", str(number), "confirmed", 1) for number in range(20)]
    assert await asyncio.gather(*(numbers(*order) for order in [confirmed, confirmed[::-1]] * 4)) == [[1] * 20] * 8
