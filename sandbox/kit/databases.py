"""Stand-ins that are databases: SQLite files in the sandbox's folder. The control can break them."""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime
from functools import cache
from pathlib import Path

from sandbox.kit.control import Control, Mode

Fill = Callable[[sqlite3.Connection, datetime], None]
"""Makes the tables and rows of a stand-in, as they are at that moment."""


def open_databases(control: Control, folder: Path, fills: Mapping[str, Fill], now: datetime) -> None:
    """Write the file of each agency anew, and register it with the control."""
    folder.mkdir(parents=True, exist_ok=True)
    for agency, fill in fills.items():
        file = DatabaseFile(folder / f"{agency}.db")
        file.write(_content(fill, now))
        control.register(agency, file.behave)


@cache
def _content(fill: Fill, now: datetime) -> bytes:
    with closing(sqlite3.connect(":memory:")) as connection:
        fill(connection, now)
        connection.commit()
        return connection.serialize()


class DatabaseFile:
    """The database of one agency. Its calls cannot be counted here."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._moved = path.with_suffix(".down")
        self._mode: Mode = "ok"
        self._lock: sqlite3.Connection | None = None

    def write(self, content: bytes) -> None:
        """Replace the file with this content. A connection to the old file keeps the old file."""
        for left in (self._moved, *self._path.parent.glob(f"{self._path.name}-*")):
            left.unlink(missing_ok=True)
        new = self._path.with_suffix(".new")
        new.write_bytes(content)
        new.replace(self._path)

    def behave(self, mode: Mode) -> None:
        """`slow`: the file is locked, so everybody waits. `down`: the file is missing.

        `changed`: the tables are renamed.

        Raises ValueError for a mode that a database cannot have.
        """
        if mode not in {"ok", "slow", "down", "changed"}:
            raise ValueError(f"a database can be ok, slow, down or changed, not {mode}")
        was, self._mode = self._mode, mode
        if self._lock:
            self._lock.close()
            self._lock = None
        if was == "down":
            self._moved.replace(self._path)
        elif was == "changed":
            self._rename(lambda table: table.removeprefix("baru_"))
        if mode == "slow":
            self._lock = sqlite3.connect(self._path, isolation_level=None)
            self._lock.execute("BEGIN EXCLUSIVE")
        elif mode == "down":
            self._path.replace(self._moved)
        elif mode == "changed":
            self._rename(lambda table: f"baru_{table}")

    def _rename(self, name: Callable[[str], str]) -> None:
        tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        with closing(sqlite3.connect(self._path)) as connection:
            for (table,) in connection.execute(tables).fetchall():
                connection.execute(f'ALTER TABLE "{table}" RENAME TO "{name(table)}"')
            connection.commit()
