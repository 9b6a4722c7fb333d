"""Something to book that is no venue: a hall with two slots, whose keeper writes into a ledger of its own."""

from datetime import datetime, timedelta

import msgspec

from connectors.booking.records import BookedSlot, Booking, BookingState, BookingSystem, BookingTerms, Refusal
from connectors.kit.command import command
from connectors.kit.connector import Credentials, Options
from resolvers.booking.bookables import Bookables, BookedThing
from resolvers.booking.rules import Readiness
from tests.clock import NOON

AGENCY = """
[agencies.gedung]
domain = "halls"
connector = "ledger"
name = "Gedung Contoh"
"""
LIVE = (BookingState.HELD, BookingState.CONFIRMED)


def slot(number: int) -> BookedSlot:
    starts_at = NOON + timedelta(days=1, hours=number)
    return BookedSlot(
        key=f"slot-{number}",
        thing="hall",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=90),
        price=250_000,
    )


SLOTS = {each.key: each for each in (slot(1), slot(2))}


class Ledger(BookingSystem[Options, Credentials]):
    """The hall's own system. It is asked over no wire."""

    domain = "halls"
    protocol = "ledger"
    schemes = ()

    def open(self, credentials):
        self.written = {}
        self.holds = 0

    @property
    def terms(self):
        return BookingTerms(hold_minutes=5, holds_at_once=1, cancel_hours=2)

    @command
    async def hold(self, order):
        self.holds += 1
        known = self._now(order.reference)
        if known is None and any(each.state in LIVE for each in self._at(order.slot.starts_at)):
            return Refusal.TAKEN
        return known or self._written(
            Booking(
                reference=order.reference, thing=order.slot.thing, starts_at=order.slot.starts_at,
                ends_at=order.slot.ends_at, price=order.price, state=BookingState.HELD, owner=order.owner,
                expires_at=self.clock.now() + self.terms.held_for,
            )
        )  # fmt: skip

    @command
    async def confirm(self, order):
        found = self._now(order.reference)
        if found.state not in LIVE:
            return Refusal.EXPIRED
        return self._written(msgspec.structs.replace(found, state=BookingState.CONFIRMED, expires_at=None))

    @command
    async def cancel(self, order):
        found = self._now(order.reference)
        if found.starts_at - self.terms.cancelled_before <= self.clock.now():
            return Refusal.TOO_LATE
        return self._written(msgspec.structs.replace(found, state=BookingState.CANCELLED, expires_at=None))

    @command
    async def booking(self, reference, order):
        return self._now(reference)

    @command
    async def bookings_of(self, owner, orders):
        return tuple(self._now(each) for each, booking in self.written.items() if booking.owner == owner)

    def free(self) -> list[BookedSlot]:
        taken = {each.starts_at for each in self.written.values() if self._now(each.reference).state in LIVE}
        return [each for each in SLOTS.values() if each.starts_at not in taken]

    def _at(self, moment: datetime):
        return [self._now(each.reference) for each in self.written.values() if each.starts_at == moment]

    def _now(self, reference):
        found = self.written.get(reference)
        if found and found.state is BookingState.HELD and found.expires_at <= self.clock.now():
            return msgspec.structs.replace(found, state=BookingState.EXPIRED, expires_at=None)
        return found

    def _written(self, booking):
        self.written[booking.reference] = booking
        return booking


async def find(ctx, agency, key):
    return SLOTS.get(key)


async def next_free(ctx, agency, refused):
    return ctx.agencies.with_code(Ledger, agency).free()


async def describe(ctx, booking):
    return BookedThing(name="Aula Contoh", place="Jalan Contoh 1", keeper="Penjaga Contoh")


BOOKABLES = Bookables(
    find=find,
    next_free=next_free,
    describe=describe,
    readiness={"id": {Readiness.UNCONFIRMED: "Aula belum siap."}, "en": {Readiness.UNCONFIRMED: "Not swept yet."}},
)
