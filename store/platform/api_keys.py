"""The keys of apps: they are made, listed, rotated, revoked, and found by their keyed hash."""

import asyncio
import secrets
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from auth.api_key import ApiKey
from auth.keyed_hasher import KeyedHasher
from connectors.kit.clock import Clock
from store.kit.database import Database
from store.kit.paging import KeysetQuery, PageRequest, Slice, SortOrder
from store.platform.key_uses import KeyUses
from store.platform.tables import API_KEYS

T = TypeVar("T")

AT = API_KEYS.c
BY_APP = SortOrder((AT.app, True), (AT.code, True))

PREFIX = "simpul_"
"""The beginning of every key, so that a key that was published by mistake can be searched for."""
KNOWN_FOR = 1.0
"""Seconds for which a process trusts its knowledge of keys. A key that another process revoked may live so long."""
_VERSION = select(func.count(), func.max(AT.created_at), func.count(AT.revoked_at), func.max(AT.revoked_at))
"""What differs once a key was made, rotated or revoked; a key is rotated only together with one that is made."""


class ApiKeys:
    """All keys. They are few, so a process holds the valid ones in memory. Raises `StoreBroken`.

    `uses` is told of each key that is found.
    """

    def __init__(self, database: Database, seal: KeyedHasher, clock: Clock, uses: KeyUses | None = None) -> None:
        self._database = database
        self._hasher = seal
        self._clock = clock
        self._uses = uses or KeyUses(database)
        self._loading = asyncio.Lock()
        self._known: Mapping[str, ApiKey] = {}
        self._version: Row[Any] | None = None
        self._until = float("-inf")
        self._changes = 0

    async def make(self, wanted: ApiKey, *, after: Callable[[Connection], bool] = lambda _: True) -> str | None:
        """Make a key, unless what has to be done `after` fails, in one transaction. Nobody can find it out again."""
        key = PREFIX + secrets.token_urlsafe(32)
        inserting = self._inserting(wanted, key)

        def write(connection: Connection) -> str | None:
            if not after(connection):
                return None
            connection.execute(inserting)
            return key

        return await self._write(write)

    async def rotate(self, code: str, wanted: ApiKey, until: datetime) -> str | None:
        """Make a key in place of one that holds `until` then and no longer; None if it was replaced or revoked."""
        key = PREFIX + secrets.token_urlsafe(32)
        inserting = self._inserting(wanted, key)

        def write(connection: Connection) -> str | None:
            locked = select(API_KEYS).where(AT.code == code, AT.revoked_at.is_(None)).with_for_update()
            row = connection.execute(locked).one_or_none()
            old = _key(row) if row else None
            if old is None or old.replaced_by:
                return None
            ends = min(old.expires_at, until)
            body = msgspec.json.encode(msgspec.structs.replace(old, expires_at=ends, replaced_by=wanted.code))
            connection.execute(update(API_KEYS).where(AT.code == code).values(body=body))
            connection.execute(inserting)
            return key

        return await self._write(write)

    async def revoke(self, code: str) -> ApiKey | None:
        """Revoke a key for good; None if there is no such key."""
        revoking = update(API_KEYS).where(AT.code == code, AT.revoked_at.is_(None))
        revoking = revoking.values(revoked_at=self._clock.now())
        await self._write(lambda connection: connection.execute(revoking))
        return await self.with_code(code)

    async def with_code(self, code: str) -> ApiKey | None:
        """The key with this code, revoked or not."""
        found = await self._rows(AT.code == code)
        return _key(found[0]) if found else None

    async def with_codes(self, codes: Collection[str]) -> dict[str, ApiKey]:
        """The keys with these codes, revoked or not, by code."""
        return {row.code: _key(row) for row in await self._rows(AT.code.in_(codes))}

    async def of_app(self, app: str) -> list[ApiKey]:
        """All keys of an app, revoked ones too."""
        return [_key(row) for row in await self._rows(AT.app == app)]

    async def holding(self) -> list[ApiKey]:
        """All keys that are valid now, as this process knows them."""
        now = self._clock.now()
        return [each for each in (await self._all()).values() if each.holds(now)]

    async def cut(self, app: str | None, window: PageRequest) -> Slice[ApiKey]:
        """A page of all keys, or of the keys of one app."""
        listing = _listing(app)
        return await self._database.read(lambda connection: listing.fetch(connection, window, _key))

    async def count(self, app: str | None) -> int:
        """How many keys there are, or how many one app has."""
        return await self._database.read(_listing(app).count)

    async def of_owners(self, owners: Collection[str]) -> list[ApiKey]:
        """The keys that are not revoked and that belong to one of these owners."""
        return [each for each in (await self._all()).values() if each.owner in owners]

    async def find(self, key: str) -> ApiKey | None:
        """The entry of this key, if it is valid now."""
        known, now = await self._all(), self._clock.now()
        found = next((known[each] for each in self._hasher.api_keys(key) if each in known), None)
        if found is None or not found.holds(now):
            return None
        self._uses.note(found.code, now)
        return found

    async def origins(self) -> frozenset[str]:
        """The origins of all web pages that may use a key."""
        return frozenset(origin for each in await self.holding() for origin in each.origins)

    async def _all(self) -> Mapping[str, ApiKey]:
        """The keys by their hashes, revoked ones excepted.

        Whether they have changed is asked at most once in `KNOWN_FOR`, and after each change by this process.
        """
        async with self._loading:
            if self._clock.monotonic() >= self._until:
                changes = self._changes
                version, found = await self._database.read(self._look)
                if changes != self._changes:
                    return found
                self._known, self._version = found, version
                self._until = self._clock.monotonic() + KNOWN_FOR
            return self._known

    def _look(self, connection: Connection) -> tuple[Row[Any], Mapping[str, ApiKey]]:
        version = connection.execute(_VERSION).one()
        if version == self._version:
            return version, self._known
        rows = connection.execute(select(API_KEYS).where(AT.revoked_at.is_(None))).all()
        return version, {row.digest: _key(row) for row in rows}

    async def _rows(self, *where: ColumnElement[bool]) -> list[Any]:
        return await self._database.read(lambda connection: list(connection.execute(select(API_KEYS).where(*where))))

    def _inserting(self, wanted: ApiKey, key: str) -> Any:
        values = {
            "code": wanted.code,
            "digest": self._hasher.api_key(key),
            "app": wanted.app,
            "created_at": wanted.created_at,
            "revoked_at": wanted.revoked_at,
            "body": msgspec.json.encode(wanted),
        }
        return insert(API_KEYS).values(values)

    async def _write(self, work: Callable[[Connection], T]) -> T:
        try:
            return await self._database.write(work)
        finally:
            self._changes += 1
            self._until = float("-inf")


def _listing(app: str | None) -> KeysetQuery:
    return KeysetQuery([AT.body, AT.revoked_at], [] if app is None else [AT.app == app], BY_APP)


def _key(row: Any) -> ApiKey:
    """The key as it was made or rotated, and when it was revoked."""
    key = msgspec.json.decode(row.body, type=ApiKey)
    revoked: datetime | None = row.revoked_at
    return msgspec.structs.replace(key, revoked_at=revoked)
