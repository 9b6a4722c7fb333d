"""Copies of the venues and their slots, and how free hours are looked for."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from connectors.venues.records import Slot, Venue
from store.database import Database
from store.pages import Listing, Order, Slice, Window
from store.shelf import Shelf
from store.tables import SLOTS, VENUES

AT = SLOTS.c

KEPT = timedelta(days=62)
"""How long slots that have ended stay; nobody may ask for older ones."""

BY_TIME = Order((AT.starts_at, True), (AT.key, True))


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _slot_columns(slot: Slot) -> dict[str, Any]:
    return {
        "venue": slot.venue,
        "starts_at": _seconds(slot.starts_at),
        "ends_at": _seconds(slot.ends_at),
        "remaining": slot.remaining,
    }


VENUE_SHELF = Shelf(VENUES, Venue, lambda _: {})
SLOT_SHELF = Shelf(SLOTS, Slot, _slot_columns, past=(AT.ends_at, KEPT))


class VenueCopies:
    """The venues of all systems; there are few, so they are had all at once. Slots are not."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def venues(self, agencies: Sequence[str]) -> list[tuple[str, Venue]]:
        """All of these systems, each with the system's code."""
        async with self._database.reading() as connection:
            rows = await connection.execute(select(VENUES.c.agency, VENUES.c.body).where(VENUES.c.agency.in_(agencies)))
            return [(row.agency, VENUE_SHELF.decoder.decode(row.body)) for row in rows]

    async def slots_between(self, agencies: Sequence[str], since: datetime, until: datetime) -> list[tuple[str, Slot]]:
        """All slots that touch this time, of all venues of these systems, taken ones too, in order."""
        async with self._database.reading() as connection:
            rows = await connection.execute(
                select(AT.agency, AT.body)
                .where(AT.agency.in_(agencies), AT.starts_at < _seconds(until), AT.ends_at > _seconds(since))
                .order_by(AT.starts_at, AT.key)
            )
            return [(row.agency, SLOT_SHELF.decoder.decode(row.body)) for row in rows]

    async def slots_with(self, agency: str, keys: Collection[str]) -> list[Slot]:
        """Those of one system that have these keys."""
        async with self._database.reading() as connection:
            rows = await connection.execute(select(AT.body).where(AT.agency == agency, AT.key.in_(keys)))
            return [SLOT_SHELF.decoder.decode(row.body) for row in rows]

    async def slots_of(
        self,
        agency: str,
        venue: Collection[str],
        since: datetime,
        until: datetime | None,
        window: Window,
        *,
        only_free: bool,
        without: Collection[str] = (),
    ) -> Slice[Slot]:
        """A part of the slots that begin in this time of the venue of these references, `without` those of these keys.

        Raises TypeError for a place of another order.
        """
        where = [AT.agency == agency, AT.venue.in_(venue), AT.starts_at >= _seconds(since)]
        if until is not None:
            where.append(AT.starts_at < _seconds(until))
        if only_free:
            where.append(AT.remaining > 0)
        if without:
            where.append(AT.key.not_in(without))
        listing = Listing([AT.body], where, BY_TIME)
        async with self._database.reading() as connection:
            return await listing.cut(connection, window, lambda row: SLOT_SHELF.decoder.decode(row.body))
