"""`/metrics` counts exactly what was done, and only those read it who may."""

import asyncio
from collections import Counter
from datetime import timedelta

from auth.caller import Audience
from tests.talking import DATA_READ, talking, until_listening
from tests.telemetry.scraping import of, of_one, scraped

BEDS = "{ hospitals(first: 100) { nodes { beds { free } } } }"
TAX = '{ taxObject(nop: "36.75-010.999-002.0001-0") { asOfYear } city { name } }'


async def test_known_operations_are_counted_one_by_one(hub, sandbox, clock, headers_of):
    states = Counter()

    async def ask(query, **headers):
        answer = await hub.ask(query, **headers)
        states.update((each["agency"], each["state"]) for each in answer["extensions"]["sources"])
        return answer

    for _ in range(3):
        await ask(BEDS)
    sandbox.control.set("rs-contoh-pinang", "down")
    clock.advance(timedelta(minutes=10))
    await ask(BEDS)
    await ask("{ nothing }")
    for agency in ("bapenda", "bapenda-sismiop"):
        sandbox.control.set(agency, "rejecting" if agency == "bapenda" else "down")
    half = await ask(TAX)
    assert half["data"] == {"taxObject": None, "city": {"name": "Kota Tangerang"}}
    async with hub.session.post(f"{hub.url}/graphql", data="no JSON") as refused:
        assert refused.status == 415
    async with hub.session.get(f"{hub.url}/graphql", params={"query": "subscription {dataRead{text}}"}) as refused:
        assert refused.status == 405
    async with talking(hub, headers_of(Audience.CITIZEN)) as talk:
        await talk.begin()
        await talk.ask(DATA_READ)
        await until_listening(hub)
        await talk.ask("{ city { name } }", "2")
        assert [(await talk.hear())["type"] for _ in range(2)] == ["next", "complete"]
        during = await scraped(hub)
        assert of_one(during, "simpul_subscriptions_open") == 1
        assert of_one(during, "simpul_operations_under_way") == 1
        await talk.say("complete", "1")
        async with asyncio.timeout(10):
            while of_one(after := await scraped(hub), "simpul_operations_under_way"):
                await asyncio.sleep(0.01)
    print(of(after, "simpul_operations_total", "audience", "kind", "outcome"))
    print(of(after, "simpul_operation_seconds_count", "audience", "kind"))
    print(of(after, "simpul_fields_total", "kind", "domain", "field", "outcome"))
    print(of(after, "simpul_field_seconds_count", "domain", "field"))
    print(of(after, "simpul_operation_errors_total", "code"))
    print(of(after, "simpul_requests_refused_total", "code"))
    print(of(after, "simpul_readings_total", "agency", "state"), states)
    print(of(after, "simpul_agency_findings_total", "agency"))
    print(of(after, "simpul_store_seconds_count", "work"))
    print(of(after, "simpul_feed_lag_seconds", "agency", "feed"))
    assert 0
