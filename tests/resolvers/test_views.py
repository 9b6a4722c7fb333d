"""What is derived from readings is made once for the same records, and anew for others."""

import asyncio
import weakref
from datetime import datetime, timedelta

import pytest

from resolvers.jobs import sources as jobs
from resolvers.kit.views import AROUND, Views
from resolvers.prices import price_lists
from resolvers.prices import sources as prices
from store.venues.venues import decoded_venue
from tests.clock import FakeClock
from tests.conftest import listening


class Compared:
    """A record that counts how often it is compared."""

    times = 0

    def __init__(self, value):
        self.value = value

    def __eq__(self, other):
        Compared.times += 1
        return self.value == other.value

    __hash__ = None


def test_the_same_records_have_one_view_and_others_another():
    views, made = Views(most=4 * AROUND), []

    def view(name, *records):
        return views.of(name, records, lambda: made.append(name) or len(made))

    first = (("a", 1), ("b", 2))
    assert [view("x", first), view("x", first), view("x", (*first,))] == [1, 1, 1]
    assert [view("x", (("a", 1),)), view("x", first), view("x", first, first), view("y", first)] == [2, 3, 4, 5]
    for number in range(4):
        view(number, first)
    assert view("y", first) == 5 + 4 + 1


def test_equal_records_are_compared_once_and_the_same_ones_never():
    views, made = Views(), []
    first, again = (tuple(map(Compared, range(1000))) for _ in range(2))
    Compared.times = 0
    for records in (first, first, again, again, again, first):
        assert views.of("x", [records], lambda: made.append(1) or "view") == "view"
    assert (made, Compared.times) == ([1], 2 * 1000)


def test_a_view_is_let_go_with_its_records_and_one_that_is_too_large_is_never_kept():
    views = Views(most=AROUND + 10)

    def view(name, *numbers):
        records = [*map(Compared, numbers)]
        views.of(name, [tuple(records)], lambda: records)
        return weakref.ref(records[0])

    first = view("x", *range(10))
    assert first() is not None
    second = view("x", *range(5, 15))
    assert (first(), second() is None) == (None, False)
    third = view("y", 1)
    assert (second(), third() is None) == (None, False)
    large = view("y", *range(11))
    assert (third(), large()) == (None, None)


@pytest.fixture
def counted(monkeypatch):
    """How often each derivation is made."""
    counts = {}

    def count(module, name):
        derive = getattr(module, name)
        counts[name] = 0

        def counting(*arguments):
            counts[name] += 1
            return derive(*arguments)

        monkeypatch.setattr(module, name, counting)

    count(jobs, "_joined")
    count(prices, "join")
    count(price_lists, "flag_outliers")
    return counts


QUERY = """{ vacancies(first: 2) { totalCount nodes { code ageDays } } vacancyAgain: vacancies(first: 1) { totalCount }
  priceMoves(first: 2) { totalCount nodes { change { amount } } } venues(first: 100) { totalCount nodes { name } } }"""


@pytest.mark.parametrize("kept_in", ["memory", "redis"])
async def test_three_operations_on_the_same_readings_derive_once(request, configuration, store_url, counted, kept_in):
    clock = FakeClock()  # the agencies' own stands still, so they say the same all the time
    cache = {"cache_url": request.getfixturevalue("redis_url"), "secret": "s" * 40} if kept_in == "redis" else {}
    async with listening(configuration, clock, store_url=store_url, **cache) as hub:
        decoded_venue.cache_clear()
        first = await hub.data(QUERY)
        once, decoded = dict(counted), decoded_venue.cache_info().misses
        assert (once["_joined"], once["join"], decoded) == (1, 1, first["venues"]["totalCount"])
        assert once["flag_outliers"] > 10
        assert [await hub.data(QUERY) for _ in range(2)] == [first, first]
        assert (counted, decoded_venue.cache_info().misses) == (once, decoded)
        clock.advance(timedelta(days=2))
        later = await hub.data(QUERY)
    ages = [{each["code"]: each["ageDays"] for each in answer["vacancies"]["nodes"]} for answer in (first, later)]
    for code in ages[0].keys() & ages[1].keys():
        assert ages[1][code] == ages[0][code] + 2


async def test_a_vacancy_ends_in_its_moment_though_the_view_is_the_same(configuration, store_url, counted):
    """The agencies' own clock stands still, so they say the same all the time."""
    query = "{ vacancies(first: 1, orderBy: CLOSING_SOON) { totalCount nodes { code expiresAt } } }"
    clock = FakeClock()
    async with listening(configuration, clock, store_url=store_url) as hub, asyncio.timeout(30):
        (first,) = (await hub.data(query))["vacancies"]["nodes"]
        clock.advance(datetime.fromisoformat(first["expiresAt"]) - clock.now() - timedelta(seconds=1))
        before = (await hub.data(query))["vacancies"]
        clock.advance(timedelta(seconds=2))
        after = (await hub.data(query))["vacancies"]
    assert (before["nodes"], counted["_joined"]) == ([first], 1)
    assert after["nodes"][0]["code"] != first["code"]
    assert after["totalCount"] < before["totalCount"]
