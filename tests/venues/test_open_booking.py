"""Open Booking: the conformance suite, then each quirk by its name, against the sandbox and against what it never says."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from aiohttp import web

from connectors.booking.records import BookingOrder, BookingState, Refusal
from connectors.kit.agency import Agency, Limits
from connectors.kit.errors import AgencyChanged, AgencyRejected, AgencyUnavailable
from connectors.venues.open_booking import OpenBooking
from connectors.venues.records import Slot
from resolvers.venues.rules import booked_slot
from sandbox.venues.open_booking import orders_of
from sandbox.venues.openactive import feeds_of
from tests.conformance import conformance
from tests.playback import connect, playing, recording
from tests.prices.test_sp2kp import TODAY

TestConformance = conformance(OpenBooking)

OPTIONS = {"seller": "https://gor.example/sellers/1", "broker": "Kota Contoh", "customers_at": "warga.invalid"}
FREE = "S1-20261124-09"


@pytest.fixture
async def system(sandbox, clock):
    agency = Agency(
        code="gor-contoh", domain="venues", connector="open_booking", name="GOR",
        url=f"{sandbox.url}/gor-contoh/openactive", limits=Limits(timeout=30, concurrency=16),
    )  # fmt: skip
    made = OpenBooking(
        agency, msgspec.convert(OPTIONS, OpenBooking.options_type), OpenBooking.credentials_type(),
        clock=clock, zone=ZoneInfo("Asia/Jakarta"),
    )  # fmt: skip
    feeds_of(sandbox.control).change("Slot", FREE, TODAY, remainingUses=1)
    yield made
    await made.aclose()


def slot(key):
    """A slot of the first court, as the feed has it."""
    starts_at = datetime.strptime(key, "S1-%Y%m%d-%H").replace(tzinfo=ZoneInfo("Asia/Jakarta")).astimezone(UTC)
    address = f"https://gor.example/slots/{key}"
    return Slot(
        key=key, venue="https://gor.example/facility-uses/1", starts_at=starts_at, ends_at=starts_at + timedelta(hours=1),
        remaining=1, maximum=1, price=75_000, reference=address, offer=f"{address}#/offers/1",
    )  # fmt: skip


@pytest.fixture
def order():
    return BookingOrder(reference="uuid-1", owner="one", key="k", request="r", slot=booked_slot(slot(FREE)))


async def test_a_slot_of_the_feed_is_known_by_its_names_where_it_is_booked(system):
    found = {each.key: each for each in (await system.slots().fetch()).records}
    assert found[FREE] == slot(FREE)


def left(sandbox, slot=FREE):
    return feeds_of(sandbox.control).slot(slot, TODAY)["remainingUses"]


def known(order, booking):
    """The order, as the hub knows it after this."""
    return msgspec.structs.replace(order, state=booking.state, price=booking.price, expires_at=booking.expires_at)


async def done(act):
    return (await act.execute()).records


async def held(system, order):
    return known(order, await done(system.hold(order)))


async def confirmed(system, order):
    return known(order, await done(system.confirm(await held(system, order))))


async def test_a_hold_is_priced_then_leased(system, order, sandbox, clock):
    found = await done(system.hold(order))
    assert (found.state, found.price) == (BookingState.HELD, 75_000)
    assert found.expires_at == clock.now() + timedelta(minutes=10)
    assert (found.reference, found.owner, found.starts_at) == ("uuid-1", "one", order.slot.starts_at)
    calls = sandbox.control.calls("gor-contoh")
    assert (calls["C1"], calls["C2"], left(sandbox)) == (1, 1, 0)


async def test_the_customer_is_a_name_that_says_nothing(system, order, sandbox):
    await confirmed(system, order)
    _, ordered = orders_of(sandbox.control).orders["uuid-1"]
    assert ordered["customer"] == {"@type": "Person", "identifier": "one", "email": "one@warga.invalid"}
    assert ordered["broker"] == {"@type": "Organization", "name": "Kota Contoh"}
    assert "payment" not in ordered


async def test_the_same_uuid_is_the_same_lease_and_the_same_order(system, order, sandbox):
    first = await done(system.hold(order))
    assert await done(system.hold(order)) == first
    one = await done(system.confirm(known(order, first)))
    assert one.state is BookingState.CONFIRMED
    assert await done(system.confirm(known(order, first))) == one
    assert sandbox.control.calls("gor-contoh")["B"] == 1
    assert (len(orders_of(sandbox.control).orders), left(sandbox)) == (1, 0)


async def test_a_uuid_that_stands_for_another_order_is_a_conflict(system, order):
    await confirmed(system, order)
    other = msgspec.structs.replace(order, slot=booked_slot(slot("S1-20261124-10")))
    assert await done(system.hold(other)) is Refusal.KEY_USED


async def test_what_another_has_leased_or_ordered_is_taken(system, order, sandbox):
    other = msgspec.structs.replace(order, reference="uuid-2", owner="two")
    await held(system, order)
    assert await done(system.hold(other)) is Refusal.TAKEN
    await confirmed(system, order)
    assert await done(system.hold(other)) is Refusal.TAKEN


async def test_five_hundred_at_once_and_one_has_it(system, order, sandbox):
    orders = [msgspec.structs.replace(order, reference=f"uuid-{n}", owner=f"person-{n}") for n in range(500)]
    found = await asyncio.gather(*(done(system.hold(each)) for each in orders))
    assert len([each for each in found if each is Refusal.TAKEN]) == 499
    assert (len(orders_of(sandbox.control).leases), left(sandbox)) == (1, 0)


async def test_a_lease_that_has_ended_is_free_for_the_next(system, order, sandbox, clock):
    mine = await held(system, order)
    clock.advance(timedelta(minutes=10))
    assert await done(system.confirm(mine)) is Refusal.EXPIRED
    assert "B" not in sandbox.control.calls("gor-contoh")
    other = msgspec.structs.replace(order, reference="uuid-2", owner="two")
    assert (await done(system.hold(other))).state is BookingState.HELD


async def test_another_price_at_the_end_is_told(system, order, sandbox):
    mine = await held(system, order)
    feeds_of(sandbox.control).change("Slot", FREE, TODAY, offers=[{"price": 80_000}])
    assert await done(system.confirm(mine)) is Refusal.PRICE_CHANGED
    assert orders_of(sandbox.control).orders == {}


async def test_a_lease_is_let_go_and_an_order_given_back(system, order, sandbox):
    mine = await held(system, order)
    assert (await done(system.cancel(mine))).state is BookingState.CANCELLED
    assert left(sandbox) == 1
    mine = await confirmed(system, order)
    assert left(sandbox) == 0
    for _ in range(2):
        assert (await done(system.cancel(mine))).state is BookingState.CANCELLED
    assert left(sandbox) == 1
    assert await done(system.confirm(mine)) is Refusal.CANCELLED


async def test_what_the_venue_does_not_take_back_any_more_is_too_late(system, order, clock):
    mine = await confirmed(system, order)
    clock.advance(timedelta(hours=20, minutes=30))
    assert await done(system.cancel(mine)) is Refusal.TOO_LATE


async def test_the_venue_may_cancel_and_the_hub_hears_of_it(system, order, sandbox, clock):
    mine = await confirmed(system, order)
    orders_of(sandbox.control).cancel("uuid-1", "SellerCancelled", clock.now())
    assert (await done(system.booking("uuid-1", mine))).state is BookingState.CANCELLED_BY_VENUE
    del orders_of(sandbox.control).orders["uuid-1"]
    assert (await done(system.booking("uuid-1", mine))).state is BookingState.CANCELLED_BY_VENUE


async def test_lists_are_what_has_become_of_the_orders_that_the_hub_knows(system, order, clock, sandbox):
    mine = await confirmed(system, order)
    (found,) = await done(system.bookings_of("one", (mine,)))
    assert (found.state, found.price) == (BookingState.CONFIRMED, 75_000)
    assert await done(system.bookings_of("one", ())) == ()
    assert await done(system.booking("uuid-1", None)) is None
    clock.advance(timedelta(days=2))
    sandbox.control.reset()
    assert len(await done(system.bookings_at("venue", clock.now(), clock.now(), (mine,)))) == 1
    assert sandbox.control.all_hits() == 0, "what is over is not asked for again"


async def test_readiness_is_the_hubs_own(system, order, clock):
    mine = await held(system, order)
    assert await done(system.make_ready("uuid-1", mine)) is Refusal.NOT_CONFIRMED
    assert await done(system.make_ready("uuid-1", None)) is Refusal.NOT_FOUND
    mine = await confirmed(system, order)
    assert (await done(system.make_ready("uuid-1", mine))).ready_at == clock.now()


async def test_a_slot_without_an_offer_cannot_be_booked(system, order, sandbox):
    bare = msgspec.structs.replace(order, slot=msgspec.structs.replace(order.slot, offer=None))
    sandbox.control.reset()
    assert await done(system.hold(bare)) is Refusal.NOT_FOUND
    assert sandbox.control.all_hits() == 0


async def test_a_slot_that_has_gone_is_not_found(system, order, sandbox):
    feeds_of(sandbox.control).delete("Slot", FREE, TODAY)
    assert await done(system.hold(order)) is Refusal.NOT_FOUND


async def test_what_breaks_is_sent_again_under_the_same_uuid(system, order, sandbox):
    sandbox.control.set("gor-contoh", "down", times=1)
    assert (await done(system.hold(order))).state is BookingState.HELD
    assert sandbox.control.calls("gor-contoh")["C1"] == 2


ERRORS = [
    (409, "OpportunityIsFullError", Refusal.TAKEN),
    (409, "LeaseError", Refusal.EXPIRED),
    (400, "TotalPaymentDueMismatchError", Refusal.PRICE_CHANGED),
    (409, "UnableToProcessOrderItemError", Refusal.TAKEN),
    (500, "OrderAlreadyExistsError", Refusal.KEY_USED),
    (409, "OpportunityOfferPairNotBookableError", Refusal.NOT_FOUND),
    (400, "IncompleteCustomerDetailsError", AgencyRejected),
    (500, "SellerNotFoundError", AgencyRejected),
    (500, "OrderCreationFailedError", AgencyUnavailable),
    (500, "InternalApplicationError", AgencyUnavailable),
    (503, "TemporarilyUnableToProduceOrderQuoteError", AgencyUnavailable),
    (403, "NoAPITokenError", AgencyRejected),
    (200, None, AgencyChanged),
]


@pytest.mark.parametrize(("status", "kind", "meant"), ERRORS, ids=str)
@pytest.mark.parametrize("inside", [False, True])
async def test_errors_mean_what_their_types_say(order, status, kind, meant, inside):
    error = {"@type": kind, "description": "Sebuah rahasia."}
    body = {"@type": "OrderQuote", "orderedItem": [{"error": [error]}]} if inside and status == 409 else error
    async with playing(recording(OpenBooking, "order")) as player:
        player.always = lambda: web.json_response(
            body, status=status, content_type="application/vnd.openactive.booking+json"
        )
        system = connect(OpenBooking, player.played, player.url)
        if isinstance(meant, Refusal):
            assert await done(system.hold(order)) is meant
            assert player.hits == 1
        else:
            with pytest.raises(meant) as raised:
                await done(system.hold(order))
            assert "rahasia" not in str(raised.value)
        await system.aclose()


@pytest.mark.parametrize("status", [409, 500])
async def test_a_page_with_a_status_is_no_typed_error(order, status):
    async with playing(recording(OpenBooking, "order")) as player:
        player.always = lambda: web.Response(status=status, text="<h1>Rusak</h1>", content_type="text/html")
        system = connect(OpenBooking, player.played, player.url)
        with pytest.raises(AgencyUnavailable if status == 500 else AgencyChanged):
            await done(system.hold(order))
        await system.aclose()


async def test_a_quote_without_a_lease_holds_nothing(order):
    async with playing(recording(OpenBooking, "order")) as player:
        due = {"@type": "OrderQuote", "totalPaymentDue": {"price": 5, "priceCurrency": "IDR"}}
        player.always = lambda: web.json_response(due)
        system = connect(OpenBooking, player.played, player.url)
        with pytest.raises(AgencyChanged, match="no lease"):
            await done(system.hold(order))
        await system.aclose()


def seen(kind, **more):
    """A request for the order, as the specification in force wants it."""
    return {
        "@context": "https://openactive.io/",
        "@type": kind,
        "brokerRole": "https://openactive.io/AgentBroker",
        "broker": {"@type": "Organization", "name": "Kota Contoh"},
        "seller": "https://gor.example/sellers/1",
        "orderedItem": [
            {
                "@type": "OrderItem",
                "position": 0,
                "acceptedOffer": f"https://gor.example/slots/{FREE}#/offers/1",
                "orderedItem": f"https://gor.example/slots/{FREE}",
            }
        ],
        **more,
    }


CUSTOMER = {"@type": "Person", "identifier": "one", "email": "one@warga.invalid"}
DUE = {"@type": "PriceSpecification", "price": 75_000, "priceCurrency": "IDR"}
ANSWER = {
    "lease": {"leaseExpires": "2026-11-23T12:10:00Z"},
    "totalPaymentDue": DUE,
    "orderedItem": [
        {"id": "https://gor.example/orders/1#/0", "orderItemStatus": "https://openactive.io/OrderConfirmed"}
    ],
}


async def requests(order, **options):
    """What is sent to hold, confirm and cancel, of one system that answers the same to all."""
    async with playing(recording(OpenBooking, "order")) as player:
        player.played.options |= options
        held = msgspec.structs.replace(order, state=BookingState.HELD)
        system = connect(OpenBooking, player.played, player.url)
        player.always = lambda: web.json_response(ANSWER)
        booking = await done(system.hold(order))
        player.first = [web.Response(status=404)]
        ends = booking.expires_at + timedelta(days=3650)
        confirmed = await done(system.confirm(msgspec.structs.replace(held, price=75_000, expires_at=ends)))
        cancelled = await done(system.cancel(known(order, confirmed)))
        await system.aclose()
        sent = [(each.method, await each.json()) for each in player.calls if each.body_exists]
    assert (confirmed.state, cancelled.state) == (BookingState.CONFIRMED, BookingState.CANCELLED)
    return sent


async def test_requests_name_things_by_their_id_alone(order):
    item = {
        "@type": "OrderItem",
        "@id": "https://gor.example/orders/1#/0",
        "orderItemStatus": "https://openactive.io/CustomerCancelled",
    }
    assert await requests(order) == [
        ("PUT", seen("OrderQuote")),
        ("PUT", seen("OrderQuote", customer=CUSTOMER)),
        ("PUT", seen("Order", customer=CUSTOMER, totalPaymentDue=DUE)),
        ("PATCH", {"@context": "https://openactive.io/", "@type": "Order", "orderedItem": [item]}),
    ]


async def test_a_system_of_the_older_snapshot_is_sent_objects(order):
    (_, asked), *_ = await requests(order, references="object")
    (item,) = asked["orderedItem"]
    assert asked["seller"] == {"@type": "Organization", "@id": "https://gor.example/sellers/1"}
    assert item["orderedItem"] == {"@type": "Slot", "@id": f"https://gor.example/slots/{FREE}"}
    assert item["acceptedOffer"] == {"@type": "Offer", "@id": f"https://gor.example/slots/{FREE}#/offers/1"}


STATUSES = {
    "https://openactive.io/OrderItemConfirmed": BookingState.CONFIRMED, "OrderConfirmed": BookingState.CONFIRMED,
    "https://openactive.io/OrderConfirmed": BookingState.CONFIRMED, "oa:AttendeeAbsent": None,
    "https://openactive.io/AttendeeAttended": BookingState.CONFIRMED,
    "https://openactive.io/CustomerCancelled": BookingState.CANCELLED,
    "https://openactive.io/SellerCancelled": BookingState.CANCELLED_BY_VENUE, "https://openactive.io/OrderProposed": None,
}  # fmt: skip


@pytest.mark.parametrize("status", STATUSES)
async def test_an_order_is_what_its_item_says(order, status):
    body = {"@type": "Order", "orderedItem": [{"@id": "https://gor.example/orders/1#/0", "orderItemStatus": status}]}
    async with playing(recording(OpenBooking, "order")) as player:
        player.always = lambda: web.json_response(body)
        system = connect(OpenBooking, player.played, player.url)
        if STATUSES[status] is None:
            with pytest.raises(AgencyChanged, match="none that is known"):
                await done(system.booking("uuid-1", order))
        else:
            assert (await done(system.booking("uuid-1", order))).state is STATUSES[status]
        await system.aclose()
