"""What is written into a city's booking database, each within one transaction; what is done twice is as if done once.

A hold waits for its turn at the court, then lets go of what is held no longer, and inserts: whether that overlaps, the
database itself says (`Violated`), because others write there too.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Select,
    Table,
    and_,
    bindparam,
    insert,
    or_,
    select,
    update,
)

from connectors.booking.records import Booking, BookingOrder, BookingState, Refusal
from connectors.kit.rows import Row
from connectors.kit.values import BadRow
from connectors.venues.tables import BookingTables

SLACK = timedelta(seconds=5)
"""By how much the clocks of two hubs may differ: for so long after its end nobody else takes what was held."""

STATES = {state.value.lower(): state for state in BookingState}


def columns(table: Table, *where: ColumnElement[bool]) -> Select[Any]:
    """All columns, by the names that they have here."""
    return select(*(column.label(column.key) for column in table.c)).where(*where)


def live(tables: BookingTables, now: datetime) -> ColumnElement[bool]:
    """What keeps others from a time of a court."""
    at = tables.bookings.c
    return or_(at.state == "confirmed", and_(at.state == "held", at.expires_at > now - SLACK))


def to_booking(row: Row, now: datetime) -> Booking:
    """A row as a booking; what is held past its moment has expired."""
    state, expires_at = STATES.get(row.text("state")), moment(row, "expires_at")
    if state is None:
        raise BadRow("state: none that is known")
    if state is BookingState.HELD and (expires_at is None or expires_at <= now):
        state = BookingState.EXPIRED
    starts_at, ends_at = moment(row, "starts_at"), moment(row, "ends_at")
    if starts_at is None or ends_at is None:
        raise BadRow("starts_at, ends_at: empty")
    row.ignore("request_key", "request_digest")
    return Booking(
        reference=row.text("reference"),
        thing=row.text("court_id"),
        starts_at=starts_at,
        ends_at=ends_at,
        price=row.optional_amount("price"),
        state=state,
        owner=row.optional_text("owner"),
        holder=row.optional_text("holder") if row.has("holder") else None,
        expires_at=expires_at if state is BookingState.HELD else None,
        ready_at=moment(row, "ready_at"),
    )


def moment(row: Row, key: str) -> datetime | None:
    """A moment, or none; as the driver gives it."""
    value = row.value(key)
    if value is not None and not isinstance(value, datetime):
        raise BadRow(f"{key}: not a moment")
    return value


class Transactions:
    """Plain functions of a connection. Their statements are built once."""

    def __init__(self, tables: BookingTables) -> None:
        bookings, at = tables.bookings, tables.bookings.c
        mine = (at.reference == bindparam("of_reference"), at.owner == bindparam("of_owner"))
        held = (at.state == "held", at.expires_at > bindparam("now"))
        everything = [column.label(column.key) for column in at]
        court = tables.courts.c.id
        self._turn = select(court).where(court == bindparam("of_court")).with_for_update(key_share=True)
        self._under = columns(bookings, at.owner == bindparam("of_owner"), at.request_key == bindparam("of_key"))
        let_go = (at.court_id == bindparam("of_court"), at.state == "held", at.expires_at <= bindparam("over"))
        self._let_go = update(bookings).where(*let_go).values(state="expired")
        self._insert = insert(bookings)
        self._own = columns(bookings, *mine).with_for_update()
        self._any = columns(bookings, at.reference == bindparam("of_reference")).with_for_update()
        confirmed = update(bookings).where(*mine, *held).values(state="confirmed", expires_at=None)
        self._confirm = confirmed.returning(*everything)
        it = update(bookings).where(at.reference == bindparam("of_reference"))
        self._cancel = it.values(state="cancelled", expires_at=None).returning(*everything)
        self._make_ready = it.values(ready_at=bindparam("now")).returning(*everything)

    def hold(self, connection: Connection, order: BookingOrder, now: datetime, until: datetime) -> Booking | Refusal:
        """Hold the order's slot; raises `Violated` where somebody else has it."""
        court = int(order.slot.thing)
        if connection.execute(self._turn, {"of_court": court}).first() is None:
            return Refusal.NOT_FOUND
        if (known := self.held(connection, order, now)) is not None:
            return known
        connection.execute(self._let_go, {"of_court": court, "over": now - SLACK})
        new = {
            "reference": order.reference,
            "court_id": court,
            "starts_at": order.slot.starts_at,
            "ends_at": order.slot.ends_at,
            "price": order.slot.price,
            "state": "held",
            "owner": order.owner,
            "request_key": order.key,
            "request_digest": order.request,
            "expires_at": until,
        }
        connection.execute(self._insert, new)
        return to_booking(Row({**new, "ready_at": None}), now)

    def held(self, connection: Connection, order: BookingOrder, now: datetime) -> Booking | Refusal | None:
        """What stands under the order's owner and key."""
        row = _first(connection, self._under, {"of_owner": order.owner, "of_key": order.key})
        if row is None:
            return None
        return to_booking(Row(row), now) if row["request_digest"] == order.request else Refusal.KEY_USED

    def confirm(self, connection: Connection, order: BookingOrder, now: datetime) -> Booking | Refusal:
        """Take what is held."""
        if row := _first(connection, self._confirm, {**_mine(order), "now": now}):
            return to_booking(Row(row), now)
        found = self._owned(connection, order, now)
        if isinstance(found, Booking) and found.state is not BookingState.CONFIRMED:
            return Refusal.EXPIRED if found.state is BookingState.EXPIRED else Refusal.CANCELLED
        return found

    def cancel(
        self, connection: Connection, order: BookingOrder, now: datetime, before: timedelta
    ) -> Booking | Refusal:
        """Give back what is held or, until so long before its beginning, confirmed."""
        found = self._owned(connection, order, now)
        if isinstance(found, Refusal) or found.state not in (BookingState.HELD, BookingState.CONFIRMED):
            return found
        if found.state is BookingState.CONFIRMED and found.starts_at - before <= now:
            return Refusal.TOO_LATE
        return _changed(connection, self._cancel, {"of_reference": found.reference}, now)

    def make_ready(self, connection: Connection, reference: str, now: datetime) -> Booking | Refusal:
        """Note that the venue is ready for it."""
        row = _first(connection, self._any, {"of_reference": reference})
        if row is None:
            return Refusal.NOT_FOUND
        found = to_booking(Row(row), now)
        if found.state is not BookingState.CONFIRMED:
            return Refusal.NOT_CONFIRMED
        return (
            found
            if found.ready_at
            else _changed(connection, self._make_ready, {"of_reference": reference, "now": now}, now)
        )

    def _owned(self, connection: Connection, order: BookingOrder, now: datetime) -> Booking | Refusal:
        row = _first(connection, self._own, _mine(order))
        return Refusal.NOT_FOUND if row is None else to_booking(Row(row), now)


def _mine(order: BookingOrder) -> dict[str, str]:
    return {"of_reference": order.reference, "of_owner": order.owner}


def _changed(connection: Connection, change: Executable, values: Mapping[str, object], now: datetime) -> Booking:
    row = connection.execute(change, dict(values)).mappings().one()
    return to_booking(Row(dict(row)), now)


def _first(connection: Connection, statement: Executable, values: Mapping[str, object]) -> dict[str, Any] | None:
    row = connection.execute(statement, dict(values)).mappings().first()
    return None if row is None else dict(row)
