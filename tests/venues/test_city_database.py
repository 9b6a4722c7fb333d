"""A city's booking database on SQLite and on PostgreSQL: its slots, and what becomes of bookings."""

import asyncio
from datetime import timedelta

import msgspec
import psycopg
import pytest
from sqlalchemy import Engine, event

from connectors.booking.records import BookingState, Refusal
from connectors.kit.errors import AgencyUnavailable
from connectors.venues.database import BookingDatabase, DatabaseOptions
from tests.clock import FakeClock
from tests.sql_conformance import sql_conformance
from tests.venues.city import at, on_postgresql, on_sqlite, order, slot

TestConformance = sql_conformance(BookingDatabase)

HELD, CONFIRMED, CANCELLED, EXPIRED = (
    BookingState.HELD, BookingState.CONFIRMED, BookingState.CANCELLED, BookingState.EXPIRED,
)  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"])
def city(request, tmp_path):
    if request.param == "sqlite":
        return on_sqlite(tmp_path / "city.db")
    return on_postgresql(request.getfixturevalue("new_postgres_url"))


@pytest.fixture
async def system(city, clock):
    system = city.connector(clock)
    yield system
    await system.aclose()


async def done(act):
    return (await act.execute()).records


async def by_start(system):
    return {each.starts_at: each for each in (await system.slots().fetch()).records if each.venue == "1"}


class TestSlots:
    async def test_venues_come_with_hours_and_keepers(self, system):
        futsal, badminton = sorted((await system.venues().fetch()).records, key=lambda venue: venue.key)
        assert (futsal.name, futsal.locality, futsal.sports[0].code) == ("Futsal A", "Cipondoh", "futsal")
        assert [(each.day.value, str(each.opens)) for each in futsal.hours] == [
            ("MONDAY", "08:00:00"), ("MONDAY", "17:00:00"), ("TUESDAY", "08:00:00"),
        ]  # fmt: skip
        assert [(each.name, each.phone, len(each.hours)) for each in futsal.keepers] == [
            ("Petugas Contoh 1", "+62215552001", 1), ("Petugas Contoh 2", None, 2),
        ]  # fmt: skip
        assert badminton.keepers == ()

    async def test_slots_follow_from_opening_hours_cross_midnight_and_cost_what_their_time_does(self, system):
        found = [each for each in (await system.slots().fetch()).records if each.venue == "1"]
        monday = [each for each in found if each.starts_at < at(23) + timedelta(hours=2)]
        assert len(monday) == 9 + 8
        assert monday[-1].ends_at == at(23) + timedelta(hours=2)
        assert {each.price for each in monday if each.starts_at < at(17)} == {100_000}
        assert {each.price for each in monday if each.starts_at >= at(17)} == {150_000}
        assert len(found) == 2 * (17 + 4), "half an hour before closing is no slot"

    async def test_what_is_held_or_booked_is_taken_and_what_has_expired_is_free(self, system, clock):
        await done(system.hold(order()))
        assert (await by_start(system))[at(14)].remaining == 0
        assert (await by_start(system))[at(15)].remaining == 1
        clock.advance(timedelta(minutes=11))
        assert (await by_start(system))[at(14)].remaining == 1

    async def test_what_has_not_changed_is_not_told_again(self, system):
        first = [batch async for batch in system.slots().follow(None)]
        assert [batch.full for batch in first] == [True]
        assert [batch async for batch in system.slots().follow(first[0].position)] == []
        await done(system.hold(order()))
        assert len([batch async for batch in system.slots().follow(first[0].position)]) == 1


