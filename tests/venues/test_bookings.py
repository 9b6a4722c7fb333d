"""Bookings in GraphQL, on both systems of the sandbox: the city's database and the Open Booking API."""

from datetime import timedelta

import pytest

from auth.caller import Audience
from sandbox.identity.issuer import issuer_of
from sandbox.venues.open_booking import orders_of
from sandbox.venues.openactive import feeds_of
from tests.conftest import configuration_for, listening
from tests.prices.test_sp2kp import TODAY

BOOKING = """code state startsAt endsAt minutes price expiresAt readiness readyAt readyBy
  venue { name } keeper { name } source { agency state }"""
HOLD = f"mutation ($slot: String!, $key: String!) {{ holdSlot(slot: $slot, idempotencyKey: $key) {{ {BOOKING} }} }}"
CONFIRM = f"mutation ($code: String!) {{ confirmBooking(booking: $code) {{ {BOOKING} }} }}"
CANCEL = f"mutation ($code: String!) {{ cancelBooking(booking: $code) {{ {BOOKING} }} }}"
READY = f"mutation ($code: String!) {{ confirmVenueReady(booking: $code) {{ {BOOKING} }} }}"
MINE = f"""query ($since: DateTime) {{ me {{ bookings(since: $since) {{ totalCount nodes {{ {BOOKING} }}
  unavailable {{ agency problem }} }} }} }}"""
ONE = f"query ($code: String!) {{ booking(code: $code) {{ {BOOKING} }} }}"
DECLARED = {"simpul-purpose": "pengelolaan-tempat", "simpul-case": "GOR/1"}
THERE = f"""query ($venue: String!, $on: Date) {{ venueBookings(venue: $venue, on: $on) {{ totalCount
  nodes {{ {BOOKING} }} }} }}"""
SLOTS = """query ($venue: String!, $on: Date!) { venue(code: $venue) { slots(on: $on, first: 100) {
  nodes { code startsAt remaining } } day(on: $on) { hours } } }"""

SYSTEMS = {
    "gor-kota": ("gor-kota/1", "gor-kota/1-20261124T0300Z", "gor-kota/1-20261124T0400Z"),
    "gor-contoh": ("gor-contoh/1", "gor-contoh/S1-20261124-10", "gor-contoh/S1-20261124-11"),
}
"""A venue of each, and two of its slots, at ten and at eleven tomorrow."""


class Person:
    """Somebody who is signed in, and what they are answered."""

    def __init__(self, hub, token):
        self.hub = hub
        self.headers = {"Authorization": f"Bearer {token}"}

    async def ask(self, query, **variables):
        return await self.hub.ask(query, variables, accept_language="en", **self.headers)

    async def data(self, query, **variables):
        answer = await self.ask(query, **variables)
        assert "errors" not in answer, answer["errors"]
        (data,) = answer["data"].values()
        return data

    async def refusal(self, query, **variables):
        answer = await self.ask(query, **variables)
        (error,) = answer["errors"]
        assert list(answer["data"].values()) == [None]
        return error["extensions"]

    async def held(self, slot, key="one wish"):
        return await self.data(HOLD, slot=slot, key=key)

    async def confirmed(self, slot, key="one wish"):
        return await self.data(CONFIRM, code=(await self.held(slot, key))["code"])


async def test_a_slot_of_a_court_is_held_at_the_price_of_its_venue(people, hub, sandbox, clock):
    feeds, (venue, slot, _) = feeds_of(sandbox.control), SYSTEMS["gor-contoh"]
    court, offer = "https://gor.example/facility-uses/1/courts/1", {"@id": "offer-of-the-venue", "price": 91_000}
    feeds.change("FacilityUse", "1", TODAY, individualFacilityUse=[{"@id": court}], offers=[offer])
    feeds.change("Slot", slot.partition("/")[2], TODAY, remainingUses=1, offers=[], facilityUse={"@id": court})
    clock.advance(timedelta(minutes=10))
    await hub.follow()
    booked = await people().confirmed(slot)
    assert (booked["state"], booked["price"], booked["venue"]) == (
        "CONFIRMED", 91_000, (await hub.data(f'{{ venue(code: "{venue}") {{ name }} }}'))["venue"],
    )  # fmt: skip
    ((_, ordered),) = orders_of(sandbox.control).orders.values()
    assert ordered["orderedItem"][0]["acceptedOffer"] == {"@type": "Offer", "@id": "offer-of-the-venue"}


