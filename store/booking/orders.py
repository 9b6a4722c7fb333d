"""Bookings that were asked for through the hub: under which key, by whom, and the last that was heard of them.

They are no facts: the system that takes the bookings is asked for those. By the orders a repeat finds what it repeats,
and a person what is theirs; and a slot that was booked a moment ago is not shown as free.
"""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
    update,
)

from connectors.booking.records import BookingOrder, BookingState
from store.booking.tables import ORDERS
from store.kit.database import Database

AT = ORDERS.c

MOST = 1_000
"""How many of one owner, or of one thing and time, are found; the latest."""


OF_OWNER = AT.owner == bindparam("of_owner")
OF_AGENCY = AT.agency == bindparam("of_agency")
IT = (OF_AGENCY, AT.reference == bindparam("of_reference"))


def _finding(*where: ColumnElement[bool]) -> Select[Any]:
    return select(ORDERS).where(*where).order_by(AT.starts_at.desc()).limit(MOST)


UNDER = _finding(OF_OWNER, AT.key == bindparam("of_key"))
ONE = _finding(*IT)
OWN = _finding(OF_OWNER)
THERE = _finding(
    OF_AGENCY, AT.thing == bindparam("of_thing"), AT.starts_at < bindparam("until"), AT.ends_at > bindparam("since")
)
HELD = select(func.count()).where(
    OF_OWNER,
    OF_AGENCY,
    or_(AT.state.is_(None), AT.state == BookingState.HELD.value),
    AT.held_until > bindparam("now"),
)
ADDING, NOTING, FORGETTING = insert(ORDERS), update(ORDERS).where(*IT), delete(ORDERS).where(*IT, AT.state.is_(None))


class StoredOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order at one agency. `owner` is the hub's name for who asked, `person` the one of the audit log."""

    agency: str
    owner: str
    person: str
    order: BookingOrder


class BookingOrders:
    """All of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, wanted: StoredOrder, now: datetime, until: datetime, most: int) -> StoredOrder | None:
        """Take the key for this, unless it stands for something already: then that.

        None where the owner holds, or is about to hold, as many slots of the agency as may be. `until`: how long it
        counts as held while nobody knows more.
        """

        def claim(connection: Connection) -> StoredOrder | None:
            if self._database.dialect == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(wanted.owner, 0))))
            if row := connection.execute(UNDER, {"of_owner": wanted.owner, "of_key": wanted.order.key}).first():
                return _known(row)
            mine = {"of_owner": wanted.owner, "of_agency": wanted.agency, "now": now}
            if connection.execute(HELD, mine).scalar_one() >= most:
                return None
            slot = wanted.order.slot
            values = {
                "agency": wanted.agency,
                "reference": wanted.order.reference,
                "owner": wanted.owner,
                "key": wanted.order.key,
                "person": wanted.person,
                "thing": slot.thing,
                "slot": slot.key,
                "starts_at": int(slot.starts_at.timestamp()),
                "ends_at": int(slot.ends_at.timestamp()),
                "held_until": until,
                "changed_at": now,
                "body": msgspec.msgpack.encode(wanted.order),
            }
            connection.execute(ADDING, values)
            return wanted

        return await self._database.write(claim)

    async def note(self, known: StoredOrder, now: datetime) -> None:
        """Remember what was heard of it."""
        order = known.order
        heard = {
            **_of(known),
            "state": order.state.value if order.state else None,
            "held_until": order.expires_at,
            "changed_at": now,
            "body": msgspec.msgpack.encode(order),
        }
        await self._database.write(lambda connection: connection.execute(NOTING, heard))

    async def forget(self, known: StoredOrder) -> None:
        """Give the key back, if nothing came of it."""
        await self._database.write(lambda connection: connection.execute(FORGETTING, _of(known)))

    async def under(self, owner: str, key: str) -> StoredOrder | None:
        """What this key stands for."""
        return next(iter(await self._found(UNDER, of_owner=owner, of_key=key)), None)

    async def find(self, agency: str, reference: str) -> StoredOrder | None:
        """The one of this reference."""
        return next(iter(await self._found(ONE, of_agency=agency, of_reference=reference)), None)

    async def of(self, owner: str) -> list[StoredOrder]:
        """All of one owner, at whatever agency."""
        return await self._found(OWN, of_owner=owner)

    async def at(self, agency: str, thing: str, since: datetime, until: datetime) -> list[StoredOrder]:
        """All of one thing that touch this time."""
        time = {"since": int(since.timestamp()), "until": int(until.timestamp())}
        return await self._found(THERE, of_agency=agency, of_thing=thing, **time)

    async def taken(
        self, since: Collection[tuple[str, datetime]], now: datetime
    ) -> dict[tuple[str, datetime], Counter[str]]:
        """How often slots of each agency were held or booked through the hub since then, by their keys."""
        asked: dict[str, Any] = {"now": now}
        for place, (agency, then) in enumerate(since):
            asked |= {f"agency_{place}": agency, f"then_{place}": then}
        finding = _taken(len(since))
        rows = await self._database.read(lambda connection: connection.execute(finding, asked).all())
        return {
            each: Counter({row.slot: row.uses for row in rows if row.place == place})
            for place, each in enumerate(since)
        }

    async def _found(self, finding: Select[Any], **values: Any) -> list[StoredOrder]:
        return await self._database.read(
            lambda connection: [_known(row) for row in connection.execute(finding, values)]
        )


@cache
def _taken(agencies: int) -> CompoundSelect[Any]:
    """How often slots of so many agencies were held or booked, by the places of the agencies."""
    held = and_(AT.state == BookingState.HELD.value, AT.held_until > bindparam("now"))
    live = or_(AT.state == BookingState.CONFIRMED.value, held)
    return union_all(
        *(
            select(literal(place).label("place"), AT.slot, func.count().label("uses"))
            .where(AT.agency == bindparam(f"agency_{place}"), AT.changed_at >= bindparam(f"then_{place}"), live)
            .group_by(AT.slot)
            for place in range(agencies)
        )
    )


def _of(known: StoredOrder) -> dict[str, Any]:
    return {"of_agency": known.agency, "of_reference": known.order.reference}


def _known(row: Any) -> StoredOrder:
    order = msgspec.msgpack.decode(row.body, type=BookingOrder)
    return StoredOrder(agency=row.agency, owner=row.owner, person=row.person, order=order)
