"""The sandbox and a hub on it, both on real sockets, with one clock for all."""

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import hypothesis
import pytest
import redis
import structlog
import uvicorn
from starlette.applications import Starlette

from connectors.agencies import CONNECTORS
from connectors.configuration import Configuration, read_configuration
from sandbox.credentials import environment
from sandbox.server import Sandbox, running
from server import Settings, create_app
from tests.clock import FakeClock
from tests.redis_server import RedisServer, redis_running

ROOT = Path(__file__).parent.parent

RUNTIME = tempfile.TemporaryDirectory(prefix="simpul-")
os.environ.setdefault("XDG_RUNTIME_DIR", RUNTIME.name)  # the PostgreSQL wheel asks for it

hypothesis.settings.register_profile("simpul", deadline=None)  # timings decide no test
hypothesis.settings.load_profile("simpul")

structlog.configure(
    processors=[structlog.processors.KeyValueRenderer()], logger_factory=structlog.ReturnLoggerFactory()
)


class Hub:
    """A hub that listens, and what a client does with it."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.session = session

    async def ask(self, query: str, variables: dict[str, Any] | None = None, **headers: str) -> dict[str, Any]:
        """The whole answer; the request is well-formed, so it is 200."""
        body = {"query": query, "variables": variables}
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.session.post(f"{self.url}/graphql", json=body, headers=sent) as response:
            assert response.status == 200
            return await response.json()

    async def data(self, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        """The data of an answer without errors."""
        answer = await self.ask(query, variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]


def listening(configuration: Configuration, clock: FakeClock, **settings: Any) -> AbstractAsyncContextManager[Hub]:
    """A hub on a free port."""
    return serving(create_app(configuration, Settings(**settings), clock))


@asynccontextmanager
async def serving(app: Starlette) -> AsyncIterator[Hub]:
    """An app on a free port."""
    config = uvicorn.Config(app, port=0, access_log=False, log_config=None, timeout_graceful_shutdown=1)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    host, port = server.servers[0].sockets[0].getsockname()
    try:
        async with aiohttp.ClientSession() as session:
            yield Hub(f"http://{host}:{port}", session)
    finally:
        await server.shutdown()


def configuration_for(sandbox: Sandbox, tmp_path: Path, *changes: tuple[str, str]) -> Configuration:
    """The committed configuration, with this sandbox for the one that it names, and with these changes."""
    text = (ROOT / "agencies.toml").read_text(encoding="utf-8")
    for old, new in changes:
        text = text.replace(old, new)
    path = tmp_path / "agencies.toml"
    path.write_text(text.replace("http://127.0.0.1:8100", sandbox.url), encoding="utf-8")
    return read_configuration(path, CONNECTORS, environment())


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def sandbox(clock: FakeClock) -> AsyncIterator[Sandbox]:
    async with running(port=0, now=clock.now) as sandbox:
        yield sandbox


@pytest.fixture
def configuration(sandbox: Sandbox, tmp_path: Path) -> Configuration:
    return configuration_for(sandbox, tmp_path)


@pytest.fixture
async def hub(configuration: Configuration, clock: FakeClock) -> AsyncIterator[Hub]:
    async with listening(configuration, clock) as hub:
        yield hub


@pytest.fixture(scope="session")
def running_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_running(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def redis_server(running_redis: RedisServer) -> redis.Redis:
    running_redis.client.flushall()
    return running_redis.client


@pytest.fixture
def redis_url(running_redis: RedisServer, redis_server: redis.Redis) -> str:
    return running_redis.url
