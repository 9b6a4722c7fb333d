"""A person's bookings as iCalendar: given to that person alone, and on record."""

import sqlite3
from datetime import UTC, datetime, timedelta

import icalendar
import pytest
import yarl

from auth.caller import Audience
from sandbox.identity.issuer import issuer_of
from tests.auth.conftest import CREATE
from tests.engine.test_calendars import read_back
from tests.venues.test_bookings import CANCEL, CONFIRM, SYSTEMS, Person

RECORD = "{ me { dataUsage { nodes { text operation categories } } } }"


@pytest.fixture
def people(hub, sandbox, clock):
    def person(name="citizen"):
        token = issuer_of(sandbox.control).token(name, f"{sandbox.url}/identity", clock.now())
        return Person(hub, token)

    return person


@pytest.fixture
def get(hub):
    async def ask(headers=None, **params):
        async with hub.session.get(f"{hub.url}/calendar/bookings.ics", params=params, headers=headers) as response:
            return response.status, response.headers, await response.read()

    return ask


@pytest.fixture
async def four(people):
    """Held, confirmed and given back at one system, confirmed at the other."""
    citizen, (_, first, second) = people(), SYSTEMS["gor-kota"]
    held = await citizen.held(first, "a")
    confirmed = await citizen.confirmed(second, "b")
    elsewhere = await citizen.confirmed(SYSTEMS["gor-contoh"][1], "c")
    back = await citizen.confirmed(SYSTEMS["gor-contoh"][2], "d")
    await citizen.data(CANCEL, code=back["code"])
    return {"held": held, "confirmed": confirmed, "elsewhere": elsewhere, "back": back}


