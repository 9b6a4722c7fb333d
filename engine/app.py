"""The hub of one city: its parts, tied together, and its routes."""

import asyncio
import gc
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import cache, partial
from importlib import import_module
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route, WebSocketRoute

from auth.caller import Audience
from connectors.kit.clock import Clock, SystemClock
from connectors.kit.together import cancel_all
from engine.answers.verdicts import Verdicts
from engine.configuration.model import Configuration
from engine.configuration.settings import Settings, listed
from engine.doors.documents import DoorDocuments
from engine.doors.mcp import McpDoor
from engine.doors.openapi import About
from engine.doors.rest import RestDoor
from engine.execution.admission import Admission
from engine.execution.executor import CountingExecutor
from engine.execution.guard import LimitsExtension
from engine.execution.manifest import read_operations
from engine.execution.operation import OperationRunner
from engine.execution.quota import Quota
from engine.execution.used_operations import UsedOperations
from engine.execution.weights import Weights
from engine.http.answering import Answering
from engine.http.authentication import Authentication
from engine.http.cors import CorsMiddleware, Origins
from engine.http.early import EarlyAnswers
from engine.http.endpoint import GraphQLEndpoint
from engine.http.kept_response import KeptResponses
from engine.http.middleware import ResponseMiddleware
from engine.http.rest import Rest
from engine.http.sse import EventStreams
from engine.http.straight import StraightWay
from engine.http.uvicorn_protocol import WIRE
from engine.http.websocket import GraphQLWebSocket
from engine.http.websocket_limits import WebSocketPermits
from engine.http.wire import Wire
from engine.memory import after_each_crowd
from engine.opening import check_agreements, metrics_token, open_documents
from engine.pages.calendars import Calendars
from engine.pages.data_tracker import DataTracker
from engine.pages.graphiql.examples import examples, variables_of
from engine.pages.graphiql.page import Example, GraphiQLPage, asset
from engine.pages.health import HealthPages
from engine.pages.metrics import MetricsPage
from engine.pages.schema_file import SchemaFile
from engine.pages.signed_in import signed_in_pages
from engine.pages.site.failures import FriendlyFailures, HubFailed, refused
from engine.pages.site.frame import Frame
from engine.pages.site.pages import SiteFacts, SitePages
from engine.pages.status import StatusPages
from engine.services import Services
from engine.telemetry.loop_lag import measured
from resolvers.registry import TITLES
from resolvers.status.board import read_board
from schema.federation import subgraph
from schema.root import build, running, unconnected_roots
from store.platform.usage import Usage
from store.quality.scorecards import Scorecards

PROJECT = Path(__file__).parents[1] / "pyproject.toml"
LOOK = 0.1
"""Seconds between two looks at how late the event loop is."""
SOON = 1.0
"""Seconds after which a hub that listens makes what will be asked for."""
USED_SOON = ("aiohttp", "joserfc.jwt", "cryptography.hazmat.primitives.ciphers.aead")
"""Libraries that are imported when they are first used, and that nearly every hub uses."""


