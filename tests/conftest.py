"""The sandbox and a hub on it, both on real sockets, with one clock for all."""

import asyncio
import gc
import os
import shutil
import tempfile
import tomllib
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import hypothesis
import msgspec
import psycopg
import pytest
import pytest_asyncio
import redis
import structlog
import uvicorn
from starlette.applications import Starlette

from auth.api_key import ApiKey
from auth.caller import Audience
from auth.keyed_hasher import KeyedHasher
from cache.memory import MemoryStore
from connectors.kit import sqlite_file
from connectors.kit.agency import Limits
from connectors.registry import CONNECTORS
from engine.app import create_app
from engine.configuration.agencies_file import read_configuration
from engine.configuration.model import AgencyConfiguration, Configuration
from engine.configuration.settings import Settings
from engine.http.connection_limits import ConnectionLimits
from engine.http.server import server_config
from resolvers.kit import hedging
from sandbox.identity.issuer import issuer_of
from sandbox.kit.seed import seeded
from sandbox.registry import environment
from sandbox.server import Sandbox, running
from store.kit import database
from store.kit.database import Database
from store.kit.tables import METADATA
from store.platform.api_keys import ApiKeys
from tests import identifiers
from tests.breakers import probed
from tests.clock import FakeClock
from tests.postgres_server import postgres_running
from tests.profiles import CITY
from tests.redis_server import RedisServer, redis_running

ROOT = Path(__file__).parent.parent
COMMITTED = tomllib.loads((ROOT / "city" / "agencies.toml").read_text(encoding="utf-8"))
AGENCIES = list(COMMITTED["agencies"])
"""The codes of the configured agencies, in the order of the file."""
STOOD_IN_FOR = [code for code, each in COMMITTED["agencies"].items() if "url" in each]
"""Those that have a stand-in; the others ask nobody."""
NAMED = COMMITTED["identity"]["issuer"].removesuffix("/identity")
"""Where the file has the sandbox."""
ACCOUNTS = {Audience.CITIZEN: "citizen", Audience.OFFICER: "officer", Audience.ADMIN: "admin"}

PATIENT = 20.0

