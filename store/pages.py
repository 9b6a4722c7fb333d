"""A page of a list in a table: what stands after a place in an order, found by the place and not by counting."""

import re
from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")

Key = tuple[str | int, ...]

_NOT_STORED = re.compile("[\0\ud800-\udfff]")


def storable(value: str | int) -> bool:
    """Whether both databases take it: no number beyond eight bytes, no zero and no half of a character in a text."""
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return not _NOT_STORED.search(value)


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of a list is wanted: at most `size` after, and before, these places; the last ones if `backwards`."""

    size: int
    after: Key | None = None
    before: Key | None = None
    backwards: bool = False


class Slice(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A part of a list, each with its place; whether something stands before and after it; and how many there are."""

    items: list[tuple[Key, T]]
    before: bool
    after: bool
    total: int


class Order:
    """Columns to sort by, each ascending or not; together they tell any two rows apart."""

    def __init__(self, *columns: tuple[ColumnElement[Any], bool]) -> None:
        self._columns = columns

    @property
    def columns(self) -> list[ColumnElement[Any]]:
        """What makes up a place."""
        return [column for column, _ in self._columns]

    def sorted(self, statement: Select[Any], *, backwards: bool) -> Select[Any]:
        """The statement in this order, or the other way round."""
        return statement.order_by(
            *(column.asc() if ascending is not backwards else column.desc() for column, ascending in self._columns)
        )

    def beyond(self, place: Key, *, backwards: bool = False) -> ColumnElement[bool]:
        """Behind this place, or before it. Raises TypeError for one of another order."""
        if len(place) != len(self._columns):
            raise TypeError("a place of another order")
        conditions, same = [], list[ColumnElement[bool]]()
        for (column, ascending), value in zip(self._columns, place, strict=True):
            if not (isinstance(value, column.type.python_type) and storable(value)):
                raise TypeError("a place of another order")
            conditions.append(and_(*same, column > value if ascending is not backwards else column < value))
            same.append(column == value)
        return or_(*conditions)


class Listing(NamedTuple):
    """What is listed: these columns of the rows that fulfil all of `where`, in this order."""

    columns: Sequence[ColumnElement[Any]]
    where: Sequence[ColumnElement[bool]]
    order: Order

    async def cut(self, connection: AsyncConnection, window: Window, to: Callable[[Any], T]) -> Slice[T]:
        """A part of it; `to` makes an item of a row. Raises TypeError for a place of another order."""
        order = self.order
        places = [column.label(f"place_{number}") for number, column in enumerate(order.columns)]
        inside = list(self.where)
        if window.after is not None:
            inside.append(order.beyond(window.after))
        if window.before is not None:
            inside.append(order.beyond(window.before, backwards=True))
        statement = order.sorted(select(*self.columns, *places).where(*inside), backwards=window.backwards)
        rows = list(await connection.execute(statement.limit(window.size + 1)))
        more, rows = len(rows) > window.size, rows[: window.size]
        if window.backwards:
            rows.reverse()
        items = [(tuple(getattr(row, place.name) for place in places), to(row)) for row in rows]
        total = await self._count(connection)
        if items:
            before = (more and window.backwards) or await self._any(connection, items[0][0], backwards=True)
            after = (more and not window.backwards) or await self._any(connection, items[-1][0], backwards=False)
        else:
            before = total > 0 and window.after is not None
            after = total > 0 and (more or window.before is not None)
        return Slice(items=items, before=before, after=after, total=total)

    async def _count(self, connection: AsyncConnection) -> int:
        inner = select(self.columns[0]).where(*self.where).subquery()
        return int((await connection.execute(select(func.count()).select_from(inner))).scalar_one())

    async def _any(self, connection: AsyncConnection, place: Key, *, backwards: bool) -> bool:
        """Whether something stands beyond the place."""
        beyond = self.order.beyond(place, backwards=backwards)
        found = await connection.execute(select(self.columns[0]).where(*self.where, beyond).limit(1))
        return found.first() is not None