def create_app(configuration: Configuration, settings: Settings, clock: Clock | None = None) -> Starlette:
    """The hub of one city, ready for a server; raises `ConfigurationError`."""
    services = Services(configuration, settings, clock or SystemClock())
    check_agreements(configuration.agreements, services.access)
    authentication = Authentication(services.identity, services.api_keys, configuration.agreements)
    quota = Quota(settings.quota, services.rate_limiter, services.clock.monotonic) if settings.quota else None
    runner = _runner(services, settings, quota)
    rest = Rest(
        authentication=authentication, context_for=services.context, quota=quota, name_of=services.agencies.name
    )
    frame, unconnected = Frame(configuration.city), unconnected_roots(services.agencies)
    ready = examples(configuration.examples, unconnected)
    kept = _kept_responses(services, runner)
    permits = WebSocketPermits(settings.websocket.websocket_limits())
    origins = Origins(listed(settings.cors_origins), services.api_keys)
    answering = Answering(runner=runner, authentication=authentication, kept=kept, max_bytes=settings.max_request_bytes)
    endpoint = GraphQLEndpoint(
        answering,
        streams=EventStreams(authentication, permits, services.clock),
        page=_graphiql(configuration, ready),
    )
    websocket = GraphQLWebSocket(
        runner=runner,
        authentication=authentication,
        clock=services.clock,
        origins=listed(settings.cors_origins),
        api_keys=services.api_keys,
        max_bytes=settings.max_request_bytes,
        permits=permits,
    )
    status = _status_pages(services, rest, frame)
    site = SitePages(
        rest,
        frame,
        SiteFacts.of(configuration.city.code, services.agencies, ready, unconnected),
        services.clock,
        standing=status.standing,
        origin=settings.public_url,
    )
    known = {"city": configuration.city.name, "agencies": len(configuration.agencies)}

    def know() -> None:
        now = services.configuration
        unconnected = unconnected_roots(services.agencies)
        ready = examples(now.examples, unconnected)
        endpoint.page = _graphiql(now, ready)
        site.know(now.city, SiteFacts.of(now.city.code, services.agencies, ready, unconnected))
        authentication.agreements = now.agreements
        known["agencies"] = len(now.agencies)

    services.when_changed.append(know)

    traced = services.telemetry.traced
    wire = Wire(services.clock, quota) if settings.wire and kept and not traced else None

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[dict[str, Wire | None]]:
        async with services.running():
            with measured(runner.admission.look, LOOK):
                beside = [
                    asyncio.create_task(_get_ready(runner)),
                    asyncio.create_task(after_each_crowd(runner.admission)),
                ]
                try:
                    yield {WIRE: wire}
                finally:
                    await cancel_all(beside)
            for each in (wire, early, kept, quota):
                if each:
                    await each.aclose()

    failed = HubFailed(frame)
    app = Starlette(
        lifespan=life,
        exception_handlers={Exception: failed, 404: refused, 405: refused},
        middleware=[
            Middleware(ResponseMiddleware),
            Middleware(FriendlyFailures, frame=frame),
            Middleware(CorsMiddleware, origins=origins),
        ],
        routes=[
            Route("/graphql", endpoint.answer, methods=["GET", "POST"]),
            WebSocketRoute("/graphql", websocket.talk),
            Route("/graphql/assets/{version}/{name}", asset),
            *_doors(services, answering, origins, settings),
            Route("/schema.graphql", SchemaFile(authentication, quota).answer),
            *DataTracker(services.audit_log, rest).routes(),
            *Calendars(rest).routes(),
            *_metrics_page(services, settings).routes(),
            *status.routes(),
            *_signed_in_pages(services, runner, rest, frame, settings.public_url),
            *HealthPages(rest, services.store.copies, services.follower, known).routes(),
            *site.routes(),
        ],
    )
    app.middleware_stack = way = StraightWay(app.build_middleware_stack(), endpoint, failed)
    early = None
    if kept:
        app.middleware_stack = early = EarlyAnswers(way, services.clock, quota, at_once=traced)
    services.telemetry.metrics.behind += [each.count for each in (wire, early) if each]
    frame.know(each.path for each in app.routes if isinstance(each, Route))
    _hold(app, services)
    app.state.wire, app.state.early, app.state.status = wire, early, status
    return app


def _hold(app: Starlette, services: Services) -> None:
    """Let whoever has the app look at its parts, as tests do."""
    app.state.services = services
    app.state.follower, app.state.background = services.follower, services.background
    app.state.cache, app.state.cover, app.state.agencies = services.cache, services.cover, services.agencies
    app.state.heads, app.state.news, app.state.live = services.heads, services.news, services.live
    app.state.answers, app.state.common_view, app.state.store = services.answers, services.common_view, services.store


def _graphiql(configuration: Configuration, ready: list[Example]) -> GraphiQLPage:
    return GraphiQLPage(configuration.city.name, ready, configuration.identity)


