"""The calendar of sport events: the conformance suite, and what is particular to it."""

from datetime import UTC, datetime

from connectors.venues.ical import SportCalendar
from tests.conformance import conformance
from tests.playback import connect, playing, recording

TestConformance = conformance(SportCalendar)


async def test_its_categories_are_the_sports_and_a_whole_day_is_one():
    played = recording(SportCalendar, "events")
    async with playing(played) as player:
        connector = connect(SportCalendar, played, player.url)
        futsal, run = (await connector.events().fetch()).records
        await connector.aclose()
    assert (futsal.categories, futsal.all_day, futsal.ends_at) == (("Futsal",), False, None)
    assert (run.categories, run.all_day) == (("Atletik", "Lari"), True)
    assert (run.starts_at, run.ends_at) == (
        datetime(2026, 12, 5, 17, tzinfo=UTC), datetime(2026, 12, 6, 17, tzinfo=UTC),
    )  # fmt: skip
