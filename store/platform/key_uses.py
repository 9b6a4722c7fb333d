"""When keys were last used: noted in memory, written now and then, and read for all hubs together."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from store.kit.database import Database, StoreBroken
from store.platform.tables import KEY_USES

AT = KEY_USES.c


class KeyUses:
    """The last use of each key. Raises `StoreBroken`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._untold: dict[str, datetime] = {}
        self._under_way: dict[str, datetime] = {}

    def note(self, code: str, now: datetime) -> None:
        """The key is used now."""
        self._untold[code] = now

    async def write(self) -> None:
        """Tell the others. If that fails, it waits."""
        untold, self._untold = self._untold, {}
        if not untold:
            return
        self._under_way = untold

        def work(connection: Connection) -> None:
            insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(KEY_USES)
            later = insert.excluded.used_at > AT.used_at
            told = insert.on_conflict_do_update(
                index_elements=[AT.code], set_={"used_at": insert.excluded.used_at}, where=later
            )
            connection.execute(told, [{"code": code, "used_at": untold[code]} for code in sorted(untold)])

        try:
            await self._database.write(work)
        except StoreBroken:
            self._untold = untold | self._untold
            raise
        finally:
            self._under_way = {}

    async def of(self, codes: Collection[str]) -> dict[str, datetime]:
        """When each of these keys was last used, as far as hubs have told it; this one tells it at once."""
        if not codes:
            return {}
        own = {code: at for code, at in (self._under_way | self._untold).items() if code in codes}
        statement = select(AT.code, AT.used_at).where(AT.code.in_(codes))
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        found = {row.code: row.used_at for row in rows}
        return found | {code: max(at, found.get(code, at)) for code, at in own.items()}