def _runner(services: Services, settings: Settings, quota: Quota | None) -> OperationRunner:
    source = subgraph if settings.federation else build

    @cache
    def weights_for(audience: Audience) -> Weights:
        return Weights.of(source(audience)._schema, services.agencies)  # noqa: SLF001  graphql-core's own

    runner = OperationRunner(
        schema_for=lambda audience: running(audience, LimitsExtension, CountingExecutor, source),
        context_for=services.context,
        weights_for=weights_for,
        documents=open_documents(settings),
        limits=settings.limits.allowed(),
        document_bytes=settings.document_bytes,
        measuring=settings.measuring(),
        quota=quota,
        seconds=settings.query_seconds,
        admission=Admission(settings.operations.operation_limits()),
        emergency=listed(settings.emergency_apps),
        telemetry=services.telemetry,
        planned=settings.plans,
        used=UsedOperations(services.store.of(Usage) if settings.usage else None),
    )
    services.caches.append(runner.documents_use)
    services.when_changed += [weights_for.cache_clear, runner.weigh_anew]
    return runner


def _kept_responses(services: Services, runner: OperationRunner) -> KeptResponses | None:
    if services.answers is None:
        return None
    return KeptResponses(
        services.answers,
        Verdicts(services.access),
        runner,
        agency_of=services.agencies.agency,
        observer=services.observers,
        clock=services.clock,
    )


async def _get_ready(runner: OperationRunner) -> None:
    """Make what nobody has asked for yet, one after the other in a thread, while the hub listens already."""
    await asyncio.sleep(SOON)
    for audience in Audience:
        await asyncio.to_thread(runner.get_ready, audience)
    for name in USED_SOON:
        await asyncio.to_thread(import_module, name)
    if gc.get_freeze_count():
        gc.freeze()  # this stays too: to look through it again takes longer than most answers


def _metrics_page(services: Services, settings: Settings) -> MetricsPage:
    return MetricsPage(
        services.telemetry.metrics,
        services.store.copies,
        services.clock,
        agency_of=services.agencies.agency,
        readers=settings.metrics,
        token=metrics_token(settings),
    )


def _status_pages(services: Services, rest: Rest, frame: Frame) -> StatusPages:
    return StatusPages(
        rest,
        frame,
        services.regions,
        services.clock,
        TITLES,
        read_board=lambda: read_board(services.agencies, services.store, services.clock),
        read_history=lambda since, until: services.store.of(Scorecards).bars(since, until, timedelta(days=1)),
    )


def _signed_in_pages(
    services: Services, runner: OperationRunner, rest: Rest, frame: Frame, origin: str | None
) -> list[Route]:
    configuration, identity = services.configuration.identity, services.identity
    if configuration is None or identity is None:
        return []
    return signed_in_pages(
        identity,
        configuration,
        rest=rest,
        frame=frame,
        zone=services.regions.zone,
        runner=runner,
        cover=services.cover,
        clock=services.clock,
        context_for=services.context,
        origin=origin,
    )


def _doors(services: Services, answering: Answering, origins: Origins, settings: Settings) -> list[Route]:
    """Where the trusted documents are answered in other manners; nowhere without any."""
    if settings.trusted_documents is None:
        return []
    manifest, operations = settings.trusted_documents, read_operations(settings.trusted_documents)
    identity = services.configuration.identity
    rest, mcp = RestDoor(answering), McpDoor(answering, origins, identity.issuer if identity else None)

    def offer() -> None:
        city, examples_of = services.configuration.city, partial(variables_of, values=services.configuration.examples)
        documents = DoorDocuments(operations, manifest.parent, examples_of)
        about = About(city.name, version(), city.contact, city.terms_url)
        rest.offer(documents, about)
        mcp.offer(documents, about)

    offer()
    services.when_changed.append(offer)
    return [*(rest.routes() if settings.rest else ()), *(mcp.routes() if settings.mcp else ())]


def version() -> str:
    """The version of the hub."""
    return str(tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["version"])
