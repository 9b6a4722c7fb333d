"""Each part of a hub, made by its settings; what cannot be made so is a `ConfigurationError` that names the setting."""

import hashlib
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from random import SystemRandom
from typing import TYPE_CHECKING, cast

import msgspec

import schema
from auth.agreements import Agreements
from auth.cover import Cover
from auth.keyed_hasher import KeyedHasher
from auth.lookup_throttle import LookupThrottle
from auth.policies import FieldAccess
from auth.rate_limiter import RateLimiter
from cache.archive import Archive
from cache.envelope import Cache
from cache.factory import create_backend
from connectors.kit.clock import Clock
from connectors.kit.common_view import CommonView
from connectors.kit.observer import Observers
from connectors.kit.redis_presence import RedisPresence
from connectors.registry import Agencies
from engine.answers.answers import Answers
from engine.answers.shared import SharedAnswers
from engine.configuration.did_you_mean import did_you_mean
from engine.configuration.model import Configuration
from engine.configuration.problems import ConfigurationError
from engine.configuration.settings import Settings
from engine.execution.documents import Documents, Trust
from engine.execution.manifest import read_manifest
from engine.pages.metrics import MetricsReaders
from engine.telemetry.answer_metrics import AnswerMetrics
from engine.telemetry.telemetry import Telemetry
from resolvers.kit.live import Live
from schema.root import domains_of_roots
from store.audit.audit_log import AuditLog
from store.audit.bell import Bell
from store.audit.news import News
from store.kit.copies import Copies
from store.kit.database import Database, StoreBroken
from store.kit.workers import StoreObserver
from store.snapshots.snapshots import Snapshots

if TYPE_CHECKING:
    from cache.redis import RedisStore

LIVE = "simpul:live"
"""The channel on which hubs tell each other that what is subscribed to has changed."""


def open_hasher(configuration: Configuration, settings: Settings) -> KeyedHasher | None:
    """Where people can sign in, what was read of them is kept under a key that outlives the process."""
    if configuration.identity is None:
        return None
    if (ring := settings.identity_keyring()) is None:
        raise ConfigurationError(["SIMPUL_IDENTITY_SECRET: missing; [identity] needs it, for the audit log"])
    return KeyedHasher(ring)


LEAST = 16
"""Characters of a token."""


@asynccontextmanager
async def record_of(settings: Settings) -> AsyncIterator[AuditLog]:
    """The audit log alone, for who verifies it; raises `ConfigurationError` where it has no key."""
    if (ring := settings.identity_keyring()) is None:
        raise ConfigurationError(["SIMPUL_IDENTITY_SECRET: missing; the record is kept under it"])
    database = open_database(settings)
    try:
        yield AuditLog(database, KeyedHasher(ring))
    finally:
        await database.aclose()


def open_cover(settings: Settings) -> Cover:
    """What makes a code in an id unreadable."""
    return Cover(settings.identity_keyring() or settings.keyring())


def open_rate_limiter(settings: Settings, presence: RedisPresence) -> RateLimiter:
    """Counts what clients ask for; together with other hubs, where they share a Redis."""
    secret = settings.secret.get_secret_value().encode()
    return RateLimiter(redis_url=_shared(settings), secret=secret, presence=presence)


def open_lookup_throttle(settings: Settings, clock: Clock, presence: RedisPresence) -> LookupThrottle:
    """Counts how many numbers a caller looks up."""
    secret = settings.secret.get_secret_value().encode()
    bounds, url = settings.lookups.bounds(), _shared(settings)
    return LookupThrottle(bounds, clock=clock, redis_url=url, secret=secret, presence=presence)


def open_news(audit_log: AuditLog | None, settings: Settings) -> News | None:
    """With a bell where hubs share a Redis."""
    url = _shared(settings)
    return News(audit_log, Bell(url) if url else None) if audit_log else None


def open_live(settings: Settings) -> Live:
    """What is subscribed to; with a bell where hubs share a Redis."""
    url = _shared(settings)
    return Live(Bell(url, LIVE) if url else None)


def open_common_view(settings: Settings, agencies: Agencies) -> CommonView | None:
    """What hubs that share a Redis know together of their agencies' breakers."""
    url = _shared(settings)
    return CommonView(url, agencies) if url else None


def _shared(settings: Settings) -> str | None:
    """Where hubs count together."""
    url = settings.cache_url.get_secret_value()
    return None if url.startswith("memory:") else url


