"""A city's own booking database: its courts, their hours and slots, and bookings, over SQL.

Source: the reference schema `booking.postgresql.sql` and `booking.sqlite.sql` beside this file, which is ours, as no
public one of a city's booking system was found. It promises that the database itself forbids two bookings of one court
that overlap, whoever writes them; owner and key of a request are unique; until when a slot is held is written with it.

Which clock decides: that of the hub that asks, against the moment that is written. Two hubs' clocks may differ by the
`SLACK` of transactions.py: for so long after its end nobody else takes a slot that was held, and its owner confirms
it only before.
"""

import hashlib
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Connection, select

from connectors.booking.records import Booking, BookingOrder, BookingTerms, Refusal
from connectors.kit.command import command
from connectors.kit.connector import Credentials, Options
from connectors.kit.errors import AgencyChanged
from connectors.kit.feed import Batch, Feed, feed
from connectors.kit.rows import Row, many_records
from connectors.kit.sql import UNIQUE, WRITABLE, Sql, Violated
from connectors.kit.values import BadRow
from connectors.venues.opening import Duty, OpeningRule, court_slots, to_duty, to_rule, to_venue
from connectors.venues.records import BookableVenues, Slot, Venue
from connectors.venues.tables import BookingTables, Names
from connectors.venues.transactions import Transactions, columns, live, to_booking

T = TypeVar("T")
V = TypeVar("V", Venue, Slot)


class DatabaseOptions(Options, frozen=True, kw_only=True):
    """`names`: what the city calls its tables. `days_ahead`: for how many days slots are offered."""

    names: Names = Names()
    booking: BookingTerms = BookingTerms()
    days_ahead: int = 14


class BookingDatabaseCredentials(Credentials, frozen=True, kw_only=True):
    """Where the database asks for them."""

    user: str | None = None
    password: str | None = None