async def test_each_booking_is_an_event_with_its_venue_its_keeper_and_what_has_become_of_it(people, get, four):
    status, headers, body = await get(people().headers | {"Accept-Language": "en"})
    assert (status, headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    events = {str(each["UID"]): each for each in icalendar.Calendar.from_ical(body).walk("VEVENT")}
    assert {name: str(events[each["code"]]["STATUS"]) for name, each in four.items()} == {
        "held": "TENTATIVE", "confirmed": "CONFIRMED", "elsewhere": "CONFIRMED", "back": "CANCELLED",
    }  # fmt: skip
    booked, there = events[four["elsewhere"]["code"]], four["elsewhere"]
    assert str(booked["SUMMARY"]) == there["venue"]["name"]
    assert booked["DTSTART"].dt == datetime.fromisoformat(there["startsAt"]) == datetime(2026, 11, 24, 3, tzinfo=UTC)
    assert booked["DTEND"].dt == datetime.fromisoformat(there["endsAt"])
    assert str(booked["DESCRIPTION"]).splitlines()[0] == "The venue has not said yet that it is ready."
    assert str(booked["DESCRIPTION"]).splitlines()[1].startswith(f"On duty: {there['keeper']['name']}, +62")
    assert str(booked["COMMENT"]) == "Source: GOR Contoh, had on 2026-11-23 at 12:00 WIB."
    assert (str(booked["CONTACT"]), str(booked["CLASS"])) == ("GOR Contoh", "PRIVATE")
    assert str(events[four["held"]["code"]]["DESCRIPTION"]).splitlines()[0] == "Not confirmed yet."
    assert len(read_back(body)) == 4


async def test_it_is_the_persons_alone_and_nobody_may_keep_it(people, get, four):
    status, headers, body = await get(people("neighbour").headers)
    assert (status, read_back(body)) == (200, ())
    assert headers["Cache-Control"] == "private, no-store"
    assert {"ETag", "Last-Modified"}.isdisjoint(headers)
    status, headers, body = await get(people().headers | {"If-None-Match": "*"})
    assert (status, len(read_back(body)), headers["Cache-Control"]) == (200, 4, "private, no-store")


async def test_nobody_without_a_token_is_given_it_and_no_system_is_asked(sandbox, get, headers_of, four):
    sandbox.control.reset()
    for headers in ({}, headers_of(Audience.PARTNER)):
        status, sent, body = await get(headers)
        assert (status, sent["WWW-Authenticate"]) == (401, 'Bearer realm="simpul"')
        assert b"UNAUTHENTICATED" in body
    assert sandbox.control.hits("gor-contoh") == 0


async def test_an_app_needs_the_scope_of_the_field(hub, sandbox, get, headers_of, people, four):
    sandbox.control.reset()
    for scopes, expected in ((["RECORD"], 403), (["BOOKINGS"], 200)):
        app = {"app": f"app-{expected}", "label": "Tests", "scopes": scopes}
        key = (await hub.ask(CREATE, app, **headers_of(Audience.ADMIN)))["data"]["createApiKey"]["key"]
        assert (await get(people().headers | {"x-api-key": key}))[0] == expected
        assert (sandbox.control.hits("gor-contoh") > 0) == (expected == 200)


async def test_reading_it_is_on_record(people, get, four):
    before = (await people().data(RECORD))["dataUsage"]["nodes"]
    await get(people().headers)
    after = (await people().data(RECORD))["dataUsage"]["nodes"]
    new = [each for each in after if each["operation"] == "bookings.ics"]
    assert [each["categories"] for each in new] == [["BOOKINGS"]]
    assert not [each for each in before if each["operation"] == "bookings.ics"]


async def test_where_it_cannot_be_recorded_it_is_not_given(people, get, store_url, four):
    with sqlite3.connect(store_url.removeprefix("sqlite:///")) as connection:
        connection.execute("ALTER TABLE usages RENAME TO gone")
    status, _, body = await get(people().headers)
    assert (status, b"RECORD_UNAVAILABLE" in body, b"BEGIN" in body) == (503, True, False)


async def test_only_what_ends_later_may_be_asked_for(people, get, four):
    assert len(read_back((await get(people().headers, since="2026-11-24T04:00:00Z"))[2])) == 2
    assert read_back((await get(people().headers, since="2027-01-01T00:00:00Z"))[2]) == ()
    for wrong in ("2026-11-24", "2026-11-24T04:00:00", "soon"):
        assert (await get(people().headers, since=wrong))[0] == 400


async def test_a_system_that_does_not_answer_is_named(sandbox, people, get, four):
    sandbox.control.set("gor-contoh", "down")
    status, headers, body = await get(people().headers | {"Accept-Language": "en"})
    assert (status, headers["simpul-unavailable"]) == (200, "gor-contoh")
    assert "Without GOR Contoh, which does not answer now." in str(icalendar.Calendar.from_ical(body)["DESCRIPTION"])
    assert {each.uid for each in read_back(body)} == {four["held"]["code"], four["confirmed"]["code"]}


async def test_a_hold_that_has_run_out_is_not_in_it(people, get, clock):
    held = await people().held(SYSTEMS["gor-kota"][1])
    assert [each.uid for each in read_back((await get(people().headers))[2])] == [held["code"]]
    clock.advance(datetime.fromisoformat(held["expiresAt"]) - clock.now())
    assert read_back((await get(people().headers))[2]) == ()
    answer = await people().ask(CONFIRM, code=held["code"])
    assert answer["errors"][0]["extensions"]["code"] == "BOOKING_EXPIRED"


async def test_its_sequence_grows_each_time_that_it_has_changed_and_never_else(hub, sandbox, people, get, clock):
    citizen, officer = people(), officer_of(hub, sandbox, clock, "gor-kota")
    slot = SYSTEMS["gor-kota"][1]

    async def told():
        (event,) = icalendar.Calendar.from_ical((await get(citizen.headers))[2]).walk("VEVENT")
        return event["SEQUENCE"], str(event["STATUS"])

    code = (await citizen.held(slot))["code"]
    assert [await told(), await told()] == [(0, "TENTATIVE")] * 2
    await citizen.data(CONFIRM, code=code)
    assert [await told(), await told()] == [(1, "CONFIRMED")] * 2
    await officer.data("mutation ($code: String!) { confirmVenueReady(booking: $code) { readiness } }", code=code)
    assert await told() == (2, "CONFIRMED")
    there = {"venue": "gor-kota/1", "on": "2026-11-24"}
    async with hub.session.get(
        f"{hub.url}/calendar/venue-bookings.ics", params=there, headers=officer.headers
    ) as response:
        assert {each["SEQUENCE"] for each in icalendar.Calendar.from_ical(await response.read()).walk("VEVENT")} == {2}
    await citizen.data(CANCEL, code=code)
    assert [await told(), await told()] == [(3, "CANCELLED")] * 2


async def test_what_was_never_told_before_begins_where_it_is(people, get, four):
    events = icalendar.Calendar.from_ical((await get(people().headers))[2]).walk("VEVENT")
    numbers = {str(each["UID"]): each["SEQUENCE"] for each in events}
    assert {name: numbers[each["code"]] for name, each in four.items()} == {
        "held": 0, "confirmed": 1, "elsewhere": 1, "back": 2,
    }  # fmt: skip


async def test_a_booking_is_there_when_nobody_can_say_any_more_what_the_venue_is(people, get, four, clock):
    clock.advance(timedelta(days=8))
    status, _, body = await get(people().headers)
    codes = {four[name]["code"] for name in ("elsewhere", "back")}
    assert status == 200
    assert {each.title for each in read_back(body) if each.uid in codes} == codes


MINE = "query ($since: DateTime) { me { bookings(since: $since) { ics } } }"
THERE = "query ($venue: String!, $on: Date) { venueBookings(venue: $venue, on: $on) { totalCount ics } }"


async def test_each_list_says_where_its_export_is(hub, people, sandbox, clock, four):
    citizen, officer = people(), officer_of(hub, sandbox, clock, "gor-kota")
    assert (await citizen.data(MINE))["bookings"] == {"ics": "/calendar/bookings.ics"}
    since = {"since": "2026-11-24T04:00:00Z"}
    path = (await citizen.data(MINE, **since))["bookings"]["ics"]
    async with hub.session.get(yarl.URL(hub.url + path, encoded=True), headers=citizen.headers) as response:
        assert len(read_back(await response.read())) == 2
    found = await officer.data(THERE, venue="gor-kota/1", on="2026-11-24")
    assert found == {"totalCount": 2, "ics": "/calendar/venue-bookings.ics?venue=gor-kota%2F1&on=2026-11-24"}
    async with hub.session.get(yarl.URL(hub.url + found["ics"], encoded=True), headers=officer.headers) as response:
        assert (response.status, response.headers["Cache-Control"]) == (200, "private, no-store")
        body = await response.read()
    assert {each.uid for each in read_back(body)} == {four["held"]["code"], four["confirmed"]["code"]}
    assert b"ATTENDEE" not in body
    assert b"ORGANIZER" not in body


async def test_a_venues_bookings_are_for_officers_of_its_agency(hub, people, sandbox, clock, four):
    params = {"venue": "gor-kota/1", "on": "2026-11-24"}
    for who, expected in (
        (None, 401),
        (people(), 403),
        (people("admin"), 403),
        (officer_of(hub, sandbox, clock, "bapenda"), 403),
        (officer_of(hub, sandbox, clock, "gor-kota"), 200),
    ):
        url, headers = f"{hub.url}/calendar/venue-bookings.ics", who.headers if who else {}
        async with hub.session.get(url, params=params, headers=headers) as response:
            assert response.status == expected
            assert (b"BEGIN:VEVENT" in await response.read()) == (expected == 200)
    async with hub.session.get(url, headers=headers) as response:
        assert (response.status, (await response.json())["code"]) == (400, "BAD_USER_INPUT")


def officer_of(hub, sandbox, clock, agency):
    token = issuer_of(sandbox.control).token("officer", f"{sandbox.url}/identity", clock.now(), agency=agency)
    return Person(hub, token)
