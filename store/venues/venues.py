"""Copies of the venues and their slots, and how free hours are looked for."""

import functools
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, func, select

from connectors.venues.records import Slot, Venue
from store.kit.copy_table import CopyTable
from store.kit.database import Database
from store.kit.paging import KeysetQuery, PageRequest, Slice, SortOrder, fetch_each
from store.venues.tables import SLOTS, VENUES

AT = SLOTS.c

KEPT = timedelta(days=62)
"""How long slots that have ended stay; nobody may ask for older ones."""

BY_TIME = SortOrder((AT.starts_at, True), (AT.key, True))


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _slot_columns(slot: Slot) -> dict[str, Any]:
    return {
        "venue": slot.venue,
        "starts_at": _seconds(slot.starts_at),
        "ends_at": _seconds(slot.ends_at),
        "remaining": slot.remaining,
    }


VENUE_COPIES = CopyTable(VENUES, Venue, lambda _: {})
SLOT_COPIES = CopyTable(SLOTS, Slot, _slot_columns, past=(AT.ends_at, KEPT))


References = tuple[str, ...]
"""Of a venue: its own, and those of its courts."""


class SlotsWanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which slots of one system are looked for: those that begin in this time, `without` those of these keys."""

    agency: str
    since: datetime
    until: datetime | None = None
    only_free: bool
    without: tuple[str, ...] = ()

    def where(self) -> list[ColumnElement[bool]]:
        """In SQL."""
        where = [AT.agency == self.agency, AT.starts_at >= _seconds(self.since)]
        if self.until is not None:
            where.append(AT.starts_at < _seconds(self.until))
        if self.only_free:
            where.append(AT.remaining > 0)
        if self.without:
            where.append(AT.key.not_in(self.without))
        return where

    def listing(self, venue: References) -> KeysetQuery:
        """Those of one venue."""
        return KeysetQuery([AT.body], [AT.venue.in_(venue), *self.where()], BY_TIME)


@functools.lru_cache(maxsize=4096)
def decoded_venue(body: bytes) -> Venue:
    """The venue; the same body is decoded once, for all operations."""
    return VENUE_COPIES.decoder.decode(body)


class VenueCopies:
    """The venues of all systems; there are few, so they are had all at once. Slots are not."""

    holds_copies = True

    def __init__(self, database: Database) -> None:
        self._database = database

    async def venues(self, agencies: Sequence[str]) -> list[tuple[str, Venue]]:
        """All of these systems, each with the system's code."""
        finding = select(VENUES.c.agency, VENUES.c.body).where(VENUES.c.agency.in_(agencies))
        return await self._database.read(
            lambda connection: [(row.agency, decoded_venue(row.body)) for row in connection.execute(finding)]
        )

    async def slots_between(self, agencies: Sequence[str], since: datetime, until: datetime) -> list[tuple[str, Slot]]:
        """All slots that touch this time, of all venues of these systems, taken ones too, in order."""
        finding = (
            select(AT.agency, AT.body)
            .where(AT.agency.in_(agencies), AT.starts_at < _seconds(until), AT.ends_at > _seconds(since))
            .order_by(AT.starts_at, AT.key)
        )
        return await self._database.read(
            lambda connection: [
                (row.agency, SLOT_COPIES.decoder.decode(row.body)) for row in connection.execute(finding)
            ]
        )

    async def slots_with(self, agency: str, keys: Collection[str]) -> list[Slot]:
        """Those of one system that have these keys."""
        finding = select(AT.body).where(AT.agency == agency, AT.key.in_(keys))
        return await self._database.read(
            lambda connection: [SLOT_COPIES.decoder.decode(row.body) for row in connection.execute(finding)]
        )

    async def slots_of(
        self, wanted: SlotsWanted, venues: Collection[References], window: PageRequest
    ) -> dict[References, Slice[Slot]]:
        """A part of the slots of each of these venues, in one question; each is told by its references.

        Raises TypeError for a place of another order.
        """
        listings = {venue: wanted.listing(venue) for venue in venues}

        def read(connection: Connection) -> dict[References, Slice[Slot]]:
            return fetch_each(connection, listings, window, lambda row: SLOT_COPIES.decoder.decode(row.body))

        return await self._database.read(read)

    async def count_of(self, wanted: SlotsWanted, venues: Collection[References]) -> dict[References, int]:
        """How many slots each of these venues has."""
        names = {name for venue in venues for name in venue}
        counting = select(AT.venue, func.count().label("uses")).where(*wanted.where(), AT.venue.in_(names))
        rows = await self._database.read(lambda connection: connection.execute(counting.group_by(AT.venue)).all())
        uses = Counter({row.venue: row.uses for row in rows})
        return {venue: sum(uses[name] for name in {*venue}) for venue in venues}
