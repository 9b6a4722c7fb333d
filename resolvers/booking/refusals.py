"""Why a booking is refused, in words. No I/O in here."""

from typing import Any

from connectors.booking.records import Refusal
from connectors.kit.errors import AgencyError
from resolvers.kit.errors import UserError

TEXTS = {
    Refusal.TAKEN: ("SLOT_TAKEN", "Jam ini sudah dipesan orang lain.", "This time is already booked by somebody else."),
    Refusal.KEY_USED: (
        "IDEMPOTENCY_CONFLICT",
        "idempotencyKey ini sudah dipakai untuk permintaan lain.",
        "This idempotencyKey was used for another request.",
    ),
    Refusal.EXPIRED: (
        "BOOKING_EXPIRED",
        "Batas waktu konfirmasi sudah lewat. Pesan kembali.",
        "The time to confirm has ended. Book again.",
    ),
    Refusal.CANCELLED: ("BOOKING_CANCELLED", "Pemesanan ini sudah dibatalkan.", "This booking has been cancelled."),
    Refusal.PRICE_CHANGED: (
        "PRICE_CHANGED",
        "Harganya sudah berubah. Lihat harga yang baru, lalu pesan kembali.",
        "The price has changed. Look at the new price, then book again.",
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


def refused(why: Refusal, **more: Any) -> UserError:
    """Of what a system does not do."""
    code, indonesian, english = TEXTS[why]
    return UserError(code, id=indonesian, en=english, told=more)


def slot_not_found() -> UserError:
    """Of a slot that cannot be had at all."""
    return UserError(
        "NOT_FOUND",
        id="Tidak ada jam dengan kode ini yang dapat dipesan.",
        en="There is no bookable slot with this code.",
    )


def slot_in_the_past() -> UserError:
    """Of a slot that has begun."""
    return UserError("SLOT_IN_THE_PAST", id="Jam ini sudah mulai atau lewat.", en="This time has begun or is over.")


def too_many_holds(most: int) -> UserError:
    """Of somebody who holds as many slots as may be."""
    return UserError(
        "TOO_MANY_HOLDS",
        id=f"Paling banyak {most} jam sekaligus menunggu konfirmasi; konfirmasi atau batalkan dahulu.",
        en=f"At most {most} slots can be held at once; confirm or cancel one first.",
    )


def unknown_outcome(error: AgencyError, name: str) -> UserError:
    """Of a system that did not answer: what was asked may have been done, so it is to be asked again as it was."""
    more: dict[str, Any] = {"agency": error.agency, "retryable": True}
    if error.retry_after is not None:
        more["retryAfter"] = error.retry_after
    return UserError(
        error.code,
        id=f"{name} sedang tidak menjawab. Coba lagi; tidak akan terpesan dua kali.",
        en=f"{name} does not answer now. Try again: nothing is booked twice.",
        told=more,
    )
