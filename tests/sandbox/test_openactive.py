"""The booking system's stand-in: each quirk that a follower has to survive is really there."""

from datetime import date

import pytest

from sandbox.venues.openactive import MEDIA, feeds_of

TODAY = date(2026, 5, 4)


async def page(caller, url):
    async with caller.http.get(url) as answer:
        assert answer.headers["Content-Type"] == MEDIA
        return await answer.json(content_type=None)


async def followed(caller, name):
    """All items and all addresses, to the end of the feed."""
    url, items, urls = f"{caller.sandbox.url}/gor-contoh/openactive/{name}", [], []
    while url not in urls:
        urls.append(url)
        body = await page(caller, url)
        items += body["items"]
        url = body["next"]
    return items, urls


@pytest.fixture
async def slots(caller):
    return (await followed(caller, "slots"))[0]


async def test_forty_venues_and_four_weeks_of_slots_stand_in_two_feeds(caller, slots):
    venues, urls = await followed(caller, "facility-uses")
    assert (len({item["id"] for item in venues}), len(urls)) == (40, 2)
    days = {item["data"]["startDate"][:10] for item in slots if item["data"]["startDate"].endswith("+07:00")}
    assert (min(days), max(days), len(days)) == ("2026-05-04", "2026-05-31", 28)
    assert len({item["id"] for item in slots}) == len(slots)


async def test_the_order_is_that_of_rpde(slots):
    places = [(item["modified"], str(item["id"])) for item in slots]
    assert places == sorted(places)


async def test_the_last_page_is_empty_and_goes_on_at_itself(caller):
    _, urls = await followed(caller, "slots")
    last = await page(caller, urls[-1])
    assert (last["items"], last["next"]) == ([], urls[-1])


async def test_ids_are_numbers_and_texts_and_moments_have_an_offset_or_are_utc(caller, slots):
    venues, _ = await followed(caller, "facility-uses")
    assert {type(item["id"]) for item in venues} == {int, str}
    assert {item["data"]["startDate"][-6:] for item in slots} >= {"+07:00"}
    assert any(item["data"]["startDate"].endswith("Z") for item in slots)


async def test_prices_are_numbers_and_texts_and_some_are_nothing(slots):
    prices = [item["data"]["offers"][0]["price"] for item in slots]
    assert {type(price) for price in prices} == {int, str}
    assert any(float(price) == 0 for price in prices)


async def test_slots_take_one_hour_or_two_and_one_ends_after_midnight(slots):
    assert {item["data"]["duration"] for item in slots} == {"PT1H", "PT2H"}
    late = [item["data"] for item in slots if item["id"] == "S8-20260504-23"]
    assert [(each["startDate"], each["endDate"]) for each in late] == [
        ("2026-05-04T23:00:00+07:00", "2026-05-05T01:00:00+07:00")
    ]


async def test_what_is_booked_or_deleted_comes_last_and_what_is_deleted_has_no_data(caller, slots):
    feeds = feeds_of(caller.sandbox.control)
    one, other = slots[0]["id"], slots[1]["id"]
    _, urls = await followed(caller, "slots")
    feeds.book(one, TODAY)
    feeds.delete("Slot", other, TODAY)
    new = (await page(caller, urls[-1]))["items"]
    assert [(item["id"], item["state"]) for item in new] == [(one, "updated"), (other, "deleted")]
    assert new[0]["data"]["remainingUses"] == 0
    assert "data" not in new[1]
