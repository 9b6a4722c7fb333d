"""Stock Strawberry that asks an upstream each time: python fan_out.py PORT UPSTREAM. A DataLoader for each request."""

import sys
from typing import Any

import aiohttp
import strawberry
import uvicorn
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader

UPSTREAM = sys.argv[2]
_sessions: list[aiohttp.ClientSession] = []


async def get(path: str) -> Any:
    """What the upstream says."""
    if not _sessions:
        _sessions.append(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))
    async with _sessions[0].get(UPSTREAM + path) as response:
        return await response.json()


async def users(ids: list[int]) -> list[Any]:
    """Of these numbers, in one call."""
    rows = {each["id"]: each for each in await get("/users?" + "&".join(f"id={each}" for each in ids))}
    return [rows[each] for each in ids]


@strawberry.type
class User:
    """As the upstream has it."""

    id: int
    name: str


@strawberry.type
class Post:
    """As the upstream has it, with its user."""

    user_id: int
    title: str

    @strawberry.field
    async def user(self, info: strawberry.Info[Any, None]) -> User:
        """From the loader of the request."""
        row = await info.context["users"].load(self.user_id)
        return User(id=row["id"], name=row["name"])


@strawberry.type
class Query:
    """One root field."""

    @strawberry.field
    async def posts(self) -> list[Post]:
        """Asked each time."""
        return [Post(user_id=each["userId"], title=each["title"]) for each in await get("/posts")]


class View(GraphQL[Any, Any]):
    """With a loader for each request."""

    async def get_context(self, *_: Any, **__: Any) -> Any:
        """The loader."""
        return {"users": DataLoader(users)}


if __name__ == "__main__":
    uvicorn.run(
        View(strawberry.Schema(Query), graphql_ide=None),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        access_log=False,
        log_level="warning",
    )
