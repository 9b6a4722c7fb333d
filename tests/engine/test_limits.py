"""What a document may ask for: measured in one pass, refused before anything else is done with it."""

import json

import pytest
from graphql import get_introspection_query, get_operation_ast, parse
from structlog.testing import capture_logs

from engine.configuration.settings import LimitSettings
from engine.execution import measuring
from engine.execution.limits import DocumentLimits, Measure
from engine.execution.measuring import measure
from engine.execution.sums import ENDLESS
from schema.root import build
from tests.conftest import ROOT, listening
from tests.profiles import CITY_CODE, CITY_NAME

SCHEMA = build()._schema


def measured(query, variables=None):
    document = parse(query)
    return measure(SCHEMA, document, get_operation_ast(document, None), variables or {})


def bomb(size):
    """2^size fields in a few lines."""
    folds = [f"fragment F{each} on Query {{ ...F{each + 1} ...F{each + 1} }}" for each in range(size)]
    return " ".join(["{ ...F0 }", *folds, f"fragment F{size} on Query {{ city {{ name }} }}"])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("{ city { name } }", Measure(depth=2, breadth=1, root_fields=1, cost=2)),
        (
            "{ a: city { name } b: city @include(if: true) { name code } }",
            Measure(depth=2, breadth=2, aliases=2, directives=1, root_fields=2, values=1, cost=5),
        ),
        ("{ hospitals { nodes { name } } }", Measure(depth=3, breadth=1, root_fields=1, cost=41)),
        ("{ hospitals(first: 3) { nodes { name } } }", Measure(depth=3, breadth=1, root_fields=1, values=1, cost=7)),
        ("{ hospitals(last: 3) { totalCount } }", Measure(depth=2, breadth=1, root_fields=1, values=1, cost=4)),
        ("{ hospitals(first: 100000) { totalCount } }", Measure(depth=2, breadth=1, root_fields=1, values=1, cost=101)),
        ("{ hospitals(first: -1) { totalCount } }", Measure(depth=2, breadth=1, root_fields=1, values=1, cost=1)),
        (
            "{ ...F ...F } fragment F on Query @skip(if: false) { city { name ... on City { code } } }",
            Measure(depth=2, breadth=2, directives=2, root_fields=2, values=2, cost=6),
        ),
        (
            "{ venues(near: {latitude: 1, longitude: [2, 3]}) { totalCount } }",
            Measure(depth=2, breadth=1, root_fields=1, values=5, cost=21),
        ),
        ("{ nothing { known { here } } }", Measure(depth=3, breadth=1, root_fields=1, cost=3)),
        ("{ ...F } fragment F on Query { ...G } fragment G on Query { ...F city { name } }",
         Measure(depth=2, breadth=1, root_fields=1, cost=2)),
        ("{ ...Unknown }", Measure()),
    ],
)  # fmt: skip
def test_it_is_measured_as_it_would_run(query, found):
    assert measured(query) == found


@pytest.mark.parametrize(
    ("given", "cost"), [({"n": 5}, 6), ({"n": 5.0}, 6), ({"n": True}, 101), ({}, 101), ({"n": "5"}, 101)]
)
def test_a_page_by_a_variable_is_as_long_as_it_says_and_the_longest_where_it_says_nothing(given, cost):
    assert measured("query ($n: Int) { hospitals(first: $n) { totalCount } }", given).cost == cost


def test_lists_in_lists_multiply():
    inner = "hospitals(first: 10) { nodes { beds { rooms(first: 10) { nodes { name } } } } }"
    assert measured(f"{{ {inner} }}").cost == 1 + 10 * (1 + 1 + 1 + 10 * 2)


def test_a_fragment_is_gone_through_once_however_often_it_is_spread(monkeypatch):
    visits = []
    original = measuring._Measuring._set
    monkeypatch.setattr(measuring._Measuring, "_set", lambda *given: visits.append(1) or original(*given))
    found = measured(bomb(40))
    assert len(visits) == 1 + 41 + 1
    assert (found.root_fields, found.cost) == (ENDLESS, ENDLESS)


def test_what_is_nested_deeper_than_anybody_looks_is_too_deep():
    assert measured("{ a " * 150 + "}" * 150).depth >= ENDLESS
    chain = " ".join(f"fragment F{each} on Query {{ ...F{each + 1} }}" for each in range(600))
    assert measured(f"{{ ...F0 }} {chain}").depth >= ENDLESS


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "queries").glob("*.graphql")), ids=lambda path: path.stem)
def test_the_documents_to_start_from_are_far_from_every_limit(path):
    found = measured(path.read_text(encoding="utf-8"))
    allowed = DocumentLimits()
    assert all(getattr(found, name) * 2 < getattr(allowed, name) for name in found.__struct_fields__)


