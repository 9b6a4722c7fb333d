"""The schema as a promise: written down, described, and regular."""

import asyncio
import re
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    build_schema,
    get_named_type,
    parse,
    validate,
)

from auth.caller import Audience
from resolvers.paging import MOST
from schema.root import build

ROOT = Path(__file__).parent.parent
SDL = (ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8")
SCHEMA = build_schema(SDL)
OURS = {name: each for name, each in SCHEMA.type_map.items() if not name.startswith("__")}
OBJECTS = {name: each for name, each in OURS.items() if isinstance(each, (GraphQLObjectType, GraphQLInterfaceType))}
STANDARD = {"Boolean", "Float", "ID", "Int", "String"}
SIGNED_IN = {"bphtb"}
"""Those that only a person who has signed in can ask."""
DOCUMENTS = sorted((ROOT / "docs" / "queries").glob("*.graphql"))


def fields():
    return [(f"{name}.{field}", each) for name, of in OBJECTS.items() for field, each in of.fields.items()]


def test_the_committed_schema_is_what_the_code_promises():
    assert f"{build().as_str()}\n" == SDL


def test_everything_is_described():
    silent = [name for name, each in OURS.items() if not each.description and name not in STANDARD]
    silent += [path for path, each in fields() if not each.description]
    silent += [f"{path}({name})" for path, each in fields() for name, of in each.args.items() if not of.description]
    silent += [
        f"{name}.{value}"
        for name, each in OURS.items()
        if isinstance(each, GraphQLEnumType)
        for value, of in each.values.items()
        if not of.description
    ]
    assert silent == []


def test_a_description_is_a_sentence():
    odd = [path for path, each in fields() if not re.fullmatch(r"[A-Z].*\.", each.description, re.DOTALL)]
    assert odd == []


def test_names_are_those_of_the_field():
    for name, each in OURS.items():
        assert re.fullmatch(r"[A-Z][A-Za-z]*", name)
        if isinstance(each, GraphQLEnumType):
            assert all(re.fullmatch(r"[A-Z][A-Z_]*", value) for value in each.values)
    for path, each in fields():
        assert re.fullmatch(r"[a-z][A-Za-z]*", path.partition(".")[2]), path
        assert all(re.fullmatch(r"[a-z][A-Za-z]*", name) for name in each.args), path


def test_root_fields_may_be_null_so_that_one_dead_agency_costs_one_field():
    assert not [name for name, each in SCHEMA.query_type.fields.items() if isinstance(each.type, GraphQLNonNull)]


def test_every_list_of_things_is_a_connection_with_its_four_arguments():
    for path, each in fields():
        named = get_named_type(each.type)
        type_name = path.partition(".")[0]
        bare = each.type.of_type if isinstance(each.type, GraphQLNonNull) else each.type
        if isinstance(bare, GraphQLList) and isinstance(named, GraphQLObjectType):
            assert type_name.endswith("Connection"), path
        if named.name.endswith("Connection"):
            assert {"first", "after", "last", "before"} <= each.args.keys(), path


@pytest.mark.parametrize("name", [name for name in OURS if name.endswith("Connection")])
def test_a_connection_is_as_relay_has_it(name):
    connection, edge = OURS[name], OURS[name.replace("Connection", "Edge")]
    node = name.removesuffix("Connection")
    assert str(connection.fields["edges"].type) == f"[{edge.name}!]!"
    assert str(connection.fields["nodes"].type) == f"[{node}!]!"
    assert str(connection.fields["pageInfo"].type) == "PageInfo!"
    assert str(connection.fields["totalCount"].type) == "Int!"
    assert str(edge.fields["node"].type) == f"{node}!"
    assert str(edge.fields["cursor"].type) == "String!"


def test_what_has_an_id_is_a_node():
    with_id = {name for name, each in OBJECTS.items() if "id" in each.fields} - {"Node"}
    nodes = {name for name, each in OBJECTS.items() if "Node" in {face.name for face in each.interfaces}}
    assert with_id == nodes == {
        "City", "Commodity", "Hospital", "Kecamatan", "Kelurahan", "Market", "Regulation", "Vacancy", "Venue",
    }  # fmt: skip


def test_the_schema_names_no_agency():
    assert not re.search(r"bapenda|dinkes|contoh", SDL, re.IGNORECASE)


def test_there_is_a_document_for_the_city_and_for_each_domain():
    assert {path.stem for path in DOCUMENTS} == {
        "bill-status", "bphtb", "city-at-a-glance", "hospital-beds", "job-vacancies", "market-prices", "property-tax",
        "regions", "regulations", "retribution", "service-request", "sports-venues",
    }  # fmt: skip


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
async def test_each_document_is_valid_and_answers_without_an_error(hub, headers_of, path):
    text = path.read_text(encoding="utf-8")
    assert validate(SCHEMA, parse(text)) == []
    answer = await hub.ask(text, **headers_of(Audience.CITIZEN if path.stem in SIGNED_IN else Audience.PUBLIC))
    assert "errors" not in answer, answer["errors"]
    assert answer["data"]
    assert all(value is not None for value in answer["data"].values())


BEDS, BILLS, PAYMENTS, VACANCIES, PRICES = 14, 10, 10, 4, 2
"""Pages of rooms, of which two hospitals have two; ten years of bills and what was paid on them; four pages of
vacancies; the list of commodities and their prices in the city."""
LAW, VENUES, SLOTS = 3, 2, 16
"""Three collections; the pages of two feeds, each with an empty one at its end."""


async def test_a_cold_city_at_a_glance_makes_the_least_calls_there_can_be_and_a_warm_one_none(cold_hub, sandbox):
    query = (ROOT / "docs" / "queries" / "city-at-a-glance.graphql").read_text(encoding="utf-8")
    _, answer = await asyncio.gather(cold_hub.follow(), cold_hub.ask(query))
    assert "errors" not in answer
    assert sandbox.control.all_hits() == BEDS + BILLS + PAYMENTS + VACANCIES + PRICES + LAW + VENUES + SLOTS
    states = {each["agency"]: each["state"] for each in answer["extensions"]["sources"]}
    assert len(states) == 17
    copied = {"jdih-kota", "gor-contoh"}
    assert {code for code, state in states.items() if state == "SNAPSHOT"} == copied
    assert {states[code] for code in states.keys() - copied} == {"LIVE"}
    sandbox.control.reset()
    await cold_hub.follow()
    again = await cold_hub.ask(query)
    assert sandbox.control.all_hits() == 0
    assert {each["state"] for each in again["extensions"]["sources"]} == {"CACHED", "SNAPSHOT"}


async def test_the_sources_say_from_whom_and_how_old(hub, clock):
    answer = await hub.ask('{ hospital(code: "rs-contoh-benda") { beds { capacity } } }')
    by_code = {each.pop("agency"): each for each in answer["extensions"]["sources"]}
    benda = by_code["rs-contoh-benda"]
    assert benda.pop("tookMs") >= 0
    assert benda == {
        "name": "RS Contoh Benda",
        "state": "LIVE",
        "fetchedAt": "2026-11-23T05:00:00Z",
        "changedAt": "2023-11-19T05:00:00Z",
        "reads": 1,
        "problem": None,
    }
    assert set(by_code) == {"rs-contoh-benda"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("first: 1, last: 1", "Use first or last, not both."),
        (f"first: {MOST + 1}", "first and last are between 0 and 100."),
        ("last: -1", "first and last are between 0 and 100."),
        ('after: "x"', "This cursor is not of this list in this order."),
        ('after: ""', None),
        ('before: "WyJrZWNhbWF0YW4iLDFd"', "This cursor is not of this list in this order."),
        ('after: "WyJrZWx1cmFoYW4iLCIzNi43MS4wMS4xMDAxIl0"', "This cursor is not of this list in this order."),
    ],
)
async def test_a_page_that_cannot_be_cut_is_told(hub, arguments, message):
    answer = await hub.ask(f"{{ city {{ kecamatan({arguments}) {{ totalCount }} }} }}", accept_language="en")
    errors = [error["message"] for error in answer.get("errors", [])]
    assert errors == ([message] if message else [])


async def test_a_page_of_nothing_and_pages_beyond_the_end(hub):
    data = await hub.data(
        "{ city { kecamatan(first: 0) { nodes { name } pageInfo { hasNextPage startCursor endCursor } } } }"
    )
    assert data["city"]["kecamatan"] == {
        "nodes": [],
        "pageInfo": {"hasNextPage": True, "startCursor": None, "endCursor": None},
    }
