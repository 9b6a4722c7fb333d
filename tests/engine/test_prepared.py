"""A document is parsed, measured and validated once, whatever it comes by, and what is kept is bounded and weighed."""

import asyncio
import gc
import tracemalloc
from collections import Counter

import pytest
from graphql.language.parser import Parser
from graphql.validation import ValidationContext

from auth.caller import Audience
from connectors.kit.clock import SystemClock
from engine.execution import measuring
from engine.execution.limits import DocumentLimits
from engine.execution.measuring import measure
from engine.execution.prepared import PreparedDocuments
from engine.execution.weights import Weights
from engine.telemetry.metrics import Metrics
from schema.root import build
from tests.engine.test_sse import streaming
from tests.profiles import KECAMATAN
from tests.schema.documents import DOCUMENTS
from tests.talking import talking
from tests.telemetry.scraping import of, of_one, scraped

QUERY = (
    "query Which($code: RegionCode!) { kecamatan(code: $code) { name ...More } } fragment More on Kecamatan { code }"
)
PARTS = {each.code: each.name for each in KECAMATAN[:2]}
PART = KECAMATAN[0]
WRONG = {"no GraphQL": "{ city {", "not valid": "{ city { nothing } }", "too deep": "{ a" * 21 + " }" * 21}
SCHEMA, WHOLE = build(Audience.PUBLIC)._schema, build()._schema
LIMITS = DocumentLimits()
ROOM = 250_000


@pytest.fixture
def work(monkeypatch):
    """How often something was parsed, measured or validated, by whomever."""
    done = Counter()

    def count(what, of_class, method):
        original = getattr(of_class, method)
        monkeypatch.setattr(of_class, method, lambda *given, **named: done.update([what]) or original(*given, **named))

    count("parsed", Parser, "parse_document")
    count("measured", measuring._Measuring, "of")
    count("validated", ValidationContext, "__init__")
    return done


async def by_http(hub, headers, code, query=QUERY):
    body = {"query": query, "variables": {"code": code}}
    async with hub.session.post(f"{hub.url}/graphql", json=body, headers=headers) as response:
        return await response.json(), response.headers["simpul-cost"]


async def test_a_document_is_prepared_once_for_each_audience_whatever_it_comes_by(hub, headers_of, work):
    costs = set()
    for audience in (Audience.PUBLIC, Audience.CITIZEN):
        headers, work_before = headers_of(audience), Counter(work)
        for code, name in PARTS.items():
            expected = {"kecamatan": {"name": name, "code": code}}
            answer, cost = await by_http(hub, headers, code)
            costs.add(cost)
            assert answer["data"] == expected
            async with talking(hub, headers) as talk:
                await talk.begin()
                await talk.ask(QUERY, variables={"code": code})
                assert (await talk.hear())["payload"]["data"] == expected
            async with streaming(hub, QUERY, headers, code=code) as stream:
                assert (await stream.next())[1]["data"] == expected
        assert work - work_before == {"parsed": 1, "measured": 1, "validated": 1}
    assert len(costs) == 1, costs
    seen = await scraped(hub)
    assert of(seen, "simpul_documents_total", "outcome") == {"hit": 10, "miss": 2}
    assert 0 < of_one(seen, "simpul_documents_bytes") < 200_000


async def test_many_who_come_with_a_new_document_at_once_wait_for_one(hub, work):
    answers = await asyncio.gather(*(by_http(hub, {}, PART.code) for _ in range(50)))
    assert len({cost for _, cost in answers}) == 1
    assert [answer["data"]["kecamatan"]["name"] for answer, _ in answers] == [PART.name] * 50
    assert work == {"parsed": 1, "measured": 1, "validated": 1}


@pytest.mark.parametrize("kind", WRONG)
async def test_what_is_wrong_is_found_once_and_told_and_charged_each_time(hub, work, kind):
    answers = [await by_http(hub, {}, PART.code, WRONG[kind]) for _ in range(4)]
    assert answers[0][0]["errors"]
    assert answers == [answers[0]] * 4
    expected = {
        "no GraphQL": ("parsed",),
        "not valid": ("parsed", "measured", "validated"),
        "too deep": ("parsed", "measured"),
    }
    assert work == dict.fromkeys(expected[kind], 1)


def test_the_variables_are_measured_each_time():
    query = (
        "query ($n: Int, $words: [String!]) { city { name } regulations(first: $n, text: $t) { nodes { code } } "
        "...More } fragment More on Query { venues(last: $m) { nodes { name } } }"
    )
    prepared, weights = PreparedDocuments(LIMITS).of(query, SCHEMA), Weights()
    operation = prepared.operation(None)
    given = [{}, {"n": 3}, {"n": None}, {"n": True}, {"n": "3"}, {"n": 3.5}, {"n": -1}, {"n": 500}, {"n": 3, "m": 7}]
    for variables in [*given, *({**each, "words": ["a", {"b": [1, 2]}]} for each in given), *given]:
        expected = measure(SCHEMA, prepared.document, operation, variables, weights)
        assert prepared.measured(operation, variables, weights) == expected, variables
    assert prepared.measured(operation, {"n": 3}, weights).cost < prepared.measured(operation, {}, weights).cost


