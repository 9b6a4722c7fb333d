"""What documents take and give, for each kind of type that a schema may have."""

from pathlib import Path

import pytest
from graphql import build_schema

from auth.caller import Audience
from engine.doors import documents
from engine.doors.documents import DoorDocument, DoorDocuments
from engine.doors.json_schema import JsonSchemas
from engine.doors.parameters import MOST, BadParameters, ParameterReader
from engine.doors.selections import answer_of
from engine.execution.manifest import TrustedDocument, hash_of
from tests.doors.fitting import misfits

SCHEMA = build_schema("""
scalar NOP
enum Colour { RED GREEN }
input Place { latitude: Float!, longitude: Float! = 1.5, colour: Colour }
input Deep { name: String!, places: [Place!]! = [], within: Deep }
interface Thing { id: ID!, name: String }
type Stone implements Thing { id: ID!, name: String, weights: [[Int!]]!, colour: Colour! }
type Plant implements Thing { id: ID!, name: String, height: Float, old: Int @deprecated(reason: "x") }
union Either = Stone | Plant
type Query {
  "Things by many ways."
  things(
    "How many." count: Int!, names: [String!], near: Place, deep: Deep, ids: [ID], colours: [Colour!] = [RED],
    flag: Boolean, share: Float, places: [Place!]
  ): [Thing]!
  either(nop: NOP): Either
  stone: Stone
}
type Mutation { paint(id: ID!, colour: Colour!): Stone! }
""")
MANY = """
query Many($count: Int!, $names: [String!], $near: Place, $deep: Deep, $ids: [ID], $colours: [Colour!] = [GREEN],
           $flag: Boolean = false, $share: Float, $places: [Place!]) {
  things(count: $count, names: $names, near: $near, deep: $deep, ids: $ids, colours: $colours, flag: $flag, share: $share,
         places: $places) { id ...Named called: name @include(if: $flag) __typename ... on Stone { weights colour } ... on Plant { height old } }
  either { __typename ... on Plant { id } ... on Stone { id } }
  only: either { ... on Thing { name } }
  stone { ...Named weights }
}
fragment Named on Thing { name }
"""


def door(text, kind="query", name="Many"):
    return DoorDocument(TrustedDocument(id=hash_of(text), name=name, type=kind, body=text), Path("nowhere"))


def read(pairs, text=MANY):
    return ParameterReader(door(text), SCHEMA, "en").of_address(pairs)


def wrong(pairs):
    with pytest.raises(BadParameters) as raised:
        read(pairs)
    return [each.parameter for each in raised.value.mistakes]


def test_a_text_becomes_what_its_type_is():
    assert read([("count", "3"), ("flag", "true"), ("share", "-2.5e3"), ("ids", "7"), ("ids", "x"), ("names", "")]) == {
        "count": 3,
        "flag": True,
        "share": -2500.0,
        "ids": ["7", "x"],
        "names": [""],
    }
    assert read([("near[latitude]", "1"), ("near[colour]", "RED"), ("colours", "RED")]) == {
        "near": {"latitude": 1.0, "colour": "RED"},
        "colours": ["RED"],
    }
    deep = '{"name": "a", "within": {"name": "b"}}'
    assert read([("deep", deep), ("places", '[{"latitude": 1}]')]) == {
        "deep": {"name": "a", "within": {"name": "b"}},
        "places": [{"latitude": 1}],
    }


def test_all_that_is_wrong_is_told_at_once_and_not_without_end():
    assert wrong(
        [("deep", "{"), ("near", "1"), ("flag", "true"), ("flag", "false"), ("other", "1"), ("other", "2")]
    ) == [
        "near",
        "other",
        "deep",
        "flag",
        "count",
    ]
    assert wrong([("count", "1"), ("near[latitude]", "x"), ("near[height]", "1")]) == ["near[height]", "near[latitude]"]
    assert len(wrong([(f"a{each}", "1") for each in range(5_000)])) == MOST + 1  # and that count is missing
    for name in ("99.07-020.999-005.0001-0", "9907020999005000", "<script>"):
        (first, *_) = wrong([(name, "1")])
        assert first == "…"


