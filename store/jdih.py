"""Copies of the regulations, and how they are searched."""

import re
from collections.abc import Sequence
from enum import Enum
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, select

from connectors.jdih.records import Regulation, RegulationLevel, RegulationStatus
from store.database import Database
from store.pages import Listing, Order, Slice, Window
from store.shelf import Shelf
from store.tables import REGULATIONS

AT = REGULATIONS.c


class RegulationOrder(Enum):
    """How regulations are put in order."""

    NEWEST = "NEWEST"
    OLDEST = "OLDEST"


ORDERS = {
    RegulationOrder.NEWEST: Order((AT.newest, False), (AT.agency, True), (AT.key, True)),
    RegulationOrder.OLDEST: Order((AT.newest, True), (AT.agency, True), (AT.key, True)),
}


class RegulationsWanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which regulations are looked for; what is None is not asked about."""

    text: str | None = None
    number: str | None = None
    year: int | None = None
    kind: str | None = None
    status: RegulationStatus | None = None
    subject: str | None = None
    level: RegulationLevel | None = None


class Found(msgspec.Struct, frozen=True):
    """A regulation, and whose copy it is of."""

    agency: str
    regulation: Regulation


def _columns(regulation: Regulation) -> dict[str, Any]:
    newest = regulation.enacted_on.isoformat() if regulation.enacted_on else f"{regulation.year or 0:04d}"
    words = (
        regulation.title,
        regulation.kind,
        regulation.abbreviation,
        regulation.number,
        str(regulation.year or ""),
        *regulation.subjects,
    )
    return {
        "level": regulation.level.value,
        "kind": regulation.kind.casefold(),
        "abbreviation": (regulation.abbreviation or "").casefold(),
        "number": (regulation.number or "").casefold(),
        "year": regulation.year,
        "status": regulation.status.value,
        "newest": newest,
        "subjects": "\n".join(regulation.subjects).casefold(),
        "words": f" {' '.join(_words(' '.join(filter(None, words))))} ",
    }


REGULATION_SHELF = Shelf(REGULATIONS, Regulation, _columns)


class RegulationCopies:
    """The regulations of all publishers, as one collection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(
        self, agencies: Sequence[str], wanted: RegulationsWanted, order: RegulationOrder, window: Window
    ) -> Slice[Found]:
        """A part of those that are looked for. Raises TypeError for a place of another order."""
        listing = Listing([AT.agency, AT.body], [AT.agency.in_(agencies), *_where(wanted)], ORDERS[order])
        async with self._database.reading() as connection:
            return await listing.cut(connection, window, _found)

    async def get(self, agency: str, key: str) -> Found | None:
        """One of them."""
        async with self._database.reading() as connection:
            statement = select(AT.agency, AT.body).where(AT.agency == agency, AT.key == key)
            row = (await connection.execute(statement)).first()
        return _found(row) if row else None


def _words(text: str) -> list[str]:
    """The words of a text; what is looked for begins one of them, a number is one of them."""
    return re.findall(r"\w+", text.casefold())


def _found(row: Any) -> Found:
    return Found(row.agency, REGULATION_SHELF.decoder.decode(row.body))


def _where(wanted: RegulationsWanted) -> list[ColumnElement[bool]]:
    where = [
        AT.words.contains(f" {word} " if word.isdecimal() else f" {word}", autoescape=True)
        for word in _words(wanted.text or "")
    ]
    if wanted.number is not None:
        where.append(AT.number == wanted.number.casefold())
    if wanted.year is not None:
        where.append(AT.year == wanted.year)
    if wanted.kind is not None:
        where.append((AT.kind == wanted.kind.casefold()) | (AT.abbreviation == wanted.kind.casefold()))
    if wanted.status is not None:
        where.append(AT.status == wanted.status.value)
    if wanted.subject is not None:
        where.append(AT.subjects.contains(wanted.subject.casefold(), autoescape=True))
    if wanted.level is not None:
        where.append(AT.level == wanted.level.value)
    return where