RUNTIME = tempfile.TemporaryDirectory(prefix="simpul-")
os.environ["SIMPUL_IDENTITY_SECRET"] = "a secret of tests, and of tests alone"
os.environ["SIMPUL_STORE_URL"] = f"sqlite:///{RUNTIME.name}/store.db"  # for hubs in processes of their own
os.environ["SIMPUL_HEADS"] = ""
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # each of the thirty processes would compile all rooms anew


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is run by `make soak` takes the time that it takes."""
    for each in items:
        if each.get_closest_marker("soak"):
            each.add_marker(pytest.mark.timeout(0))


hypothesis.settings.register_profile("simpul", deadline=None)  # timings decide no test
hypothesis.settings.load_profile("simpul")

structlog.configure(
    processors=[identifiers.log_line, structlog.processors.KeyValueRenderer()],
    logger_factory=structlog.ReturnLoggerFactory(),
)


database.SYNCHRONOUS = sqlite_file.SYNCHRONOUS = "OFF"  # no test pulls the plug, as in tests/postgres_server.py
gc.disable()  # nothing that is imported or collected below is garbage
gc.set_threshold(20_000, 10, 10)


def lasting() -> None:
    """What there is now stays to the end of the run, so nobody looks again and again for garbage in it."""
    gc.collect()
    gc.freeze()


def pytest_collection_finish() -> None:
    """A search through ten thousand tests and all libraries took a quarter of the time of a run."""
    gc.enable()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """What a process that ran a part of the tests has found."""
    identifiers.FOUND.extend(getattr(node, "workeroutput", {}).get("found", ()))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """The run fails if an identifier was found in any log line, cache or store of any of its hubs."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["found"] = identifiers.FOUND
    elif identifiers.FOUND:
        print(f"\nunmasked identifiers were found in: {sorted(set(identifiers.FOUND))}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


class Hub:
    """A hub that listens, and what a client does with it."""

    def __init__(self, url: str, session: aiohttp.ClientSession, app: Starlette) -> None:
        self.url = url
        self.session = session
        self._app = app

    @property
    def state(self) -> Any:
        """What its app is made of."""
        return self._app.state

    async def follow(self) -> None:
        """Follow once all feeds that are due."""
        await self._app.state.follower.round()

    async def probed(self) -> None:
        """What the hub's own probes do in the next seconds, now: an agency that answers is asked again after this."""
        for connector in self._app.state.agencies:
            await probed(connector)

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


@asynccontextmanager
async def listening(
    configuration: Configuration, clock: FakeClock, connections: ConnectionLimits | None = None, **settings: Any
) -> AsyncIterator[Hub]:
    """A hub on a free port, with a store of its own and empty unless `store_url` names one.

    It follows feeds only when it is told to, with `hub.follow()`, so that calls can be counted.
    """
    with tempfile.TemporaryDirectory(prefix="simpul-store-") as folder:
        settings.setdefault("store_url", f"sqlite:///{folder}/store.db")
        settings.setdefault("heads", f"{folder}/heads")
        settings.setdefault("follow", False)
        settings.setdefault("query_seconds", 60)
        settings["operations"] = {"late": 60} | settings.get("operations", {})  # a busy machine refuses nobody
        settings.setdefault("answer_bytes", 0)  # what lies below kept answers is told by what runs each time
        settings.setdefault("wire", False)  # and what lies below the wire
        settings.setdefault("usage", False)  # what is counted is told by those that count it
        settings.setdefault("snapshot_bytes", 0)  # what a hub without snapshots does is told by those that have some
        app = create_app(configuration, Settings(**settings), clock)
        try:
            async with serving(app, connections) as hub:
                yield hub
                if isinstance(entries := app.state.cache._store, MemoryStore):
                    identifiers.look("cache in memory", identifiers.of_memory(entries._backend))
        finally:
            identifiers.look("store", identifiers.of_store(str(settings["store_url"])))


@asynccontextmanager
async def serving(app: Starlette, connections: ConnectionLimits | None = None) -> AsyncIterator[Hub]:
    """An app on a free port."""
    config = server_config(app, limits=connections or ConnectionLimits(), keep_alive=75, shutdown=1, port=0)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    host, port = server.servers[0].sockets[0].getsockname()
    try:
        async with aiohttp.ClientSession() as session:
            yield Hub(f"http://{host}:{port}", session, app)
    finally:
        await stopped(server)


async def stopped(server: uvicorn.Server) -> None:
    """As its own shutdown, but without its 0.1 s where nobody is connected any more: a thousand tests wait for that."""
    for _ in range(50):
        if not server.server_state.connections and not server.server_state.tasks:
            for each in server.servers:
                each.close()
            await server.lifespan.shutdown()
            return
        await asyncio.sleep(0.001)  # a client that has gone is not seen at once
    await server.shutdown()


def configuration_for(sandbox: Sandbox, tmp_path: Path, *changes: tuple[str, str], city: Path = CITY) -> Configuration:
    """The committed configuration of a city, with this sandbox for the one that it names, and with these changes."""
    text = (city / "agencies.toml").read_text(encoding="utf-8")
    for old, new in changes:
        text = text.replace(old, new)
    path = tmp_path / "agencies.toml"
    if city != CITY:  # the first city has its regions in the source, wherever its file stands
        shutil.copytree(city, tmp_path, dirs_exist_ok=True)
    text = text.replace(NAMED, sandbox.url).replace(":///.simpul/sandbox", f":///{sandbox.folder}")
    path.write_text(text, encoding="utf-8")
    with seeded(city):
        return _patient(read_configuration(path, CONNECTORS, environment()))


def _patient(configuration: Configuration) -> Configuration:
    """With 20 s for each agency that has no time limit of its own, so that a busy machine decides no test."""

    def given(each: AgencyConfiguration) -> AgencyConfiguration:
        limits = each.agency.limits
        if limits.timeout == Limits().timeout:
            limits = msgspec.structs.replace(limits, timeout=PATIENT)
        return each._replace(agency=msgspec.structs.replace(each.agency, limits=limits))

    return configuration._replace(agencies=tuple(map(given, configuration.agencies)))


@pytest.fixture(autouse=True)
def _nobody_is_late(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """No source is overtaken by another because the machine is busy."""
    if request.node.get_closest_marker("hedged") is None:
        monkeypatch.setattr(hedging, "LEAST", 20.0)


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


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL."""
    with postgres_running() as address:
        yield address


@pytest.fixture
def new_postgres_url(postgres: str) -> str:
    """The address of an empty database on it."""
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return postgres.replace("/postgres?", f"/{name}?")


@pytest.fixture(scope="session")
def filled_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that has followed the sandbox's feeds to their ends at noon, and knows an app: made once, then copied."""
    folder = tmp_path_factory.mktemp("store")

    async def fill() -> None:
        clock = FakeClock()
        async with running(port=0, now=clock.now) as sandbox:
            configuration = configuration_for(sandbox, folder)
            async with listening(configuration, clock, store_url=f"sqlite:///{folder}/store.db") as hub:
                await hub.follow()
            database = Database(f"sqlite:///{folder}/store.db")
            key = ApiKey(
                code="partner",
                app="notaris",
                label="Tests",
                scopes=(),
                quota=None,
                origins=(),
                created_at=clock.now(),
                created_by="tests",
                expires_at=clock.now() + timedelta(days=30),
            )
            seal = KeyedHasher(os.environ["SIMPUL_IDENTITY_SECRET"].encode())
            (folder / "partner.key").write_text(await ApiKeys(database, seal, clock).make(key), encoding="utf-8")
            await database.aclose()

    asyncio.run(fill())
    url = f"sqlite:///{folder}/store.db"
    identifiers.look("copies", identifiers.of_store(url, METADATA.tables))
    lasting()  # the schema, too
    return folder / "store.db"


@pytest.fixture
def store_url(filled_store: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(filled_store, tmp_path / 'store.db')}"


@pytest.fixture
async def hub(configuration: Configuration, clock: FakeClock, store_url: str) -> AsyncIterator[Hub]:
    async with listening(configuration, clock, store_url=store_url) as hub:
        yield hub


class Shared(NamedTuple):
    """What all tests of a module share that change nothing."""

    hub: Hub
    sandbox: Sandbox


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory, filled_store: Path) -> AsyncIterator[Shared]:
    """For modules that mark their tests with `pytest.mark.asyncio(loop_scope="module")`."""
    folder, clock = tmp_path_factory.mktemp("shared"), FakeClock()
    url = f"sqlite:///{shutil.copy(filled_store, folder / 'store.db')}"
    async with running(port=0, now=clock.now) as sandbox:
        configuration = configuration_for(sandbox, folder)
        async with listening(configuration, clock, store_url=url, quota=0) as hub:
            yield Shared(hub, sandbox)


@pytest.fixture
def headers_of(sandbox: Sandbox, clock: FakeClock, filled_store: Path) -> Callable[[Audience], dict[str, str]]:
    """The headers by which somebody of an audience asks."""

    def headers(audience: Audience) -> dict[str, str]:
        if audience is Audience.PUBLIC:
            return {}
        if audience is Audience.PARTNER:
            return {"x-api-key": filled_store.with_name("partner.key").read_text(encoding="utf-8")}
        token = issuer_of(sandbox.control).token(ACCOUNTS[audience], f"{sandbox.url}/identity", clock.now())
        return {"Authorization": f"Bearer {token}"}

    return headers


@pytest.fixture
async def cold_hub(sandbox: Sandbox, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Hub]:
    """A hub that has never followed a feed. It waits for a first copy, however slow this machine is."""
    patient = ("limits = { max_bytes = 200_000_000 }", "limits = { max_bytes = 200_000_000, timeout = 60 }")
    async with listening(configuration_for(sandbox, tmp_path, patient), clock) as hub:
        yield hub


@pytest.fixture(scope="session")
def running_redis() -> Iterator[RedisServer]:
    with tempfile.TemporaryDirectory(prefix="simpul-redis-") as folder, redis_running(Path(folder)) as server:
        yield server


@pytest.fixture
def redis_server(running_redis: RedisServer) -> Iterator[redis.Redis]:
    running_redis.client.flushall()
    yield running_redis.client
    identifiers.look("redis", identifiers.of_redis(running_redis.client))


@pytest.fixture
def redis_url(running_redis: RedisServer, redis_server: redis.Redis) -> str:
    return running_redis.url
