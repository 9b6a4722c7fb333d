"""The other half of the booking system: the Open Booking API, on the slots of its feeds.

Its habits:
- leases of ten minutes, which end by themselves
- 409 with what is wrong inside the item; 201 the first time and 200 after that
- a thing that is named by its `@id`, or by an object with it, comes back in full
- a UUID stands for what was ordered under it
- nothing can be cancelled an hour before it begins
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import msgspec
from aiohttp import web

from sandbox.kit.control import Control
from sandbox.venues.courts import WIB, slot_name
from sandbox.venues.openactive import AGENCY, BASE, Feeds, feeds_of, reference

MEDIA = "application/vnd.openactive.booking+json; version=1"
LEASED_FOR = timedelta(minutes=10)
CLOSES_BEFORE = timedelta(hours=1)

_KNOWN: "WeakKeyDictionary[Control, OrderBook]" = WeakKeyDictionary()


class Lease(NamedTuple):
    """Who has a slot until when."""

    slot: str
    until: datetime


class OrderBook:
    """Leases and orders by their UUIDs; of an order, what it says and which slot it is of."""

    def __init__(self, feeds: Feeds) -> None:
        self._feeds = feeds
        self.leases: dict[str, Lease] = {}
        self.orders: dict[str, tuple[str, dict[str, Any]]] = {}

    def cancel(self, uuid: str, status: str, now: datetime) -> None:
        """By the customer or the seller; the slot is free again."""
        slot, order = self.orders[uuid]
        item = order["orderedItem"][0]
        if item["orderItemStatus"].endswith("OrderItemConfirmed"):
            item["orderItemStatus"] = f"https://openactive.io/{status}"
            self._change(slot, 1, now)

    def let_go(self, uuid: str, now: datetime) -> None:
        """End a lease, if there is one."""
        if lease := self.leases.pop(uuid, None):
            self._change(lease.slot, 1, now)

    def end_leases(self, now: datetime) -> None:
        """Those whose time is over."""
        for uuid in [uuid for uuid, lease in self.leases.items() if lease.until <= now]:
            self.let_go(uuid, now)

    def lease(self, uuid: str, slot: str, now: datetime) -> datetime:
        """Keep a slot, which is free or leased under this UUID already."""
        if uuid in self.orders:
            return now + LEASED_FOR
        if uuid not in self.leases:
            self.leases[uuid] = Lease(slot, now + LEASED_FOR)
            self._change(slot, -1, now)
        return self.leases[uuid].until

    def book(self, uuid: str, slot: str, order: dict[str, Any], now: datetime) -> None:
        """Order what is leased, or still free."""
        self.lease(uuid, slot, now)
        del self.leases[uuid]
        self.orders[uuid] = (slot, order)

    def left(self, slot: str, now: datetime) -> int:
        """How many uses of a slot are free; raises KeyError where there is no such slot."""
        data = self._feeds.slot(slot, now.astimezone(WIB).date())
        return int(data["remainingUses"])

    def price(self, slot: str, now: datetime) -> float:
        """What it costs."""
        return float(self._feeds.offers(slot, now.astimezone(WIB).date())[0]["price"])

    def starts_at(self, slot: str, now: datetime) -> datetime:
        """When it begins."""
        return datetime.fromisoformat(self._feeds.slot(slot, now.astimezone(WIB).date())["startDate"])

    def _change(self, slot: str, by: int, now: datetime) -> None:
        today = now.astimezone(WIB).date()
        left = int(self._feeds.slot(slot, today)["remainingUses"])
        self._feeds.change("Slot", slot, today, remainingUses=left + by)


def orders_of(control: Control) -> OrderBook:
    """Those of one sandbox."""
    return _KNOWN.setdefault(control, OrderBook(feeds_of(control)))


class Desk:
    """Answers what is asked under a UUID."""

    def __init__(self, orders: OrderBook, now: Callable[[], datetime]) -> None:
        self._orders = orders
        self._now = now

    def price(self, uuid: str, asked: dict[str, Any]) -> web.Response:
        """C1."""
        return self._refused(uuid, asked) or self._quoted(asked, None)

    def lease(self, uuid: str, asked: dict[str, Any]) -> web.Response:
        """C2."""
        if "email" not in asked.get("customer", {}):
            return _error(HTTPStatus.BAD_REQUEST, "IncompleteCustomerDetailsError")
        if refused := self._refused(uuid, asked):
            return refused
        return self._quoted(asked, self._orders.lease(uuid, _slot(asked), self._now()))

    def let_go(self, uuid: str, _: dict[str, Any]) -> web.Response:
        """The end of a lease."""
        self._orders.let_go(uuid, self._now())
        return web.Response(status=HTTPStatus.NO_CONTENT)

    def book(self, uuid: str, asked: dict[str, Any]) -> web.Response:
        """B."""
        slot, now = _slot(asked), self._now()
        if known := self._orders.orders.get(uuid):
            same = known[0] == slot and known[1]["customer"] == asked["customer"]
            return _answer(known[1]) if same else _error(HTTPStatus.INTERNAL_SERVER_ERROR, "OrderAlreadyExistsError")
        if self._refused(uuid, asked):
            return _error(HTTPStatus.CONFLICT, "UnableToProcessOrderItemError")
        if float(asked["totalPaymentDue"]["price"]) != self._orders.price(slot, now):
            return _error(HTTPStatus.BAD_REQUEST, "TotalPaymentDueMismatchError")
        self._orders.book(uuid, slot, _order(uuid, asked), now)
        return _answer(self._orders.orders[uuid][1], HTTPStatus.CREATED)

    def status(self, uuid: str, _: dict[str, Any]) -> web.Response:
        """What has become of an order."""
        known = self._orders.orders.get(uuid)
        return _answer(known[1]) if known else _error(HTTPStatus.NOT_FOUND, "UnknownOrderError")

    def cancel(self, uuid: str, asked: dict[str, Any]) -> web.Response:
        """The customer gives it back."""
        if uuid not in self._orders.orders:
            return _error(HTTPStatus.NOT_FOUND, "UnknownOrderError")
        slot, order = self._orders.orders[uuid]
        if asked["orderedItem"][0]["@id"] != order["orderedItem"][0]["@id"]:
            return _error(HTTPStatus.INTERNAL_SERVER_ERROR, "OrderItemIdInvalidError")
        if self._orders.starts_at(slot, self._now()) - CLOSES_BEFORE <= self._now():
            return _error(HTTPStatus.BAD_REQUEST, "CancellationNotPermittedError")
        self._orders.cancel(uuid, "CustomerCancelled", self._now())
        return web.Response(status=HTTPStatus.NO_CONTENT)

    def _refused(self, uuid: str, asked: dict[str, Any]) -> web.Response | None:
        """Why the slot is not to be had, or what the UUID stands for already."""
        slot, now = _slot(asked), self._now()
        if uuid in self._orders.orders and self._orders.orders[uuid][0] != slot:
            return _error(HTTPStatus.INTERNAL_SERVER_ERROR, "OrderAlreadyExistsError")
        if (lease := self._orders.leases.get(uuid)) and lease.slot != slot:
            self._orders.let_go(uuid, now)
        if uuid in self._orders.leases or uuid in self._orders.orders:
            return None
        try:
            if self._orders.left(slot, now) > 0:
                return None
        except KeyError:
            return _conflict(asked, "UnknownOpportunityError")
        leased = any(lease.slot == slot for lease in self._orders.leases.values())
        return _conflict(asked, "OpportunityCapacityIsReservedByLeaseError" if leased else "OpportunityIsFullError")

    def _quoted(self, asked: dict[str, Any], until: datetime | None) -> web.Response:
        lease = {"lease": {"@type": "Lease", "leaseExpires": until.isoformat()}} if until else {}
        due = _due(self._orders.price(_slot(asked), self._now()))
        return _answer({**_whole(asked), **lease, "totalPaymentDue": due, "taxCalculationExcluded": True})


def routes(control: Control, now: Callable[[], datetime]) -> list[web.RouteDef]:
    """C1, C2, B, and what follows."""
    orders = orders_of(control)
    desk = Desk(orders, now)
    feeds_of(control).before_each = lambda: orders.end_leases(now())

    def answered(asked: str, answer: Callable[[str, dict[str, Any]], web.Response]) -> Callable[[web.Request], Any]:
        async def handle(request: web.Request) -> web.StreamResponse:
            async def asks(_: web.Request) -> web.Response:
                orders.end_leases(now())
                body = await request.read()
                return answer(request.match_info["uuid"], msgspec.json.decode(body) if body else {})

            return await control.answer(AGENCY, asked, request, asks)

        return handle

    return [
        web.put(f"{BASE}/order-quote-templates/{{uuid}}", answered("C1", desk.price)),
        web.put(f"{BASE}/order-quotes/{{uuid}}", answered("C2", desk.lease)),
        web.delete(f"{BASE}/order-quotes/{{uuid}}", answered("let go", desk.let_go)),
        web.put(f"{BASE}/orders/{{uuid}}", answered("B", desk.book)),
        web.patch(f"{BASE}/orders/{{uuid}}", answered("cancel", desk.cancel)),
        web.get(f"{BASE}/orders/{{uuid}}", answered("status", desk.status), allow_head=False),
    ]


def _slot(asked: dict[str, Any]) -> str:
    return slot_name(reference(asked["orderedItem"][0]["orderedItem"]))


def _whole(asked: dict[str, Any]) -> dict[str, Any]:
    """The same with objects for references, as answers have them."""
    item = asked["orderedItem"][0]
    offer = {"@type": "Offer", "@id": reference(item["acceptedOffer"])}
    ordered = {**item, "acceptedOffer": offer, "orderedItem": {"@type": "Slot", "@id": reference(item["orderedItem"])}}
    seller = {"@type": "Organization", "@id": reference(asked["seller"])}
    return {**asked, "seller": seller, "orderedItem": [ordered]}


def _order(uuid: str, asked: dict[str, Any]) -> dict[str, Any]:
    address = f"https://gor.example/orders/{uuid}"
    confirmed = {"@id": f"{address}#/0", "orderItemStatus": "https://openactive.io/OrderItemConfirmed"}
    whole = _whole(asked)
    items = [{**whole["orderedItem"][0], **confirmed}]
    return {**whole, "@id": address, "orderNumber": uuid[:8].upper(), "orderedItem": items}


def _due(price: float) -> dict[str, Any]:
    return {"@type": "PriceSpecification", "price": price, "priceCurrency": "IDR"}


def _conflict(asked: dict[str, Any], kind: str) -> web.Response:
    whole = _whole(asked)
    item = {**whole["orderedItem"][0], "error": [{"@type": kind, "description": "Tidak tersedia."}]}
    return _answer({**whole, "orderedItem": [item], "totalPaymentDue": _due(0)}, HTTPStatus.CONFLICT)


def _error(status: HTTPStatus, kind: str) -> web.Response:
    return _answer({"@context": "https://openactive.io/", "@type": kind, "description": "Tidak dapat."}, status)


def _answer(body: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> web.Response:
    return web.Response(body=msgspec.json.encode(body), status=status, headers={"Content-Type": MEDIA})
