"""What the tax office's databases have in common: an account that only reads, a schema, codes of fixed width."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from sqlalchemy import CHAR, ColumnElement, FromClause, TableClause, bindparam, cast, column, table

from connectors.kit.connector import Credentials
from connectors.kit.sql import SCHEMES


class DatabaseCredentials(Credentials, frozen=True, kw_only=True):
    """An account of the hub's own that may read and nothing else; a file has none."""

    user: str | None = None
    password: str | None = None


class Database:
    """Said of a connector that asks a database."""

    schemes: ClassVar[tuple[str, ...]] = SCHEMES


def made(name: str, columns: str, schema: str | None) -> TableClause:
    """A table with these of its columns."""
    return table(name, *map(column, columns.split()), schema=schema)


def is_text(at: ColumnElement[Any], name: str, size: int) -> ColumnElement[bool]:
    """That a column of CHAR(size) has the text that is bound as `name`: its own type, so that an index serves."""
    return at == cast(bindparam(name), CHAR(size))


def are_texts(of: FromClause, sizes: Mapping[str, int]) -> list[ColumnElement[bool]]:
    """The same of several columns, each bound under its own name."""
    return [is_text(of.c[name], name, size) for name, size in sizes.items()]


def same(left: FromClause, right: FromClause, names: Iterable[str]) -> list[ColumnElement[bool]]:
    """That two tables have the same in these columns."""
    return [left.c[name] == right.c[name] for name in names]
