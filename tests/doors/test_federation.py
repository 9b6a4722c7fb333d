"""The schema as a subgraph, where it is wished: entities under the rules of `node`. `make test-doors` composes it."""

import re

import pytest
from graphql import GraphQLObjectType, ObjectTypeDefinitionNode, parse, print_ast

from auth.caller import Audience
from resolvers.kit.paging import MOST
from schema.federation import sdl_of, subgraph
from schema.root import build
from tests.conftest import listening
from tests.doors.conftest import MANIFEST
from tests.doors.test_rest import asked_of_agencies
from tests.profiles import EXAMPLES, KECAMATAN, here

ENTITIES = """
    query Entities($of: [_Any!]!) {
      _entities(representations: $of) {
        __typename
        ... on Node { id }
        ... on Hospital { name beds { free source { agency } } }
        ... on Kelurahan { name kecamatan { id name } }
      }
    }
"""
SERVICE = "{ _service { sdl } }"


@pytest.fixture
async def federated(request, configuration, clock, store_url):
    planned = getattr(request, "param", True)
    shut = {"trusted_documents": MANIFEST, "rest": False, "mcp": False}
    async with listening(configuration, clock, store_url=store_url, federation=True, plans=planned, **shut) as hub:
        yield hub


async def has_no_other_doors(hub):
    for path in ("/rest", "/rest/openapi.json", "/rest/regions", "/mcp", "/.well-known/oauth-protected-resource"):
        async with hub.session.get(f"{hub.url}{path}") as response:
            if response.status != 404:
                return False
    return True


def codes(answer):
    return [(each.get("path"), each["extensions"]["code"]) for each in answer.get("errors", [])]


@pytest.mark.parametrize("federated", [True, False], ids=["planned", "unplanned"], indirect=True)
async def test_entities_are_found_again_as_node_finds_them_each_with_its_own_error(federated, sandbox):
    data = await federated.data(
        here(
            '{ hospital(code: "${live_hospital}") { id name beds { free } } kelurahan(code: "${kelurahan}") { id name } }'
        )
    )
    hospital, kelurahan = data["hospital"], data["kelurahan"]
    calls = asked_of_agencies(sandbox)
    of = [
        {"__typename": "Kelurahan", "id": kelurahan["id"]},
        {"__typename": "Hospital", "id": hospital["id"]},
        {"__typename": "Hospital", "id": kelurahan["id"]},
        {"__typename": "Hospital", "id": "SG9zcGl0YWw6dGlkYWstYWRh"},
        {"__typename": "Hospital"},
        {"__typename": "Hospital", "id": "tidak-ada"},
        7,
    ]
    answer = await federated.ask(ENTITIES, {"of": of})
    first, second, *others = answer["data"]["_entities"]
    assert (first["__typename"], first["id"], first["name"]) == ("Kelurahan", kelurahan["id"], kelurahan["name"])
    assert first["kecamatan"]["name"] == KECAMATAN[0].name
    assert (second["name"], second["beds"]["free"]) == (hospital["name"], hospital["beds"]["free"])
    assert others == [None] * 5
    assert sorted(codes(answer)) == [(["_entities", at], "BAD_USER_INPUT") for at in (2, 4, 5, 6)]
    assert [each["agency"] for each in answer["extensions"]["sources"]] == [EXAMPLES["live_hospital"]]
    assert asked_of_agencies(sandbox) == calls


async def test_entities_keep_to_the_policies_and_the_limits_and_nobody_is_asked(federated, sandbox, headers_of):
    hidden = await federated.ask("query { _entities(representations: []) { ... on ApiKey { code } } }")
    assert codes(hidden) == [(None, "GRAPHQL_VALIDATION_FAILED")]
    key = [{"__typename": "ApiKey", "id": "QXBpS2V5OnBhcnRuZXI"}]
    refused = await federated.ask(ENTITIES, {"of": key})
    assert codes(refused) == [(["_entities", 0], "BAD_USER_INPUT")]
    asked = "query ($of: [_Any!]!) { _entities(representations: $of) { ... on ApiKey { code app } } }"
    given = await federated.ask(asked, {"of": key}, **headers_of(Audience.ADMIN))
    assert given["data"]["_entities"] == [{"code": "partner", "app": "notaris"}]
    many = [{"__typename": "Hospital", "id": "x"}] * (MOST + 1)
    assert codes(await federated.ask(ENTITIES, {"of": many})) == [(["_entities"], "BAD_USER_INPUT")]
    rooms = " ".join(f"r{each}: rooms(first: 100) {{ nodes {{ name free }} }}" for each in range(3))
    dear = f"{{ _entities(representations: []) {{ ... on Hospital {{ beds {{ {rooms} }} }} }} }}"
    assert codes(await federated.ask(dear)) == [(None, "LIMIT_EXCEEDED")]
    assert asked_of_agencies(sandbox) == 0
    await tells_each_audience_its_own_schema_and_costs_what_the_file_costs(federated, headers_of)
    assert await has_no_other_doors(federated)


async def tells_each_audience_its_own_schema_and_costs_what_the_file_costs(federated, headers_of):
    for audience in (Audience.PUBLIC, Audience.ADMIN):
        answer = await federated.ask(SERVICE, **headers_of(audience))
        assert answer["data"]["_service"]["sdl"] == sdl_of(audience)
    async with federated.session.post(f"{federated.url}/graphql", json={"query": SERVICE}) as response:
        assert int(response.headers["simpul-cost"]) > 350
    async with federated.session.get(f"{federated.url}/schema.graphql") as response:
        assert await response.text() == f"{build(Audience.PUBLIC).as_str()}\n"


def test_what_has_an_id_is_an_entity_and_nothing_else_is_changed():
    audience = Audience.ADMIN
    plain, text = build(audience), sdl_of(audience)
    nodes = {
        name
        for name, each in plain._schema.type_map.items()
        if isinstance(each, GraphQLObjectType) and "Node" in {of.name for of in each.interfaces}
    }
    assert {each.name for each in subgraph(audience)._schema.type_map["_Entity"].types} == nodes
    objects = [each for each in parse(text).definitions if isinstance(each, ObjectTypeDefinitionNode)]
    keyed = {each.name.value: {of.name.value for of in each.directives} for each in objects}
    assert {name for name, of in keyed.items() if "key" in of} == nodes
    assert {name for name, of in keyed.items() if "shareable" in of} == {"PageInfo"}
    without = re.sub(r' @key\(fields: "id"\)| @shareable|^extend schema .*\n\n', "", text, flags=re.MULTILINE)
    assert without == f"{print_ast(parse(plain.as_str()))}\n"
    assert "_service" not in plain._schema.query_type.fields
    assert subgraph(audience)._schema.query_type.fields.keys() - plain._schema.query_type.fields.keys() == {
        "_service",
        "_entities",
    }


async def test_a_hub_that_is_no_subgraph_and_trusts_no_documents_has_none_of_it(hub):
    answer = await hub.ask(SERVICE)
    assert codes(answer) == [(None, "GRAPHQL_VALIDATION_FAILED")]
    assert await has_no_other_doors(hub)
