"""Keyset paging: a page of a table that begins after a given row in an order, not after a number of rows."""

import re
from collections.abc import Callable, Sequence
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

Key = tuple[str | int, ...]

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
        """The rows of several parts of a list in this order, where each part is in it."""
        places: list[ColumnElement[Any]] = [literal_column(f"place_{number}") for number in range(len(self._columns))]
        directions = [ascending is not backwards for _, ascending in self._columns]
        return parts.order_by(*(at.asc() if up else at.desc() for at, up in zip(places, directions, strict=True)))

    def beyond(self, place: Key, *, backwards: bool = False) -> ColumnElement[bool]:
        """The condition for rows after this key, or before it. Raises TypeError for a key of another order."""
        if len(place) != len(self._columns):
            raise TypeError("a place of another order")
        conditions, same, bounds = [], list[ColumnElement[bool]](), list[ColumnElement[bool]]()
        for (column, ascending), value in zip(self._columns, place, strict=True):
            if not (isinstance(value, column.type.python_type) and storable(value)):
                raise TypeError("a place of another order")
            conditions.append(and_(*same, column > value if ascending is not backwards else column < value))
            same.append(column == value)
            bounds.append(column >= value if ascending is not backwards else column <= value)
        return and_(bounds[0], or_(*conditions))  # by the first, an index begins there and not at its start


class KeysetQuery(NamedTuple):
    """The query of a list: these columns of the rows that fulfil all of `where`, in this order.

    `parts` are conditions of which each row fulfils one. They are there so that an index has each part in this order:
    no more rows are read of a part than the page has.
    """

    columns: Sequence[ColumnElement[Any]]
    where: Sequence[ColumnElement[bool]]
    order: SortOrder
    parts: Sequence[ColumnElement[bool]] = ()

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

    def statement(self, window: PageRequest) -> Select[Any] | CompoundSelect[Any]:
        """The statement asks for one row more than is wanted, so that the page knows whether there are more."""
        inside = list(self.where)
        if window.after is not None:
            inside.append(self.order.beyond(window.after))
        if window.before is not None:
            inside.append(self.order.beyond(window.before, backwards=True))
        places = [column.label(f"place_{number}") for number, column in enumerate(self.order.columns)]
        parts = [
            self.order.sorted(select(*self.columns, *places).where(*part, *inside), backwards=window.backwards)
            for part in self._parts()
        ]
        if len(parts) == 1:
            return parts[0].limit(window.size + 1)
        together = union_all(*(select(part.limit(window.size + 1).subquery()) for part in parts))
        return self.order.again(together, backwards=window.backwards).limit(window.size + 1)

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
        counts = [
            select(func.count()).select_from(self._of(part).subquery()).scalar_subquery() for part in self._parts()
        ]
        return sum(connection.execute(select(*counts)).one())

    def _any(self, connection: Connection, places: Sequence[Key], *, backwards: bool) -> bool:
        """Whether there is a row beyond the key, or any row if there is no key."""
        beyond = [self.order.beyond(place, backwards=backwards) for place in places]
        there = or_(*(self._of(part).where(*beyond).exists() for part in self._parts()))
        return bool(connection.execute(select(there)).scalar_one())

    def _parts(self) -> list[tuple[ColumnElement[bool], ...]]:
        return [(part,) for part in self.parts] or [()]

    def _of(self, part: tuple[ColumnElement[bool], ...]) -> Select[Any]:
        return select(self.columns[0]).where(*part, *self.where)
