"""`/metrics` counts exactly what was done, and only those read it who may."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from starlette.applications import Starlette

from auth.caller import Audience
from connectors.kit.clock import SystemClock
from engine.pages.metrics import MetricsPage, MetricsReaders
from engine.telemetry.metrics import Metrics
from store.kit.database import StoreBroken
from tests.conftest import AGENCIES, listening
from tests.profiles import CITY_NAME, EXAMPLES, here
from tests.talking import DATA_READ, talking, until_listening
from tests.telemetry.scraping import of, of_one, scraped

BEDS = "query Rahasia { rahasia: hospitals(first: 100) { nodes { beds { free } } } }"
TAX = here('{ taxObject(nop: "${nop}") { asOfYear } city { name } }')


def over(seen):
    """The subscription has ended, and so has the work that nobody waited for."""
    failed = of(seen, "simpul_agency_calls_total", "agency", outcome="failed")
    return not of_one(seen, "simpul_operations_under_way") and failed["rs-contoh-pinang"] == 2


async def test_known_operations_are_counted_one_by_one(hub, sandbox, clock, headers_of):
    told = Counter()

    async def ask(query):
        answer = await hub.ask(query)
        told.update(
            (each["agency"], each["state"].replace("UNAVAILABLE", "NONE")) for each in answer["extensions"]["sources"]
        )
        return answer

    for _ in range(3):
        await ask(BEDS)
    sandbox.control.set("rs-contoh-pinang", "down")
    clock.advance(timedelta(minutes=10))
    await ask(BEDS)
    await ask("{ rahasia }")
    sandbox.control.set("bapenda", "rejecting")
    sandbox.control.set("bapenda-sismiop", "down")
    half = await ask(TAX)
    assert half["data"] == {"taxObject": None, "city": {"name": CITY_NAME}}
    async with hub.session.post(f"{hub.url}/graphql", data="rahasia") as refused:
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
            while not over(seen := await scraped(hub)):
                await asyncio.sleep(0.01)

    operations = {
        ("PUBLIC", "query", "ok"): 4,
        ("PUBLIC", "query", "partial"): 1,
        ("PUBLIC", "none", "refused"): 2,
        ("CITIZEN", "query", "ok"): 1,
        ("CITIZEN", "subscription", "ok"): 1,
    }
    assert of(seen, "simpul_operations_total", "audience", "kind", "outcome") == operations
    assert of(seen, "simpul_operation_seconds_count", "kind") == {"query": 6, "none": 2}
    assert of_one(seen, "simpul_subscriptions_open") == 0
    assert of(seen, "simpul_operation_errors_total", "code") == {"GRAPHQL_VALIDATION_FAILED": 1, "AGENCY_REJECTED": 1}
    refusals = {"UNSUPPORTED_MEDIA_TYPE": 1, "METHOD_NOT_ALLOWED": 1, "GRAPHQL_VALIDATION_FAILED": 1}
    assert of(seen, "simpul_requests_refused_total", "code") == refusals
    assert of(seen, "simpul_fields_total", "kind", "domain", "field", "outcome") == {
        ("query", "beds", "hospitals", "ok"): 4,
        ("query", "regions", "city", "ok"): 2,
        ("query", "tax", "taxObject", "failed"): 1,
    }
    assert of(seen, "simpul_field_seconds_count", "field") == {"hospitals": 4, "city": 2, "taxObject": 1}

    again = {"rs-contoh-pinang": 1}  # on a new connection, because the kept one was cut
    assert {
        agency: sandbox.control.hits(agency) - again.get(agency, 0)
        for agency in AGENCIES
        if agency in sandbox.control.agencies
    } == {
        agency: of(seen, "simpul_agency_calls_total", "agency").get(agency, 0) - (agency == "bapenda-sismiop")
        for agency in AGENCIES
        if agency in sandbox.control.agencies
    }  # the calls to a database are not seen there
    pinang = of(seen, "simpul_agency_calls_total", "question", "outcome", agency="rs-contoh-pinang")
    assert pinang == {("rooms", "ok"): 1, ("rooms", "failed"): 2}
    tax = of(seen, "simpul_agency_calls_total", "agency", "outcome", domain="tax")
    assert tax == {("bapenda", "rejected"): 1, ("bapenda-sismiop", "unreachable"): 1}
    calls = of(seen, "simpul_agency_calls_total", "agency")
    assert of(seen, "simpul_agency_call_seconds_count", "agency") == calls
    assert of(seen, "simpul_agency_calls_under_way", "agency") == {}
    assert of(seen, "simpul_agency_breaker", "agency", "state") == {
        (agency, "OPEN" if agency == "rs-contoh-pinang" else "CLOSED"): 1 for agency in AGENCIES
    }
    noon = clock.now().timestamp()
    successes = of(seen, "simpul_agency_last_success_timestamp_seconds", "agency")
    assert (successes["rs-contoh-pinang"], successes["rs-contoh-benda"]) == (noon - 600, noon)
    assert "bapenda" not in successes

    readings = of(seen, "simpul_readings_total", "agency", "state")
    twice = EXAMPLES["hospital"]  # it is asked two questions, and stands once in an answer
    assert {key: value for key, value in readings.items() if key[0] != twice} == {
        key: value for key, value in told.items() if key[0] != twice
    }
    assert {state: value for (agency, state), value in readings.items() if agency == twice} == {"LIVE": 3, "CACHED": 5}
    assert of(seen, "simpul_stale_reading_age_seconds_sum", "agency") == {"rs-contoh-pinang": 600}
    assert of(seen, "simpul_stale_reading_age_seconds_bucket", "le")["900.0"] == 1

    assert of(seen, "simpul_feed_lag_seconds", "agency", "feed")["jdih-kota", "regulations"] == 600
    assert of(seen, "simpul_feed_documents", "agency", "feed")["jdih-kota", "regulations"] > 100
    work = of(seen, "simpul_store_seconds_count", "work")
    assert work["write"] >= 2
    assert of(seen, "simpul_store_wait_seconds_count", "work") == work
    assert of(seen, "simpul_store_failures_total", "work") == {}
    assert of_one(seen, "process_resident_memory_bytes") > 1_000_000
    texts = {text for _, labels in seen for pair in labels for text in pair}
    assert not [text for text in texts if "rahasia" in text.lower() or "999" in text]
    for proxied in ({"X-Forwarded-For": "127.0.0.1"}, {"Via": "1.1 proxy"}, {"Forwarded": "for=127.0.0.1"}):
        async with hub.session.get(f"{hub.url}/metrics", headers=proxied) as refused:
            assert refused.status == 403


async def test_operations_that_wait_and_those_that_are_refused_are_counted(configuration, clock, sandbox):
    settings = {"operations": {"at_once": 1, "waiting": 1, "patience": 60}, "query_seconds": 60}
    async with listening(configuration, clock, **settings) as hub:
        sandbox.control.hold("rs-contoh-pinang")
        asking = [asyncio.create_task(hub.ask('{ hospital(code: "rs-contoh-pinang") { beds { free } } }'))]
        async with asyncio.timeout(20):
            while not sandbox.control.hits("rs-contoh-pinang"):
                await asyncio.sleep(0.002)
            asking.append(asyncio.create_task(hub.ask("{ city { name } }")))
            while not of_one(seen := await scraped(hub), "simpul_operations_waiting"):
                await asyncio.sleep(0.002)
        assert of_one(seen, "simpul_operations_waiting") == 1
        assert of_one(seen, "simpul_operations_under_way") == 2
        assert of(seen, "simpul_agency_calls_under_way", "agency") == {"rs-contoh-pinang": 1}
        async with hub.session.post(f"{hub.url}/graphql", json={"query": "{ city { name code } }"}) as refused:
            assert refused.status == 503
        sandbox.control.release("rs-contoh-pinang")
        assert [each["data"] is not None for each in await asyncio.gather(*asking)] == [True, True]
        seen = await scraped(hub)
        assert of(seen, "simpul_requests_refused_total", "code") == {"OVERLOADED": 1}
        assert of(seen, "simpul_operations_total", "kind", "outcome") == {("query", "ok"): 2, ("none", "refused"): 1}
        assert of(seen, "simpul_operations_waiting", "x") == {}


class Unreadable:
    async def recent(self):
        raise StoreBroken("it does not answer in time")


def page(readers, token=""):
    return Starlette(
        routes=MetricsPage(
            Metrics(SystemClock()), Unreadable(), SystemClock(), agency_of=lambda _: None, readers=readers, token=token
        ).routes()
    )


async def status(app, address, **headers):
    """What the page answers to a client at this address."""
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    raw = [(name.replace("_", "-").lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": "/metrics", "raw_path": b"/metrics", "query_string": b""}
    await app(
        {**scope, "headers": raw, "client": None if address is None else (address, 1), "scheme": "http"}, receive, send
    )
    if sent[0]["status"] == 200:
        assert b"simpul_operations_under_way 0.0" in b"".join(each.get("body", b"") for each in sent[1:])
    return sent[0]["status"]


PUBLIC = ("8.8.8.8", "203.0.113.7", "2001:4860::1", "::ffff:8.8.8.8", "172.32.0.1", "100.128.0.1", "unix", "", None)
NEAR = (
    "127.0.0.1",
    "127.9.9.9",
    "::1",
    "10.1.2.3",
    "172.31.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "fd00::1",
    "::ffff:10.0.0.1",
)


async def test_only_those_read_the_numbers_who_may_and_also_while_the_store_is_gone():
    private, token = page(MetricsReaders.PRIVATE), page(MetricsReaders.TOKEN, "a token of sixteen")
    assert [await status(private, each) for each in NEAR] == [200] * len(NEAR)
    assert [await status(private, each) for each in PUBLIC] == [403] * len(PUBLIC)
    for name in ("forwarded", "via", "x_forwarded_for", "x_forwarded_host", "x_forwarded_proto", "x_real_ip"):
        assert await status(private, "127.0.0.1", **{name: "127.0.0.1"}) == 403
    assert await status(private, "8.8.8.8", authorization="Bearer a token of sixteen") == 403
    for right in ("Bearer a token of sixteen", "bearer  a token of sixteen"):
        assert await status(token, "8.8.8.8", authorization=right) == 200
    for wrong in ("Bearer", "Bearer ", "Bearer a token of sixtee", "Basic a token of sixteen", "Bearer ä", ""):
        assert await status(token, "127.0.0.1", authorization=wrong) == 401
    assert await status(token, "127.0.0.1") == 401
    assert await status(page(MetricsReaders.OFF), "127.0.0.1") == 404


@pytest.mark.parametrize("accept", ["", "text/plain;version=0.0.4", "application/openmetrics-text;version=1.0.0"])
async def test_the_numbers_come_in_the_form_that_the_reader_asks_for(hub, accept):
    async with hub.session.get(f"{hub.url}/metrics", headers={"Accept": accept}) as response:
        media, text = response.headers["content-type"], await response.text()
    assert media.startswith(accept.partition(";")[0] or "text/plain")
    assert text.endswith("# EOF\n") == ("openmetrics" in accept)
    assert response.headers["cache-control"] == "no-store"