class TestHolding:
    async def test_a_hold_says_until_when_and_for_what_price(self, system, city, clock):
        held = await done(system.hold(order()))
        assert (held.state, held.expires_at, held.price) == (HELD, clock.now() + timedelta(minutes=10), 100_000)
        assert (held.starts_at, held.ends_at, held.thing, held.reference) == (at(14), at(15), "1", "one-k1")
        assert city.run("SELECT owner, request_key, request_digest, state FROM bookings") == [
            ("one", "k1", "r1", "held")
        ]

    async def test_somebody_else_is_refused_also_for_a_part_of_it(self, system, city):
        await done(system.hold(order()))
        assert await done(system.hold(order("two"))) is Refusal.TAKEN
        half = msgspec.structs.replace(slot(), starts_at=at(14, 30), ends_at=at(15, 30))
        assert await done(system.hold(order("two", wanted=half))) is Refusal.TAKEN
        assert (await done(system.hold(order("two", wanted=slot(15))))).state is HELD
        assert (await done(system.hold(order("two", "k2", slot(14, court=2))))).state is HELD
        assert city.live() == 3

    async def test_a_court_that_is_not_there_is_not_found(self, system):
        assert await done(system.hold(order(wanted=slot(court=9)))) is Refusal.NOT_FOUND

    async def test_the_same_key_gives_the_same_booking_whatever_became_of_it(self, system, city, clock):
        first = await done(system.hold(order()))
        assert await done(system.hold(order())) == first
        await done(system.confirm(order()))
        assert (await done(system.hold(order()))).state is CONFIRMED
        await done(system.cancel(order()))
        assert (await done(system.hold(order()))).state is CANCELLED
        assert len(city.run("SELECT * FROM bookings")) == 1

    async def test_the_same_key_with_another_body_is_a_conflict(self, system, city):
        await done(system.hold(order()))
        assert await done(system.hold(order(wanted=slot(15), request="r2"))) is Refusal.KEY_USED
        assert await done(system.hold(order(wanted=slot(14, court=2), request="r3"))) is Refusal.KEY_USED
        assert (await done(system.hold(order("two", wanted=slot(15), request="r2")))).state is HELD
        assert city.live() == 2

    async def test_the_same_key_at_the_same_moment_is_one_booking(self, system, city):
        found = await asyncio.gather(*(done(system.hold(order())) for _ in range(20)))
        assert {each.state for each in found} == {HELD}
        assert city.live() == 1

    async def test_a_hold_past_its_moment_keeps_nobody_away(self, system, city, clock):
        await done(system.hold(order()))
        clock.advance(timedelta(minutes=10, seconds=5))
        assert (await done(system.hold(order("two")))).state is HELD
        assert (await done(system.hold(order()))).state is EXPIRED
        assert city.run("SELECT owner, state FROM bookings ORDER BY owner") == [("one", "expired"), ("two", "held")]

    async def test_a_hub_whose_clock_is_fast_takes_nothing_from_who_still_has_time(self, system, city, clock):
        await done(system.hold(order()))
        fast = FakeClock(clock.now() + timedelta(minutes=10, seconds=4))
        other = city.connector(fast)
        assert await done(other.hold(order("two"))) is Refusal.TAKEN
        await other.aclose()
        assert (await done(system.confirm(order()))).state is CONFIRMED


class TestConfirming:
    async def test_it_is_confirmed_once_however_often_it_is_said(self, system, city, clock):
        await done(system.hold(order()))
        first = await done(system.confirm(order()))
        clock.advance(timedelta(hours=1))
        assert (first.state, first.expires_at) == (CONFIRMED, None)
        assert await done(system.confirm(order())) == first

    async def test_after_its_moment_it_has_expired(self, system, clock):
        await done(system.hold(order()))
        clock.advance(timedelta(minutes=10))
        assert await done(system.confirm(order())) is Refusal.EXPIRED

    async def test_what_was_given_back_is_not_confirmed(self, system):
        await done(system.hold(order()))
        await done(system.cancel(order()))
        assert await done(system.confirm(order())) is Refusal.CANCELLED

    async def test_nobody_confirms_or_cancels_for_another(self, system, city):
        await done(system.hold(order()))
        stranger = msgspec.structs.replace(order("two"), reference="one-k1")
        assert await done(system.confirm(stranger)) is Refusal.NOT_FOUND
        assert await done(system.cancel(stranger)) is Refusal.NOT_FOUND
        assert city.run("SELECT state FROM bookings") == [("held",)]


class TestCancelling:
    async def test_the_slot_is_free_at_once(self, system, city):
        for act in (system.hold, system.confirm, system.cancel):
            last = await done(act(order()))
        assert last.state is CANCELLED
        assert await done(system.cancel(order())) == last
        assert (await done(system.hold(order("two")))).state is HELD

    async def test_not_after_it_has_begun(self, system, clock):
        await done(system.hold(order()))
        await done(system.confirm(order()))
        clock.advance(timedelta(hours=2))
        assert await done(system.cancel(order())) is Refusal.TOO_LATE


class TestCost:
    """How many statements and transactions each act takes in the city's database. The hub's own PRAGMA are no part."""

    @pytest.fixture
    def sent(self):
        told = []

        def note(_connection, _cursor, statement, *_):
            told.append(statement.split()[0])

        def committed(_connection):
            told.append("COMMIT")

        heard = {"before_cursor_execute": note, "commit": committed}
        for name, hear in heard.items():
            event.listen(Engine, name, hear)
        yield told
        for name, hear in heard.items():
            event.remove(Engine, name, hear)

    async def test_each_act_is_one_transaction_of_few_statements(self, system, city, sent):
        await done(system.booking("none", None))  # connected
        begin, counts = ["BEGIN"] if city.url.startswith("sqlite") else [], {}
        for name in ("hold", "confirm", "cancel"):
            sent.clear()
            await done(getattr(system, name)(order()))
            counts[name] = sent[:]
        assert counts == {
            "hold": [*begin, "SELECT", "SELECT", "UPDATE", "INSERT", "COMMIT"],
            "confirm": [*begin, "UPDATE", "COMMIT"],
            "cancel": [*begin, "SELECT", "UPDATE", "COMMIT"],
        }


