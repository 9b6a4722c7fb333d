"""Requests for keys: made, decided, collected and listed."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from auth.key_request import ApiKeyRequest, KeyRequestState
from store.kit.database import Database
from store.kit.paging import KeysetQuery, PageRequest, Slice, SortOrder
from store.platform.tables import KEY_REQUESTS

AT = KEY_REQUESTS.c
NEWEST_FIRST = SortOrder((AT.asked_at, False), (AT.code, False))
OPEN = (KeyRequestState.ASKED, KeyRequestState.GRANTED)
MOST_OPEN = 5
"""How many requests of one person may be open at once."""


class KeyRequests:
    """All requests. Raises `StoreBroken`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask(self, wanted: ApiKeyRequest) -> ApiKeyRequest | None:
        """Keep a request; None if the person has as many open ones as one may have.

        A request that waits already is not made a second time.
        """

        def write(connection: Connection) -> ApiKeyRequest | None:
            if connection.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(wanted.owner, 0))))
            mine = (AT.owner == wanted.owner, AT.state.in_([each.value for each in OPEN]))
            found = [_request(body) for body in connection.execute(select(AT.body).where(*mine)).scalars()]
            if same := next((each for each in found if _asks_the_same(each, wanted)), None):
                return same
            if len(found) >= MOST_OPEN:
                return None
            connection.execute(insert(KEY_REQUESTS).values(_values(wanted)))
            return wanted

        return await self._database.write(write)

    async def decide(self, decided: ApiKeyRequest) -> bool:
        """Put the decision in place of an open request that waits; False if somebody has decided it meanwhile."""
        changing = _changing(decided, KeyRequestState.ASKED)
        return await self._database.write(lambda connection: bool(connection.execute(changing).rowcount))

    async def with_code(self, code: str) -> ApiKeyRequest | None:
        """The request with this code, whatever has become of it."""
        statement = select(AT.body).where(AT.code == code)
        body = await self._database.read(lambda connection: connection.execute(statement).scalar_one_or_none())
        return _request(body) if body else None

    async def of_app(self, app: str) -> frozenset[str]:
        """The owners of the requests for this app that were granted and not collected yet."""
        granted = (AT.app == app, AT.state == KeyRequestState.GRANTED.value)
        statement = select(AT.owner).where(*granted).distinct()
        found = await self._database.read(lambda connection: connection.execute(statement).scalars().all())
        return frozenset(found)

    async def forget(self, before: datetime) -> None:
        """Forget what was asked before this moment and led to no key: nobody has to be reached about it any more."""
        old = delete(KEY_REQUESTS).where(AT.asked_at < before, AT.state != KeyRequestState.COLLECTED.value)
        await self._database.write(lambda connection: connection.execute(old))

    async def cut(
        self, owners: Collection[str] | None, state: KeyRequestState | None, window: PageRequest
    ) -> Slice[ApiKeyRequest]:
        """A page of the requests of these owners, or of all, the newest first."""
        listing = _listing(owners, state)
        return await self._database.read(
            lambda connection: listing.fetch(connection, window, lambda row: _request(row.body))
        )

    async def count(self, owners: Collection[str] | None, state: KeyRequestState | None) -> int:
        """How many there are."""
        return await self._database.read(_listing(owners, state).count)


def collecting(collected: ApiKeyRequest) -> Callable[[Connection], bool]:
    """Takes a granted request in the transaction that makes its key; False if it was collected before."""
    changing = _changing(collected, KeyRequestState.GRANTED)
    return lambda connection: bool(connection.execute(changing).rowcount)


def _asks_the_same(known: ApiKeyRequest, wanted: ApiKeyRequest) -> bool:
    at = msgspec.structs.replace(wanted, code=known.code, asked_at=known.asked_at)
    return known == at


def _changing(changed: ApiKeyRequest, before: KeyRequestState) -> Any:
    where = (AT.code == changed.code, AT.state == before.value)
    return update(KEY_REQUESTS).where(*where).values(_values(changed))


def _listing(owners: Collection[str] | None, state: KeyRequestState | None) -> KeysetQuery:
    where: list[ColumnElement[bool]] = [] if owners is None else [AT.owner.in_(owners)]
    if state:
        where.append(AT.state == state.value)
    return KeysetQuery([AT.body], where, NEWEST_FIRST)


def _values(request: ApiKeyRequest) -> dict[str, Any]:
    return {
        "code": request.code,
        "state": request.state.value,
        "app": request.app,
        "owner": request.owner,
        "asked_at": request.asked_at,
        "body": msgspec.json.encode(request),
    }


def _request(body: bytes) -> ApiKeyRequest:
    return msgspec.json.decode(body, type=ApiKeyRequest)
