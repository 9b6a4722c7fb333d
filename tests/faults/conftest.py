"""A hub whose agencies all stand behind the doors of a proxy, and one beside it that asks them as they are."""

import shutil
from collections import Counter
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from auth.caller import Audience
from connectors.identity.records import IdentityOptions
from connectors.kit.breaker import LONGEST_REST
from connectors.kit.connector import Connector
from connectors.kit.observer import Observer
from sandbox.worship.overpass import LEAST
from tests.conftest import listening
from tests.faults.proxy import proxied
from tests.faults.questions import ASKED, COPIED, NEVER_ASKED, OVER_HTTP, SECONDED, beside

LOOKUPS = {"free": 100_000, "most": 100_000, "known_times": 100_000}
"""One person asks as often as there are faults."""


CAME = {"LIVE", "CACHED"}
"""The states of an answer that came from the agency just now, for this question or for another one."""


class Counted(Observer):
    """The calls that a hub made, also those that reached nobody."""

    def __init__(self):
        self.calls = Counter()
        self.refused = Counter()

    def call_ended(self, agency, question, outcome, seconds, cause):
        self.calls[agency.code] += 1

    def call_refused(self, agency, question, why):
        self.refused[agency.code, why] += 1


class Spoilt:
    """What a test has in hand: the hub behind the doors, the one that says what is true, and the doors by agency."""

    def __init__(self, hub, truth, doors, sandbox, clock, headers_of):
        self.hub, self.truth, self.doors = hub, truth, doors
        self.sandbox, self.clock, self.headers_of = sandbox, clock, headers_of
        self.counted = Counted()
        hub.state.agencies.with_code(Connector, "bapenda").observer.add(self.counted)

    async def forget(self, code):
        """The hub has no answer of this agency at hand."""
        await self.hub.state.cache.invalidate(f"agency:{code}")

    async def out(self, code):
        """This agency answers nothing, and the hub has no answer of it at hand."""
        if code in self.doors:
            self.doors[code].shut()
        else:
            self.sandbox.control.set(code, "down")
        await self.forget(code)

    async def back(self, code):
        """It answers again, and the hub knows."""
        if code in self.doors:
            await self.doors[code].heal()
        else:
            self.sandbox.control.set(code, "ok")
        await self.recovered(code, ASKED[code])

    async def ask(self, query, personal=False, *, of=None):
        headers = self.headers_of(Audience.CITIZEN) if personal else {}
        return await (of or self.hub).ask(query, None, **headers)

    @staticmethod
    def beside(question):
        return beside(question)

    async def true(self, question):
        """What is true now, from the agencies themselves."""
        answer = await self.ask(beside(question), question.personal, of=self.truth)
        assert "errors" not in answer
        return answer

    async def recovered(self, code, question):
        """Until the hub has a new answer of this agency. Returns after how many of the longest rests of a breaker."""
        connector = self.hub.state.agencies.with_code(Connector, code)
        await self.forget(code)
        rests, recovered = 0, False
        while not recovered:
            rests += 1
            self.clock.advance(timedelta(seconds=LONGEST_REST))
            for _ in range(2):  # the first wakes the probe, the second finds the breaker closed
                answer = await self.ask(question.query, question.personal)
                await connector.throttle.prober.ended()
            found = [each["state"] for each in answer["extensions"]["sources"] if each["agency"] == code]
            recovered = found[0] in CAME if found else code not in SECONDED  # a second source is not asked any more
        return rests


def behind(configuration, proxy, short, **limits):
    """The same with each agency behind its door, and with these limits for all or for the `short` ones."""

    def placed(each):
        agency, options, own = each.agency, each.options, limits
        if short is not None and agency.code not in short:
            own = {}
        if agency.connector == "overpass":  # it is told how many seconds it has, and refuses to be hurried
            own = {name: max(LEAST, value) for name, value in own.items()}
        if agency.code in proxy.doors:
            path = "/".join(agency.url.split("/")[3:])
            agency = msgspec.structs.replace(agency, url=f"{proxy.url(agency.code)}/{path}")
        kept = msgspec.structs.replace(agency.limits, retry_wait=0.001, **own)
        if isinstance(options, IdentityOptions):
            options = msgspec.structs.replace(options, checks_a_day=100_000)
        return each._replace(agency=msgspec.structs.replace(agency, limits=kept), options=options)

    return configuration._replace(agencies=tuple(map(placed, configuration.agencies)))


@pytest.fixture
def spoilt(sandbox, configuration, clock, filled_store, tmp_path, headers_of):
    """Makes one, with the limits of agencies that it is given."""

    @asynccontextmanager
    async def make(tls=None, query_seconds=10.0, short=None, **limits: Any):
        stores = [f"sqlite:///{shutil.copy(filled_store, tmp_path / name)}" for name in ("spoilt.db", "truth.db")]
        settings = {"quota": 0, "lookups": LOOKUPS, "query_seconds": query_seconds}
        async with (
            proxied([*OVER_HTTP, *COPIED, *NEVER_ASKED], sandbox.url, tls) as proxy,
            listening(
                behind(configuration, proxy, short, **limits), clock, store_url=stores[0], quota=0, lookups=LOOKUPS
            ) as hub,
            listening(configuration, clock, store_url=stores[1], **settings) as truth,
        ):
            elsewhere = proxy["lapor"]
            for door in proxy.doors.values():
                door.elsewhere = f"{proxy.url('lapor')}/lapor/"
            yield Spoilt(hub, truth, proxy.doors, sandbox, clock, headers_of)
            assert elsewhere.calls == 0, "a redirect was followed"

    return make
