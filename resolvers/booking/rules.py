"""How a booking is published, what a calendar has said of it, and which keys and times will do. No I/O in here."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import Any

from connectors.booking.records import BookedSlot, Booking, BookingState
from connectors.kit.structs import extended
from resolvers.kit.errors import UserError
from resolvers.kit.source import Source
from store.booking.sequences import CalendarDigest

OFFERED = 3
"""How many free slots are named to somebody who came too late."""

STEPS = (BookingState.HELD, BookingState.CONFIRMED, BookingState.CANCELLED)
"""The states that a booking passes through."""


class Readiness(Enum):
    """Whether who keeps what is booked has said that it is ready."""

    NOT_ASKED = "NOT_ASKED"
    UNCONFIRMED = "UNCONFIRMED"
    READY = "READY"


class PublishedBooking(Booking, frozen=True, kw_only=True):
    """A booking, and which system says so.

    `person` is the owner's name in the audit log; None where nobody knows it.
    """

    code: str
    readiness: Readiness
    ready_by: str | None
    person: str | None
    source: Source


def published(booking: Booking, source: Source, person: str | None) -> PublishedBooking:
    """A booking as the graph has it."""
    return extended(
        PublishedBooking,
        booking,
        code=f"{source.agency}/{booking.reference}",
        readiness=readiness(booking),
        ready_by=source.agency if booking.ready_at else None,
        person=person,
        source=source,
    )


def readiness(booking: Booking) -> Readiness:
    """Somebody is asked for it once the booking is confirmed; it is ready when they say so."""
    if booking.state is not BookingState.CONFIRMED:
        return Readiness.NOT_ASKED
    return Readiness.READY if booking.ready_at else Readiness.UNCONFIRMED


def by_time(booking: PublishedBooking) -> int:
    """Where it stands in a list that begins with the earliest."""
    return int(booking.starts_at.timestamp())


def calendar_digest(booking: PublishedBooking) -> CalendarDigest:
    """What a calendar says of a booking, so that a change of it is seen."""
    times = (str(int(moment.timestamp())) for moment in (booking.starts_at, booking.ends_at))
    said = (booking.state.value, booking.readiness.value, booking.thing, *times)
    step = STEPS.index(booking.state) if booking.state in STEPS else len(STEPS) - 1
    return CalendarDigest(booking.source.agency, booking.reference, digest(*said)[:32], step)


def offers(agency: str, free: Iterable[BookedSlot], refused: str) -> list[dict[str, Any]]:
    """The first of these slots, as an error names them; the one that was `refused` is not among them."""
    return [
        {
            "slot": f"{agency}/{slot.key}",
            "startsAt": slot.starts_at.isoformat(),
            "endsAt": slot.ends_at.isoformat(),
            "price": slot.price,
        }
        for slot in [each for each in free if each.key != refused][:OFFERED]
    ]


def digest(*asked: str) -> str:
    """What was asked, so that it can be told from something else and from nothing more."""
    return hashlib.sha256("\n".join(asked).encode()).hexdigest()


def check_key(key: str) -> None:
    """Any text that a client thinks of for one wish; raises BAD_USER_INPUT."""
    if not key or not key.isprintable():
        raise UserError(
            "BAD_USER_INPUT",
            id="idempotencyKey: sebuah teks pada satu baris, misalnya sebuah UUID.",
            en="idempotencyKey: a text on one line, a UUID for instance.",
        )


def has_begun(slot: BookedSlot, now: datetime) -> bool:
    """Whether it is too late to book it."""
    return slot.starts_at <= now
