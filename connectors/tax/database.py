"""What the tax office's databases have in common: an account that only reads, a schema, codes as texts."""

from collections.abc import Iterable
from typing import ClassVar

from sqlalchemy import ColumnElement, FromClause, TableClause, bindparam, column, table

from connectors.kit.connector import Credentials
from connectors.kit.sql import SCHEMES


class ReadOnlyCredentials(Credentials, frozen=True, kw_only=True):
    """An account of the hub's own that may read and nothing else; a file has none."""

    user: str | None = None
    password: str | None = None


class DatabaseConnector:
    """Said of a connector that asks a database."""

    schemes: ClassVar[tuple[str, ...]] = SCHEMES


def made(name: str, columns: str, schema: str | None) -> TableClause:
    """A table with these of its columns."""
    return table(name, *map(column, columns.split()), schema=schema)


def bound(of: FromClause, names: Iterable[str]) -> list[ColumnElement[bool]]:
    """That these columns have what is bound under their names.

    It is bound without a type, so that it takes the column's: CHAR is then compared without regard to its padding, and
    an index serves whether the column is CHAR or VARCHAR.
    """
    return [of.c[name] == bindparam(name) for name in names]


def same(left: FromClause, right: FromClause, names: Iterable[str]) -> list[ColumnElement[bool]]:
    """That two tables have the same in these columns."""
    return [left.c[name] == right.c[name] for name in names]
