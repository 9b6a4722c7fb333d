"""What a domain tells this part of the things that it lets people book.

A thing has a code, a time, a price, and somebody of its own domain who keeps it. A domain declares one `Bookables` for
each kind of its connectors that takes bookings: `ResolverDomain(contributions={TheKind: Bookables(…)})`.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

import msgspec

from connectors.booking.records import BookedSlot, BookingSystem
from connectors.kit.connector import AnyConnector
from connectors.kit.domains import DeclarationError
from connectors.regions.records import Kecamatan
from connectors.registry import CONNECTORS
from resolvers.booking.rules import PublishedBooking, Readiness
from resolvers.kit.context import Context


class BookedThing(msgspec.Struct, frozen=True, kw_only=True):
    """What is booked, as a calendar shows it; `keeper` is who is on duty then, with a telephone if there is one."""

    name: str
    place: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    kecamatan: Kecamatan | None = None
    categories: tuple[str, ...] = ()
    keeper: str | None = None


class Bookables(NamedTuple):
    """How a domain finds what can be booked at one kind of its systems, and how a calendar speaks of it.

    `find`: the slot with this key at this agency; None where there is none. `next_free`: the slots of the same thing
    that are free from then on, in order. `describe`: what is booked, if its system still has it. `find` and the others
    raise `AgencyError` where nobody can say. `readiness`: what a calendar says of it, by language.
    """

    find: Callable[[Context, str, str], Awaitable[BookedSlot | None]]
    next_free: Callable[[Context, str, BookedSlot], Awaitable[list[BookedSlot]]]
    describe: Callable[[Context, PublishedBooking], Awaitable[BookedThing | None]]
    readiness: Mapping[str, Mapping[Readiness, str]]


def check_bookables(contributions: Mapping[type[AnyConnector], object]) -> None:
    """Every connector that takes bookings is of one kind whose domain says how its things are found."""
    kinds = [kind for kind, each in contributions.items() if isinstance(each, Bookables)]
    for connector in CONNECTORS:
        if issubclass(connector, BookingSystem) and not issubclass(connector, tuple(kinds)):
            mine = f"{connector.__module__}.{connector.__qualname__}"
            where = f"resolvers/{connector.domain}/domain.py contributes no Bookables for its kind"
            raise DeclarationError(f"{mine} takes bookings, and nobody finds its slots: {where}")


def bookables_of(ctx: Context, agency: str) -> Bookables:
    """What the domain of this agency's system declares; raises LookupError where it declares nothing."""
    for kind, each in ctx.contributed(Bookables).items():
        if ctx.agencies.with_code(kind, agency):
            return each
    raise LookupError(agency)