class BookingDatabase(BookableVenues[DatabaseOptions, BookingDatabaseCredentials]):
    """One city's booking database."""

    protocol: ClassVar[str] = "database"
    schemes: ClassVar[tuple[str, ...]] = WRITABLE

    def open(self, credentials: BookingDatabaseCredentials) -> None:
        self._sql = Sql(
            self.agency, self.clock, self.throttle, user=credentials.user, password=credentials.password, writes=True
        )
        self._tables = tables = BookingTables(self.options.names)
        self._transactions = Transactions(tables)

    async def aclose(self) -> None:
        await self._sql.aclose()

    @property
    def terms(self) -> BookingTerms:
        return self.options.booking

    def probe(self) -> Feed[Venue]:
        return self.venues()

    # A venue is there for years; its prices and opening hours change a few times a year.
    @feed(interval=timedelta(minutes=10), stale=timedelta(days=7), atomic=True)
    async def venues(self, position: str | None) -> AsyncGenerator[Batch[Venue], None]:
        duties, rules = await self._duties(), await self._rules()
        found = await self._courts(lambda row: to_venue(row, rules, duties))
        for batch in _unless_known(found, position):
            yield batch

    # A free slot may be taken at any minute; the booking asks the venue again.
    @feed(interval=timedelta(minutes=1), stale=timedelta(minutes=15), atomic=True)
    async def slots(self, position: str | None) -> AsyncGenerator[Batch[Slot], None]:
        rules, taken, today = await self._rules(), await self._taken(), self.clock.now().astimezone(self.zone).date()
        days = [today + timedelta(days=ahead) for ahead in range(self.options.days_ahead)]
        courts = await self._courts(lambda row: court_slots(row, rules, days, taken, self.zone))
        for batch in _unless_known(tuple(slot for court in courts for slot in court), position):
            yield batch

    @command
    async def hold(self, order: BookingOrder) -> Booking | Refusal:
        now, do = self.clock.now(), self._transactions
        until = now + self.terms.held_for
        try:
            return await self._write("hold", lambda at: do.hold(at, order, now, until))
        except Violated as violated:
            if violated.of is not UNIQUE:
                return Refusal.TAKEN
        known = await self._write("held", lambda at: do.held(at, order, now))
        return known or Refusal.KEY_USED

    @command
    async def confirm(self, order: BookingOrder) -> Booking | Refusal:
        now = self.clock.now()
        return await self._write("confirm", lambda at: self._transactions.confirm(at, order, now))

    @command
    async def cancel(self, order: BookingOrder) -> Booking | Refusal:
        now, before = self.clock.now(), self.terms.cancelled_before
        return await self._write("cancel", lambda at: self._transactions.cancel(at, order, now, before))

    @command
    async def make_ready(self, reference: str, order: BookingOrder | None) -> Booking | Refusal:  # noqa: ARG002  the base's signature
        now = self.clock.now()
        return await self._write("make_ready", lambda at: self._transactions.make_ready(at, reference, now))

    @command
    async def booking(self, reference: str, order: BookingOrder | None) -> Booking | None:  # noqa: ARG002  the base's signature
        found = await self._bookings("booking", self._tables.bookings.c.reference == reference)
        return found[0] if found else None

    @command
    async def bookings_of(self, owner: str, orders: tuple[BookingOrder, ...]) -> tuple[Booking, ...]:  # noqa: ARG002  the base's signature
        return await self._bookings("bookings_of", self._tables.bookings.c.owner == owner)

    @command
    async def bookings_at(
        self,
        venue: str,
        since: datetime,
        until: datetime,
        orders: tuple[BookingOrder, ...],  # noqa: ARG002  the base's signature
    ) -> tuple[Booking, ...]:
        at = self._tables.bookings.c
        there = (at.court_id == int(venue), at.starts_at < until, at.ends_at > since)
        return await self._bookings("bookings_at", *there)

    async def _write(self, name: str, work: Callable[[Connection], T]) -> T:
        try:
            return await self._sql.write(name, work)
        except BadRow as bad:
            raise AgencyChanged(self.agency.code, f"{name}: {bad}") from None

    async def _bookings(self, name: str, *where: ColumnElement[bool]) -> tuple[Booking, ...]:
        rows, now = await self._sql.rows(name, columns(self._tables.bookings, *where), {}), self.clock.now()
        return await self._read(rows, lambda row: to_booking(row, now))

    async def _courts(self, to: Callable[[Row], T]) -> tuple[T, ...]:
        return await self._read(await self._sql.rows("courts", columns(self._tables.courts), {}), to)

    async def _rules(self) -> dict[str, list[OpeningRule]]:
        rows = await self._sql.rows("opening_hours", columns(self._tables.opening_hours), {})
        return _by_court(await self._read(rows, to_rule))

    async def _duties(self) -> dict[str, list[Duty]]:
        keepers, duties = self._tables.keepers.c, self._tables.duties.c
        named = [keepers.name.label("name"), keepers.phone.label("phone")]
        spelt = [each.label(each.key) for each in duties]
        statement = select(*spelt, *named).where(keepers.id == duties.keeper_id).order_by(duties.keeper_id)
        return _by_court(await self._read(await self._sql.rows("duties", statement, {}), to_duty))

    async def _taken(self) -> dict[str, list[tuple[datetime, datetime]]]:
        now = self.clock.now()
        where = (live(self._tables, now), self._tables.bookings.c.ends_at > now - timedelta(days=1))
        taken = defaultdict[str, list[tuple[datetime, datetime]]](list)
        for each in await self._bookings("taken", *where):
            taken[each.thing].append((each.starts_at, each.ends_at))
        return taken

    async def _read(self, rows: list[dict[str, Any]], to: Callable[[Row], T]) -> tuple[T, ...]:
        return await many_records(rows, to, agency=self.agency.code, findings=self.findings)


def _by_court(found: tuple[tuple[str, T], ...]) -> dict[str, list[T]]:
    by_court = defaultdict[str, list[T]](list)
    for court, each in found:
        by_court[court].append(each)
    return by_court


def _unless_known(found: tuple[V, ...], position: str | None) -> list[Batch[V]]:
    """All of it, or nothing where it is what was had before; the position is its digest."""
    digest = hashlib.sha256(msgspec.json.encode(found)).hexdigest()
    if digest == position:
        return []
    return [Batch(records=tuple((each.key, each) for each in found), position=digest, full=True)]
