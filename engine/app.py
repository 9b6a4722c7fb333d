"""The hub of one city: its life and its routes."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, nullcontext
from functools import cache, partial
from random import SystemRandom
from typing import Any, Protocol

import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute

from auth.agreements import Agreements
from auth.caller import Audience, Caller
from auth.cover import Cover
from auth.keyed_hasher import KeyedHasher
from auth.lookup_throttle import LookupThrottle
from auth.oidc import Identity
from auth.policies import FieldAccess
from auth.rate_limiter import RateLimiter
from cache.envelope import Cache
from cache.factory import create_backend
from cache.redis import RedisStore
from connectors.kit.clock import Clock, SystemClock
from connectors.kit.flights import Flights
from connectors.regions.gazetteer import Gazetteer
from engine.configuration.agencies_file import Configuration, ConfigurationError, connect_agencies, did_you_mean
from engine.configuration.settings import ROOT, Settings, listed
from engine.execution.documents import Documents, Trust
from engine.execution.executor import CountingExecutor
from engine.execution.guard import LimitsExtension
from engine.execution.manifest import read_manifest
from engine.execution.operation import OperationRunner
from engine.execution.quota import Quota
from engine.execution.weights import Weights
from engine.http.around import Around, broken
from engine.http.authentication import Authentication
from engine.http.cross_origin import CrossOrigin
from engine.http.endpoint import GraphQLEndpoint
from engine.http.plain import Plain
from engine.http.schema_file import SchemaFile
from engine.http.websocket import GraphQLWebSocket
from engine.pages.calendars import Calendars
from engine.pages.data_tracker import DataTracker
from engine.pages.graphiql.page import Example, GraphiQLPage, asset
from resolvers.kit.auditing import Auditor
from resolvers.kit.context import Context
from resolvers.registry import CATEGORIES, CONTRIBUTIONS
from schema.root import access_matrix, build
from store.audit.audit_log import AuditLog
from store.audit.bell import Bell
from store.audit.heads import Heads
from store.audit.news import News
from store.kit.copies import Copy
from store.kit.database import Database, StoreBroken
from store.kit.domains import Background, Surroundings
from store.kit.follower import Follower
from store.kit.store import Store
from store.platform.api_keys import ApiKeys
from store.registry import BACKGROUND, COPY_TABLES

QUERIES = ROOT / "docs" / "queries"
FIRST_EXAMPLE = "city-at-a-glance"
FOR_WHOM = re.compile(r"# .+\n# As an? (\w+)\.\n")

log = structlog.get_logger()


@cache
def examples() -> list[Example]:
    """The ready documents, the city at a glance first; those for who has signed in say so in their second line."""
    paths = sorted(QUERIES.glob("*.graphql"), key=lambda path: (path.stem != FIRST_EXAMPLE, path.stem))
    found = [(path.stem, path.read_text(encoding="utf-8")) for path in paths]
    return [Example(name, text, whom[1] if (whom := FOR_WHOM.match(text)) else "everybody") for name, text in found]


def create_app(configuration: Configuration, settings: Settings, clock: Clock | None = None) -> Starlette:
    """The hub of one city, ready for a server; raises `ConfigurationError`."""
    clock, city = clock or SystemClock(), configuration.city
    try:
        regions = Gazetteer.of(city.code, city.timezone)
    except FileNotFoundError:
        missing = f"connectors/regions/{city.code}.csv"
        raise ConfigurationError([f"city.code: there is no file of regions {missing}"]) from None
    agencies = connect_agencies(configuration, clock)
    cache, database = _cache(settings, clock), _database(settings)
    identity = Identity(configuration.identity, clock) if configuration.identity else None
    rate_limiter, lookup_throttle, looks = _rate_limiter(settings), _lookup_throttle(settings, clock), Flights()
    store, feeds = Store(database), agencies.feeds()
    follower = Follower(database, feeds, COPY_TABLES, clock=clock, copies=store.copies)
    surroundings = Surroundings(store, agencies, clock, _cover(settings))
    background: list[Background] = [follower, *(begin(surroundings) for begin in BACKGROUND)]
    schema_for = partial(build, extensions=(LimitsExtension,), executor=CountingExecutor)
    # What is wrong with a schema shows now, and the first to ask does not wait for it.
    weights = {audience: Weights.of(schema_for(audience)._schema, agencies) for audience in Audience}  # noqa: SLF001
    access = access_matrix()

    _check_agreements(configuration.agreements, access)
    hasher, cover = _hasher(configuration, settings), _cover(settings)
    audit_log = AuditLog(database, hasher) if hasher else None
    heads = Heads(audit_log, settings.heads_file(), clock) if audit_log else None
    api_keys, news = ApiKeys(database, hasher, clock) if hasher else None, _news(audit_log, settings)
    authentication = Authentication(identity, api_keys, configuration.agreements)

    def context_for(language: str, caller: Caller, document: str, address: str = "") -> Context:
        return Context(
            agencies=agencies,
            cache=cache,
            clock=clock,
            regions=regions,
            store=store,
            caller=caller,
            address=address,
            identity=identity,
            access=access,
            categories=CATEGORIES,
            contributions=CONTRIBUTIONS,
            agreements=configuration.agreements,
            api_keys=api_keys,
            counter=rate_limiter,
            lookup_throttle=lookup_throttle,
            hasher=hasher,
            looks=looks.of_one_operation(),
            cover=cover,
            auditor=Auditor(audit_log, hasher, clock, caller, document, news=news),
            language=language,
        )

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        await database.migrate()
        await store.copies.ensure(feeds)
        working = asyncio.gather(*(each.run() for each in background)) if settings.follow else None
        log.info("hub.started", city=city.name, agencies=len(configuration.agencies))
        async with heads.kept(settings.heads_every) if heads else nullcontext():
            yield
        if working:
            for each in background:
                each.stop()
            await working
        await _close(looks, news, audit_log, database, cache, rate_limiter, lookup_throttle, agencies, identity)
        log.info("hub.stopped")

    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def home(_: Request) -> Response:
        return RedirectResponse("/graphql", status_code=302)

    quota = Quota(settings.quota, rate_limiter) if settings.quota else None
    plain = Plain(authentication=authentication, context_for=context_for, quota=quota, name_of=agencies.name)
    tracker, calendars = DataTracker(audit_log, plain), Calendars(plain)
    known = {"city": city.name, "agencies": len(configuration.agencies)}
    runner = OperationRunner(
        schema_for=schema_for,
        context_for=context_for,
        weights_for=weights.__getitem__,
        documents=_documents(settings),
        limits=settings.limits.allowed(),
        measuring=settings.measuring(),
        quota=quota,
    )
    endpoint = GraphQLEndpoint(
        runner=runner,
        authentication=authentication,
        page=GraphiQLPage(city.name, examples(), configuration.identity),
        max_bytes=settings.max_request_bytes,
    )
    websocket = GraphQLWebSocket(
        runner=runner,
        authentication=authentication,
        clock=clock,
        origins=listed(settings.cors_origins),
        api_keys=api_keys,
        max_bytes=settings.max_request_bytes,
        most=settings.websocket.most(),
    )
    known = {"city": city.name, "agencies": len(configuration.agencies)}
    app = Starlette(
        lifespan=life,
        exception_handlers={Exception: broken},
        middleware=[
            Middleware(Around),
            Middleware(CrossOrigin, origins=listed(settings.cors_origins), api_keys=api_keys),
        ],
        routes=[
            Route("/graphql", endpoint.answer, methods=["GET", "POST"]),
            WebSocketRoute("/graphql", websocket.talk),
            Route("/graphql/assets/{version}/{name}", asset),
            Route("/schema.graphql", SchemaFile(authentication, quota).answer),
            *tracker.routes(),
            *calendars.routes(),
            Route("/healthz", healthz),
            Route("/readyz", _readiness(plain, store, follower, known)),
            Route("/", home),
        ],
    )
    app.state.follower, app.state.cache, app.state.background = follower, cache, background
    app.state.heads, app.state.cover, app.state.news = heads, cover, news
    return app


def _readiness(
    plain: Plain, store: Store, follower: Follower, known: dict[str, Any]
) -> Callable[[Request], Awaitable[Response]]:
    """How far each copy is; 503 where the store does not say."""

    async def answer(request: Request) -> Response:
        await plain.look(request)
        try:
            copies = [_copy(each, follower) for each in await store.copies.all()]
        except StoreBroken as error:
            return JSONResponse({"status": "not ready", "problem": f"the store: {error}", **known}, 503)
        return JSONResponse({"status": "ready", **known, "copies": copies})

    return plain.told(answer)


def _copy(copy: Copy, follower: Follower) -> dict[str, Any]:
    return {
        "agency": copy.agency,
        "feed": copy.name,
        "documents": copy.documents,
        "fetchedAt": copy.fetched_at.isoformat() if copy.fetched_at else None,
        "receiving": follower.received(copy.agency, copy.name),
        "problem": copy.problem,
    }


def _check_agreements(agreements: Agreements, access: Iterable[FieldAccess]) -> None:
    """Each covers personal fields that there are; one that covers nothing would hide a mistake in its name."""
    personal = [f"{each.type_name}.{each.field_name}" for each in access if each.category]
    problems = [
        f"agreements.{code}.fields: {field} is no personal field{did_you_mean(field, personal)}"
        for code, each in agreements.agreements.items()
        for field in each.fields
        if field not in personal
    ]
    if problems:
        raise ConfigurationError(problems)


def _hasher(configuration: Configuration, settings: Settings) -> KeyedHasher | None:
    """Where people can sign in, what was read of them is kept under a key that outlives the process."""
    if configuration.identity is None:
        return None
    if settings.identity_secret is None:
        raise ConfigurationError(["SIMPUL_IDENTITY_SECRET: missing; [identity] needs it, for the record of access"])
    return KeyedHasher(settings.identity_secret.get_secret_value().encode())


@asynccontextmanager
async def record_of(settings: Settings) -> AsyncIterator[AuditLog]:
    """The record of access alone, for who verifies it; raises `ConfigurationError` where it has no key."""
    if settings.identity_secret is None:
        raise ConfigurationError(["SIMPUL_IDENTITY_SECRET: missing; the record is kept under it"])
    database = _database(settings)
    try:
        yield AuditLog(database, KeyedHasher(settings.identity_secret.get_secret_value().encode()))
    finally:
        await database.aclose()


def _cover(settings: Settings) -> Cover:
    return Cover((settings.identity_secret or settings.secret).get_secret_value().encode())


def _rate_limiter(settings: Settings) -> RateLimiter:
    return RateLimiter(redis_url=_shared(settings), secret=settings.secret.get_secret_value().encode())


def _lookup_throttle(settings: Settings, clock: Clock) -> LookupThrottle:
    secret = settings.secret.get_secret_value().encode()
    return LookupThrottle(settings.lookups.bounds(), clock=clock, redis_url=_shared(settings), secret=secret)


def _news(audit_log: AuditLog | None, settings: Settings) -> News | None:
    """With a bell where hubs share a Redis."""
    url = _shared(settings)
    return News(audit_log, Bell(url) if url else None) if audit_log else None


def _shared(settings: Settings) -> str | None:
    """Where hubs count together."""
    url = settings.cache_url.get_secret_value()
    return None if url.startswith("memory:") else url


def _documents(settings: Settings) -> Documents:
    if settings.trusted_documents is None:
        if settings.trust is not Trust.OFF:
            raise ConfigurationError(["SIMPUL_TRUSTED_DOCUMENTS: missing; SIMPUL_TRUST needs a manifest"])
        return Documents({}, Trust.OFF)
    try:
        return Documents(read_manifest(settings.trusted_documents), settings.trust, settings.limits.allowed())
    except ValueError as error:
        raise ConfigurationError([f"SIMPUL_TRUSTED_DOCUMENTS: {error}"]) from None


class _Closes(Protocol):
    async def aclose(self) -> None: ...


async def _close(*opened: _Closes | None) -> None:
    for each in opened:
        if each:
            await each.aclose()


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
        entries = create_backend(settings.cache_url.get_secret_value(), max_bytes=settings.cache_bytes, clock=clock)
    except ValueError as error:
        raise ConfigurationError([f"SIMPUL_CACHE_URL: {error}"]) from None
    if isinstance(entries, RedisStore) and "secret" not in settings.model_fields_set:
        raise ConfigurationError(["SIMPUL_SECRET: missing; hubs that share a cache share the secret of its keys"])
    return Cache(entries, clock=clock, secret=settings.secret.get_secret_value().encode(), random=SystemRandom())


def _database(settings: Settings) -> Database:
    try:
        return Database(
            settings.store_url.get_secret_value(),
            readers=settings.store_connections,
            timeout=settings.store_timeout,
            tls_exception=settings.store_tls_exception,
        )
    except ValueError as error:
        raise ConfigurationError([f"SIMPUL_STORE_URL: {error}"]) from None
