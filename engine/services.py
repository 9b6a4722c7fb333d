"""What one hub works with: its agencies, its cache, its store, and who asks. Opened together, and closed together."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from typing import Any, Protocol

import structlog

from auth.caller import Caller
from auth.oidc import IdentityProvider
from connectors.kit.clock import Clock
from connectors.kit.connector import AnyConnector
from connectors.kit.feed import Feed
from connectors.kit.flights import Flights
from connectors.kit.observer import Observers
from connectors.kit.redis_presence import RedisPresence
from connectors.kit.together import together
from connectors.registry import Agencies, CurrentAgencies, feeds_of
from engine.answers.watching import AnswersObserver
from engine.background import BackgroundWork, Retirement
from engine.configuration.agencies_file import connect_agencies
from engine.configuration.changes import Changes, changes_between, refusals
from engine.configuration.model import Configuration
from engine.configuration.problems import ConfigurationError
from engine.configuration.settings import Settings
from engine.opening import (
    check_agreements,
    open_answers,
    open_cache,
    open_common_view,
    open_cover,
    open_database,
    open_hasher,
    open_live,
    open_lookup_throttle,
    open_news,
    open_rate_limiter,
    open_snapshots,
    open_telemetry,
    version_of_answers,
)
from resolvers.kit.auditing import Auditor
from resolvers.kit.context import Context
from resolvers.kit.deadline import Deadline
from resolvers.kit.views import Views
from resolvers.registry import CATEGORIES, CONTRIBUTIONS
from schema.root import access_matrix, deprecations
from store.audit.audit_log import AuditLog
from store.audit.heads import Heads
from store.kit.database import StoreBroken
from store.kit.domains import Surroundings
from store.kit.follower import Follower
from store.kit.store import Store
from store.platform.api_keys import ApiKeys
from store.platform.key_uses import KeyUses
from store.platform.usage_keeper import UsageKeeper
from store.registry import BACKGROUND, COPY_TABLES

log = structlog.get_logger()


class _Closes(Protocol):
    async def aclose(self) -> None: ...


def check_change(before: Configuration, after: Configuration) -> None:
    """Whether a running hub can go over from one to the other; raises `ConfigurationError`."""
    if problems := refusals(before, after):
        raise ConfigurationError(problems)
    check_agreements(after.agreements, access_matrix())


class Services:
    """The parts of a hub; raises `ConfigurationError` where one cannot be made."""

    def __init__(self, configuration: Configuration, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self.configuration = configuration
        self.clock = clock
        self.regions = configuration.regions
        self.observers = Observers()
        self.telemetry = open_telemetry(settings, clock, self.observers)
        self.agencies = CurrentAgencies(connect_agencies(configuration, clock, self.observers))
        self.telemetry.know(each.agency for each in self.agencies)
        self.database = open_database(settings, self.telemetry)
        self.snapshots = open_snapshots(self.database, settings, clock)
        presence = RedisPresence(clock)
        self.cache = open_cache(settings, clock, self.snapshots, presence)
        self.common_view = open_common_view(settings, self.agencies)
        if self.common_view:
            self.observers.add(self.common_view)
        self.store = Store(self.database)
        metrics = self.telemetry.metrics.answers
        self.answers = open_answers(
            configuration, settings, clock, self.cache, copies=self.store.copies, metrics=metrics
        )
        if self.answers:
            self.observers.add(AnswersObserver(self.answers))
        self.cover = open_cover(settings)
        self.rate_limiter = open_rate_limiter(settings, presence)
        self.lookup_throttle = open_lookup_throttle(settings, clock, presence)
        self.looks = Flights()
        self.views = Views()
        self.live = open_live(settings)
        self.access = access_matrix()
        self.deprecations = deprecations()
        self.identity = (
            IdentityProvider(configuration.identity, clock, self.observers) if configuration.identity else None
        )
        self.hasher = open_hasher(configuration, settings)
        self.audit_log = AuditLog(self.database, self.hasher) if self.hasher else None
        self.heads = Heads(self.audit_log, settings.heads_file(), clock) if self.audit_log else None
        self.news = open_news(self.audit_log, settings)
        uses = self.store.of(KeyUses)
        self.api_keys = ApiKeys(self.database, self.hasher, clock, uses) if self.hasher else None
        self.feeds = self.agencies.feeds()
        self.follower = Follower(self.database, self.feeds, COPY_TABLES, clock=clock, copies=self.store.copies)
        surroundings = Surroundings(self.store, self.agencies, clock, self.cover, self.observers)
        self.background = [self.follower, *(begin(surroundings) for begin in BACKGROUND)]
        self.caches = [each.use for each in (self.cache, self.answers) if each]
        self.retirement = Retirement(settings.query_seconds, self._left)
        self.when_changed: list[Callable[[], None]] = []
        """Is called when another configuration is taken."""
        self._taking = asyncio.Lock()

    def context(
        self, language: str, caller: Caller, document: str, address: str = "", deadline: Deadline | None = None
    ) -> Context:
        """The surroundings of one operation. Without a `deadline` it has the time of any query from now on."""
        return Context(
            agencies=self.agencies.now,
            cache=self.cache,
            clock=self.clock,
            observer=self.observers,
            regions=self.regions,
            store=self.store,
            caller=caller,
            address=address,
            identity=self.identity,
            access=self.access,
            categories=CATEGORIES,
            contributions=CONTRIBUTIONS,
            agreements=self.configuration.agreements,
            api_keys=self.api_keys,
            caches=self.caches,
            deprecations=self.deprecations,
            usual_quota=self._settings.quota,
            counter=self.rate_limiter,
            lookup_throttle=self.lookup_throttle,
            hasher=self.hasher,
            views=self.views,
            looks=self.looks.of_one_operation(),
            live=self.live,
            cover=self.cover,
            auditor=Auditor(self.audit_log, self.hasher, self.clock, caller, document, news=self.news),
            language=language,
            deadline=deadline or Deadline(self._settings.query_seconds),
        )

    async def take(self, configuration: Configuration) -> Changes:
        """Go over to another configuration, wholly or not at all; raises `ConfigurationError`.

        Operations under way end on the one with which they began. An agency of which nothing differs keeps its
        connector, and with it its throttle, breaker, connections and followers.
        """
        async with self._taking:
            before = self.configuration
            check_change(before, configuration)
            changes = changes_between(before, configuration)
            if not changes:
                return changes
            configuration = configuration._replace(regions=before.regions)
            new = self._connected(configuration, changes)
            codes = [each.agency.code for each in configuration.agencies]
            kept = {each.agency.code: each for each in self.agencies if each.agency.code not in changes.changed}
            by_code = kept | {each.agency.code: each for each in new}
            now = Agencies(by_code[code] for code in codes)
            stay = {*codes} - changes.changed.keys()
            feeds = [each for each in self.feeds if each.agency.code in stay]
            feeds += [feed for each in new for feed in feeds_of(each)]
            try:
                await self.store.copies.ensure(feeds)
            except StoreBroken as error:
                await together(each.aclose() for each in new)
                raise ConfigurationError([f"the store does not take the new feeds: {error}"]) from None
            self._switch(configuration, now, feeds)
            return changes

    def _connected(self, configuration: Configuration, changes: Changes) -> Agencies:
        """The connectors of what is new or differs; nothing is asked yet."""
        wanted = {*changes.added, *changes.changed}
        part = configuration._replace(agencies=tuple(a for a in configuration.agencies if a.agency.code in wanted))
        return connect_agencies(part, self.clock, self.observers)

    def _switch(self, configuration: Configuration, now: Agencies, feeds: list[Feed[Any]]) -> None:
        """Nothing in here waits or fails, so nobody sees one part of the change without the others."""
        before, staying = self.agencies.now, {id(each) for each in now}
        left = [each for each in before if id(each) not in staying]
        self.configuration, self.feeds = configuration, feeds
        self.telemetry.forget(each.agency for each in left)
        self.telemetry.know(each.agency for each in now)
        before.give_way(now)
        self.agencies.take(now)
        if self.common_view:
            self.common_view.know(now)
        self.follower.take(feeds)
        if self.answers:
            self.answers.made_by(version_of_answers(configuration))
        for tell in self.when_changed:
            tell()
        self.live.wake()
        self.retirement.retire(left)

    def _left(self, connector: AnyConnector) -> None:
        """Calls that ended late have shown it again."""
        if self.agencies.agency(connector.agency.code) is None:
            self.telemetry.forget([connector.agency])

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The hub's life: its store brought up to date, its work behind the scenes, and all let go at the end."""
        await self.database.migrate()
        await self.store.copies.ensure(self.feeds)
        if self.snapshots:
            await self.snapshots.open()
        about = {"city": self.configuration.city.name, "agencies": len(self.configuration.agencies)}
        counting = [UsageKeeper(self.store, self.clock)] if self._settings.usage else []
        work = BackgroundWork([*(self.background if self._settings.follow else []), *counting])
        async with self.telemetry.running():
            work.start()
            if self.common_view:
                self.common_view.start()
            log.info("hub.started", **about)
            async with self.heads.kept(self._settings.heads_every) if self.heads else nullcontext():
                yield
            await work.stop()
            await self._close()
        log.info("hub.stopped")

    async def _close(self) -> None:
        opened: tuple[_Closes | None, ...] = (
            self.retirement,
            self.live,
            self.looks,
            self.cache,
            self.snapshots,
            self.news,
            self.audit_log,
            self.database,
            self.rate_limiter,
            self.lookup_throttle,
            self.common_view,
            self.agencies,
            self.identity,
        )
        for each in opened:
            if each:
                await each.aclose()
