"""What is used, on both databases: added up over hubs, thinned with age, bounded, and kept while the store is away."""

from datetime import date, timedelta

import pytest

from store.kit.database import Database, StoreBroken
from store.platform import usage as counting
from store.platform.key_uses import KeyUses
from store.platform.usage import Usage
from store.platform.usage_reading import FieldUse, UsageReading


class Operation:
    def __init__(self, digest, *coordinates, name="Q"):
        self.digest, self.name, self.coordinates = digest, name, coordinates


CITY = Operation("a", "Query.city", "City.name")
BEDS = Operation("b", "Query.hospitals", name="Beds")


@pytest.fixture
def reading(database):
    return UsageReading(database)


async def test_two_hubs_add_up_and_the_day_of_the_last_use_is_known(database, reading, clock):
    one, other = Usage(database), Usage(database)
    one.used("notaris", CITY, cost=170, seconds=0.004, times=2)
    one.used("", CITY, cost=170, seconds=None)
    other.used("notaris", CITY, cost=400, seconds=0.7, failed=True)
    for each in (one, other, one):
        await each.write(clock.now())
    clock.advance(timedelta(days=1))
    other.used("notaris", BEDS, cost=9_000, seconds=9.0)
    await other.write(clock.now())
    first, second = date(2026, 11, 23), date(2026, 11, 24)
    found = await reading.fields(clock.now() - timedelta(days=5))
    assert sorted(found, key=lambda each: (each.app, each.coordinate)) == [
        FieldUse(app="", coordinate="City.name", count=1, last_on=first),
        FieldUse(app="", coordinate="Query.city", count=1, last_on=first),
        FieldUse(app="notaris", coordinate="City.name", count=3, last_on=first),
        FieldUse(app="notaris", coordinate="Query.city", count=3, last_on=first),
        FieldUse(app="notaris", coordinate="Query.hospitals", count=1, last_on=second),
    ]
    named = await reading.fields(clock.now() - timedelta(days=5), coordinates=["City.name"], types=["Quer"])
    assert {each.coordinate for each in named} == {"City.name"}
    assert {each.app for each in await reading.fields(clock.now(), app="notaris")} == {"notaris"}
    assert await reading.fields(clock.now() - timedelta(days=5), coordinates=[]) == []
    beds, city = await reading.operations(clock.now() - timedelta(days=5))
    assert (beds.document, beds.name, beds.percentile(0.95), beds.counts.cost) == ("b", "Beds", 10_000, 9_000)
    assert (city.counts.count, city.counts.failed, city.counts.cost, city.counts.most_cost) == (4, 1, 910, 400)
    assert (city.percentile(0.5), city.percentile(0.95)) == (5, 1_000)
    assert {app: each.cost for app, each in (await reading.totals(clock.now())).items()} == {"notaris": 9_000}


async def test_old_days_are_kept_by_the_month_and_very_old_ones_are_forgotten(database, reading, clock):
    usage, long_ago = Usage(database), clock.now() - timedelta(days=399)
    for days in (0, 1, 2):
        usage.used("notaris", CITY, cost=1, seconds=None)
        await usage.write(clock.now() + timedelta(days=days))
    later = clock.now() + timedelta(days=100)
    await usage.thin(later)
    await Usage(database).thin(later)
    assert {each.count for each in await reading.fields(long_ago)} == {3}
    assert await reading.operations(long_ago) == []
    await usage.thin(clock.now() + timedelta(days=440))
    assert await reading.fields(long_ago) == []


async def test_what_nobody_repeats_is_counted_together_and_no_field_is_lost(database, reading, clock, monkeypatch):
    monkeypatch.setattr(counting, "MOST_WAITING", 3)
    monkeypatch.setattr(counting, "MOST_OF_A_DAY", 2)
    usage = Usage(database)
    for number in range(5):
        usage.used("notaris", Operation(f"d{number}", "Query.city"), cost=number, seconds=None)
    await usage.write(clock.now())
    await usage.thin(clock.now())
    found = await reading.operations(clock.now())
    assert {each.document: (each.counts.count, each.counts.cost) for each in found} == {
        "": (3, 7),
        "d1": (1, 1),
        "d2": (1, 2),
    }
    assert [each.count for each in await reading.fields(clock.now())] == [5]


async def test_while_the_store_is_away_it_waits(tmp_path, clock):
    database = Database(f"sqlite:///{tmp_path}/new.db")
    usage, keys = Usage(database), KeyUses(database)
    usage.used("notaris", CITY, cost=1, seconds=None)
    keys.note("k1", clock.now())
    for _ in range(2):
        with pytest.raises(StoreBroken):
            await usage.write(clock.now())
        with pytest.raises(StoreBroken):
            await keys.write()
    await database.migrate()
    await usage.write(clock.now())
    await keys.write()
    assert {each.count for each in await UsageReading(database).fields(clock.now())} == {1}
    assert await KeyUses(database).of(["k1", "k2"]) == {"k1": clock.now()}
    keys.note("k1", clock.now() - timedelta(hours=1))
    await keys.write()
    assert await KeyUses(database).of(["k1"]) == {"k1": clock.now()}
    await database.aclose()
