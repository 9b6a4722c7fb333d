"""The upstream of the plain schema, as any connector asks an agency."""

from datetime import timedelta
from typing import ClassVar

import msgspec

from connectors.kit.call import Call
from connectors.kit.connector import Connector, Credentials, Options
from connectors.kit.http import Http
from connectors.kit.read import Read, read
from connectors.kit.reading import NEVER_KEPT
from connectors.kit.rows import Row, many_records
from connectors.kit.signatures import unsigned

MOMENT = timedelta(milliseconds=1)


class User(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever wrote a post."""

    id: int
    name: str
    email: str


class RawPost(msgspec.Struct, frozen=True, kw_only=True):
    """A post as the upstream has it."""

    id: int
    user_id: int
    title: str
    body: str


class Upstream(Connector[Options, Credentials]):
    """Posts, and the users that they name. Nothing is kept."""

    domain: ClassVar[str] = "bench"
    protocol: ClassVar[str] = "bench"

    def open(self, credentials: Credentials) -> None:  # noqa: ARG002  the base's signature
        self._http = Http(self.agency, unsigned(), self.clock, self.throttle)

    async def aclose(self) -> None:
        await self._http.aclose()

    def probe(self) -> Read[tuple[RawPost, ...]]:
        return self.posts()

    @read(ttl=NEVER_KEPT)
    async def posts(self) -> tuple[RawPost, ...]:
        return await self._posts()

    @read(ttl=NEVER_KEPT)
    async def users(self, ids: tuple[int, ...], /) -> tuple[User, ...]:
        return await self._users(ids)

    async def _posts(self) -> tuple[RawPost, ...]:
        sent = await self._http.json(Call(path="/posts"))
        return await many_records(sent, _to_post, agency=self.agency.code, findings=self.findings)

    async def _users(self, ids: tuple[int, ...]) -> tuple[User, ...]:
        sent = await self._http.json(Call(path="/users", query={"ids": ",".join(map(str, ids))}))
        return await many_records(sent, _to_user, agency=self.agency.code, findings=self.findings)


class SharedUpstream(Upstream):
    """The same, kept for so short a time that only operations that run at once can share an answer."""

    protocol: ClassVar[str] = "bench-shared"

    @read(ttl=MOMENT)
    async def posts(self) -> tuple[RawPost, ...]:
        return await self._posts()

    @read(ttl=MOMENT)
    async def users(self, ids: tuple[int, ...], /) -> tuple[User, ...]:
        return await self._users(ids)


class SteadyUpstream(Upstream):
    """The same, where equal bytes say the same again: each is asked for, and read once."""

    protocol: ClassVar[str] = "bench-steady"

    @read(ttl=NEVER_KEPT, by_bytes=True)
    async def posts(self) -> tuple[RawPost, ...]:
        return await self._posts()

    @read(ttl=NEVER_KEPT, by_bytes=True)
    async def users(self, ids: tuple[int, ...], /) -> tuple[User, ...]:
        return await self._users(ids)


UPSTREAMS = {each.protocol: each for each in (Upstream, SharedUpstream, SteadyUpstream)}


def _to_post(row: Row) -> RawPost:
    return RawPost(id=row.integer("id"), user_id=row.integer("userId"), title=row.text("title"), body=row.text("body"))


def _to_user(row: Row) -> User:
    return User(id=row.integer("id"), name=row.text("name"), email=row.text("email"))
