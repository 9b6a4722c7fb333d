"""By what somebody who books is known: to the hub's orders, to each system, to the audit log.

All of them are keyed names that say nothing, and no two systems know a person by the same one.
"""

import uuid
from urllib.parse import quote

import msgspec

from auth.subject import Subject
from connectors.booking.records import BookedSlot, BookingOrder
from resolvers.booking.rules import digest
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.personal import person_of
from store.booking.orders import StoredOrder


class Booker(msgspec.Struct, frozen=True, kw_only=True):
    """The person who asks: `owner` to the hub's orders, `person` in the record, which is reckoned from `name`."""

    name: Subject
    owner: str
    person: str


def booker(ctx: Context) -> Booker:
    """The person who asks; raises FORBIDDEN where nobody has signed in."""
    person = person_of(ctx)
    return Booker(name=person.name, owner=_name(ctx, "orders", person.subject), person=_seal_of(ctx, person.name))


def owner_at(ctx: Context, agency: str) -> str:
    """By what this system knows the person who asks."""
    return _name(ctx, f"agency:{agency}", person_of(ctx).subject)


def key_of(ctx: Context, key: str) -> str:
    """The key, as it is kept; a client may have put anything into it. A subject with a colon in it stays one part."""
    return _name(ctx, "orders:key", f"{quote(person_of(ctx).subject, safe='')}:{key}")


def wanted(ctx: Context, agency: str, slot: BookedSlot, key: str) -> StoredOrder:
    """What is about to be asked for, under a reference that follows from who asks and the key."""
    who, under = booker(ctx), key_of(ctx, key)
    order = BookingOrder(
        reference=str(uuid.UUID(_name(ctx, f"orders:{agency}", under), version=4)),
        owner=owner_at(ctx, agency),
        key=under,
        request=digest(f"{agency}/{slot.key}"),
        slot=slot,
        price=slot.price,
    )
    return StoredOrder(agency=agency, owner=who.owner, person=who.person, order=order)


def _name(ctx: Context, use: str, of: str) -> str:
    if ctx.hasher is None:
        raise UserError("NOT_CONFIGURED", id="Kota ini tidak menerima pemesanan.", en="This city takes no bookings.")
    return ctx.hasher.pseudonym(f"hub:{use}", of)


def _seal_of(ctx: Context, name: Subject) -> str:
    return ctx.hasher.subject(name) if ctx.hasher else ""
