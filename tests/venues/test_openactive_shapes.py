"""OpenActive's items in the shapes that its model allows, and pages as they come: composed items, over a real socket."""

import json
from datetime import UTC, datetime, time, timedelta

import pytest
from aiohttp import web

from connectors.kit.errors import AgencyChanged
from connectors.kit.opening_hours import OpeningHours, Weekday
from connectors.venues.openactive import OpenActive
from connectors.venues.records import Sport
from sandbox.venues.openactive import feeds_of
from tests.playback import connect, playing, recording
from tests.prices.test_sp2kp import TODAY

ADDRESS = "https://gor.example/facility-uses/1"
SLOT = {
    "@type": "Slot", "@id": "https://gor.example/slots/S1", "facilityUse": ADDRESS, "duration": "PT1H",
    "startDate": "2026-05-09T19:00:00+07:00", "endDate": "2026-05-09T20:00:00+07:00", "remainingUses": 1, "maximumUses": 1,
    "offers": [{"@type": "Offer", "@id": "https://gor.example/slots/S1#/offers/1", "price": 150000, "priceCurrency": "IDR"}],
}  # fmt: skip
VENUE = {"@type": "FacilityUse", "@id": ADDRESS, "name": "Lapangan", "facilityType": [{"prefLabel": "Futsal"}],
         "location": {"@type": "Place", "name": "GOR Contoh"}}  # fmt: skip
STARTS = datetime(2026, 5, 9, 12, tzinfo=UTC)


def item(data, key="S1", modified=1777600000, state="updated", **more):
    return {"state": state, "kind": "Slot", "id": key, "modified": modified} | ({"data": data} if data else {}) | more


async def followed(name, pages, position=None):
    """The batches of one pass over these pages, and the findings."""

    def answer(request):
        at = min(int(request.query.get("p", 0)), len(pages))
        body = {"next": f"https://gor.example/x?p={at + (at < len(pages))}", "items": [*pages, []][at], "license": "x"}
        return web.Response(text=json.dumps(body), content_type="application/json")

    async with playing(recording(OpenActive, name)) as player:
        player.always = lambda: answer(player.calls[-1])
        connector = connect(OpenActive, player.played, player.url)
        try:
            return [batch async for batch in getattr(connector, name)().follow(position)], connector.findings.counts
        finally:
            await connector.aclose()


def records(batches):
    return {key: record for batch in batches for key, record in batch.records}


async def slot(without=(), **changed):
    data = {key: value for key, value in (SLOT | changed).items() if key not in without}
    batches, findings = await followed("slots", [[item(data), item(SLOT, key="beside")]])
    found = records(batches)
    assert found.pop("beside").remaining == 1
    return found.get("S1"), findings


async def venue(without=(), kind="FacilityUse", **changed):
    data = {key: value for key, value in (VENUE | changed).items() if key not in without}
    batches, findings = await followed("venues", [[item(data, key="F1", kind=kind)]])
    return records(batches)["F1"], findings


LENGTHS = {
    "PT1H": 60,
    "PT1H30M": 90,
    "PT90M": 90,
    "PT5400S": 90,
    "PT1.5H": 90,
    "P1D": 1440,
    "P0DT2H0M0S": 120,
    "pt1h": 60,
}


@pytest.mark.parametrize("duration", LENGTHS)
@pytest.mark.parametrize("end", ["missing", None, "", "0001-01-01T00:00:00"])
async def test_a_slot_ends_after_its_duration_where_it_says_no_end(duration, end):
    found, findings = await slot(without=["endDate"] if end == "missing" else [], endDate=end, duration=duration)
    assert (found.ends_at - STARTS, findings) == (timedelta(minutes=LENGTHS[duration]), {})


@pytest.mark.parametrize("duration", ["P", "PT", "1H", "PT0M", "P1M", "-PT1H", "PT1H30", "", None, 60])
async def test_a_slot_without_an_end_or_a_duration_is_set_aside(duration):
    found, findings = await slot(endDate=None, duration=duration)
    assert (found, findings["row set aside: endDate: missing, and no duration"]) == (None, 1)


async def test_an_end_at_24_is_midnight_and_counts_more_than_the_duration():
    found, _ = await slot(endDate="2026-05-09T24:00:00+07:00", duration="PT1H")
    assert found.ends_at == datetime(2026, 5, 9, 17, tzinfo=UTC)


