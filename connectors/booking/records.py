"""What is said of a booking, and what a system does that takes bookings, whatever the things are that are booked.

The system is the only writer of truth: the hub asks it each time, and keeps nothing of the answer as a fact. What it
does keep is the `BookingOrder`: what was asked for, under which key and name, so that it can be asked for again.
"""

from abc import abstractmethod
from datetime import datetime, timedelta
from enum import Enum
from typing import Annotated, TypeVar

import msgspec

from connectors.kit.command import Command
from connectors.kit.connector import Connector, Credentials, Options


class BookingState(Enum):
    """What became of it."""

    HELD = "HELD"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"
    CANCELLED_BY_VENUE = "CANCELLED_BY_VENUE"
    EXPIRED = "EXPIRED"


class Refusal(Enum):
    """Why a system does not do what it was asked to."""

    TAKEN = "TAKEN"
    """Somebody else has this time, or a part of it."""
    KEY_USED = "KEY_USED"
    """The key stands for another request."""
    EXPIRED = "EXPIRED"
    """It was held until a moment that has passed."""
    CANCELLED = "CANCELLED"
    """It was given back, or the side that lets it has cancelled it."""
    PRICE_CHANGED = "PRICE_CHANGED"
    """It costs something else by now."""
    TOO_LATE = "TOO_LATE"
    """It is not cancelled any more."""
    NOT_CONFIRMED = "NOT_CONFIRMED"
    """It is held, cancelled or expired, and nobody comes for that."""
    NOT_FOUND = "NOT_FOUND"
    """There is no such booking, or the time is not on offer."""


class BookedSlot(msgspec.Struct, frozen=True, kw_only=True):
    """A time for which one thing can be had, as it is booked. `key` names the time, `thing` what can be had.

    `price` is in whole rupiah, 0 where it costs nothing, None where unsaid. `reference` and `offer` are what the time
    and its price are called where it is booked, if that is not by the key.
    """

    key: str
    thing: str = msgspec.field(name="venue")
    """It has this name in orders: they were kept when venues alone were booked."""
    starts_at: datetime
    ends_at: datetime
    price: int | None
    reference: str | None = None
    offer: str | None = None


class Booking(msgspec.Struct, frozen=True, kw_only=True):
    """One booking, as its system tells of it. `thing` is what is booked, `reference` the booking's own name.

    `owner` is by what the system knows who booked through the hub: a name of the hub's making that says nothing; None
    for who booked elsewhere. `holder` is a name that the system itself keeps, where it is configured to say so.
    `expires_at`: until when it is held. `ready_at`: when the thing was said to be ready.
    """

    reference: str
    thing: str
    starts_at: datetime
    ends_at: datetime
    price: int | None
    state: BookingState
    owner: str | None
    holder: str | None = None
    expires_at: datetime | None = None
    ready_at: datetime | None = None


class BookingOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asked for through the hub: this slot, for this owner, under this key.

    `reference` follows from owner and key, so that a repeat asks for the same booking. `request` is a digest of what
    was asked, `price` what the system quoted. `state` is the last that the hub heard, None while it does not know
    whether the system heard of it.
    """

    reference: str
    owner: str
    key: str
    request: str
    slot: BookedSlot
    price: int | None = None
    state: BookingState | None = None
    expires_at: datetime | None = None
    ready_at: datetime | None = None


class BookingTerms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """On which terms a city takes bookings.

    `hold_minutes`: how long a slot is held for who has not confirmed yet, where the hub says it. `holds_at_once`: how
    many slots one person may hold. `cancel_hours`: until how long before its beginning a booking can be cancelled.
    """

    hold_minutes: Annotated[int, msgspec.Meta(ge=1, le=120)] = 10
    holds_at_once: Annotated[int, msgspec.Meta(ge=1)] = 3
    cancel_hours: Annotated[int, msgspec.Meta(ge=0)] = 0

    @property
    def held_for(self) -> timedelta:
        """How long a slot is held."""
        return timedelta(minutes=self.hold_minutes)

    @property
    def cancelled_before(self) -> timedelta:
        """How long before its beginning a booking can be cancelled."""
        return timedelta(hours=self.cancel_hours)


O = TypeVar("O", bound=Options)  # noqa: E741
C = TypeVar("C", bound=Credentials)


class BookingSystem(Connector[O, C]):
    """A connector of a system that takes bookings. What is done twice is as if it were done once.

    A domain's own kind adds how its things are found. Where a system keeps no list of its own, `orders` are those that
    the hub knows of.
    """

    @property
    @abstractmethod
    def terms(self) -> BookingTerms:
        """On which terms it takes bookings."""

    @abstractmethod
    def hold(self, order: BookingOrder) -> Command[Booking | Refusal]:
        """Keep the slot for its owner until a moment; for the same order, the booking that there is."""

    @abstractmethod
    def confirm(self, order: BookingOrder) -> Command[Booking | Refusal]:
        """Take what is held, before that moment."""

    @abstractmethod
    def cancel(self, order: BookingOrder) -> Command[Booking | Refusal]:
        """Give it back, held or confirmed."""

    @abstractmethod
    def booking(self, reference: str, order: BookingOrder | None) -> Command[Booking | None]:
        """One booking as it is now."""

    @abstractmethod
    def bookings_of(self, owner: str, orders: tuple[BookingOrder, ...]) -> Command[tuple[Booking, ...]]:
        """All of one owner."""
