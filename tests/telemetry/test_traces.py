"""Traces: what is sent, over OTLP, to a collector that really listens, and what is never in it."""

import asyncio
import re
from collections import Counter
from datetime import timedelta

import aiohttp
import pytest
from graphql import StringValueNode, Visitor, visit

from auth.caller import Audience
from connectors.kit.agency import Agency
from connectors.kit.tracing import TRACE
from engine.telemetry import traces
from engine.telemetry.logs import with_trace
from engine.telemetry.otlp import tracing
from engine.telemetry.traces import Traces
from sandbox.identity.issuer import issuer_of
from tests import identifiers
from tests.conftest import AGENCIES, listening
from tests.profiles import here
from tests.schema.documents import DOCUMENTS, QUERIES
from tests.schema.test_documents import COMPLAINT, SLOT
from tests.talking import talking
from tests.telemetry.collector import CLIENT, SERVER, attributes, collecting

BEDS = "query Rahasia { rahasia: hospitals(first: 100) { nodes { beds { free } } } }"
TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-0[13]")
CHANGES = {"send-complaint": COMPLAINT, "hold-slot": SLOT}
GIVEN = f"00-{'a' * 32}-{'b' * 16}-01"


@pytest.fixture
async def collector(monkeypatch):
    async with collecting(monkeypatch) as collector:
        yield collector


@pytest.fixture
def sent(monkeypatch):
    """The headers of each call to an agency."""
    found, request = [], aiohttp.ClientSession._request

    async def asked(self, method, url, **named):
        if "/graphql" not in str(url) and "/identity" not in str(url):
            found.append({name.lower(): value for name, value in dict(named.get("headers") or {}).items()})
        return await request(self, method, url, **named)

    monkeypatch.setattr(aiohttp.ClientSession, "_request", asked)
    return found


def literals(document):
    """The texts that a document says to the hub."""
    found = set()

    class Texts(Visitor):
        def enter_string_value(self, node: StringValueNode, *_):
            found.add(node.value)

    visit(document.parsed, Texts())
    return {each for each in found if len(each) > 5}


def strings(span):
    """All texts of a span."""
    yield span.name
    yield span.status.message
    for key, value in attributes(span).items():
        yield key
        yield from map(str, value if isinstance(value, list) else [value])


async def test_all_documents_leave_spans_without_any_value_and_one_for_each_call(
    configuration, clock, store_url, sandbox, collector, sent
):
    issuer, address = issuer_of(sandbox.control), f"{sandbox.url}/identity"
    async with listening(configuration, clock, store_url=store_url, quota=0) as hub:
        sandbox.control.reset()
        for document in QUERIES:
            token = document.account and issuer.token(document.account, address, clock.now())
            await hub.ask(document.text, **({"Authorization": f"Bearer {token}"} if token else {}))
        for name, variables in CHANGES.items():
            token = issuer.token("citizen", address, clock.now())
            done = await hub.ask(DOCUMENTS[name].text, variables, Authorization=f"Bearer {token}")
            assert "errors" not in done
        clock.advance(timedelta(days=40))
        sandbox.control.set("bapenda", "rejecting")
        sandbox.control.set("bapenda-sismiop", "down")
        await hub.ask(here('{ taxObject(nop: "${nop}") { asOfYear } }'))
        await hub.ask('{ taxObject(nop: "990701099900200010") { nothing } }', {"nik": "9907014001900001"})
        hits = Counter(
            {
                each.agency.code: sandbox.control.hits(each.agency.code)
                for each in configuration.agencies
                if each.agency.url.startswith("http")
            }
        )
    (resource,) = {tuple(sorted(each.items())) for each in collector.resources}
    assert dict(resource)["service.name"] == "simpul"
    assert not [body for body in collector.bodies if identifiers.UNMASKED.search(body)]
    spoken = {text for document in QUERIES for text in literals(document)} - {*AGENCIES}
    spoken |= {SLOT["slot"], SLOT["idempotencyKey"], *map(str, COMPLAINT["complaint"].values())}
    told = {text for span in collector.spans for text in strings(span)}
    assert not [text for text in told if "?" in text or identifiers.UNMASKED.search(text.encode())]
    assert not [(text, each) for text in told for each in spoken if each in text]

    operations = collector.of_kind(SERVER)
    assert len(operations) == len(QUERIES) + len(CHANGES) + 2
    assert {each.name for each in operations} >= {
        "query hospitals",
        "query taxObject",
        "none",
        "query me",
        "mutation holdSlot",
    }
    assert all(not each.parent_span_id for each in operations)
    calls = [each for each in collector.of_kind(CLIENT) if "simpul.agency" in attributes(each)]
    agencies = Counter(attributes(each)["simpul.agency"] for each in calls)
    assert {code: agencies[code] for code in hits} == hits
    assert sum(hits.values()) == len(sent)
    ids = {(each.trace_id.hex(), each.span_id.hex()) for each in calls}
    assert {TRACEPARENT.fullmatch(each["traceparent"]).groups() for each in sent} <= ids
    assert not [each for each in sent if {"baggage", "tracestate"} & each.keys()]
    of_operations = {each.span_id: each.trace_id for each in operations}
    assert {each.parent_span_id for each in collector.of_kind(CLIENT)} <= of_operations.keys()
    assert all(each.trace_id == of_operations[each.parent_span_id] for each in calls)
    work = [each for each in collector.of_kind(CLIENT) if each.name in {"store read", "store write"}]
    assert len(work) > 20
    assert {attributes(each)["simpul.work"] for each in work} == {"read", "write"}
    assert len(calls) + len(work) + len(operations) == len(collector.spans)
    (failed,) = (each for each in operations if attributes(each)["simpul.codes"] == ["AGENCY_REJECTED"])
    assert (failed.name, attributes(failed)["simpul.outcome"], failed.status.code) == ("query taxObject", "failed", 2)


