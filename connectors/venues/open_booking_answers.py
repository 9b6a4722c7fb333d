"""What the Open Booking API answers: quotes, orders, and errors that have types.

Source: the specification Open Booking API 1.0: 400 and 500 are an error as the whole body, 409 also has them within an
item. `LeaseError` and `OrderConfirmed` are of an earlier draft, as are `id` and `type` for `@id` and `@type`.
"""

from datetime import datetime, tzinfo
from typing import Any

import msgspec

from connectors.booking.records import BookingState, Refusal
from connectors.kit.errors import AgencyRejected, AgencyUnavailable
from connectors.kit.rows import Row
from connectors.kit.values import BadRow

STATES = {
    "OrderItemConfirmed": BookingState.CONFIRMED,
    "OrderConfirmed": BookingState.CONFIRMED,
    "AttendeeAttended": BookingState.CONFIRMED,
    "AttendeeAbsent": BookingState.CONFIRMED,
    "CustomerAttended": BookingState.CONFIRMED,
    "CustomerCancelled": BookingState.CANCELLED,
    "SellerCancelled": BookingState.CANCELLED_BY_VENUE,
}
REFUSALS = {
    "OpportunityIsFullError": Refusal.TAKEN,
    "OpportunityHasInsufficientCapacityError": Refusal.TAKEN,
    "OpportunityCapacityIsReservedByLeaseError": Refusal.TAKEN,
    "OpportunityIsInConflictError": Refusal.TAKEN,
    "UnableToProcessOrderItemError": Refusal.TAKEN,
    "LeaseError": Refusal.EXPIRED,
    "TotalPaymentDueMismatchError": Refusal.PRICE_CHANGED,
    "OrderAlreadyExistsError": Refusal.KEY_USED,
    "CancellationNotPermittedError": Refusal.TOO_LATE,
    "UnknownOpportunityError": Refusal.NOT_FOUND,
    "UnknownOfferError": Refusal.NOT_FOUND,
    "UnacceptableOfferError": Refusal.NOT_FOUND,
    "OpportunityOfferPairNotBookableError": Refusal.NOT_FOUND,
}
OURS = "Incomplete Missing Unnecessary Invalid Patch Seller UnexpectedOrderType OrderItem".split()
"""How types begin that say that the hub asked wrongly, or is not agreed with."""


class OrderedSlot(msgspec.Struct, frozen=True, kw_only=True):
    """What an order says of its one item."""

    item: str
    state: BookingState


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """What a slot costs, and until when it is leased."""

    price: int | None
    leased_until: datetime | None


def refusal(body: object, path: str, agency: str) -> Refusal | None:
    """What is said to be wrong; raises an `AgencyError` where that is the system, or what was sent to it."""
    for kind in _errors(body):
        if kind in REFUSALS:
            return REFUSALS[kind]
        if kind.startswith(tuple(OURS)):
            raise AgencyRejected(agency, f"{path}: an error of what was sent")
        raise AgencyUnavailable(agency, f"{path}: an error of its own")
    return None


def _errors(body: object) -> list[str]:
    """The types of what is wrong: the body itself, or within its items."""
    found = [body, *_dicts(body, "error")]
    for item in _dicts(body, "orderedItem"):
        found += _dicts(item, "error")
    kinds = [str(each.get("@type", each.get("type", ""))) for each in found if isinstance(each, dict)]
    return [kind for kind in kinds if kind.endswith("Error")]


def _dicts(of: object, key: str) -> list[dict[str, Any]]:
    inner = of.get(key) if isinstance(of, dict) else None
    return [each for each in inner if isinstance(each, dict)] if isinstance(inner, list) else []


def to_ordered(row: Row) -> OrderedSlot:
    """An order, of its one item."""
    items = row.many("orderedItem")
    row.ignore_rest()
    if len(items) != 1:
        raise BadRow("orderedItem: not one")
    status = items[0].text("orderItemStatus").rpartition("/")[2]
    if status not in STATES:
        raise BadRow("orderItemStatus: none that is known")
    ordered = OrderedSlot(item=items[0].text(items[0].either("@id", "id")), state=STATES[status])
    items[0].ignore_rest()
    return ordered


def to_quote(row: Row, zone: tzinfo) -> Quote:
    """A quote; without a lease nothing is held by it."""
    lease, due = row.optional_nested("lease"), row.nested("totalPaymentDue")
    price, until = due.amount("price"), lease.optional_moment("leaseExpires", zone) if lease else None
    if price < 0:
        raise BadRow("price: negative")
    for each in (due, lease, row):
        if each:
            each.ignore_rest()
    return Quote(price=price, leased_until=until)
