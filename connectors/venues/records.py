"""What is said of a venue and of its slots, what every connector keeps a copy of, and what one does that books them."""

from abc import abstractmethod
from datetime import datetime
from typing import ClassVar, TypeVar

import msgspec

from connectors.booking.records import Booking, BookingOrder, BookingSystem, Refusal
from connectors.kit.checks import at_least, at_most, checked, code, in_order, position
from connectors.kit.command import Command
from connectors.kit.connector import Connector, Credentials, Options
from connectors.kit.feed import Feed
from connectors.kit.opening_hours import OpeningHours


@checked(code("code"))
class Sport(msgspec.Struct, frozen=True, kw_only=True):
    """What can be played there; `code` is short and stable."""

    code: str
    name: str


class Keeper(msgspec.Struct, frozen=True, kw_only=True):
    """Who keeps a venue, by the name that the venue publishes, and when; `phone` in E.164."""

    name: str
    phone: str | None
    hours: tuple[OpeningHours, ...]


@checked(code("key"), code("reference"), *position(), at_least("price", 0))
class Venue(msgspec.Struct, frozen=True, kw_only=True):
    """One place that can be had for itself: a court, a hall, a lane. Its slots name it by `reference`.

    Or they name one of its `courts`, where it has several that are alike. `price` and `offer` are those of its slots
    that have no offers of their own. `site` is the grounds that it belongs to, `locality` the kecamatan as the venue
    spells it; a position is WGS 84.
    """

    key: str
    reference: str
    name: str
    description: str | None
    sports: tuple[Sport, ...]
    site: str | None
    street: str | None
    locality: str | None
    region: str | None
    latitude: float | None
    longitude: float | None
    phone: str | None
    provider: str | None
    hours: tuple[OpeningHours, ...]
    keepers: tuple[Keeper, ...]
    courts: tuple[str, ...] = ()
    price: int | None = None
    offer: str | None = None

    @property
    def references(self) -> tuple[str, ...]:
        """By what its slots may name it."""
        return tuple(dict.fromkeys((self.reference, *self.courts)))


@checked(
    code("key"),
    code("reference"),
    in_order("starts_at", "ends_at"),
    at_least("remaining", 0),
    at_least("maximum", 0),
    at_most("remaining", "maximum"),
    at_least("price", 0),
)
class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """A time for which a venue can be had. `price` is in whole rupiah, 0 where it costs nothing, None where unsaid.

    `remaining` of `maximum` uses are free; a court that one party takes has one. `reference` and `offer` are what it
    and its price are called where it is booked, if that is not by its key. `without_offers`: its venue's hold.
    """

    key: str
    venue: str
    starts_at: datetime
    ends_at: datetime
    remaining: int
    maximum: int | None
    price: int | None
    reference: str | None = None
    offer: str | None = None
    without_offers: bool = False


O = TypeVar("O", bound=Options)  # noqa: E741
C = TypeVar("C", bound=Credentials)


class Venues(Connector[O, C]):
    """A connector of this domain: one system of venues."""

    domain: ClassVar[str] = "venues"

    @abstractmethod
    def venues(self) -> Feed[Venue]:
        """All its venues."""

    @abstractmethod
    def slots(self) -> Feed[Slot]:
        """All their slots, taken ones too."""


class BookableVenues(Venues[O, C], BookingSystem[O, C]):
    """A connector of venues that also takes bookings."""

    @abstractmethod
    def make_ready(self, reference: str, order: BookingOrder | None) -> Command[Booking | Refusal]:
        """Say for the venue that it is open and lit for a booking that is confirmed."""

    @abstractmethod
    def bookings_at(
        self, venue: str, since: datetime, until: datetime, orders: tuple[BookingOrder, ...]
    ) -> Command[tuple[Booking, ...]]:
        """All of one venue that touch this time, whoever booked; those that are held no more left out."""