@pytest.fixture
def people(hub, sandbox, clock):
    def person(name="citizen", **claims):
        issuer = issuer_of(sandbox.control)
        return Person(hub, issuer.token(name, f"{sandbox.url}/identity", clock.now(), **claims))

    return person


@pytest.fixture
def citizen(people):
    return people()


@pytest.fixture
def neighbour(people):
    return people("neighbour")


@pytest.fixture(params=SYSTEMS)
def agency(request):
    return request.param


@pytest.fixture
def officer(people, agency):
    return people("officer", agency=agency)


@pytest.fixture
def venue(agency):
    return SYSTEMS[agency][0]


@pytest.fixture
def slot(agency):
    return SYSTEMS[agency][1]


@pytest.fixture
def next_slot(agency):
    return SYSTEMS[agency][2]


class TestHolding:
    async def test_a_hold_says_what_where_until_when_and_who_keeps_it(self, citizen, slot, agency, clock):
        found = await citizen.held(slot)
        assert found["code"].startswith(f"{agency}/")
        assert (found["state"], found["minutes"], found["readiness"]) == ("HELD", 60, "NOT_ASKED")
        assert found["expiresAt"] == (clock.now() + timedelta(minutes=10)).isoformat()
        assert (found["startsAt"], found["endsAt"]) == ("2026-11-24T03:00:00+00:00", "2026-11-24T04:00:00+00:00")
        assert found["source"] == {"agency": agency, "state": "LIVE"}
        expected = {
            "gor-kota": ("Futsal GOR Kota 1", "Petugas GOR 2", 80_000),
            "gor-contoh": ("Badminton Contoh Jatiuwung 1", "Petugas Contoh 2", 75_000),
        }[agency]
        assert (found["venue"]["name"], found["keeper"]["name"], found["price"]) == expected

    async def test_the_slot_comes_from_the_venues_list_and_is_not_shown_as_free_after_that(
        self, hub, citizen, venue, slot, clock
    ):
        on = {"venue": venue, "on": "2026-11-24"}
        before = (await hub.data(SLOTS, on))["venue"]
        assert slot in {each["code"] for each in before["slots"]["nodes"]}
        assert before["day"]["hours"][10] == "FREE"
        await citizen.held(slot)
        after = (await hub.data(SLOTS, on))["venue"]
        assert slot not in {each["code"] for each in after["slots"]["nodes"]}
        assert after["day"]["hours"][10] == "TAKEN"
        clock.advance(timedelta(minutes=2))
        await hub.follow()
        assert (await hub.data(SLOTS, on))["venue"]["day"]["hours"][10] == "TAKEN"
        clock.advance(timedelta(minutes=10))
        await hub.follow()
        assert (await hub.data(SLOTS, on))["venue"]["day"]["hours"][10] == "FREE"

    async def test_somebody_else_is_told_the_next_free_slots(self, citizen, neighbour, slot, next_slot):
        await citizen.held(slot)
        told = await neighbour.refusal(HOLD, slot=slot, key="mine")
        assert (told["code"], [each["slot"] for each in told["nextFree"]][:1]) == ("SLOT_TAKEN", [next_slot])
        assert told["nextFree"][0]["startsAt"] == "2026-11-24T04:00:00+00:00"
        assert (await neighbour.held(next_slot, "mine"))["state"] == "HELD"

    async def test_the_same_key_gives_the_same_booking(self, citizen, slot, agency, sandbox):
        first = await citizen.held(slot)
        assert await citizen.held(slot) == first
        confirmed = await citizen.data(CONFIRM, code=first["code"])
        assert await citizen.held(slot) == confirmed
        assert (await citizen.data(MINE))["bookings"]["totalCount"] == 1

    async def test_the_same_key_for_something_else_is_a_conflict_also_at_another_system(
        self, citizen, neighbour, slot, next_slot
    ):
        await citizen.held(slot)
        elsewhere = [each[2] for each in SYSTEMS.values() if each[2] != next_slot]
        for other in (next_slot, *elsewhere, "gor-kota/none", "nothing"):
            assert await citizen.refusal(HOLD, slot=other, key="one wish") == {"code": "IDEMPOTENCY_CONFLICT"}
        assert (await neighbour.held(next_slot, "one wish"))["state"] == "HELD"

    async def test_who_came_too_late_may_use_the_key_again(self, citizen, neighbour, slot, next_slot):
        await citizen.held(slot)
        assert (await neighbour.refusal(HOLD, slot=slot, key="mine"))["code"] == "SLOT_TAKEN"
        assert (await neighbour.held(next_slot, "mine"))["state"] == "HELD"

    @pytest.mark.parametrize("key", ["", "x" * 101, "a\nb"])
    async def test_a_key_that_is_none_is_told(self, citizen, slot, key):
        assert await citizen.refusal(HOLD, slot=slot, key=key) == {"code": "BAD_USER_INPUT"}

    @pytest.mark.parametrize("wrong", ["gor-kota/none", "bapenda/1", "nothing", "gor-nowhere/1"])
    async def test_a_slot_that_is_not_there_is_not_found(self, citizen, wrong):
        assert await citizen.refusal(HOLD, slot=wrong, key="k") == {"code": "NOT_FOUND"}

    async def test_what_has_begun_cannot_be_held(self, citizen, slot, clock, people):
        clock.advance(timedelta(hours=22))
        assert await people().refusal(HOLD, slot=slot, key="k") == {"code": "SLOT_IN_THE_PAST"}

    async def test_a_person_holds_only_so_many_at_once(self, citizen, agency, sandbox, people, clock):
        names = {"gor-kota": "gor-kota/{}-20261125T0200Z", "gor-contoh": "gor-contoh/S{}-20261125-09"}
        for court in (1, 3, 4, 5):
            feeds_of(sandbox.control).change("Slot", f"S{court}-20261125-09", TODAY, remainingUses=1)
        courts = [names[agency].format(court) for court in ((1, 3, 4) if agency == "gor-kota" else (1, 4, 5))]
        codes = [(await citizen.held(each, each))["code"] for each in courts]
        more = SYSTEMS[agency][1]
        assert await citizen.refusal(HOLD, slot=more, key="more") == {"code": "TOO_MANY_HOLDS"}
        await citizen.data(CANCEL, code=codes[0])
        assert (await citizen.held(more, "more"))["state"] == "HELD"
        clock.advance(timedelta(minutes=11))
        again = people()
        for number in (1, 2):
            assert (await again.held(SYSTEMS[agency][number], f"later {number}"))["state"] == "HELD"


