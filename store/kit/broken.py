"""That the hub's own database does not do what it is asked for, and which errors of it and its drivers say so."""

import sqlite3
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolFull

from connectors.kit.late import late

if TYPE_CHECKING:
    import psycopg
    from alembic import util as migrations
else:
    psycopg, migrations = late("psycopg"), late("alembic.util")


class StoreBroken(Exception):
    """The database cannot be reached, does not answer in time, or refuses. The text holds no address and no value.

    `refused` is true if the database answered and did not accept the statement.
    """

    def __init__(self, text: str, *, refused: bool = False) -> None:
        super().__init__(text)
        self.refused = refused


@cache
def failures() -> tuple[type[Exception], ...]:
    """What the database and its drivers raise."""
    return (SQLAlchemyError, sqlite3.Error, psycopg.Error, OSError, migrations.CommandError)


@cache
def no_answer() -> tuple[type[Exception], ...]:
    """Failures that do not depend on the statement."""
    return (OperationalError, InterfaceError, PoolFull, sqlite3.OperationalError, psycopg.OperationalError, OSError)


def as_broken(error: BaseException) -> BaseException:
    """A failure of the database as `StoreBroken`; any other error as it is."""
    if isinstance(error, failures()):
        return StoreBroken(type(error).__name__, refused=not isinstance(error, no_answer()))
    return error
