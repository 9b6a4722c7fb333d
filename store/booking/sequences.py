"""How often a booking has changed since a calendar told of it first: its SEQUENCE (RFC 5545, 3.8.7.4).

A venue's system says how a booking is now, and not how it was when somebody was told of it last. So what was told is
kept as a digest, and what is told otherwise the next time has the next number, whoever is told of it.
"""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from store.booking.tables import TOLD_BOOKINGS
from store.kit.database import Database

AT = TOLD_BOOKINGS.c


class CalendarDigest(NamedTuple):
    """What a calendar says of a booking now, as a digest; `least`: its number where none has said anything yet."""

    agency: str
    reference: str
    digest: str
    least: int


class BookingSequences:
    """All of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def sequences(self, digests: Collection[CalendarDigest]) -> dict[tuple[str, str], int]:
        """The number of each, by agency and reference; what is new or has changed is remembered."""
        known = await self._database.read(lambda connection: _known(connection, digests))
        changed = [each for each in digests if known.get(each[:2], ("", 0))[0] != each.digest]
        if changed:
            known |= await self._database.write(lambda connection: _noted(connection, changed))
        return {key: sequence for key, (_, sequence) in known.items()}


def _known(connection: Connection, digests: Collection[CalendarDigest]) -> dict[tuple[str, str], tuple[str, int]]:
    references: dict[str, list[str]] = {}
    for each in digests:
        references.setdefault(each.agency, []).append(each.reference)
    found: dict[tuple[str, str], tuple[str, int]] = {}
    for agency, of_one in references.items():
        rows = connection.execute(select(TOLD_BOOKINGS).where(AT.agency == agency, AT.reference.in_(of_one)))
        found |= {(row.agency, row.reference): (row.digest, row.sequence) for row in rows}
    return found


def _noted(connection: Connection, changed: Collection[CalendarDigest]) -> dict[tuple[str, str], tuple[str, int]]:
    """Who tells of the same change at the same time gives it one number."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    for each in sorted(changed):
        insert = dialect.insert(TOLD_BOOKINGS).values(
            agency=each.agency, reference=each.reference, digest=each.digest, sequence=each.least
        )
        connection.execute(
            insert.on_conflict_do_update(
                index_elements=[AT.agency, AT.reference],
                set_={"digest": each.digest, "sequence": AT.sequence + 1},
                where=AT.digest != each.digest,
            )
        )
    return _known(connection, changed)
