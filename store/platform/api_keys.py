"""The keys of apps: they are made, listed, revoked, and found by their keyed hash."""

import asyncio
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, insert, select, update

from auth.api_key import ApiKey
from auth.keyed_hasher import KeyedHasher
from connectors.kit.clock import Clock
from store.kit.database import Database
from store.kit.paging import KeysetQuery, PageRequest, Slice, SortOrder
from store.platform.tables import API_KEYS

AT = API_KEYS.c
BY_APP = SortOrder((AT.app, True), (AT.code, True))

PREFIX = "simpul_"
"""The beginning of every key, so that a key that was published by mistake can be searched for."""
KNOWN_FOR = 5.0
"""Seconds for which a process trusts its knowledge of keys. A key that another process revoked may live so long."""


class ApiKeys:
    """All keys. They are few, so a process holds the valid ones in memory. Raises `StoreBroken`."""

    def __init__(self, database: Database, seal: KeyedHasher, clock: Clock) -> None:
        self._database = database
        self._hasher = seal
        self._clock = clock
        self._loading = asyncio.Lock()
        self._known: Mapping[str, ApiKey] = {}
        self._until = float("-inf")
        self._changes = 0

    async def make(self, wanted: ApiKey) -> str:
        """Make a key. Nobody can find it out again."""
        key = PREFIX + secrets.token_urlsafe(32)
        values = {
            "code": wanted.code,
            "digest": self._hasher.api_key(key),
            "app": wanted.app,
            "created_at": wanted.created_at,
            "revoked_at": wanted.revoked_at,
            "body": msgspec.json.encode(wanted),
        }
        await self._write(insert(API_KEYS).values(values))
        return key

    async def revoke(self, code: str) -> ApiKey | None:
        """Revoke a key for good; None if there is no such key."""
        now = self._clock.now()
        await self._write(update(API_KEYS).where(AT.code == code, AT.revoked_at.is_(None)).values(revoked_at=now))
        return await self.with_code(code)

    async def with_code(self, code: str) -> ApiKey | None:
        """The key with this code, revoked or not."""
        found = await self._rows(AT.code == code)
        return _key(found[0]) if found else None

    async def cut(self, app: str | None, window: PageRequest) -> Slice[ApiKey]:
        """A page of all keys, or of the keys of one app."""
        listing = _listing(app)
        return await self._database.read(lambda connection: listing.fetch(connection, window, _key))

    async def count(self, app: str | None) -> int:
        """How many keys there are, or how many one app has."""
        return await self._database.read(_listing(app).count)

    async def find(self, key: str) -> ApiKey | None:
        """The entry of this key, if it is valid now."""
        known = await self._all()
        found = next((known[each] for each in self._hasher.api_keys(key) if each in known), None)
        return found if found and found.holds(self._clock.now()) else None

    async def origins(self) -> frozenset[str]:
        """The origins of all web pages that may use a key."""
        now = self._clock.now()
        return frozenset(origin for each in (await self._all()).values() if each.holds(now) for origin in each.origins)

    async def _all(self) -> Mapping[str, ApiKey]:
        """The keys by their hashes.

        They are read at most once in `KNOWN_FOR`, and after each change by this process.
        """
        async with self._loading:
            if self._clock.monotonic() >= self._until:
                changes = self._changes
                found = {row.digest: _key(row) for row in await self._rows(AT.revoked_at.is_(None))}
                if changes != self._changes:
                    return found
                self._known, self._until = found, self._clock.monotonic() + KNOWN_FOR
            return self._known

    async def _rows(self, *where: ColumnElement[bool]) -> list[Any]:
        return await self._database.read(lambda connection: list(connection.execute(select(API_KEYS).where(*where))))

    async def _write(self, statement: Any) -> None:
        try:
            await self._database.write(lambda connection: connection.execute(statement))
        finally:
            self._changes += 1
            self._until = float("-inf")


def _listing(app: str | None) -> KeysetQuery:
    return KeysetQuery([AT.body, AT.revoked_at], [] if app is None else [AT.app == app], BY_APP)


def _key(row: Any) -> ApiKey:
    """The key as it was made, and when it was revoked."""
    key = msgspec.json.decode(row.body, type=ApiKey)
    revoked: datetime | None = row.revoked_at
    return msgspec.structs.replace(key, revoked_at=revoked)
