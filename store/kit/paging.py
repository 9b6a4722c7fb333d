"""Keyset paging: a page of a table that begins after a given row in an order, not after a number of rows."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    and_,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

T = TypeVar("T")
K = TypeVar("K")

Key = tuple[str | int, ...]

TOGETHER = 100
"""How many lists are read in one statement; SQLite allows 500."""

_NOT_STORED = re.compile("[\0\ud800-\udfff]")


def storable(value: str | int) -> bool:
    """Whether both databases take the value: no number beyond eight bytes, no NUL and no half of a surrogate pair."""
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return not _NOT_STORED.search(value)


class PageRequest(msgspec.Struct, frozen=True, kw_only=True):
    """The wanted page: at most `size` items after one key and before another; the last ones if `backwards`."""

    size: int
    after: Key | None = None
    before: Key | None = None
    backwards: bool = False


class Slice(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A page of a list: each item with its key, and whether there are items before and after the page."""

    items: list[tuple[Key, T]]
    before: bool
    after: bool


class SortOrder:
    """The columns of an order, each ascending or descending. Together they distinguish any two rows."""

    def __init__(self, *columns: tuple[ColumnElement[Any], bool]) -> None:
        self._columns = columns

    @property
    def columns(self) -> list[ColumnElement[Any]]:
        """The columns that make up a key."""
        return [column for column, _ in self._columns]

    def sorted(self, statement: Select[Any], *, backwards: bool) -> Select[Any]:
        """The statement in this order, or in the reverse order."""
        return statement.order_by(
            *(column.asc() if ascending is not backwards else column.desc() for column, ascending in self._columns)
        )

    def again(self, parts: CompoundSelect[Any], *, backwards: bool) -> CompoundSelect[Any]:
        """The parts of several lists, each part in this order."""
        places: list[ColumnElement[Any]] = [literal_column(f"place_{number}") for number in range(len(self._columns))]
        directions = [ascending is not backwards for _, ascending in self._columns]
        return parts.order_by(*(at.asc() if up else at.desc() for at, up in zip(places, directions, strict=True)))

    def beyond(self, place: Key, *, backwards: bool = False) -> ColumnElement[bool]:
        """The condition for rows after this key, or before it. Raises TypeError for a key of another order."""
        if len(place) != len(self._columns):
            raise TypeError("a place of another order")
        conditions, same = [], list[ColumnElement[bool]]()
        for (column, ascending), value in zip(self._columns, place, strict=True):
            if not (isinstance(value, column.type.python_type) and storable(value)):
                raise TypeError("a place of another order")
            conditions.append(and_(*same, column > value if ascending is not backwards else column < value))
            same.append(column == value)
        return or_(*conditions)


class KeysetQuery(NamedTuple):
    """The query of a list: these columns of the rows that fulfil all of `where`, in this order."""

    columns: Sequence[ColumnElement[Any]]
    where: Sequence[ColumnElement[bool]]
    order: SortOrder

    def fetch(self, connection: Connection, window: PageRequest, to: Callable[[Any], T]) -> Slice[T]:
        """A page of the list; `to` makes an item of a row. Raises TypeError for a key of another order."""
        rows = connection.execute(self.statement(window)).all()
        part = self.slice(rows, window, to)
        before, after, places = part.before, part.after, [place for place, _ in part.items]
        if window.after is not None:
            before = before or self._any(connection, places[:1], backwards=True)
        if window.before is not None:
            after = after or self._any(connection, places[-1:], backwards=False)
        return Slice(items=part.items, before=before, after=after)

    def statement(self, window: PageRequest) -> Select[Any]:
        """The statement asks for one row more than is wanted, so that the page knows whether there are more."""
        places = [column.label(f"place_{number}") for number, column in enumerate(self.order.columns)]
        inside = list(self.where)
        if window.after is not None:
            inside.append(self.order.beyond(window.after))
        if window.before is not None:
            inside.append(self.order.beyond(window.before, backwards=True))
        statement = self.order.sorted(select(*self.columns, *places).where(*inside), backwards=window.backwards)
        return statement.limit(window.size + 1)

    def slice(self, rows: Sequence[Any], window: PageRequest, to: Callable[[Any], T]) -> Slice[T]:
        """The page from the rows of the statement. It does not look for rows on the other side of the given keys."""
        more, wanted = len(rows) > window.size, rows[: window.size]
        if window.backwards:
            wanted = wanted[::-1]
        names = [f"place_{number}" for number in range(len(self.order.columns))]
        items = [(tuple(getattr(row, name) for name in names), to(row)) for row in wanted]
        return Slice(items=items, before=more and window.backwards, after=more and not window.backwards)

    def count(self, connection: Connection) -> int:
        """How many items the list has."""
        inner = select(self.columns[0]).where(*self.where).subquery()
        return int(connection.execute(select(func.count()).select_from(inner)).scalar_one())

    def _any(self, connection: Connection, places: Sequence[Key], *, backwards: bool) -> bool:
        """Whether there is a row beyond the key, or any row if there is no key."""
        beyond = [self.order.beyond(place, backwards=backwards) for place in places]
        return connection.execute(select(self.columns[0]).where(*self.where, *beyond).limit(1)).first() is not None


def fetch_each(
    connection: Connection, listings: Mapping[K, KeysetQuery], window: PageRequest, to: Callable[[Any], T]
) -> dict[K, Slice[T]]:
    """The same page of several lists, in one statement.

    If the page begins at a key, there is one statement for each list.
    """
    if window.after is not None or window.before is not None or len(listings) == 1:
        return {key: listing.fetch(connection, window, to) for key, listing in listings.items()}
    rows: list[list[Any]] = [[] for _ in listings]
    parts = [
        select(literal_column(str(number)).label("list"), listing.statement(window).subquery())
        for number, listing in enumerate(listings.values())
    ]
    order = next(iter(listings.values())).order if listings else SortOrder()
    for first in range(0, len(parts), TOGETHER):
        together = order.again(union_all(*parts[first : first + TOGETHER]), backwards=window.backwards)
        for row in connection.execute(together):
            rows[row.list].append(row)
    return {key: listing.slice(found, window, to) for (key, listing), found in zip(listings.items(), rows, strict=True)}
