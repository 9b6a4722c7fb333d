"""Whatever a domain declares is held, confirmed and cancelled by the same part: here a hall, which is no venue."""

from datetime import timedelta

import icalendar
import pytest

from connectors.kit.domains import DeclarationError
from connectors.registry import CONNECTORS
from connectors.venues.records import BookableVenues
from engine.configuration.agencies_file import read_configuration
from resolvers.booking.bookables import Bookables, check_bookables
from resolvers.registry import CONTRIBUTIONS
from sandbox.identity.issuer import issuer_of
from sandbox.registry import environment
from tests.booking.hall import AGENCY, BOOKABLES, Ledger
from tests.conftest import configuration_for, listening
from tests.venues.test_bookings import CANCEL, CONFIRM, HOLD, MINE, ONE, Person

RECORD = "{ me { dataUsage { nodes { operation categories } } } }"


@pytest.fixture
async def hub(sandbox, tmp_path, clock, store_url, monkeypatch):
    """A hub of a city that has one domain more, which declares itself."""
    monkeypatch.setitem(CONTRIBUTIONS, Ledger, BOOKABLES)
    configuration_for(sandbox, tmp_path)
    path = tmp_path / "agencies.toml"
    path.write_text(path.read_text(encoding="utf-8") + AGENCY, encoding="utf-8")
    configuration = read_configuration(path, (*CONNECTORS, Ledger), environment())
    async with listening(configuration, clock, store_url=store_url) as hub:
        yield hub


@pytest.fixture
def people(hub, sandbox, clock):
    def person(name="citizen", **claims):
        token = issuer_of(sandbox.control).token(name, f"{sandbox.url}/identity", clock.now(), **claims)
        return Person(hub, token)

    return person


async def test_it_is_held_confirmed_and_cancelled_and_each_repeat_changes_nothing(people):
    citizen = people()
    held = await citizen.held("gedung/slot-1")
    assert held == {
        "code": held["code"], "state": "HELD", "startsAt": "2026-11-24T06:00:00+00:00",
        "endsAt": "2026-11-24T07:30:00+00:00", "minutes": 90, "price": 250_000,
        "expiresAt": "2026-11-23T05:05:00+00:00", "readiness": "NOT_ASKED", "readyAt": None, "readyBy": None,
        "venue": None, "keeper": None, "source": {"agency": "gedung", "state": "LIVE"},
    }  # fmt: skip
    assert await citizen.held("gedung/slot-1") == held
    confirmed = await citizen.data(CONFIRM, code=held["code"])
    assert confirmed == held | {"state": "CONFIRMED", "expiresAt": None, "readiness": "UNCONFIRMED"}
    assert await citizen.data(CONFIRM, code=held["code"]) == confirmed == await citizen.data(ONE, code=held["code"])
    for _ in range(2):
        assert (await citizen.data(CANCEL, code=held["code"]))["state"] == "CANCELLED"
    assert await citizen.refusal(CONFIRM, code=held["code"]) == {"code": "BOOKING_EXPIRED"}


async def test_who_comes_too_late_is_offered_the_other_slot_of_the_same_thing(people):
    await people().confirmed("gedung/slot-1")
    neighbour = people("neighbour")
    assert await neighbour.refusal(HOLD, slot="gedung/slot-1", key="k") == {
        "code": "SLOT_TAKEN",
        "nextFree": [
            {
                "slot": "gedung/slot-2", "startsAt": "2026-11-24T07:00:00+00:00", "endsAt": "2026-11-24T08:30:00+00:00",
                "price": 250_000,
            },
        ],
    }  # fmt: skip
    assert (await neighbour.held("gedung/slot-2", "k"))["state"] == "HELD"


async def test_its_own_terms_hold(people, clock):
    citizen = people()
    held = await citizen.held("gedung/slot-1", "a")
    assert await citizen.refusal(HOLD, slot="gedung/slot-2", key="b") == {"code": "TOO_MANY_HOLDS"}
    assert await citizen.refusal(HOLD, slot="gedung/slot-3", key="b") == {"code": "NOT_FOUND"}
    assert await citizen.refusal(HOLD, slot="gedung/slot-2", key="a") == {"code": "IDEMPOTENCY_CONFLICT"}
    clock.advance(timedelta(minutes=5))
    assert await people().refusal(CONFIRM, code=held["code"]) == {"code": "BOOKING_EXPIRED"}
    assert (await people("neighbour").confirmed("gedung/slot-1"))["state"] == "CONFIRMED"
    clock.advance(timedelta(hours=23))
    (mine,) = (await people("neighbour").data(MINE))["bookings"]["nodes"]
    assert await people("neighbour").refusal(CANCEL, code=mine["code"]) == {"code": "TOO_LATE_TO_CANCEL"}


async def test_it_stands_beside_a_venue_in_the_persons_list_calendar_and_record(hub, people):
    citizen = people()
    hall = await citizen.confirmed("gedung/slot-1", "a")
    court = await citizen.confirmed("gor-kota/1-20261124T0300Z", "b")
    found = (await citizen.data(MINE))["bookings"]
    assert [(each["code"], each["venue"]) for each in found["nodes"]] == [
        (hall["code"], None), (court["code"], {"name": "Futsal GOR Kota 1"}),
    ]  # fmt: skip
    assert found["unavailable"] == []

    headers = citizen.headers | {"Accept-Language": "en"}
    async with hub.session.get(f"{hub.url}/calendar/bookings.ics", headers=headers) as response:
        events = {str(each["UID"]): each for each in icalendar.Calendar.from_ical(await response.read()).walk("VEVENT")}
    event = events.pop(hall["code"])
    assert (str(event["SUMMARY"]), str(event["LOCATION"])) == ("Aula Contoh", "Jalan Contoh 1")
    assert str(event["DESCRIPTION"]).splitlines()[:2] == ["Not swept yet.", "On duty: Penjaga Contoh"]
    assert [str(each["SUMMARY"]) for each in events.values()] == ["Futsal GOR Kota 1"]

    record = (await citizen.data(RECORD))["dataUsage"]["nodes"]
    assert {tuple(each["categories"]) for each in record if each["operation"] == "bookings.ics"} == {("BOOKINGS",)}


async def test_it_is_found_again_by_its_id_by_its_owner_and_an_officer_of_its_agency_alone(people):
    citizen, query = people(), "query ($code: ID!) { node(id: $code) { ... on Booking { state } } }"
    code = (await citizen.held("gedung/slot-1"))["code"]
    one = await citizen.data("query ($code: String!) { booking(code: $code) { id } }", code=code)
    for who, state in (
        (citizen, {"state": "HELD"}), (people("officer", agency="gedung"), {"state": "HELD"}),
        (people("neighbour"), None), (people("officer", agency="gor-kota"), None),
    ):  # fmt: skip
        assert await who.data(query, code=one["id"]) == state


def test_a_connector_that_takes_bookings_and_whose_slots_nobody_finds_is_named_at_the_start():
    check_bookables(CONTRIBUTIONS)
    others = {kind: each for kind, each in CONTRIBUTIONS.items() if not isinstance(each, Bookables)}
    with pytest.raises(DeclarationError) as told:
        check_bookables(others)
    assert str(told.value) == (
        "connectors.venues.database.BookingDatabase takes bookings, and nobody finds its slots: "
        "resolvers/venues/domain.py contributes no Bookables for its kind"
    )
    assert isinstance(CONTRIBUTIONS[BookableVenues], Bookables)
