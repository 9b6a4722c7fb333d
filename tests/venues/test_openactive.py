"""OpenActive: the conformance suite, and what the feeds' specification says, by its name, against the sandbox."""

from datetime import UTC, datetime, time

import pytest

from connectors.kit.errors import AgencyChanged
from connectors.kit.opening_hours import OpeningHours, Weekday
from connectors.venues.openactive import OpenActive
from connectors.venues.records import Keeper, Slot, Sport, Venue, Venues
from engine.configuration.agencies_file import connect_agencies
from sandbox.venues.courts import AFTER_MIDNIGHT, CLOSED_ON_MONDAYS, FREE_OF_CHARGE, NOBODY_KEEPS, TWO_HOURS
from sandbox.venues.openactive import feeds_of
from tests.conformance import conformance
from tests.playback import connect, playing, recording
from tests.prices.test_sp2kp import TODAY

TestConformance = conformance(OpenActive)

SLOTS = 14_752


@pytest.fixture
async def system(configuration, clock):
    agencies = connect_agencies(configuration, clock)
    yield agencies.with_code(Venues, "gor-contoh")
    await agencies.aclose()


async def all_of(feed):
    return {each.key: each for each in (await feed.fetch()).records}


async def test_an_item_becomes_a_venue():
    async with playing(recording(OpenActive, "venues")) as player:
        connector = connect(OpenActive, player.played, player.url)
        reading = await connector.venues().fetch()
        await connector.aclose()
    assert reading.changed_at == datetime(2026, 5, 1, 1, 46, 40, tzinfo=UTC)
    first, second = reading.records
    assert first == Venue(
        key="1",
        reference="https://gor.example/facility-uses/1",
        name="Futsal Contoh A",
        description="Lapangan contoh.",
        sports=(Sport(code="futsal", name="Futsal"),),
        site="GOR Contoh",
        street="Jl. Contoh No. 1",
        locality="Cipondoh",
        region="Kota Tangerang",
        latitude=-6.19,
        longitude=106.68,
        phone="+62215551001",
        provider="Dispora Contoh",
        hours=(
            OpeningHours(day=Weekday.MONDAY, opens=time(8), closes=time(22)),
            OpeningHours(day=Weekday.SUNDAY, opens=time(8), closes=time(22)),
        ),
        keepers=(
            Keeper(
                name="Petugas Contoh 1",
                phone="+62215552001",
                hours=(OpeningHours(day=Weekday.MONDAY, opens=time(6), closes=time(14)),),
            ),
        ),
    )
    assert second.sports == (Sport(code="renang-indah", name="Renang Indah"),)
    assert (second.latitude, second.street, second.provider, second.hours) == (None, None, None, ())


async def test_an_item_becomes_a_slot_with_the_least_price_in_rupiah():
    async with playing(recording(OpenActive, "slots")) as player:
        connector = connect(OpenActive, player.played, player.url)
        first, second, third = (await connector.slots().fetch()).records
        await connector.aclose()
    assert first == Slot(
        key="S1",
        venue="https://gor.example/facility-uses/1",
        starts_at=datetime(2026, 5, 9, 12, tzinfo=UTC),
        ends_at=datetime(2026, 5, 9, 13, tzinfo=UTC),
        remaining=1,
        maximum=1,
        price=150_000,
        reference="https://gor.example/slots/S1",
    )
    assert (second.starts_at.hour, second.price, second.remaining) == (16, 200_000, 0)
    assert (third.remaining, third.maximum, third.price) == (17, 20, None)


async def test_a_feed_is_followed_to_its_end(system, sandbox):
    assert len(await all_of(system.slots())) == SLOTS
    assert len(await all_of(system.venues())) == 40
    assert sandbox.control.calls("gor-contoh") == {"slots": 16, "facility-uses": 2}
    assert system.findings.counts == {}


async def test_ids_are_numbers_or_texts(system):
    keys = (await all_of(system.venues())).keys()
    assert {"1", "F2", "39", "F40"} < keys