REFERENCES = [ADDRESS, {"@type": "FacilityUse", "@id": ADDRESS}, {"type": "FacilityUse", "id": ADDRESS}, [ADDRESS],
              {"@id": ADDRESS, "name": "Lapangan", "location": {"name": "x"}}]  # fmt: skip


@pytest.mark.parametrize("reference", REFERENCES, ids=str)
async def test_the_venue_of_a_slot_may_be_an_object(reference):
    found, findings = await slot(facilityUse=reference)
    assert (found.venue, findings) == (ADDRESS, {})


@pytest.mark.parametrize("reference", [None, "", [], {}, {"name": "x"}, 5.5, True, [ADDRESS, "b"]], ids=str)
async def test_a_slot_of_no_venue_is_set_aside(reference):
    assert (await slot(facilityUse=reference))[0] is None


@pytest.mark.parametrize(
    "status",
    [
        "https://schema.org/EventCancelled",
        "schema:EventPostponed",
        "EventCancelled",
        {"@id": "https://schema.org/EventCancelled"},
    ],
    ids=str,
)
async def test_what_is_cancelled_is_not_free(status):
    found, findings = await slot(eventStatus=status)
    assert (found.remaining, findings) == (0, {})


@pytest.mark.parametrize("status", ["https://schema.org/EventScheduled", "https://schema.org/EventRescheduled", None])
async def test_what_takes_place_is_free(status):
    assert (await slot(eventStatus=status))[0].remaining == 1


PRICES = [
    ([{"price": 8.5, "priceCurrency": "GBP"}, {"price": 60000, "priceCurrency": "IDR"}], 60000, False),
    ([{"price": "9.99", "priceCurrency": "USD"}], None, False), ({"price": "75000.00", "priceCurrency": "idr"}, 75000, False),
    ([{"price": 0}], 0, False), ([], None, True), (None, None, True), ([None, 5], None, True),
    (["https://gor.example/offers/1"], None, False),
]  # fmt: skip


@pytest.mark.parametrize(("offers", "price", "without"), PRICES, ids=str)
async def test_a_price_is_in_rupiah_and_others_are_not_read(offers, price, without):
    found, findings = await slot(offers=offers)
    assert (found.price, found.without_offers, findings) == (price, without, {})


async def test_names_without_an_at_are_names():
    data = {"type": "Slot", "id": "https://gor.example/slots/S1", **{key: SLOT[key] for key in SLOT if key[0] != "@"}}
    data["offers"] = [{"type": "Offer", "id": "offer-1", "price": 5}]
    batches, findings = await followed("slots", [[item(data)]])
    found = records(batches)["S1"]
    assert (found.reference, found.offer, findings) == ("https://gor.example/slots/S1", "offer-1", {})
    found, findings = await venue(without=["@id", "@type"], id=ADDRESS, type="FacilityUse")
    assert (found.reference, findings) == (ADDRESS, {})


async def test_the_courts_of_a_venue_are_its_own():
    court = {"@type": "IndividualFacilityUse", "@id": f"{ADDRESS}/courts/1", "name": "Lapangan 1"}
    found, findings = await venue(individualFacilityUse=[court, f"{ADDRESS}/courts/2", {"id": f"{ADDRESS}/courts/3"}])
    assert found.references == (ADDRESS, *(f"{ADDRESS}/courts/{number}" for number in (1, 2, 3)))
    assert findings == {}


async def test_a_court_that_is_sent_by_itself_is_a_venue():
    found, findings = await venue(
        without=["location", "facilityType"], kind="IndividualFacilityUse", **{"@type": "IndividualFacilityUse"},
        name="Lapangan 1", aggregateFacilityUse=VENUE | {"@id": "other", "individualFacilityUse": [ADDRESS]},
    )  # fmt: skip
    assert (found.reference, found.name, found.site, found.courts) == (ADDRESS, "Lapangan 1", "GOR Contoh", ())
    assert (found.sports, findings) == ((Sport(code="futsal", name="Futsal"),), {})