class TestWhatBecomesOfIt:
    async def test_confirmed_in_time_it_is_booked(self, citizen, slot):
        found = await citizen.confirmed(slot)
        assert (found["state"], found["expiresAt"], found["readiness"]) == ("CONFIRMED", None, "UNCONFIRMED")
        assert await citizen.data(CONFIRM, code=found["code"]) == found

    async def test_too_late_it_has_expired_and_somebody_else_has_it(self, citizen, slot, clock, people):
        code = (await citizen.held(slot))["code"]
        clock.advance(timedelta(minutes=10, seconds=6))
        assert await people().refusal(CONFIRM, code=code) == {"code": "BOOKING_EXPIRED"}
        assert (await people("neighbour").confirmed(slot))["state"] == "CONFIRMED"
        assert (await people().data(ONE, code=code))["state"] == "EXPIRED"

    async def test_given_back_it_is_free(self, citizen, neighbour, slot):
        code = (await citizen.confirmed(slot))["code"]
        for _ in range(2):
            assert (await citizen.data(CANCEL, code=code))["state"] == "CANCELLED"
        assert await citizen.refusal(CONFIRM, code=code) == {"code": "BOOKING_CANCELLED"}
        assert (await neighbour.held(slot))["state"] == "HELD"

    async def test_it_is_not_given_back_at_the_last_moment(self, citizen, slot, clock, people):
        code = (await citizen.confirmed(slot))["code"]
        clock.advance(timedelta(hours=22))
        assert await people().refusal(CANCEL, code=code) == {"code": "TOO_LATE_TO_CANCEL"}

    async def test_nobody_elses_booking_is_there(self, citizen, neighbour, slot, agency):
        code = (await citizen.confirmed(slot))["code"]
        assert await neighbour.data(ONE, code=code) is None
        for mutation in (CONFIRM, CANCEL):
            assert await neighbour.refusal(mutation, code=code) == {"code": "BOOKING_NOT_FOUND"}
            for wrong in (f"{agency}/none", "none", "bapenda/1"):
                assert await neighbour.refusal(mutation, code=wrong) == {"code": "BOOKING_NOT_FOUND"}
        assert (await neighbour.data(MINE))["bookings"]["totalCount"] == 0
        assert (await citizen.data(ONE, code=code))["state"] == "CONFIRMED"


