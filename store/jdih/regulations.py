"""The copies of regulations, the search in them, and the regulations that name each other."""

from collections.abc import Collection, Hashable, Iterable, Sequence
from enum import Enum
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, false, or_, select, tuple_

from connectors.jdih.kinds import kind_of
from connectors.jdih.numbers import read_number
from connectors.jdih.records import Citation, Regulation, RegulationLevel, RegulationStatus
from store.jdih.search import Search, cites, cites_any, heading, matches, rank, search_for, topics
from store.jdih.tables import REGULATIONS
from store.kit.copies import documents, shown, shown_by_agency
from store.kit.copy_table import CopyTable
from store.kit.database import Database
from store.kit.kept import Kept
from store.kit.paging import KeysetQuery, PageRequest, Slice, SortOrder, storable

AT = REGULATIONS.c

FEED = "regulations"

MOST_KEPT = 2_000
"""How many regulations are kept on pages, how many otherwise, and how many counts."""


class RegulationOrder(Enum):
    """The orders in which regulations can be listed."""

    RELEVANCE = "RELEVANCE"
    NEWEST = "NEWEST"
    OLDEST = "OLDEST"


NEWEST_FIRST = ((AT.newest, False), (AT.agency, True), (AT.key, True))
OLDEST_FIRST = ((AT.newest, True), (AT.agency, True), (AT.key, True))


class RegulationsWanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which regulations are wanted. A condition that is None does not count."""

    text: str | None = None
    number: str | None = None
    year: int | None = None
    kind: str | None = None
    status: RegulationStatus | None = None
    subject: str | None = None
    level: RegulationLevel | None = None


EVERYTHING = RegulationsWanted()


class Found(msgspec.Struct, frozen=True):
    """A regulation and the agency whose copy it is."""

    agency: str
    regulation: Regulation


def _columns(regulation: Regulation) -> dict[str, Any]:
    newest = regulation.enacted_on.isoformat() if regulation.enacted_on else f"{regulation.year or 0:04d}"
    return {
        "level": regulation.level.value,
        "kind": _plain(regulation.kind),
        "abbreviation": _plain(regulation.abbreviation),
        "number": _plain(regulation.number),
        "year": regulation.year,
        "status": regulation.status.value,
        "newest": newest,
        "subjects": _plain("\n".join(regulation.subjects)),
        "heading": heading(regulation),
        "topics": topics(regulation),
        "cites": cites(regulation),
    }


def _plain(text: str | None) -> str:
    """Lower case, without NUL, which PostgreSQL does not keep."""
    return (text or "").replace("\0", "").casefold()


REGULATION_COPIES = CopyTable(REGULATIONS, Regulation, _columns, unseen=True)


class RegulationCopies:
    """The regulations of all publishers as one collection.

    What is found in copies of a known version is kept, for all operations.
    """

    holds_copies = True

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pages: Kept[Slice[Found]] = Kept(MOST_KEPT, lambda page: len(page.items))
        self._several: Kept[Sequence[Found]] = Kept(MOST_KEPT, len)
        self._counts: Kept[int] = Kept(MOST_KEPT)

    async def find(
        self,
        agencies: Sequence[str],
        wanted: RegulationsWanted,
        order: RegulationOrder,
        window: PageRequest,
        version: Hashable = None,
    ) -> Slice[Found]:
        """A page of the wanted regulations. Raises TypeError for a cursor of another order."""

        def find(connection: Connection) -> Slice[Found]:
            return self._listing(agencies, wanted, order).fetch(connection, window, _found)

        asked = (*agencies, wanted, order, window)
        return await self._pages.of(asked, version, lambda: self._database.read(find))

    async def count(self, agencies: Sequence[str], wanted: RegulationsWanted, version: Hashable = None) -> int:
        """How many regulations are wanted in all."""

        def count(connection: Connection) -> int:
            if wanted == EVERYTHING:
                return documents(connection, FEED, agencies)
            return self._listing(agencies, wanted, RegulationOrder.NEWEST).count(connection)

        return await self._counts.of((*agencies, wanted), version, lambda: self._database.read(count))

    async def get(self, agency: str, key: str, version: Hashable = None) -> Found | None:
        """One regulation."""
        if not storable(key):
            return None
        where = and_(*shown_by_agency(REGULATIONS, FEED, [agency]), AT.key == key)
        return next(iter(await self._all(("key", agency, key), where, version)), None)

    async def naming(
        self, agencies: Sequence[str], cited: Collection[Citation], version: Hashable = None
    ) -> Sequence[Found]:
        """The regulations whose publishers say something about one of these."""
        if not cited:
            return ()
        where = and_(shown(REGULATIONS, FEED, agencies), cites_any(self._database.dialect, cited))
        return await self._all(("naming", *agencies, frozenset(cited)), where, version)

    async def named(
        self, agencies: Sequence[str], cited: Iterable[Citation], version: Hashable = None
    ) -> Sequence[Found]:
        """The regulations that one of these citations may mean: the same kind, number and year."""
        wanted = sorted({(each.number, each.year, each.kind.casefold()) for each in cited})
        if not wanted:
            return ()
        named = tuple_(AT.number, AT.year, AT.abbreviation).in_(wanted)
        where = and_(shown(REGULATIONS, FEED, agencies), named)
        return await self._all(("named", *agencies, frozenset(wanted)), where, version)

    async def _all(self, asked: Hashable, where: ColumnElement[bool], version: Hashable) -> Sequence[Found]:
        finding = select(AT.agency, AT.body).where(where).order_by(AT.agency, AT.key)

        def find(connection: Connection) -> Sequence[Found]:
            return tuple(_found(row) for row in connection.execute(finding))

        return await self._several.of(asked, version, lambda: self._database.read(find))

    def _listing(self, agencies: Sequence[str], wanted: RegulationsWanted, order: RegulationOrder) -> KeysetQuery:
        """Words and numbers are found by their own indexes. Without them, the list is read in its order."""
        search = search_for(wanted.text or "")
        where, sort = self._where(wanted, search), self._order(order, search)
        if search is None or search.words or wanted.number is not None or not agencies:
            return KeysetQuery([AT.agency, AT.body], [shown(REGULATIONS, FEED, agencies), *where], sort)
        return KeysetQuery([AT.agency, AT.body], where, sort, shown_by_agency(REGULATIONS, FEED, agencies))

    def _where(self, wanted: RegulationsWanted, search: Search | None) -> list[ColumnElement[bool]]:
        if search is None or not all(map(storable, filter(None, (wanted.number, wanted.kind, wanted.subject)))):
            return [false()]
        where = [matches(self._database.dialect, search)]
        if wanted.number is not None:
            where.append(_numbered(wanted.number))
        if wanted.year is not None:
            where.append(AT.year == wanted.year)
        if wanted.kind is not None:
            names = {wanted.kind.casefold(), (kind_of(wanted.kind) or wanted.kind).casefold()}
            where.append(or_(AT.kind.in_(names), AT.abbreviation.in_(names)))
        if wanted.status is not None:
            where.append(AT.status == wanted.status.value)
        if wanted.subject is not None:
            where.append(AT.subjects.contains(wanted.subject.casefold(), autoescape=True))
        if wanted.level is not None:
            where.append(AT.level == wanted.level.value)
        return where

    def _order(self, order: RegulationOrder, search: Search | None) -> SortOrder:
        if order is RegulationOrder.OLDEST:
            return SortOrder(*OLDEST_FIRST)
        if order is RegulationOrder.RELEVANCE and search and search.words:
            return SortOrder((rank(self._database.dialect, search), True), *NEWEST_FIRST)
        return SortOrder(*NEWEST_FIRST)


def _numbered(number: str) -> ColumnElement[bool]:
    """Whether a regulation has this number in any spelling. If a year follows the number, the year counts too."""
    read = read_number(number)
    plain = AT.number == read.number.casefold()
    return or_(AT.number == number.casefold(), plain if read.year is None else and_(plain, AT.year == read.year))


def _found(row: Any) -> Found:
    return Found(row.agency, REGULATION_COPIES.decoder.decode(row.body))