def test_introspection_is_within_them():
    assert measured(get_introspection_query()).beyond(DocumentLimits()) == []


async def refused(hub, query, **headers):
    async with hub.session.post(f"{hub.url}/graphql", json={"query": query}, headers=headers) as response:
        body = await response.json()
        assert "data" not in body
        return response.status, response.headers, body["errors"]


WIDE = "{ city { " + "name " * 151 + "} }"
TOO_MUCH = {
    "depth": ("{ __schema { types { " + "ofType { " * 20 + "name" + " }" * 23, 20, 23),
    "breadth": (WIDE, 150, 151),
    "aliases": ("{ city { " + " ".join(f"a{each}: name" for each in range(51)) + " } }", 50, 51),
    "directives": ("{ city { name " + "@include(if: true) " * 51 + "} }", 50, 51),
    "root_fields": ("{ " + " ".join(["city { name }"] * 21) + " }", 20, 21),
    "cost": ("{ hospitals(first: 100) { nodes { beds { rooms(first: 100) { nodes { name code capacity free } } } } } }",
             50_000, 52_260),
    "values": ("{ venues(near: {" + " ".join(f"a{each}: 1" for each in range(150)) + "}) { totalCount } }", 150, 151),
    "tokens": ("{ city { " + "name " * 4_001 + "} }", 4_000, None),
    "length": ("{ city { name } } #" + "x" * 100_000, 100_000, None),
}  # fmt: skip


@pytest.mark.parametrize("limit", TOO_MUCH)
async def test_each_limit_refuses_with_its_name_and_nobody_is_asked(hub, sandbox, limit):
    query, most, asked = TOO_MUCH[limit]
    status, _, errors = await refused(hub, query, Accept="application/graphql-response+json")
    assert status == 400
    assert [error["extensions"] for error in errors] == [
        {"code": "LIMIT_EXCEEDED", "limit": limit, "most": most, "asked": asked}
    ]
    assert sandbox.control.all_hits() == 0


async def test_a_bomb_is_refused_by_every_limit_that_it_breaks(hub):
    _, _, errors = await refused(hub, bomb(40))
    assert [error["extensions"]["limit"] for error in errors] == ["breadth", "root_fields", "cost"]


async def test_it_is_told_in_both_languages(hub):
    _, _, (error,) = await refused(hub, WIDE)
    assert error["message"] == "Permintaan ini terlalu besar: bidang di satu tempat, paling banyak 150."
    _, _, (error,) = await refused(hub, WIDE, **{"Accept-Language": "en"})
    assert error["message"] == "The document asks for too much: fields in one place, 150 at most."


async def test_a_limit_may_measure_before_it_enforces(sandbox, configuration, clock, store_url):
    settings = {"measure_only": "breadth, cost", "store_url": store_url}
    async with listening(configuration, clock, **settings) as hub:
        with capture_logs() as lines:
            assert (await hub.data(WIDE))["city"] == {"name": CITY_NAME}
        told = [line for line in lines if line["event"] == "limit.exceeded"]
        assert [(each["limit"], each["most"], each["asked"], each["enforced"]) for each in told] == [
            ("breadth", 150, 151, False)
        ]
        assert (await refused(hub, TOO_MUCH["aliases"][0]))[2][0]["extensions"]["limit"] == "aliases"


async def test_limits_are_set_by_the_environment(configuration, clock, monkeypatch):
    monkeypatch.setenv("SIMPUL_LIMITS__DEPTH", "1")
    async with listening(configuration, clock) as hub:
        _, _, (error,) = await refused(hub, "{ city { name } }")
    assert error["extensions"] == {"code": "LIMIT_EXCEEDED", "limit": "depth", "most": 1, "asked": 2}
    assert LimitSettings().allowed() == DocumentLimits()


async def test_an_answer_says_what_it_cost(hub):
    async with hub.session.post(f"{hub.url}/graphql", json={"query": "{ city { name code } }"}) as response:
        assert response.headers["simpul-cost"] == "169"
        assert json.loads(await response.text())["data"]["city"]["code"] == CITY_CODE


async def test_what_is_in_the_variables_counts_too(hub, sandbox):
    query = "query ($near: Point!) { venues(near: $near) { totalCount } }"
    answer = await hub.ask(query, {"near": {"latitude": [[1, {"a": 2}]] * 300}})
    (error,) = answer["errors"]
    assert error["extensions"] == {"code": "LIMIT_EXCEEDED", "limit": "variables", "most": 1_000, "asked": 1_202}
    assert sandbox.control.all_hits() == 0