class TestLists:
    async def test_a_person_has_theirs_of_all_systems_the_latest_first(self, citizen, clock, sandbox, people):
        await citizen.confirmed("gor-kota/1-20261124T0300Z", "a")
        await citizen.held("gor-contoh/S1-20261124-11", "b")
        found = (await citizen.data(MINE))["bookings"]
        assert [(each["source"]["agency"], each["state"]) for each in found["nodes"]] == [
            ("gor-contoh", "HELD"), ("gor-kota", "CONFIRMED"),
        ]  # fmt: skip
        later = await citizen.data(MINE, since="2026-11-24T04:30:00Z")
        assert [each["source"]["agency"] for each in later["bookings"]["nodes"]] == ["gor-contoh"]

    async def test_a_system_that_does_not_answer_is_named_and_the_others_stay(self, citizen, sandbox):
        await citizen.confirmed("gor-kota/1-20261124T0300Z", "a")
        await citizen.confirmed("gor-contoh/S1-20261124-11", "b")
        sandbox.control.set("gor-contoh", "down")
        found = (await citizen.data(MINE))["bookings"]
        assert [each["source"]["agency"] for each in found["nodes"]] == ["gor-kota"]
        assert found["unavailable"] == [{"agency": "gor-contoh", "problem": "AGENCY_UNAVAILABLE"}]

    async def test_the_venue_may_cancel_and_the_person_sees_it(self, citizen, sandbox, clock):
        found = await citizen.confirmed("gor-contoh/S1-20261124-11")
        orders_of(sandbox.control).cancel(found["code"].partition("/")[2], "SellerCancelled", clock.now())
        assert (await citizen.data(ONE, code=found["code"]))["state"] == "CANCELLED_BY_VENUE"

    async def test_officers_see_those_of_their_venue_and_of_the_counter(self, people, citizen):
        await citizen.confirmed("gor-kota/1-20261123T0900Z")
        officer = people("officer", agency="gor-kota")
        officer.headers |= DECLARED
        query = THERE.replace("code state", "holder code state")
        found = await officer.data(query, venue="gor-kota/1")
        assert [(each["startsAt"][11:16], each["state"], bool(each["holder"])) for each in found["nodes"]] == [
            ("09:00", "CONFIRMED", True), ("13:00", "CONFIRMED", False),
        ]  # fmt: skip
        assert await officer.data(THERE, venue="gor-kota/9") == {"totalCount": 0, "nodes": []}

    async def test_officers_of_another_agency_see_nothing(self, people, venue):
        stranger = people("officer")
        missing = [[{"kind": "AGENCY"}]]
        assert await stranger.refusal(THERE, venue=venue) == {"code": "FORBIDDEN", "missing": missing}


