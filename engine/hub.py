"""The hub of one city: its settings, its life and its routes."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from random import SystemRandom
from typing import Annotated
from urllib.parse import urlsplit

import structlog
from pydantic import BaseModel, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from auth.caller import Caller
from auth.oidc import Identity
from cache.envelope import Cache
from cache.places import store_at
from cache.redis import RedisStore
from connectors.agencies import Agencies
from connectors.configuration import Configuration, ConfigurationError
from connectors.kit.clock import Clock, SystemClock
from connectors.regions.gazetteer import Gazetteer
from engine.authentication import caller_of
from engine.documents import Documents, Trust, read_manifest
from engine.door import AtTheDoor
from engine.endpoint import GraphQLEndpoint
from engine.graphiql.page import Example, GraphiQLPage, asset
from engine.limits import Limits, Measure
from engine.quota import Quota
from engine.request import BadRequest
from resolvers.context import Context
from schema.root import access_matrix, build
from store.database import Database, StoreBroken
from store.follower import Follower
from store.shelves import SHELVES
from store.store import Store

ROOT = Path(__file__).parent.parent
QUERIES = ROOT / "docs" / "queries"
FIRST_EXAMPLE = "city-at-a-glance"

log = structlog.get_logger()


AtLeastOne = Annotated[int, Field(ge=1)]


class LimitSettings(BaseModel):
    """`SIMPUL_LIMITS__DEPTH` and the others: what a document may ask for (engine/limits.py)."""

    length: AtLeastOne = Limits().length
    tokens: AtLeastOne = Limits().tokens
    depth: AtLeastOne = Limits().depth
    breadth: AtLeastOne = Limits().breadth
    aliases: AtLeastOne = Limits().aliases
    directives: AtLeastOne = Limits().directives
    root_fields: AtLeastOne = Limits().root_fields
    values: AtLeastOne = Limits().values
    variables: AtLeastOne = Limits().variables
    cost: AtLeastOne = Limits().cost

    def allowed(self) -> Limits:
        """As the engine takes them."""
        return Limits(**self.model_dump())


class Settings(BaseSettings):
    """From the environment, with `SIMPUL_` before each name; docs/configuration.md lists them."""

    model_config = SettingsConfigDict(env_prefix="SIMPUL_", env_nested_delimiter="__")

    agencies: Path = ROOT / "agencies.toml"
    cache_url: SecretStr = SecretStr("memory://")
    cache_bytes: Annotated[int, Field(ge=1_000_000)] = 256_000_000
    secret: SecretStr = Field(default_factory=lambda: SecretStr(secrets.token_hex(32)), min_length=32)
    store_url: SecretStr = SecretStr(f"sqlite:///{ROOT / '.simpul' / 'store.db'}")
    follow: bool = True
    max_request_bytes: Annotated[int, Field(ge=1_000)] = 1_000_000
    limits: LimitSettings = LimitSettings()
    cors_origins: str = ""
    quota: Annotated[int, Field(ge=0)] = 1_000_000
    measure_only: str = ""
    trusted_documents: Path | None = None
    trust: Trust = Trust.OFF

    def measuring(self) -> frozenset[str]:
        """The limits that are measured and not enforced."""
        return frozenset(_listed(self.measure_only))

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, value: str) -> str:
        for each in _listed(value):
            parts = urlsplit(each)
            if parts.scheme not in ("https", "http") or not parts.netloc or each != f"{parts.scheme}://{parts.netloc}":
                raise ValueError("expected origins like https://app.example, with commas between")
        return value

    @field_validator("measure_only")
    @classmethod
    def _known(cls, value: str) -> str:
        if unknown := {*_listed(value)} - {*Measure.__struct_fields__}:
            raise ValueError(f"{len(unknown)} of these are no limits; they are {', '.join(Measure.__struct_fields__)}")
        return value


def _listed(value: str) -> list[str]:
    """What stands between commas."""
    return [each for each in map(str.strip, value.split(",")) if each]


def examples() -> list[Example]:
    """The documents that GraphiQL opens with, the city at a glance first."""
    paths = sorted(QUERIES.glob("*.graphql"), key=lambda path: (path.stem != FIRST_EXAMPLE, path.stem))
    return [Example(path.read_text(encoding="utf-8")) for path in paths]


def create_app(configuration: Configuration, settings: Settings, clock: Clock | None = None) -> Starlette:
    """The hub of one city, ready for a server; raises `ConfigurationError`."""
    clock = clock or SystemClock()
    city = configuration.city
    try:
        regions = Gazetteer.of(city.code, city.timezone)
    except FileNotFoundError:
        missing = f"connectors/regions/{city.code}.csv"
        raise ConfigurationError([f"city.code: there is no file of regions {missing}"]) from None
    agencies = Agencies.configured(configuration, clock)
    cache, database = _cache(settings, clock), _database(settings)
    identity = Identity(configuration.identity, clock) if configuration.identity else None
    quota = _quota(settings)
    store, feeds = Store(database), agencies.feeds()
    follower = Follower(database, feeds, SHELVES, clock=clock)
    access = access_matrix()

    def context_for(language: str, caller: Caller) -> Context:
        return Context(
            agencies=agencies,
            cache=cache,
            clock=clock,
            regions=regions,
            store=store,
            caller=caller,
            identity=identity,
            access=access,
            language=language,
        )

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        await database.migrate()
        await store.copies.know(feeds)
        following = asyncio.create_task(follower.run()) if settings.follow else None
        log.info("hub.started", city=city.name, agencies=len(configuration.agencies))
        yield
        if following:
            follower.stop()
            await following
        await database.aclose()
        await cache.aclose()
        if quota:
            await quota.aclose()
        await agencies.aclose()
        if identity:
            await identity.aclose()
        log.info("hub.stopped")

    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def readyz(_: Request) -> Response:
        copies = [
            {
                "agency": copy.agency,
                "feed": copy.name,
                "documents": copy.documents,
                "fetchedAt": copy.fetched_at.isoformat() if copy.fetched_at else None,
                "receiving": follower.received(copy.agency, copy.name),
                "problem": copy.problem,
            }
            for copy in await store.copies.all()
        ]
        known = {"city": city.name, "agencies": len(configuration.agencies), "copies": copies}
        return JSONResponse({"status": "ready", **known})

    async def home(_: Request) -> Response:
        return RedirectResponse("/graphql", status_code=302)

    endpoint = GraphQLEndpoint(
        schema_for=partial(build, extensions=(AtTheDoor,)),
        context_for=context_for,
        identity=identity,
        page=GraphiQLPage(city.name, examples(), configuration.identity),
        documents=_documents(settings),
        max_bytes=settings.max_request_bytes,
        limits=settings.limits.allowed(),
        measuring=settings.measuring(),
        quota=quota,
    )
    app = Starlette(
        lifespan=life,
        middleware=_cross_origin(settings),
        routes=[
            Route("/graphql", endpoint.answer, methods=["GET", "POST"]),
            Route("/graphql/assets/{version}/{name}", asset),
            Route("/schema.graphql", _schema_file(identity)),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/", home),
        ],
    )
    app.state.follower = follower
    return app


def _cross_origin(settings: Settings) -> list[Middleware]:
    """Pages of these origins may ask from a browser, with a token but never with cookies: the hub has none."""
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=_listed(settings.cors_origins),
            allow_methods=["GET", "POST"],
            allow_headers=["authorization", "content-type", "accept-language"],
            expose_headers=["simpul-cost", "retry-after", "www-authenticate"],
            max_age=600,
        )
    ]


def _quota(settings: Settings) -> Quota | None:
    if not settings.quota:
        return None
    url = settings.cache_url.get_secret_value()
    shared = None if url.startswith("memory:") else url
    return Quota(settings.quota, redis_url=shared, secret=settings.secret.get_secret_value().encode())


def _documents(settings: Settings) -> Documents:
    if settings.trusted_documents is None:
        if settings.trust is not Trust.OFF:
            raise ConfigurationError(["SIMPUL_TRUSTED_DOCUMENTS: missing; SIMPUL_TRUST needs a manifest"])
        return Documents({}, Trust.OFF)
    try:
        return Documents(read_manifest(settings.trusted_documents), settings.trust)
    except ValueError as error:
        raise ConfigurationError([f"SIMPUL_TRUSTED_DOCUMENTS: {error}"]) from None


def _schema_file(identity: Identity | None) -> Callable[[Request], Awaitable[Response]]:
    """The schema of who asks for it."""

    async def answer(request: Request) -> Response:
        try:
            caller = await caller_of(request, identity)
        except BadRequest as bad:
            return PlainTextResponse(f"{bad.message}\n", bad.status, bad.headers)
        headers = {"content-type": "application/graphql; charset=utf-8", "vary": "authorization"}
        return PlainTextResponse(f"{build(caller.audience).as_str()}\n", headers=headers)

    return answer


async def check_store(settings: Settings) -> None:
    """Open the store and bring it up to date, before anything listens; raises `ConfigurationError` if that fails."""
    database = _database(settings)
    try:
        await database.migrate()
    except StoreBroken as error:
        raise ConfigurationError([f"SIMPUL_STORE_URL: {error}"]) from None
    finally:
        await database.aclose()


def _cache(settings: Settings, clock: Clock) -> Cache:
    try:
        entries = store_at(settings.cache_url.get_secret_value(), max_bytes=settings.cache_bytes, clock=clock)
    except ValueError as error:
        raise ConfigurationError([f"SIMPUL_CACHE_URL: {error}"]) from None
    if isinstance(entries, RedisStore) and "secret" not in settings.model_fields_set:
        raise ConfigurationError(["SIMPUL_SECRET: missing; hubs that share a cache share the secret of its keys"])
    return Cache(entries, clock=clock, secret=settings.secret.get_secret_value().encode(), random=SystemRandom())


def _database(settings: Settings) -> Database:
    try:
        return Database(settings.store_url.get_secret_value())
    except ValueError as error:
        raise ConfigurationError([f"SIMPUL_STORE_URL: {error}"]) from None
