"""Copies of the venues."""

import functools
from collections.abc import Hashable, Sequence

from sqlalchemy import Connection, select

from connectors.venues.records import Venue
from store.kit.copy_table import CopyTable
from store.kit.database import Database
from store.kit.kept import Kept
from store.venues.tables import VENUES

MOST_KEPT = 20_000
"""How many venues are kept, in whatever systems they are asked for."""

VENUE_COPIES = CopyTable(VENUES, Venue, lambda _: {})

Venues = tuple[tuple[str, Venue], ...]
"""Venues, each with the code of its system."""


@functools.lru_cache(maxsize=4096)
def decoded_venue(body: bytes) -> Venue:
    """The venue; the same body is decoded once, for all operations."""
    return VENUE_COPIES.decoder.decode(body)


class VenueCopies:
    """The venues of all systems. They are had all at once, and kept as long as their copies stay as they are."""

    holds_copies = True

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: Kept[Venues] = Kept(MOST_KEPT, len)

    async def venues(self, agencies: Sequence[str], version: Hashable = None) -> Venues:
        """All of these systems."""

        def find(connection: Connection) -> Venues:
            finding = select(VENUES.c.agency, VENUES.c.body).where(VENUES.c.agency.in_(agencies))
            return tuple((row.agency, decoded_venue(row.body)) for row in connection.execute(finding))

        return await self._kept.of(tuple(agencies), version, lambda: self._database.read(find))