class TestReadiness:
    async def test_a_keeper_says_that_the_hall_is_lit_and_the_person_sees_it(
        self, citizen, officer, slot, agency, clock
    ):
        code = (await citizen.held(slot))["code"]
        assert await officer.refusal(READY, code=code) == {"code": "BOOKING_NOT_CONFIRMED"}
        await citizen.data(CONFIRM, code=code)
        clock.advance(timedelta(minutes=1))
        ready = await officer.data(READY, code=code)
        assert (ready["readiness"], ready["readyBy"]) == ("READY", agency)
        assert ready["readyAt"] == clock.now().isoformat()
        clock.advance(timedelta(minutes=1))
        assert (await officer.data(READY, code=code))["readyAt"] == ready["readyAt"]
        for seen in (await citizen.data(ONE, code=code), (await citizen.data(MINE))["bookings"]["nodes"][0]):
            assert (seen["readiness"], seen["readyAt"], seen["readyBy"]) == ("READY", ready["readyAt"], agency)

    async def test_nobody_says_it_for_another_agency(self, citizen, people, slot):
        code = (await citizen.confirmed(slot))["code"]
        assert await people("officer").refusal(READY, code=code) == {"code": "BOOKING_NOT_FOUND"}
        assert (await citizen.data(ONE, code=code))["readiness"] == "UNCONFIRMED"

    async def test_what_the_counter_booked_can_be_made_ready(self, people):
        officer = people("officer", agency="gor-kota")
        (found,) = (await officer.data(THERE, venue="gor-kota/1"))["nodes"]
        assert (await officer.data(READY, code=found["code"]))["readiness"] == "READY"


class TestWhoMay:
    async def test_without_signing_in_there_is_no_such_thing(self, hub, headers_of):
        for audience in (Audience.PUBLIC, Audience.PARTNER):
            for query in (HOLD, CONFIRM, CANCEL, READY, MINE, ONE, THERE):
                answer = await hub.ask(query, {}, **headers_of(audience))
                assert {error["extensions"]["code"] for error in answer["errors"]} == {"GRAPHQL_VALIDATION_FAILED"}

    async def test_a_citizen_has_no_field_of_officers(self, citizen):
        for query in (READY, THERE, ONE.replace("code state", "holder")):
            answer = await citizen.ask(query, code="x", venue="x")
            assert {error["extensions"]["code"] for error in answer["errors"]} == {"GRAPHQL_VALIDATION_FAILED"}

    async def test_an_app_needs_the_scope_and_without_it_nothing_is_asked(self, hub, people, sandbox, slot):
        admin, citizen = people("admin"), people()
        keys = {}
        for scopes in ("[BOOKINGS]", "[NIK]"):
            made = await admin.data(f'mutation {{ createApiKey(app: "main", label: "x", scopes: {scopes}) {{ key }} }}')
            keys[scopes] = made["key"]
        sandbox.control.reset()
        citizen.headers["x-api-key"] = keys["[NIK]"]
        refused = {"code": "FORBIDDEN", "missing": [[{"kind": "SCOPE", "name": "BOOKINGS"}]]}
        assert await citizen.refusal(HOLD, slot=slot, key="k") == refused
        assert (await citizen.ask(MINE))["errors"][0]["extensions"] == refused
        assert sandbox.control.hits("gor-contoh") == 0
        citizen.headers["x-api-key"] = keys["[BOOKINGS]"]
        assert (await citizen.held(slot))["state"] == "HELD"

    async def test_nothing_of_it_is_kept_in_a_cache(self, hub, citizen, slot):
        await citizen.confirmed(slot)
        await citizen.data(MINE)
        assert not hub._app.state.cache._store._backend._kept

    async def test_whose_booking_it_is_is_read_on_record_and_told_to_the_person(
        self, citizen, people, officer, venue, slot
    ):
        await citizen.confirmed(slot)
        query = THERE.replace("code state", "holder")
        (unseen,) = (await officer.ask(query, venue=venue, on="2026-11-24"))["errors"]
        assert unseen["extensions"] == {"code": "FORBIDDEN", "missing": [[{"kind": "PURPOSE"}]]}
        officer.headers |= DECLARED
        (seen,) = (await officer.data(query, venue=venue, on="2026-11-24"))["nodes"]
        assert seen["holder"]
        record = (await citizen.data("{ me { dataUsage { nodes { text categories byOneself } } } }"))["dataUsage"]
        others = [each for each in record["nodes"] if not each["byOneself"]]
        assert [each["categories"] for each in others] == [["BOOKINGS"]]
        assert others[0]["text"].endswith("read your bookings.")

    async def test_no_system_learns_who_it_is_and_no_two_know_the_same(self, citizen, hub, sandbox, people):
        await citizen.confirmed("gor-kota/1-20261124T0300Z", "a")
        found = await citizen.confirmed("gor-contoh/S1-20261124-11", "b")
        _, order = orders_of(sandbox.control).orders[found["code"].partition("/")[2]]
        there = order["customer"]["identifier"]
        officer = people("officer", agency="gor-kota")
        officer.headers |= DECLARED
        here = (await officer.data(THERE.replace("code state", "holder"), venue="gor-kota/1", on="2026-11-24"))["nodes"]
        assert len(there) == len(here[0]["holder"]) == 32
        assert there != here[0]["holder"]
        assert not [each for each in ("9907014001900001", "6f0c1a52-0000-4000-8000-000000000001") if each in str(order)]


