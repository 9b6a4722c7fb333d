"""`/metrics` counts exactly what was done, and only those read it who may."""

import asyncio
from datetime import timedelta

import pytest

from connectors.kit.agency import Agency, Limits
from connectors.kit.observer import BreakerState, Observers, Outcome
from connectors.kit.reading import State
from engine.telemetry.metrics import Metrics
from prometheus_client.exposition import generate_latest
from tests.clock import NOON
from tests.conftest import listening
from tests.talking import DATA_READ, talking, until_listening
from tests.telemetry.scraping import METRICS, of, of_one, scraped

BEDS = "{ hospitals(first: 100) { nodes { beds { free } } } }"
TAX = '{ taxObject(nop: "36.75-010.999-002.0001-0") { asOfYear } city { name } }'


async def test_known_operations_are_counted_one_by_one(hub, sandbox, clock, headers_of):
    for _ in range(3):
        await hub.data(BEDS)
    sandbox.control.set("rs-contoh-pinang", "down")
    clock.advance(timedelta(minutes=10))
    await hub.ask(BEDS)
    await hub.ask("{ nothing }")
    await hub.ask("{ me { nik } }")
    sandbox.control.set("bapenda", "down")
    sandbox.control.set("bapenda-sismiop", "down")
    half = await hub.ask(TAX)
    assert half["data"] == {"taxObject": None, "city": {"name": "Kota Tangerang"}}
    async with hub.session.get(f"{hub.url}/graphql?query=mutation{{endDeviceSession}}") as refused:
        assert refused.status in {400, 405}
    async with hub.session.post(f"{hub.url}/graphql", data="no JSON") as refused:
        assert refused.status == 400

    async with talking(hub, headers_of_citizen(headers_of)) as talk:
        await talk.begin()
        await talk.ask(DATA_READ)
        await until_listening(hub)
        await talk.ask("{ city { name } }", "2")
        assert (await talk.hear())["type"] == "next"
        assert (await talk.hear())["type"] == "complete"
        during = await scraped(hub)
        assert of_one(during, "simpul_subscriptions_open") == 1
        assert of_one(during, "simpul_operations_under_way") == 1
        await talk.say("complete", "1")
        async with asyncio.timeout(10):
            while of_one(after := await scraped(hub), "simpul_operations_under_way"):
                await asyncio.sleep(0.01)

    assert of(after, "simpul_operations_total", "audience", "kind", "outcome") == {}
