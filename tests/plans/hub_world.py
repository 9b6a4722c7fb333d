"""A hub without HTTP on its sandbox, for everybody who may ask it, and what is known of its codes and cursors."""

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from unittest.mock import patch

from starlette.datastructures import Headers

from auth.caller import ANYBODY, Audience
from engine.app import _runner
from engine.configuration.settings import Settings
from engine.http.authentication import Authentication
from engine.services import Services
from engine.telemetry import telemetry
from resolvers.kit import hedging
from sandbox.identity.issuer import issuer_of
from sandbox.kit.people import ACCOUNTS as PEOPLE
from sandbox.server import running
from store.kit.database import Database
from tests.clock import FakeClock
from tests.conftest import ACCOUNTS, configuration_for
from tests.plans.replay import Replay
from tests.plans.sides import told_alike


class HubWorld:
    """Its services, who may ask (`callers`, by audience and by account of the sandbox), and what is played."""

    def __init__(self, services, settings, callers):
        self.services, self.callers = services, callers
        self._settings = settings
        self.replay = Replay()

    def runner(self, *, plans):
        """What runs an operation in this world, by compiled plans or by graphql-core alone."""
        made = _runner(self.services, self._settings.model_copy(update={"plans": plans}), None)
        self.services.caches.clear()  # what they have done differs from one run to the next
        context_for = made._context_for
        made._context_for = lambda *given: self.replay.around(context_for(*given))
        return made


@asynccontextmanager
async def hub_world(loop, folder, store):
    """The world of a hub with a copy of this store, which has followed its feeds; `folder` is empty."""
    opened = AsyncExitStack()
    with loop.outside():
        world = await _opened(opened, folder, store)
    try:
        yield world
    finally:
        with loop.outside():
            await opened.aclose()


def _outside(work):
    """Work of the database that takes its own time, whoever waits for it."""

    async def done(*given, **named):
        with asyncio.get_running_loop().outside():
            return await work(*given, **named)

    async def waited_for(*given, **named):
        return await asyncio.shield(asyncio.ensure_future(done(*given, **named)))

    return waited_for


async def _opened(opened, folder, store):
    clock = FakeClock()
    (folder / "store.db").write_bytes(store.read_bytes())
    settings = Settings(
        store_url=f"sqlite:///{folder / 'store.db'}",
        heads=f"{folder}/heads",
        heads_every=10**9,
        follow=False,
        query_seconds=60,
        snapshot_bytes=0,
        operations={"late": 60},
    )
    opened.enter_context(patch.object(hedging, "LEAST", 20.0))
    opened.enter_context(told_alike())
    opened.enter_context(patch.object(telemetry, "measured", lambda _: nullcontext()))
    opened.enter_context(patch.object(Database, "read", _outside(Database.read)))
    opened.enter_context(patch.object(Database, "write", _outside(Database.write)))
    sandbox = await opened.enter_async_context(running(port=0, now=clock.now))
    configuration = configuration_for(sandbox, folder)
    services = Services(configuration, settings, clock)
    await opened.enter_async_context(services.running())
    authentication = Authentication(services.identity, services.api_keys, configuration.agreements)
    callers = {Audience.PUBLIC: ANYBODY}
    key = store.with_name("partner.key").read_text(encoding="utf-8")
    callers[Audience.PARTNER] = await authentication.caller(Headers({"x-api-key": key}))
    for account in PEOPLE:
        token = issuer_of(sandbox.control).token(account, f"{sandbox.url}/identity", clock.now())
        callers[account] = await authentication.caller(Headers({"authorization": f"Bearer {token}"}))
    callers |= {audience: callers[account] for audience, account in ACCOUNTS.items()}
    return HubWorld(services, settings, callers)