class TestASystemThatDies:
    async def test_it_is_said_that_the_same_may_be_asked_again_and_nothing_is_booked_twice(
        self, hub, citizen, neighbour, sandbox, agency, slot
    ):
        sandbox.control.set(agency, "down")
        answer = await citizen.ask(HOLD, slot=slot, key="one wish")
        assert answer["errors"][0]["extensions"] == {"code": "AGENCY_UNAVAILABLE", "agency": agency, "retryable": True}
        assert "same idempotencyKey" in answer["errors"][0]["message"]
        sandbox.control.set(agency, "ok")
        await hub.probed()
        found = await citizen.held(slot)
        sandbox.control.set(agency, "down")
        again = await citizen.ask(HOLD, slot=slot, key="one wish")
        assert again["errors"][0]["message"] == answer["errors"][0]["message"]
        sandbox.control.set(agency, "ok")
        await hub.probed()
        assert (await citizen.held(slot))["code"] == found["code"]
        assert (await citizen.data(MINE))["bookings"]["totalCount"] == 1

    async def test_an_answer_that_is_lost_after_it_was_written_loses_nothing(
        self, configuration, clock, store_url, sandbox, tmp_path
    ):
        slot = SYSTEMS["gor-contoh"][1]
        changed = configuration_for(sandbox, tmp_path, ("{ timeout = 10, concurrency = 8 }", "{ timeout = 0.5 }"))
        async with listening(changed, clock, store_url=store_url) as hub:
            issuer = issuer_of(sandbox.control)
            citizen = Person(hub, issuer.token("citizen", f"{sandbox.url}/identity", clock.now()))
            sandbox.control.hold("gor-contoh", after=True)
            assert (await citizen.refusal(HOLD, slot=slot, key="k"))["code"] == "AGENCY_UNAVAILABLE"
            sandbox.control.release("gor-contoh")
            sandbox.control.hold("gor-contoh", after=True)
            sandbox.control.release("gor-contoh")
            await hub.probed()
            held = await citizen.held(slot, "k")
            assert len(orders_of(sandbox.control).leases) == 1
            sandbox.control.hold("gor-contoh", after=True)
            assert (await citizen.refusal(CONFIRM, code=held["code"]))["code"] == "AGENCY_UNAVAILABLE"
            sandbox.control.release("gor-contoh")
            await hub.probed()
            assert (await citizen.data(CONFIRM, code=held["code"]))["state"] == "CONFIRMED"
            assert len(orders_of(sandbox.control).orders) == 1


async def test_no_subject_and_key_together_read_as_another_ones(people):
    """A provider may put colons into a subject: `f:2:joko` is one."""
    _, slot, other = SYSTEMS["gor-contoh"]
    first = await people(sub="f:2").held(slot, key="joko:wish")
    second = await people(sub="f:2:joko").held(other, key="wish")
    assert first["code"] != second["code"]
    assert (first["startsAt"], second["startsAt"]) == ("2026-11-24T03:00:00+00:00", "2026-11-24T04:00:00+00:00")
