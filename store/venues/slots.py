"""Copies of slots, and how free hours are looked for. Slots are many, so they are never had all at once."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from connectors.venues.records import Slot
from store.kit.copy_table import CopyTable
from store.kit.database import Database
from store.kit.paging import KeysetQuery, PageRequest, Slice, SortOrder
from store.venues.tables import A_DAY, SLOTS

AT = SLOTS.c

KEPT = timedelta(days=62)
"""How long slots that have ended stay; nobody may ask for older ones."""

BY_TIME = SortOrder((AT.starts_at, True), (AT.key, True))

KEYED = select(AT.body).where(AT.agency == bindparam("of_agency"), AT.key.in_(bindparam("of_keys", expanding=True)))

References = tuple[str, ...]
"""Of a venue: its own, and those of its courts."""


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _columns(slot: Slot) -> dict[str, Any]:
    return {
        "venue": slot.venue,
        "starts_at": _seconds(slot.starts_at),
        "ends_at": _seconds(slot.ends_at),
        "remaining": slot.remaining,
    }


SLOT_COPIES = CopyTable(SLOTS, Slot, _columns, past=(AT.ends_at, KEPT))


class SlotsWanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which slots of one system are looked for: those that begin in this time, `without` those of these keys."""

    agency: str
    since: datetime
    until: datetime | None = None
    only_free: bool
    without: tuple[str, ...] = ()

    def where(self, of: FromClause = SLOTS) -> list[ColumnElement[bool]]:
        """In SQL."""
        at = of.c
        where = [at.agency == self.agency, at.starts_at >= _seconds(self.since)]
        if self.until is not None:
            where.append(at.starts_at < _seconds(self.until))
        if self.only_free:
            where.append(at.remaining > 0)
        if self.without:
            where.append(at.key.not_in(self.without))
        return where

    def listing(self, venue: References) -> KeysetQuery:
        """Those of one venue."""
        return KeysetQuery([AT.venue, AT.body], self.where(), BY_TIME, [AT.venue == name for name in {*venue}])


class SlotCopies:
    """The slots of all systems."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def with_keys(self, agency: str, keys: Collection[str]) -> list[Slot]:
        """Those of one system that have these keys."""
        asked = {"of_agency": agency, "of_keys": list(keys)}
        return await self._database.read(lambda connection: [_decoded(row) for row in connection.execute(KEYED, asked)])

    async def of_each(
        self, wanted: SlotsWanted, venues: Collection[References], window: PageRequest
    ) -> dict[References, Slice[Slot]]:
        """A page of the slots of each of these venues, in one statement if it begins at no key.

        Raises TypeError for a place of another order.
        """
        listings = {venue: wanted.listing(venue) for venue in venues}

        def read(connection: Connection) -> dict[References, Slice[Slot]]:
            if window.after is not None or window.before is not None:
                return {venue: listing.fetch(connection, window, _decoded) for venue, listing in listings.items()}
            finding = _first_of_each(connection.dialect.name, wanted, _names(venues), window)
            rows = _by_venue(connection.execute(finding), venues)
            return {venue: listings[venue].slice(found, window, _decoded) for venue, found in rows.items()}

        return await self._database.read(read)

    async def count_each(self, wanted: SlotsWanted, venues: Collection[References]) -> dict[References, int]:
        """How many slots each of these venues has."""
        counting = select(AT.venue, func.count().label("uses")).where(*wanted.where(), AT.venue.in_(_names(venues)))
        rows = await self._database.read(lambda connection: connection.execute(counting.group_by(AT.venue)).all())
        uses = Counter({row.venue: row.uses for row in rows})
        return {venue: sum(uses[name] for name in {*venue}) for venue in venues}

    async def touching(
        self, agency: str, venues: Collection[References], since: datetime, until: datetime
    ) -> dict[References, list[Slot]]:
        """All slots of each of these venues that touch this time, taken ones too, in order."""
        finding = _touching(agency, _names(venues), _seconds(since), _seconds(until))

        def read(connection: Connection) -> dict[References, list[Slot]]:
            rows = _by_venue(connection.execute(finding), venues)
            return {venue: [_decoded(row) for row in found] for venue, found in rows.items()}

        return await self._database.read(read)

    async def free_names(self, wanted: SlotsWanted) -> set[str]:
        """By what the slots that are wanted name their venues. No record is read for it."""
        name = func.coalesce(AT.venue, "")  # so that the index of the times is used, and not the one of the venues
        finding = select(name).where(*wanted.where()).distinct()
        return await self._database.read(lambda connection: {*connection.execute(finding).scalars()})


def _decoded(row: Any) -> Slot:
    return SLOT_COPIES.decoder.decode(row.body)


def _names(venues: Iterable[References]) -> list[str]:
    return sorted({name for venue in venues for name in venue})


def _by_venue(rows: Iterable[Any], venues: Collection[References]) -> Mapping[References, list[Any]]:
    """The rows of each venue, in their order. A row may belong to several venues."""
    called = defaultdict[str, list[References]](list)
    for venue in venues:
        for name in {*venue}:
            called[name].append(venue)
    found: dict[References, list[Any]] = {venue: [] for venue in venues}
    for row in rows:
        for venue in called[row.venue]:
            found[venue].append(row)
    return found


def _first_of_each(dialect: str, wanted: SlotsWanted, names: Collection[str], window: PageRequest) -> Select[Any]:
    """The first slots under each name, and one more than a page has; of each, no more are read than that."""
    inner = SLOTS.alias("slots_of_one")
    order = SortOrder((inner.c.starts_at, True), (inner.c.key, True))
    if dialect == "postgresql":
        named = func.unnest(cast(names, ARRAY(Text))).table_valued("value", name="named").render_derived()
    else:
        named = func.json_each(json.dumps(names)).table_valued("value", name="named")
    where = [*wanted.where(inner), inner.c.venue == named.c.value]
    if dialect == "postgresql":
        some = order.sorted(select(inner).where(*where), backwards=window.backwards).limit(window.size + 1)
        source = some.correlate(named).lateral("slots_of_each")
        found: Select[Any] = select(source).select_from(named.join(source, true()))
        columns = source.c
    else:
        rowids: Select[Any] = select(literal_column("slots_of_one.rowid")).select_from(inner).where(*where)
        some = order.sorted(rowids, backwards=window.backwards).limit(window.size + 1).correlate(named)
        found = select(SLOTS).select_from(named.join(SLOTS, literal_column("slots.rowid").in_(some)))
        columns = SLOTS.c
    places = [columns.starts_at.label("place_0"), columns.key.label("place_1")]
    sort = SortOrder((columns.starts_at, True), (columns.key, True))
    return sort.sorted(found.with_only_columns(columns.venue, columns.body, *places), backwards=window.backwards)


def _touching(agency: str, names: Collection[str], since: int, until: int) -> Select[Any]:
    """Those that begin less than a day before this time, and the few that are longer than a day."""
    there = (AT.agency == agency, AT.venue.in_(names))
    ends_at = func.coalesce(AT.ends_at, 0)  # so that no index of the ends is used: most of them are yet to come
    recent = (AT.starts_at >= since - A_DAY, AT.starts_at < until, ends_at > since)
    longer = (AT.ends_at - AT.starts_at > literal_column(str(A_DAY)), AT.starts_at < since - A_DAY, ends_at > since)
    columns = (AT.venue, AT.body, AT.starts_at, AT.key)
    both = union_all(*(select(*columns).where(*there, *which) for which in (recent, longer))).subquery()
    return select(both.c.venue, both.c.body).order_by(both.c.starts_at, both.c.key)
