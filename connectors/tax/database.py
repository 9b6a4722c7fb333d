"""What connectors to databases of the tax office share: a read-only account, a schema, codes as texts."""

from collections.abc import Iterable
from typing import ClassVar

from sqlalchemy import ColumnElement, FromClause, TableClause, bindparam, column, table

from connectors.kit.connector import Credentials
from connectors.kit.sql import SCHEMES


class ReadOnlyCredentials(Credentials, frozen=True, kw_only=True):
    """The hub's own account, which may only read. A file needs none."""

    user: str | None = None
    password: str | None = None


class DatabaseConnector:
    """A connector that asks a database."""

    schemes: ClassVar[tuple[str, ...]] = SCHEMES


def made(name: str, columns: str, schema: str | None) -> TableClause:
    """A table with these of its columns."""
    return table(name, *map(column, columns.split()), schema=schema)


def bound(of: FromClause, names: Iterable[str]) -> list[ColumnElement[bool]]:
    """Conditions: each column equals the parameter of its name.

    A parameter has no type, so it takes the type of the column. So CHAR is compared without its padding, and an index
    serves for CHAR and for VARCHAR.
    """
    return [of.c[name] == bindparam(name) for name in names]


def same(left: FromClause, right: FromClause, names: Iterable[str]) -> list[ColumnElement[bool]]:
    """Conditions: two tables have the same values in these columns."""
    return [left.c[name] == right.c[name] for name in names]
