"""OpenActive's Open Booking API, beside the same system's feeds.

Source: the specification Open Booking API 1.0, never seen alive. Said there: `PUT /order-quote-templates/{uuid}` (C1)
prices, `PUT /order-quotes/{uuid}` (C2) leases, `PUT /orders/{uuid}` (B) books; the UUID is the broker's, so each may be
sent again. Seller, slot and offer are named by their `@id` alone; an older snapshot had objects with it.
`PATCH /orders/{uuid}` with `CustomerCancelled` gives back, `DELETE /order-quotes/{uuid}` ends a lease, and
`GET /orders/{uuid}` says what has become of it. Where nothing is paid through the API, `payment` is left out.
Not said there: who keeps a venue and whether it is ready; nor is there a list of a customer's orders. The hub has them.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar, Literal, TypeVar

import msgspec

from connectors.booking.records import Booking, BookingOrder, BookingState, BookingTerms, Refusal
from connectors.kit.call import JSON, Call
from connectors.kit.command import command
from connectors.kit.errors import AgencyChanged
from connectors.kit.feed import Feed
from connectors.kit.read import read
from connectors.kit.reading import NEVER_KEPT
from connectors.kit.rows import Row, one_record
from connectors.kit.together import together
from connectors.venues.open_booking_answers import OrderedSlot, refusal, to_ordered, to_quote
from connectors.venues.openactive import OpenActiveCredentials, OpenActiveFeeds, OpenActiveOptions
from connectors.venues.records import BookableVenues, Venue

T = TypeVar("T")

MEDIA = "application/vnd.openactive.booking+json; version=1"
ACCEPTS = ("application/vnd.openactive.booking+json", *JSON)
TYPED = frozenset({400, 409, 500})
GONE = frozenset({404, 410})
DONE = frozenset({204})


class OpenBookingOptions(OpenActiveOptions, frozen=True, kw_only=True):
    """`orders_path`: where it books. `seller`: the `@id` of who lets the venues. `broker`: by what name the hub comes.

    `references`: whether requests name things by `id`, as the specification in force wants it, or by an `object` with
    it, as its older snapshot did. A customer needs an address: everybody's is the name that says nothing, at the city's
    domain `customers_at`.
    """

    seller: str
    broker: str
    customers_at: str
    orders_path: str = ""
    references: Literal["id", "object"] = "id"
    booking: BookingTerms = BookingTerms()


class OpenBooking(OpenActiveFeeds[OpenBookingOptions], BookableVenues[OpenBookingOptions, OpenActiveCredentials]):
    """One booking system that also books."""

    protocol: ClassVar[str] = "open_booking"

    @property
    def terms(self) -> BookingTerms:
        return self.options.booking

    def probe(self) -> Feed[Venue]:
        return self.venues()

    @read(ttl=NEVER_KEPT)
    async def order(self, reference: str) -> OrderedSlot | None:
        path = f"{self.options.orders_path}/orders/{{uuid}}"
        body = await self._http.json(Call(path=path, into={"uuid": reference}, accepts=ACCEPTS, absent=GONE))
        return None if body is None else self._one(body, to_ordered)

    @command
    async def hold(self, order: BookingOrder) -> Booking | Refusal:
        if order.slot.reference is None or order.slot.offer is None:
            return Refusal.NOT_FOUND
        for path, who in (("order-quote-templates", {}), ("order-quotes", self._customer(order))):
            body = await self._put(path, order, "OrderQuote", who)
            if isinstance(body, Refusal):
                return body
        quote = self._one(body, lambda row: to_quote(row, self.zone))
        if quote.leased_until is None:
            raise AgencyChanged(self.agency.code, "order-quotes: no lease")
        return _as(order, BookingState.HELD, price=quote.price, expires_at=quote.leased_until)

    @command
    async def confirm(self, order: BookingOrder) -> Booking | Refusal:
        found = await self._now(order)
        if found.state is BookingState.HELD:
            due = {"totalPaymentDue": {"@type": "PriceSpecification", "price": order.price, "priceCurrency": "IDR"}}
            body = await self._put("orders", order, "Order", self._customer(order) | due)
            if isinstance(body, Refusal):
                return body
            return _as(order, self._one(body, to_ordered).state)
        if found.state is BookingState.EXPIRED:
            return Refusal.EXPIRED
        return found if found.state is BookingState.CONFIRMED else Refusal.CANCELLED

    @command
    async def cancel(self, order: BookingOrder) -> Booking | Refusal:
        if order.state is BookingState.CANCELLED:
            return _as(order, order.state)
        ordered = (await self.order(order.reference).fetch()).records
        if ordered is None:
            path = f"{self.options.orders_path}/order-quotes/{{uuid}}"
            await self._http.body(
                Call(method="DELETE", path=path, into={"uuid": order.reference}, accepts=ACCEPTS, absent=DONE | GONE)
            )
            return _as(order, BookingState.CANCELLED)
        if ordered.state is not BookingState.CONFIRMED:
            return _as(order, ordered.state)
        if order.slot.starts_at - self.terms.cancelled_before <= self.clock.now():
            return Refusal.TOO_LATE
        item = {"@type": "OrderItem", "@id": ordered.item, "orderItemStatus": "https://openactive.io/CustomerCancelled"}
        refused = await self._ask("PATCH", "orders", order, {"@type": "Order", "orderedItem": [item]})
        return refused if isinstance(refused, Refusal) else _as(order, BookingState.CANCELLED)

    @command
    async def make_ready(self, reference: str, order: BookingOrder | None) -> Booking | Refusal:  # noqa: ARG002  the base's signature
        if order is None:
            return Refusal.NOT_FOUND
        found = await self._now(order)
        if found.state is not BookingState.CONFIRMED:
            return Refusal.NOT_CONFIRMED
        return msgspec.structs.replace(found, ready_at=order.ready_at or self.clock.now())

    @command
    async def booking(self, reference: str, order: BookingOrder | None) -> Booking | None:  # noqa: ARG002  the base's signature
        return None if order is None else await self._now(order)

    @command
    async def bookings_of(self, owner: str, orders: tuple[BookingOrder, ...]) -> tuple[Booking, ...]:  # noqa: ARG002  the base's signature
        return tuple(await together(map(self._now, orders)))

    @command
    async def bookings_at(
        self,
        venue: str,  # noqa: ARG002  the base's signature
        since: datetime,  # noqa: ARG002  the base's signature
        until: datetime,  # noqa: ARG002  the base's signature
        orders: tuple[BookingOrder, ...],
    ) -> tuple[Booking, ...]:
        return tuple(await together(map(self._now, orders)))

    async def _now(self, order: BookingOrder) -> Booking:
        """What has become of it; what is over, or was given back, is not asked for again."""
        now, known = self.clock.now(), order.state
        over = known is BookingState.CONFIRMED and order.slot.ends_at <= now
        if known is not None and (over or known in (BookingState.CANCELLED, BookingState.CANCELLED_BY_VENUE)):
            return _as(order, known)
        ordered = (await self.order(order.reference).fetch()).records
        if ordered is not None:
            return _as(order, ordered.state)
        if known is BookingState.CONFIRMED:
            return _as(order, BookingState.CANCELLED_BY_VENUE)
        if order.expires_at is None or order.expires_at <= now:
            return _as(order, BookingState.EXPIRED)
        return _as(order, BookingState.HELD, expires_at=order.expires_at)

    def _customer(self, order: BookingOrder) -> dict[str, Any]:
        email = f"{order.owner}@{self.options.customers_at}"
        return {"customer": {"@type": "Person", "identifier": order.owner, "email": email}}

    async def _put(self, path: str, order: BookingOrder, kind: str, more: dict[str, Any]) -> object | Refusal:
        """The order under its UUID, which may be sent again: the same UUID is the same order."""
        item = {
            "@type": "OrderItem",
            "position": 0,
            "acceptedOffer": self._reference("Offer", order.slot.offer),
            "orderedItem": self._reference("Slot", order.slot.reference),
        }
        asked = {
            "@type": kind,
            "brokerRole": "https://openactive.io/AgentBroker",
            "broker": {"@type": "Organization", "name": self.options.broker},
            "seller": self._reference("Organization", self.options.seller),
            "orderedItem": [item],
        }
        return await self._ask("PUT", path, order, asked | more)

    def _reference(self, kind: str, named: str | None) -> object:
        return named if self.options.references == "id" else {"@type": kind, "@id": named}

    async def _ask(self, method: str, path: str, order: BookingOrder, asked: dict[str, Any]) -> object | Refusal:
        call = Call(
            method=method,
            path=f"{self.options.orders_path}/{path}/{{uuid}}",
            into={"uuid": order.reference},
            json={"@context": "https://openactive.io/", **asked},
            media=MEDIA,
            accepts=ACCEPTS,
            answers=TYPED,
            absent=DONE,
            safe=True,
        )
        body = await self._http.json(call)
        return refusal(body, path, self.agency.code) or body

    def _one(self, body: object, to: Callable[[Row], T]) -> T:
        return one_record(body, to, agency=self.agency.code, findings=self.findings)


def _as(
    order: BookingOrder, state: BookingState, *, price: int | None = None, expires_at: datetime | None = None
) -> Booking:
    return Booking(
        reference=order.reference,
        thing=order.slot.thing,
        starts_at=order.slot.starts_at,
        ends_at=order.slot.ends_at,
        price=order.price if price is None else price,
        state=state,
        owner=order.owner,
        expires_at=expires_at,
        ready_at=order.ready_at if state is BookingState.CONFIRMED else None,
    )