def test_lengths_of_pages_are_remembered_a_few_at_a_time(work):
    prepared = PreparedDocuments(LIMITS).of("query ($n: Int) { regulations(first: $n) { nodes { code } } }", SCHEMA)
    operation, weights = prepared.operation(None), Weights()
    for length in [1, 2, 1, 2, *range(100), 99, 98]:
        prepared.measured(operation, {"n": length}, weights)
    assert work["measured"] == 100  # of 106: the first two were known twice again, and so were the last two
    (measured,) = prepared._measures.values()
    assert len(measured._known) == measuring.PAGES


def made(number):
    return f"{{ city {{ a{number}: name }} }}"


class TestRoom:
    """Documents that are kept: bounded, and not to be pushed out by others that come once."""

    @pytest.fixture
    def metrics(self):
        return Metrics(SystemClock())

    @pytest.fixture
    def documents(self, metrics):
        return PreparedDocuments(LIMITS, ROOM, metrics)

    def ask(self, documents, text, times=1):
        for _ in range(times):
            prepared = documents.of(text, SCHEMA)
            assert prepared.is_readable or prepared.errors
            prepared.validated_now()
            assert documents.bytes <= ROOM
        return prepared

    def test_a_flood_pushes_out_itself(self, documents, metrics):
        good = {text: self.ask(documents, text, 3) for text in map(made, range(6))}
        flood = [f"{{ city {{ b{number}: name {'x ' * 30} }} }}" for number in range(60)]
        for text in flood:
            self.ask(documents, text, 1)
        for text in flood:
            self.ask(documents, text.replace("name", "none"), 2)
        for number in range(60):
            self.ask(documents, "{ city " + " " * number, 2)
        assert all(self.ask(documents, text) is kept for text, kept in good.items())
        evicted = metrics.registry.get_sample_value("simpul_documents_evicted_total")
        kept = len(documents._new) + len(documents._proven)
        assert evicted == metrics.registry.get_sample_value("simpul_documents_total", {"outcome": "miss"}) - kept
        assert metrics.registry.get_sample_value("simpul_documents_bytes") == documents.bytes > 0.8 * ROOM

    def test_what_nobody_asks_for_any_more_leaves_at_last(self, documents):
        old = self.ask(documents, made(0), 2)
        for number in range(1, 100):
            self.ask(documents, made(number), 2)
        assert self.ask(documents, made(0)) is not old

    def test_what_is_too_long_is_not_looked_for(self, documents, metrics):
        errors = documents.of("x" * 100_001, SCHEMA).errors
        assert [each.limit for each in errors] == ["length"]
        assert (documents.bytes, len(documents._new)) == (0, 0)

    def test_what_has_no_room_at_all_is_not_kept(self):
        documents = PreparedDocuments(LIMITS, 0)
        assert documents.of(made(1), SCHEMA) is not documents.of(made(1), SCHEMA)
        assert documents.bytes == 0

    def test_a_document_of_another_schema_is_another(self, documents):
        text = "{ me { audience } }"
        citizens = documents.of(text, build(Audience.CITIZEN)._schema)
        assert (bool(documents.of(text, SCHEMA).validated_now()), citizens.validated_now()) == (True, [])
        assert documents.of(text, build(Audience.CITIZEN)._schema) is citizens

    def test_what_is_made_of_a_document_counts(self, documents):
        prepared = self.ask(documents, made(1), 2)
        prepared.plans[None] = object()
        before = documents.bytes
        prepared.grow(5_000)
        assert documents.bytes == before + 5_000
        prepared.grow(ROOM)
        documents.of(made(2), SCHEMA)
        assert documents.bytes < before + 5_000
        prepared.grow(1)
        assert documents.bytes < before + 5_000


WEIGHED = {
    "few tokens": (DOCUMENTS["my-account"].text, 60),
    "many fields": (DOCUMENTS["city-at-a-glance"].text, 20),
    "many errors": ("{ city { " + " ".join(f"n{each}" for each in range(120)) + " } }", 10),
    "long errors": ('{ venues(near: {latitude: "' + "x" * 10_000 + '", longitude: 1}) { totalCount } }', 20),
    "many lines": ("\n" * 90_000 + "{ city { nothing } }", 1),
    "many comments": ("{ city { name } }\n" + "#\n" * 3_900, 1),
    "many arguments": ("{ city { " + " ".join(f"name @include(if: $v{n})" for n in range(400)) + " } }", 1),
}
"""Documents, and how many of a kind have to be weighed until nothing else weighs in."""


def weighed(texts):
    """What is said to be kept with documents, and what really is."""
    documents = PreparedDocuments(LIMITS, 10**9)

    def prepare(text):
        prepared = documents.of(text, WHOLE)
        _ = [each.locations for each in prepared.validated_now()]
        if operation := prepared.operation(None):
            prepared.measured(operation, {}, Weights())

    prepare("{ city { name } }")
    before = documents.bytes
    gc.disable()
    tracemalloc.start()
    try:
        for text in texts:
            prepare(text)
        gc.collect(0)  # what was made since then, and is of no more use
        real, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        gc.enable()
    return documents.bytes - before, real


def test_documents_weigh_what_is_said():
    for name, (text, times) in WEIGHED.items():
        said, real = weighed([text + " " * each for each in range(times)])
        assert real <= said <= 5 * real, name