def open_documents(settings: Settings) -> Documents:
    """The documents that are trusted, and what becomes of others."""
    if settings.trusted_documents is None:
        if settings.trust is not Trust.OFF:
            raise ConfigurationError(["SIMPUL_TRUSTED_DOCUMENTS: missing; SIMPUL_TRUST needs a manifest"])
        return Documents({}, Trust.OFF)
    try:
        return Documents(read_manifest(settings.trusted_documents), settings.trust, settings.limits.allowed())
    except ValueError as error:
        raise ConfigurationError([f"SIMPUL_TRUSTED_DOCUMENTS: {error}"]) from None


async def check_store(settings: Settings) -> None:
    """Open the store and bring it up to date, before anything listens; raises `ConfigurationError` if that fails."""
    database = open_database(settings)
    try:
        await database.migrate()
    except StoreBroken as error:
        raise ConfigurationError([f"SIMPUL_STORE_URL: {error}"]) from None
    finally:
        await database.aclose()


def open_snapshots(database: Database, settings: Settings, clock: Clock) -> Snapshots | None:
    """The last good answers; their keys outlive the process, also where the secret of the settings does not."""
    if not settings.snapshot_bytes:
        return None
    named = "secret" in settings.model_fields_set
    secret = settings.keyring() if named else None
    return Snapshots(database, clock, secret=secret, most_bytes=settings.snapshot_bytes)


def open_cache(settings: Settings, clock: Clock, archive: Archive | None, presence: RedisPresence) -> Cache:
    """The cache; hubs that share one share the secret of its keys."""
    url = settings.cache_url.get_secret_value()
    try:
        entries = create_backend(url, max_bytes=settings.cache_bytes, clock=clock, presence=presence)
    except ValueError as error:
        raise ConfigurationError([f"SIMPUL_CACHE_URL: {error}"]) from None
    if _shared(settings) and "secret" not in settings.model_fields_set:
        raise ConfigurationError(["SIMPUL_SECRET: missing; hubs that share a cache share the secret of its keys"])
    secret = settings.secret.get_secret_value().encode()
    return Cache(entries, clock=clock, secret=secret, random=SystemRandom(), archive=archive)


def open_answers(
    configuration: Configuration,
    settings: Settings,
    clock: Clock,
    cache: Cache,
    *,
    copies: Copies,
    metrics: AnswerMetrics,
) -> Answers | None:
    """The whole answers that are kept, together with other hubs where they share a cache; None if none is."""
    if not settings.answer_bytes:
        return None
    version = version_of_answers(configuration)
    answers = Answers(
        clock=clock,
        copies=copies,
        secret=settings.secret.get_secret_value().encode(),
        version=version,
        max_bytes=settings.answer_bytes,
        metrics=metrics,
        shared=SharedAnswers(cast("RedisStore", cache.place), clock, version) if _shared(settings) else None,
    )
    cache.on_change = answers.forget
    return answers


def version_of_answers(configuration: Configuration) -> str:
    """What whole answers follow from, beside what agencies say."""
    sdl = Path(schema.__file__).with_name("schema.graphql").read_bytes()
    agencies = [(each.agency, repr(each.options)) for each in configuration.agencies]
    return hashlib.sha256(msgspec.json.encode((sdl, configuration.city, agencies))).hexdigest()[:16]


def open_telemetry(settings: Settings, clock: Clock, observers: Observers) -> Telemetry:
    """What tells of the hub's work; it is told by the `observers`."""
    try:
        return Telemetry(clock, observers, domains_of_roots(), continues_all=settings.continue_traces)
    except ValueError as error:
        raise ConfigurationError([str(error)]) from None


def metrics_token(settings: Settings) -> str:
    """What a reader of the metrics sends; nothing where no token is asked for."""
    if settings.metrics is not MetricsReaders.TOKEN:
        return ""
    if settings.metrics_token:
        return settings.metrics_token.get_secret_value()
    if settings.metrics_token_file is None:
        raise ConfigurationError(["SIMPUL_METRICS_TOKEN: missing, and SIMPUL_METRICS_TOKEN_FILE too"])
    try:
        token = settings.metrics_token_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError(["SIMPUL_METRICS_TOKEN_FILE: it cannot be read"]) from None
    if len(token) < LEAST:
        raise ConfigurationError([f"SIMPUL_METRICS_TOKEN_FILE: expected at least {LEAST} characters"])
    return token


def open_database(settings: Settings, observer: StoreObserver | None = None) -> Database:
    """The hub's own database; nothing is connected yet."""
    try:
        return Database(
            settings.store_url.get_secret_value(),
            readers=settings.store_connections,
            timeout=settings.store_timeout,
            tls_exception=settings.store_tls_exception,
            observer=observer,
        )
    except ValueError as error:
        raise ConfigurationError([f"SIMPUL_STORE_URL: {error}"]) from None


def check_agreements(agreements: Agreements, access: Iterable[FieldAccess]) -> None:
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