async def test_only_the_parameters_of_next_are_taken_never_its_address():
    async with playing(recording(OpenActive, "venues")) as player:
        connector = connect(OpenActive, player.played, player.url)
        await connector.venues().fetch()
        await connector.aclose()
    assert [request.host for request in player.calls] == [player.url.removeprefix("http://")] * 2


async def test_a_next_that_does_not_go_on_is_a_change():
    played = recording(OpenActive, "venues")
    played.exchanges[1].answer = played.exchanges[0].answer
    async with playing(played) as player:
        connector = connect(OpenActive, played, player.url)
        with pytest.raises(AgencyChanged, match="next does not go on"):
            await connector.venues().fetch()
        assert player.hits == 2
        await connector.aclose()


async def test_from_a_position_only_what_has_changed_comes(system, sandbox):
    feed = system.slots()
    position = [batch async for batch in feed.follow(None)][-1].position
    assert [batch async for batch in feed.follow(position)] == []
    feeds = feeds_of(sandbox.control)
    feeds.book("S1-20261123-13", TODAY)
    feeds.delete("Slot", "S1-20261123-14", TODAY)
    (batch,) = [batch async for batch in feed.follow(position) if batch.records or batch.deleted]
    assert [(key, slot.remaining) for key, slot in batch.records] == [("S1-20261123-13", 0)]
    assert batch.deleted == ("S1-20261123-14",)
    assert batch.full is False


async def test_moments_have_an_offset_or_are_in_utc(system):
    found = await all_of(system.slots())
    assert found["S1-20261124-09"].starts_at == datetime(2026, 11, 24, 2, tzinfo=UTC)
    assert found["S3-20261124-09"].starts_at == datetime(2026, 11, 24, 2, tzinfo=UTC)


async def test_a_slot_may_end_after_midnight_and_may_take_two_hours(system):
    found = await all_of(system.slots())
    late = found[f"S{AFTER_MIDNIGHT}-20261123-23"]
    assert (late.starts_at, late.ends_at) == (
        datetime(2026, 11, 23, 16, tzinfo=UTC),
        datetime(2026, 11, 23, 18, tzinfo=UTC),
    )
    two = next(slot for key, slot in found.items() if key.startswith(f"S{TWO_HOURS[0]}-"))
    assert (two.ends_at - two.starts_at).seconds == 7200


async def test_a_price_may_be_nothing_and_may_be_a_text(system):
    found = await all_of(system.slots())
    assert {slot.price for key, slot in found.items() if key.startswith(f"S{FREE_OF_CHARGE[0]}-")} == {0}
    assert {slot.price for key, slot in found.items() if key.startswith("S5-")} == {135_000, 168_750}


async def test_a_venue_may_be_closed_on_a_day_and_may_have_no_keeper(system):
    found = (await all_of(system.venues())).values()
    by_reference = {each.reference.rpartition("/")[2]: each for each in found}
    assert Weekday.MONDAY not in {hours.day for hours in by_reference[str(CLOSED_ON_MONDAYS)].hours}
    assert by_reference[str(NOBODY_KEEPS)].keepers == ()


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({"endDate": "2026-05-09T19:00:00+07:00"}, "row set aside: endDate: not after startDate"),
        ({"remainingUses": -1}, "row set aside: remainingUses: negative"),
        ({"startDate": "besok"}, "row set aside: startDate: not a moment"),
        ({"offers": [{"price": -1}]}, "row set aside: price: negative"),
    ],
)
async def test_a_slot_that_cannot_be_is_set_aside(change, finding):
    played = recording(OpenActive, "slots")
    played.exchanges[0].answer["items"][0]["data"].update(change)
    async with playing(played) as player:
        connector = connect(OpenActive, played, player.url)
        assert len((await connector.slots().fetch()).records) == 2
        assert connector.findings.counts == {finding: 1}
        await connector.aclose()