async def test_a_stranger_s_trace_is_a_link_and_an_app_s_is_continued_also_over_a_websocket(
    configuration, clock, store_url, collector, headers_of, sandbox
):
    partner = headers_of(Audience.PARTNER)
    async with listening(configuration, clock, store_url=store_url) as hub:
        for given in (GIVEN, GIVEN.upper(), "00-" + "0" * 32 + "-" + "b" * 16 + "-01", "rahasia"):
            await hub.ask("{ city { name } }", traceparent=given)
        await hub.ask("{ city { code } }", traceparent=GIVEN, **partner)
        async with talking(hub, {"traceparent": GIVEN, **partner}) as talk:
            await talk.begin()
            await talk.ask("{ city { name } }")
            assert [(await talk.hear())["type"] for _ in range(2)] == ["next", "complete"]
        # Two that ask the same at once: the second waits for what the first began.
        sandbox.control.hold("rs-contoh-pinang")
        first = asyncio.create_task(hub.ask(BEDS))
        async with asyncio.timeout(10):
            while not sandbox.control.hits("rs-contoh-pinang"):
                await asyncio.sleep(0.01)
            second = asyncio.create_task(hub.ask(BEDS))
            while hub.state.cache._flights and not any(
                each.waiting > 1 for each in hub.state.cache._flights._known.values()
            ):
                await asyncio.sleep(0.01)
        sandbox.control.release("rs-contoh-pinang")
        await asyncio.gather(first, second)
    linked, *others = [
        each for each in collector.of_kind(SERVER) if each.name == "query city" and not each.parent_span_id
    ]
    assert [(each.trace_id.hex(), each.span_id.hex()) for each in linked.links] == [("a" * 32, "b" * 16)]
    assert linked.trace_id.hex() != "a" * 32
    assert [len(each.links) for each in others] == [0, 0, 0]
    continued = [each for each in collector.of_kind(SERVER) if each.parent_span_id]
    assert [each.name for each in continued] == ["query city"] * 2
    assert {(each.trace_id.hex(), each.parent_span_id.hex()) for each in continued} == {("a" * 32, "b" * 16)}
    began, waited = sorted(
        (each for each in collector.of_kind(SERVER) if each.name == "query hospitals"), key=lambda each: len(each.links)
    )
    assert (len(began.links), [each.span_id for each in waited.links]) == (0, [began.span_id])
    calls = [each for each in collector.of_kind(CLIENT) if attributes(each).get("simpul.domain") == "beds"]
    assert {each.parent_span_id for each in calls} == {began.span_id}
    assert not [body for body in collector.bodies if b"ahasia" in body]


async def test_whoever_is_trusted_by_the_setting_is_continued(configuration, clock, collector):
    async with listening(configuration, clock, continue_traces=True) as hub:
        await hub.ask("{ city { name } }", traceparent=GIVEN)
    (continued,) = collector.of_kind(SERVER)
    assert (continued.trace_id.hex(), continued.parent_span_id.hex()) == ("a" * 32, "b" * 16)


async def test_a_collector_that_does_not_answer_holds_the_end_of_the_hub_no_longer_than_stated(collector, monkeypatch):
    monkeypatch.setattr(traces, "LAST", 0.02)
    collector.may_answer.clear()
    made = Traces()
    with made.calling(Agency(code="x", domain="beds", connector="y", name="X"), "rooms") as headers:
        assert TRACEPARENT.fullmatch(headers["traceparent"])
    async with asyncio.timeout(10):
        await made.aclose()
        while not collector.bodies:
            await asyncio.sleep(0.01)
        assert not collector.may_answer.is_set()
        collector.may_answer.set()
    assert TRACE.get() is None
    line = with_trace(None, "", {"event": "x"}) if made.operation(None, continues=False) else {}
    assert (len(line["trace_id"]), len(line["span_id"])) == (32, 16)


@pytest.mark.parametrize(
    ("environ", "on"),
    [
        ({}, False),
        ({"OTEL_SERVICE_NAME": "x"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://x"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x", "OTEL_SDK_DISABLED": "TRUE"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x", "OTEL_SDK_DISABLED": "false"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x", "OTEL_TRACES_EXPORTER": "none"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x", "OTEL_TRACES_EXPORTER": "otlp"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x", "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"}, True),
        (
            {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
            "OTEL_EXPORTER_OTLP_PROTOCOL",
        ),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x", "OTEL_TRACES_EXPORTER": "zipkin"}, "OTEL_TRACES_EXPORTER"),
    ],
)
def test_the_standard_variables_switch_tracing_on_and_off(environ, on):
    if isinstance(on, str):
        with pytest.raises(ValueError, match=on):
            tracing(environ)
    else:
        assert tracing(environ) is on