async def test_one_object_stands_for_a_list_and_a_text_for_an_object():
    found, findings = await venue(
        facilityType={"@id": "https://openactive.io/facility-types#x1", "prefLabel": "Tenis &amp; Padel"},
        hoursAvailable={"opens": "08:00", "closes": "10:00", "dayOfWeek": "Monday"}, provider="Dispora",
        location=[{"name": "GOR", "address": "Jl. Contoh 1", "geo": {"latitude": 99, "longitude": "106.6"}}],
        offers={"price": 75000}, **{"beta:keepers": {"name": "Petugas", "dayOfWeek": "Monday", "opens": "6:00", "closes": "x"}},
    )  # fmt: skip
    assert found.sports == (Sport(code="x1", name="Tenis & Padel"),)
    assert (found.provider, found.site, found.street) == ("Dispora", "GOR", "Jl. Contoh 1")
    assert (found.latitude, found.longitude, found.price, len(found.hours)) == (None, 106.6, 75000, 1)
    assert [(each.name, each.hours) for each in found.keepers] == [("Petugas", ())]
    assert findings == {"opens: not a time of day": 1}


async def test_a_venue_may_be_open_till_24_and_on_public_holidays():
    found, findings = await venue(hoursAvailable=[
        {"opens": "08:00", "closes": "24:00", "dayOfWeek": "https://schema.org/Monday"},
        {"opens": "08:00", "closes": "12:00", "dayOfWeek": "https://schema.org/PublicHolidays"},
        {"opens": "07:00:00", "closes": "09:00+07:00", "dayOfWeek": ["schema:Sunday", "http://schema.org/PublicHolidays"]},
        {"opens": "08:00", "closes": "12:00", "dayOfWeek": ["Kemarin"]},
    ])  # fmt: skip
    assert found.hours == (
        OpeningHours(day=Weekday.MONDAY, opens=time(8), closes=time(0)), OpeningHours(day=Weekday.SUNDAY, opens=time(7), closes=time(9)),
    )  # fmt: skip
    assert findings == {"dayOfWeek: 1 no day of the week": 1}


async def test_markup_and_entities_are_read():
    found, _ = await venue(name="Lapangan &amp;amp; <b>GOR</b>", description="<p>Lantai <b>vinyl</b></p><p>AC</p>")
    assert (found.name, found.description) == ("Lapangan & GOR", "Lantai vinyl\nAC")


KEPT = [
    {"description": 5.5}, {"provider": 7}, {"facilityType": [{}]}, {"facilityType": 5}, {"hoursAvailable": ["x"]},
    {"location": {"name": {}, "geo": {"latitude": "x"}, "address": [7]}}, {"location": "https://gor.example/places/1"},
    {"offers": [{"price": -1}]}, {"beta:keepers": [{"name": ""}]}, {"individualFacilityUse": [{"name": "x"}]},
]  # fmt: skip


@pytest.mark.parametrize("changed", KEPT, ids=str)
async def test_a_value_that_cannot_be_read_costs_that_value_and_not_the_venue(changed):
    found, _ = await venue(**changed)
    assert (found.key, found.name, found.reference) == ("F1", "Lapangan", ADDRESS)


UNREADABLE = [
    item(SLOT | {"remainingUses": -1}), item(SLOT | {"startDate": "besok"}), item(SLOT | {"facilityUse": None}),
    item(None), item(SLOT) | {"data": [1]}, item(SLOT, state="changed"), item(SLOT) | {"modified": None},
    item(SLOT | {"offers": [{"price": 10**20}]}),
]  # fmt: skip


@pytest.mark.parametrize("unreadable", UNREADABLE, ids=range(len(UNREADABLE)))
async def test_an_update_that_cannot_be_read_ends_what_was_and_the_feed_goes_on(unreadable):
    batches, findings = await followed("slots", [[unreadable], [item(SLOT, key="S2")]], position="2 p=0")
    assert [(batch.deleted, [key for key, _ in batch.records], batch.full) for batch in batches] == [
        (("S1",), [], False), ((), ["S2"], False), ((), [], False),
    ]  # fmt: skip
    assert [each.split(":")[0] for each in findings] == ["row set aside"]
    batches, _ = await followed("slots", [[unreadable], [item(SLOT, key="S2")]])
    assert (list(records(batches)), batches[-1].position) == (["S2"], "2 p=2")


async def test_a_feed_of_which_nothing_can_be_read_is_a_change():
    with pytest.raises(AgencyChanged, match="not one of 2 items can be read"):
        await followed("slots", [[UNREADABLE[0]], [UNREADABLE[1]]])


async def test_items_of_other_kinds_are_passed_over():
    pages = [
        [item(VENUE, key="F1", kind="FacilityUse")],
        [item(None, key="S1", kind="FacilityUse", state="deleted"), item(SLOT, kind="FacilityUse/Slot")],
        [
            item(SLOT, key="S2", kind=None),
            item(VENUE, key="F2", kind=None),
            item(SLOT, key="S3", kind="ScheduledSession"),
        ],
    ]
    batches, findings = await followed("slots", pages)
    assert (list(records(batches)), [batch.deleted for batch in batches], findings) == (
        ["S1", "S2"],
        [(), (), (), ()],
        {},
    )


