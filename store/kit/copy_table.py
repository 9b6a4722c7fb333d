"""The table for the records of one feed, and the columns that hold some of their values."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import Column, Connection, Table, Text, bindparam, delete, func, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from connectors.kit.feed import LONGEST_KEY

T = TypeVar("T")

AT_ONCE = 500
"""How many records are purged in one transaction."""


class CopyTable(Generic[T]):
    """The records of one type, of all agencies that send them.

    `columns` gives the values of a record for the table. `past` is a column of seconds and how long a record is kept
    after them; without it, a record is kept as long as its agency has it. If `unseen`, a new copy is written as a new
    generation beside the one that is shown, in small transactions of any total size.
    """

    def __init__(
        self,
        table: Table,
        record: type[T],
        columns: Callable[[T], Mapping[str, Any]],
        past: tuple[Column[int], timedelta] | None = None,
        *,
        unseen: bool = False,
    ) -> None:
        self.table = table
        self.unseen = unseen
        self._identity = ("agency", "generation", "key") if unseen else ("agency", "key")
        self.decoder: msgspec.msgpack.Decoder[T] = msgspec.msgpack.Decoder(record)
        self._columns = columns
        self._past = past

    def upsert(
        self,
        connection: Connection,
        agency: str,
        generation: int,
        records: Iterable[tuple[str, T]],
        merge: Callable[[T, T], T] | None,
    ) -> None:
        """Keep these records. A record that came before in the same pass is merged with the new one."""
        found: dict[str, T] = {}
        for key, record in records:
            found[key] = merge(found[key], record) if merge and key in found else record
        if merge:
            for key, body in self._of_this_pass(connection, agency, generation, found):
                found[key] = merge(self.decoder.decode(body), found[key])
        if not found:
            return
        insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(self.table)
        own = {column.name for column in self.table.primary_key} | {*self._identity}
        others = {column.name: insert.excluded[column.name] for column in self.table.columns if column.name not in own}
        connection.execute(
            insert.on_conflict_do_update(index_elements=self._identity, set_=others),
            [
                {
                    "agency": agency,
                    "key": key,
                    "generation": generation,
                    "body": msgspec.msgpack.encode(record),
                    **self._indexed(record),
                }
                for key, record in found.items()
            ],
        )

    def _indexed(self, record: T) -> dict[str, Any]:
        """The columns of a record.

        An indexed text is cut to the longest that can be indexed; the record itself is not cut.
        """
        columns = self.table.columns
        return {
            name: value[:LONGEST_KEY] if isinstance(value, str) and not isinstance(columns[name].type, Text) else value
            for name, value in self._columns(record).items()
        }

    def delete_keys(self, connection: Connection, agency: str, keys: Collection[str]) -> None:
        """Delete the records with these keys."""
        if keys:
            at = self.table.columns
            statement = delete(self.table).where(at.agency == agency, at.key == bindparam("gone"))
            connection.execute(statement, [{"gone": key} for key in keys])

    def delete_unseen(self, connection: Connection, agency: str, generation: int) -> int:
        """Delete the records that were not named since this generation began; how many were deleted."""
        at = self.table.columns
        swept = connection.execute(delete(self.table).where(at.agency == agency, at.generation < generation))
        return int(swept.rowcount)

    def purge(self, connection: Connection, agency: str, generation: int, shown: int) -> bool:
        """Delete some records of this or an older generation that is not shown; whether more are left."""
        at = self.table.columns
        some = select(at.key, at.generation).where(
            at.agency == agency, at.generation <= generation, at.generation != shown
        )
        tidied = connection.execute(
            delete(self.table).where(at.agency == agency, tuple_(at.key, at.generation).in_(some.limit(AT_ONCE)))
        )
        return tidied.rowcount == AT_ONCE

    def count_missing(self, connection: Connection, agency: str, generation: int, shown: int) -> int:
        """How many records of the shown generation this generation does not have."""
        at, new = self.table.columns, self.table.alias().columns
        still = select(new.key).where(new.agency == agency, new.generation == generation, new.key == at.key)
        statement = select(func.count()).where(at.agency == agency, at.generation == shown, ~still.exists())
        return int(connection.execute(statement).scalar_one())

    def expire(self, connection: Connection, agency: str, now: datetime) -> None:
        """Delete records that ended long ago, because an agency may never say that they are deleted."""
        if self._past:
            column, kept = self._past
            before = int((now - kept).timestamp())
            connection.execute(delete(self.table).where(self.table.columns.agency == agency, column < before))

    def count(self, connection: Connection, agency: str, generation: int | None = None) -> int:
        """How many records of this agency are kept, of one generation or of all."""
        at = self.table.columns
        statement = select(func.count()).select_from(self.table).where(at.agency == agency)
        if generation is not None:
            statement = statement.where(at.generation == generation)
        return int(connection.execute(statement).scalar_one())

    def _of_this_pass(
        self, connection: Connection, agency: str, generation: int, keys: Collection[str]
    ) -> list[tuple[str, bytes]]:
        at = self.table.columns
        statement = select(at.key, at.body).where(
            at.agency == agency, at.generation == generation, at.key.in_(list(keys))
        )
        return [(row.key, row.body) for row in connection.execute(statement)]