ANSWERS = [
    {"things": [], "either": None, "only": None, "stone": None},
    {
        "things": [
            {"id": "1", "name": None, "__typename": "Stone", "weights": [[1], None], "colour": "RED"},
            {"id": "2", "name": "x", "called": "x", "__typename": "Plant", "height": 1.5, "old": None},
            None,
        ],
        "either": {"__typename": "Plant", "id": "3"},
        "only": {"name": None},
        "stone": {"name": "y", "weights": []},
    },
]
MISFITS = [
    ({"things": None}, "$.data.things"),
    ({"things": [{"id": "1", "name": None, "__typename": "Stone", "colour": "RED"}]}, "$.data.things[]"),
    ({"things": [{"id": "1", "name": 1, "__typename": "Plant", "height": 1, "old": 1}]}, "$.data.things[]"),
    ({"either": {"__typename": "Query", "id": "3"}}, "$.data.either"),
    ({"stone": {"name": "y", "weights": [[None]]}}, "$.data.stone"),
]


def test_an_answer_is_described_by_what_is_selected():
    schema = answer_of(JsonSchemas(SCHEMA), door(MANY))
    for data in ANSWERS:
        assert misfits({"data": data, "extensions": {"sources": []}}, schema, schema) == []
    for change, where in MISFITS:
        (found, *_) = misfits({"data": ANSWERS[0] | change, "extensions": {"sources": []}}, schema, schema)
        assert found.startswith(where)
    (gone,) = (
        each
        for each in schema["properties"]["data"]["properties"]["things"]["items"]["anyOf"][0]["anyOf"]
        if "old" in each["properties"]
    )
    assert gone["properties"]["old"]["deprecated"] is True


@pytest.mark.parametrize("at", [None, "#/components/schemas/"])
def test_what_may_be_given_is_described_by_its_type(at):
    schemas = JsonSchemas(SCHEMA, at)
    schema = schemas.of_variables(door(MANY).variables(SCHEMA))
    whole = {"components": {"schemas": schemas.components}}
    assert schema["required"] == ["count"]
    assert schema["properties"]["count"]["description"] == "How many."
    assert schema["properties"]["colours"]["default"] == ["GREEN"]
    good = {
        "count": 1,
        "names": None,
        "near": {"latitude": 1},
        "deep": {"name": "a", "within": {"name": "b"}},
        "ids": ["1", None],
    }
    assert misfits(good, schema, whole) == []
    for bad in (
        {},
        {"count": "1"},
        {"count": 1, "more": 1},
        {"count": 1, "near": {}},
        {"count": 1, "colours": ["BLUE"]},
    ):
        assert misfits(bad, schema, whole) != []


def test_what_names_somebodys_thing_comes_by_post_and_all_other_queries_by_get(monkeypatch):
    asked = "query Asked($nop: NOP) { either(nop: $nop) { __typename } }"
    assert door(MANY).method(SCHEMA) == "GET"
    assert door(asked).method(SCHEMA) == "POST"
    painted = "mutation Paint($id: ID!, $colour: Colour!) { paint(id: $id, colour: $colour) { id } }"
    assert door(painted, "mutation").method(SCHEMA) == "POST"

    class Covered:
        covered = True

    by_code = "query Code($colours: [Colour!]) { things(count: 1, colours: $colours) { id } }"
    assert door(by_code).method(SCHEMA) == "GET"
    monkeypatch.setattr(documents, "NODES_BY_NAME", {"Thing": Covered})
    assert door(by_code).method(SCHEMA) == "POST"


def test_of_several_documents_with_one_name_the_last_is_offered_and_no_subscription():
    def trusted(name, body, kind="query"):
        return TrustedDocument(id=hash_of(body), name=name, type=kind, body=body)

    offered = DoorDocuments(
        [
            trusted("StoneOfAPIKey2", "{ stone { id } }"),
            trusted("A", "query A { stone { id } }"),
            trusted("A", "query A { stone { name } }"),
            trusted("B", "subscription B { stone { id } }", "subscription"),
        ],
        Path("nowhere"),
    )
    assert [(each.name, each.title) for each in offered] == [("a", "A"), ("stone-of-api-key-2", "Stone of api key 2")]
    assert offered.named("a").body == "query A { stone { name } }"
    assert offered.named("b") is None


def test_what_is_no_document_or_none_of_today_is_for_nobody():
    bodies = ("{", "query B { gone }", "{ stone { id } } query C { stone { id } }", "query D { stone { id } }")
    made = [
        TrustedDocument(id=hash_of(each), name=name, type="query", body=each)
        for name, each in zip("ABCD", bodies, strict=True)
    ]
    offered = DoorDocuments(made, Path("nowhere"))
    assert [each.name for each in offered if offered.is_for(each, Audience.PUBLIC, SCHEMA)] == ["d"]
