"""What is written into a city's booking database, each within one transaction; what is done twice is as if done once.

A hold waits for its turn at the court, then lets go of what is held no longer, and inserts: whether that overlaps, the
database itself says (`Violated`), because others write there too.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, Table, and_, insert, or_, select, update

from connectors.booking.records import Booking, BookingOrder, BookingState, Refusal
from connectors.kit.rows import Row
from connectors.kit.values import BadRow
from connectors.venues.tables import BookingTables

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

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


async def hold(
    connection: "AsyncConnection", tables: BookingTables, order: BookingOrder, now: datetime, until: datetime
) -> Booking | Refusal:
    """Hold the order's slot; raises `Violated` where somebody else has it."""
    court, at = int(order.slot.thing), tables.bookings.c
    turn = select(tables.courts.c.id).where(tables.courts.c.id == court).with_for_update(key_share=True)
    if (await connection.execute(turn)).first() is None:
        return Refusal.NOT_FOUND
    if (known := await held(connection, tables, order, now)) is not None:
        return known
    over = and_(at.court_id == court, at.state == "held", at.expires_at <= now - SLACK)
    await connection.execute(update(tables.bookings).where(over).values(state="expired"))
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
    await connection.execute(insert(tables.bookings).values(**new))
    return to_booking(Row({**new, "ready_at": None}), now)


async def held(
    connection: "AsyncConnection", tables: BookingTables, order: BookingOrder, now: datetime
) -> Booking | Refusal | None:
    """What stands under the order's owner and key."""
    at = tables.bookings.c
    row = await _first(connection, columns(tables.bookings, at.owner == order.owner, at.request_key == order.key))
    if row is None:
        return None
    return to_booking(Row(row), now) if row["request_digest"] == order.request else Refusal.KEY_USED


async def confirm(
    connection: "AsyncConnection", tables: BookingTables, order: BookingOrder, now: datetime
) -> Booking | Refusal:
    """Take what is held."""
    found = await _owned(connection, tables, order, now)
    if isinstance(found, Booking) and found.state is BookingState.HELD:
        return await _changed(connection, tables, found, now, state="confirmed", expires_at=None)
    if isinstance(found, Booking) and found.state is not BookingState.CONFIRMED:
        return Refusal.EXPIRED if found.state is BookingState.EXPIRED else Refusal.CANCELLED
    return found


async def cancel(
    connection: "AsyncConnection", tables: BookingTables, order: BookingOrder, now: datetime, before: timedelta
) -> Booking | Refusal:
    """Give back what is held or, until so long before its beginning, confirmed."""
    found = await _owned(connection, tables, order, now)
    if isinstance(found, Refusal) or found.state not in (BookingState.HELD, BookingState.CONFIRMED):
        return found
    if found.state is BookingState.CONFIRMED and found.starts_at - before <= now:
        return Refusal.TOO_LATE
    return await _changed(connection, tables, found, now, state="cancelled", expires_at=None)


async def make_ready(
    connection: "AsyncConnection", tables: BookingTables, reference: str, now: datetime
) -> Booking | Refusal:
    """Note that the venue is ready for it."""
    at = tables.bookings.c
    row = await _first(connection, columns(tables.bookings, at.reference == reference).with_for_update())
    if row is None:
        return Refusal.NOT_FOUND
    found = to_booking(Row(row), now)
    if found.state is not BookingState.CONFIRMED:
        return Refusal.NOT_CONFIRMED
    return found if found.ready_at else await _changed(connection, tables, found, now, ready_at=now)


async def _owned(
    connection: "AsyncConnection", tables: BookingTables, order: BookingOrder, now: datetime
) -> Booking | Refusal:
    at = tables.bookings.c
    mine = columns(tables.bookings, at.reference == order.reference, at.owner == order.owner)
    row = await _first(connection, mine.with_for_update())
    return Refusal.NOT_FOUND if row is None else to_booking(Row(row), now)


async def _changed(
    connection: "AsyncConnection", tables: BookingTables, booking: Booking, now: datetime, **values: object
) -> Booking:
    at = tables.bookings.c
    await connection.execute(update(tables.bookings).where(at.reference == booking.reference).values(**values))
    row = await _first(connection, columns(tables.bookings, at.reference == booking.reference))
    return to_booking(Row(row), now)


async def _first(connection: "AsyncConnection", statement: Select[Any]) -> Mapping[str, Any] | None:
    row = (await connection.execute(statement)).mappings().first()
    return None if row is None else dict(row)
