"""How a booking is told, what is free beside it, and why one is refused. No I/O in here."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import Any

from connectors.kit.errors import AgencyError
from connectors.venues.bookings import Booking, BookingState, Refusal
from connectors.venues.records import Slot
from resolvers.kit.context import Source
from resolvers.kit.errors import UserError
from resolvers.venues.rules import left
from store.booking.told_bookings import Telling

OFFERED = 3
"""How many free slots are named to somebody who came too late."""
LONGEST_KEY = 100


class Readiness(Enum):
    """Whether the venue has said that it is ready."""

    NOT_ASKED = "NOT_ASKED"
    UNCONFIRMED = "UNCONFIRMED"
    READY = "READY"


class VenueBooking(Booking, frozen=True, kw_only=True):
    """A booking, and whose it is to tell. `person` is the owner's name in the record; None where nobody knows it."""

    code: str
    readiness: Readiness
    ready_by: str | None
    person: str | None
    source: Source


def told(booking: Booking, source: Source, person: str | None) -> VenueBooking:
    """A booking as it is told."""
    return VenueBooking(
        **{name: getattr(booking, name) for name in Booking.__struct_fields__},
        code=f"{source.agency}/{booking.reference}",
        readiness=readiness(booking),
        ready_by=source.agency if booking.ready_at else None,
        person=person,
        source=source,
    )


def readiness(booking: Booking) -> Readiness:
    """A venue is asked for what is confirmed, and is ready when it says so."""
    if booking.state is not BookingState.CONFIRMED:
        return Readiness.NOT_ASKED
    return Readiness.READY if booking.ready_at else Readiness.UNCONFIRMED


STEPS = (BookingState.HELD, BookingState.CONFIRMED, BookingState.CANCELLED)
"""The states that a booking passes through."""


def telling(booking: VenueBooking) -> Telling:
    """What a calendar tells of a booking, so that it is known when that is something else."""
    said = (
        booking.state.value,
        booking.readiness.value,
        booking.venue,
        *map(_stamp, (booking.starts_at, booking.ends_at)),
    )
    step = STEPS.index(booking.state) if booking.state in STEPS else len(STEPS) - 1
    return Telling(booking.source.agency, booking.reference, digest(*said)[:32], step)


def _stamp(moment: datetime) -> str:
    return str(int(moment.timestamp()))


def next_free(agency: str, slots: Iterable[Slot], taken: Counter[str], refused: str) -> list[dict[str, Any]]:
    """The first of these that can be had, as an error tells of them."""
    free = [slot for slot in slots if slot.key != refused and left(slot, taken).remaining > 0]
    return [
        {
            "slot": f"{agency}/{slot.key}",
            "startsAt": slot.starts_at.isoformat(),
            "endsAt": slot.ends_at.isoformat(),
            "price": slot.price,
        }
        for slot in free[:OFFERED]
    ]


def digest(*asked: str) -> str:
    """What was asked, so that it can be told from something else and from nothing more."""
    return hashlib.sha256("\n".join(asked).encode()).hexdigest()


def check_key(key: str) -> None:
    """Any text that a client thinks of for one wish; raises BAD_USER_INPUT."""
    if not 0 < len(key) <= LONGEST_KEY or not key.isprintable():
        raise UserError(
            "BAD_USER_INPUT",
            id=f"idempotencyKey: 1 sampai {LONGEST_KEY} huruf, misalnya sebuah UUID.",
            en=f"idempotencyKey: 1 to {LONGEST_KEY} characters, a UUID for instance.",
        )


TEXTS = {
    Refusal.TAKEN: ("SLOT_TAKEN", "Jam ini sudah dipesan orang lain.", "This time is already booked by somebody else."),
    Refusal.KEY_USED: (
        "IDEMPOTENCY_CONFLICT",
        "idempotencyKey ini sudah dipakai untuk permintaan lain.",
        "This idempotencyKey was used for another request.",
    ),
    Refusal.EXPIRED: (
        "BOOKING_EXPIRED",
        "Batas waktu konfirmasi sudah lewat; pesan kembali dengan idempotencyKey baru.",
        "The time to confirm has ended. Hold the slot again with a new idempotencyKey.",
    ),
    Refusal.CANCELLED: ("BOOKING_CANCELLED", "Pemesanan ini sudah dibatalkan.", "This booking has been cancelled."),
    Refusal.PRICE_CHANGED: (
        "PRICE_CHANGED",
        "Harganya sudah berubah; pesan kembali dengan idempotencyKey baru.",
        "The price has changed. Hold the slot again with a new idempotencyKey.",
    ),
    Refusal.TOO_LATE: (
        "TOO_LATE_TO_CANCEL",
        "Pemesanan ini tidak dapat dibatalkan lagi.",
        "This booking can no longer be cancelled.",
    ),
    Refusal.NOT_CONFIRMED: (
        "BOOKING_NOT_CONFIRMED",
        "Pemesanan ini belum atau tidak lagi dikonfirmasi.",
        "This booking is not confirmed, or no longer.",
    ),
    Refusal.NOT_FOUND: (
        "BOOKING_NOT_FOUND",
        "Tidak ada pemesanan dengan kode ini pada Anda.",
        "You have no booking with this code.",
    ),
}


def refused(why: Refusal, **told: Any) -> UserError:
    """Of what a system does not do."""
    code, indonesian, english = TEXTS[why]
    return UserError(code, id=indonesian, en=english, told=told)


def slot_not_found() -> UserError:
    """Of a slot that cannot be had at all."""
    return UserError(
        "NOT_FOUND",
        id="Tidak ada jam dengan kode ini yang dapat dipesan.",
        en="There is no bookable slot with this code.",
    )


def in_the_past(slot: Slot, now: datetime) -> None:
    """Raise SLOT_IN_THE_PAST for what has begun."""
    if slot.starts_at <= now:
        raise UserError("SLOT_IN_THE_PAST", id="Jam ini sudah mulai atau lewat.", en="This time has begun or is over.")


def too_many_holds(most: int) -> UserError:
    """Of somebody who holds as many slots as may be."""
    return UserError(
        "TOO_MANY_HOLDS",
        id=f"Paling banyak {most} jam sekaligus menunggu konfirmasi; konfirmasi atau batalkan dahulu.",
        en=f"At most {most} slots can be held at once; confirm or cancel one first.",
    )


def unknown_outcome(error: AgencyError, name: str) -> UserError:
    """Of a system that did not answer: what was asked may have been done, so it is to be asked again as it was."""
    told: dict[str, Any] = {"agency": error.agency, "retryable": True}
    if error.retry_after is not None:
        told["retryAfter"] = error.retry_after
    return UserError(
        error.code,
        id=f"{name} sedang tidak menjawab. Ulangi permintaan yang sama dengan idempotencyKey yang sama; tidak akan "
        "terpesan dua kali.",
        en=f"{name} does not answer now. Repeat the request with the same idempotencyKey: nothing is booked twice.",
        told=told,
    )