class TestReadiness:
    async def test_a_booking_that_is_confirmed_is_marked_once(self, system, clock):
        await done(system.hold(order()))
        assert await done(system.make_ready("one-k1", None)) is Refusal.NOT_CONFIRMED
        await done(system.confirm(order()))
        ready = await done(system.make_ready("one-k1", None))
        assert ready.ready_at == clock.now()
        clock.advance(timedelta(minutes=1))
        assert await done(system.make_ready("one-k1", None)) == ready
        assert await done(system.make_ready("none", None)) is Refusal.NOT_FOUND


class TestLists:
    async def test_an_owner_has_its_own_and_a_venue_also_those_of_the_counter(self, system, city):
        await done(system.hold(order()))
        await done(system.hold(order("two", wanted=slot(15))))
        city.run(
            "INSERT INTO bookings (court_id, starts_at, ends_at, state) VALUES"
            " (1, '2026-11-23 11:00:00.000000', '2026-11-23 12:00:00.000000', 'confirmed')"
        )
        assert [each.reference for each in await done(system.bookings_of("one", ()))] == ["one-k1"]
        there = await done(system.bookings_at("1", at(0), at(23), ()))
        assert [each.owner for each in sorted(there, key=lambda each: each.starts_at)] == ["one", "two", None]
        assert await done(system.bookings_at("2", at(0), at(23), ())) == ()
        assert (await done(system.booking("two-k1", None))).owner == "two"
        assert await done(system.booking("none", None)) is None


class TestTheDatabaseItself:
    OVERLAP = (
        "INSERT INTO bookings (court_id, starts_at, ends_at, state) VALUES"
        " (1, '2026-11-23 07:30:00.000000', '2026-11-23 07:45:00.000000', 'confirmed')"
    )

    async def test_it_forbids_an_overlap_whoever_writes(self, system, city):
        await done(system.hold(order()))
        with pytest.raises(Exception, match="bookings_do_not_overlap"):
            city.run(self.OVERLAP)
        city.run("INSERT INTO bookings (court_id, starts_at, ends_at, state) VALUES"
                 " (1, '2026-11-23 08:00:00.000000', '2026-11-23 09:00:00.000000', 'confirmed')")  # fmt: skip
        with pytest.raises(Exception, match="bookings_do_not_overlap"):
            city.run("UPDATE bookings SET starts_at = '2026-11-23 07:59:00.000000' WHERE owner IS NULL")
        city.run("UPDATE bookings SET state = 'cancelled' WHERE owner = 'one'")
        city.run(self.OVERLAP)
        with pytest.raises(Exception, match="bookings_do_not_overlap"):
            city.run("UPDATE bookings SET state = 'confirmed' WHERE owner = 'one'")

    async def test_five_hundred_at_once_and_one_has_it(self, system, city):
        found = await asyncio.gather(*(done(system.hold(order(f"person {n}"))) for n in range(500)))
        winners = [each for each in found if each is not Refusal.TAKEN]
        assert [each.state for each in winners] == [HELD]
        assert city.run("SELECT owner, state FROM bookings") == [(winners[0].owner, "held")]

    async def test_a_database_that_is_not_there_books_nothing(self, city, clock, tmp_path):
        gone = type(city)(city.url.replace("city.db", "no.db").replace("?host=", "?host=/nowhere"), None)
        system = gone.connector(clock, timeout=1)
        with pytest.raises(AgencyUnavailable):
            await done(system.hold(order()))
        await system.aclose()
        assert city.live() == 0


async def test_a_city_calls_its_tables_otherwise(new_postgres_url, clock):
    city = on_postgresql(new_postgres_url)
    with psycopg.connect(new_postgres_url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA gor; ALTER TABLE bookings RENAME TO pemesanan; ALTER TABLE pemesanan SET SCHEMA gor;"
                           "ALTER TABLE gor.pemesanan RENAME COLUMN starts_at TO mulai;"
                           "ALTER TABLE gor.pemesanan ADD COLUMN nama text")  # fmt: skip
    system = city.connector(clock)
    names = {"tables": {"bookings": "gor.pemesanan"}, "columns": {"bookings.starts_at": "mulai"}, "holder": "nama"}
    system.options = msgspec.convert({"names": names}, DatabaseOptions)
    await system.aclose()
    system.open(msgspec.convert({}, BookingDatabase.credentials_type))
    await done(system.hold(order()))
    city.run("UPDATE gor.pemesanan SET nama = 'PT Contoh'")
    found = await done(system.confirm(order()))
    assert (found.state, found.starts_at, found.holder) == (CONFIRMED, at(14), "PT Contoh")
    await system.aclose()


@pytest.mark.parametrize("names", [{"tables": {"court": "x"}}, {"columns": {"bookings.begins": "x"}}])
def test_a_name_that_means_nothing_is_told(names):
    with pytest.raises(msgspec.ValidationError, match="is none of its names"):
        msgspec.convert({"names": names}, DatabaseOptions)