VERSIONS = [(1, 2), ("1", 2), (1777600000.0, 1777600001), ("2026-11-01T10:00:00Z", "2026-11-02T10:00:00Z"), ("a", "b"),
            (639000000000000000, 639000000000000001), (10**25, 10**25 + 1)]  # fmt: skip


@pytest.mark.parametrize(("older", "newer"), VERSIONS)
async def test_of_two_versions_on_a_page_the_newer_is_believed(older, newer):
    taken = SLOT | {"remainingUses": 0}
    pages = [[
        item(None, state="deleted", modified=older), item(SLOT, modified=newer),
        item(taken, key="S2", modified=newer), item(SLOT, key="S2", modified=older),
        item(SLOT, key="S3", modified=older), item(None, key="S3", state="deleted", modified=newer),
    ]]  # fmt: skip
    batches, findings = await followed("slots", pages)
    found = records(batches)
    assert ({key: each.remaining for key, each in found.items()}, batches[0].deleted) == ({"S1": 1, "S2": 0}, ("S3",))
    assert findings == {}


async def test_modified_may_be_a_moment_in_words():
    batches, _ = await followed("slots", [[item(SLOT, modified="2026-11-01T10:00:00Z")]])
    assert batches[0].changed_at == datetime(2026, 11, 1, 10, tzinfo=UTC)


async def test_a_copy_that_was_read_in_another_way_is_made_anew():
    batches, _ = await followed("slots", [[item(SLOT)]], position="p=1")
    assert (list(records(batches)), batches[0].full) == (["S1"], True)
    assert (await followed("slots", [[item(SLOT)]], position="2 p=1"))[0] == []


SLOTS = """
query Slots($code: String!) {
  venue(code: $code) {
    free: slots(first: 1) { nodes { code price } }
    all: slots(on: "2026-11-24", onlyFree: false, first: 2) { nodes { code remaining price } }
    day(on: "2026-11-24") { hours prices }
  }
  venues(freeOn: "2026-11-24", first: 50) { nodes { code } }
}
"""


async def test_courts_prices_and_cancellations_reach_those_who_ask(hub, sandbox, clock):
    feeds = feeds_of(sandbox.control)
    court = "https://gor.example/facility-uses/1/courts/1"
    feeds.change(
        "FacilityUse", "1", TODAY, individualFacilityUse=[{"@id": court}],
        offers=[{"@id": "offer-of-the-venue", "price": 91_000, "priceCurrency": "IDR"}],
    )  # fmt: skip
    feeds.change("Slot", "S1-20261124-08", TODAY, remainingUses=1, eventStatus="https://schema.org/EventCancelled")
    feeds.change("Slot", "S1-20261124-09", TODAY, remainingUses=1, offers=[], facilityUse={"@id": court})
    clock.advance(timedelta(hours=1))
    await hub.follow()
    data = await hub.data(SLOTS, {"code": "gor-contoh/1"})
    assert data["venue"]["all"]["nodes"] == [
        {"code": "gor-contoh/S1-20261124-08", "remaining": 0, "price": 75_000},
        {"code": "gor-contoh/S1-20261124-09", "remaining": 1, "price": 91_000},
    ]
    day = data["venue"]["day"]
    assert (day["hours"][8:10], day["prices"][8:10]) == (["TAKEN", "FREE"], [None, 91_000])
    assert {"code": "gor-contoh/1"} in data["venues"]["nodes"]


async def test_a_slot_whose_change_cannot_be_read_is_not_shown_as_free(hub, sandbox, clock):
    asked = '{ venue(code: "gor-contoh/1") { slots(on: "2026-11-24", onlyFree: false, first: 3) { nodes { code } } } }'
    before = (await hub.data(asked))["venue"]["slots"]["nodes"]
    feeds_of(sandbox.control).change("Slot", "S1-20261124-08", TODAY, remainingUses=-1)
    clock.advance(timedelta(minutes=1))
    await hub.follow()
    after = (await hub.data(asked))["venue"]["slots"]["nodes"]
    assert [each["code"][-2:] for each in (*before, *after)] == ["08", "09", "10", "09", "10", "11"]
