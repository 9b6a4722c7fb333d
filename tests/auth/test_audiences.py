"""Every field of the whole schema, asked as every audience by every kind of path, against the committed matrix."""

import json
import re
from collections import deque

import pytest
import strawberry
from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    build_schema,
    get_introspection_query,
    get_named_type,
    is_required_argument,
    is_required_input_field,
)
from strawberry.types.base import StrawberryObjectDefinition

from auth.caller import Audience
from auth.policies import public
from connectors.kit.domains import DeclarationError
from engine.execution.prepared import MOST_ERRORS
from schema.kit import fields as words
from schema.matrix import access_page
from schema.root import Schema, access_matrix, build, running
from tests.auth.conftest import ASKING
from tests.conftest import ROOT
from tests.profiles import here

SCHEMA = build_schema((ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8"))
TYPES = {
    name: each
    for name, each in SCHEMA.type_map.items()
    if isinstance(each, (GraphQLObjectType, GraphQLInterfaceType)) and not name.startswith("__")
}
SAMPLES = {
    "NOP": here('"${nop}"'), "RegionCode": here('"${kecamatan}"'), "String": '"x"', "ID": '"x"', "Float": "1",
    "DateTime": '"2026-11-24T01:00:00Z"',
}  # fmt: skip


PAGE = (ROOT / "docs" / "access.md").read_text(encoding="utf-8")


def committed():
    """The matrix as docs/access.md has it: by type and field, who may read it."""
    matrix = {}
    for name, table in re.findall(r"^## (\w+)\n\n(.*?)\n\n", PAGE, re.DOTALL | re.MULTILINE):
        for line in table.splitlines()[2:]:
            field, *marks, _ = [cell.strip() for cell in line.strip("|").split("|")]
            matrix[name, field.strip("`")] = {each for each, mark in zip(Audience, marks, strict=True) if mark == "yes"}
    for name in re.findall(r"`(\w+)`", PAGE.partition("## Public as a whole")[2]):
        matrix |= {(name, field): set(Audience) for field in TYPES[name].fields}
    return matrix


MATRIX = committed()


def call(name, field):
    """The field with the arguments that it cannot do without."""
    given = [f"{key}: {sample(each.type)}" for key, each in field.args.items() if is_required_argument(each)]
    return f"{name}({', '.join(given)})" if given else name


def sample(of):
    named = get_named_type(of)
    if isinstance(named, GraphQLEnumType):
        return next(iter(named.values))
    if named.name in SAMPLES:
        return SAMPLES[named.name]
    given = ((key, each) for key, each in named.fields.items() if is_required_input_field(each))
    return "{" + ", ".join(f"{key}: {sample(each.type)}" for key, each in given) + "}"


def paths(audience=None):
    """For each type, the shortest way to it from the root, through fields that are open: calls one inside the other."""
    known, queue = {"Query": [], "Mutation": []}, deque(["Query", "Mutation"])
    while queue:
        at = queue.popleft()
        for name, field in TYPES[at].fields.items():
            to = get_named_type(field.type).name
            if to in TYPES and to not in known and (audience is None or audience in MATRIX[at, name]):
                for each in (to, *(face.name for face in getattr(TYPES[to], "interfaces", ()))):
                    known.setdefault(each, [*known[at], call(name, field)])
                queue.append(to)
    return known | {"Subscription": []}


PATHS = {None: paths(), **{each: paths(each) for each in Audience}}


def leaf(name, field):
    return call(name, field) + (" { __typename }" if get_named_type(field.type).name in TYPES else "")


def inside(calls, text):
    """Validated like any other, but not run: what is asked is whether it may be asked."""
    for index, each in reversed(list(enumerate(calls))):
        text = f"{each}{' @include(if: false)' if index == 0 else ''} {{ {text} }}"
    return text


def documents(audience, type_name, fields):
    """These fields by every kind of way, one that is open to this audience, or any where there is none."""
    asked = [f"f{number}: {leaf(field, TYPES[type_name].fields[field])}" for number, field in enumerate(fields)]
    if type_name in ("Query", "Mutation"):
        asked = [re.sub(r"( \{ __typename \})?$", r" @include(if: false)\1", each, count=1) for each in asked]
    text, way = " ".join(asked), PATHS[audience].get(type_name, PATHS[None][type_name])
    begins = way[0].partition("(")[0] if way else None
    kind = "mutation" if type_name == "Mutation" or begins in TYPES["Mutation"].fields else "query"
    yield f"{kind} {{ {inside(way, text)} }}"
    yield f"{kind} {{ {inside(way, '...F')} }} fragment F on {type_name} {{ {text} }}"
    yield f"{kind} {{ {inside(way, f'... on {type_name} {{ ...F }}')} }} fragment F on {type_name} {{ {text} }}"
    if any(each.name == "Node" for each in getattr(TYPES[type_name], "interfaces", ())):
        yield f'{{ node(id: "x") @include(if: false) {{ ... on {type_name} {{ {text} }} }} }}'


def parts(fields, most):
    return [fields[at : at + most] for at in range(0, len(fields), most)]


def refusals(type_name, fields, mine, audience):
    """How many errors there are at least: one for each field, or one if the type or the way to it is hidden."""
    return len(fields) if mine and type_name in PATHS[audience] else 1


async def post(hub, query, headers):
    async with hub.session.post(f"{hub.url}/graphql", json={"query": query}, headers=headers) as response:
        return await response.json()


def test_every_field_is_in_the_matrix_and_every_type_can_be_reached():
    fields = {(name, field) for name, each in TYPES.items() for field in each.fields}
    assert fields == MATRIX.keys()
    assert PATHS[None].keys() == TYPES.keys()


def test_the_code_declares_what_the_page_says():
    assert access_page(access_matrix()) == PAGE
    assert {(each.type_name, each.field_name): set(each.audiences) for each in access_matrix()} == MATRIX


@pytest.mark.parametrize("audience", ASKING)
async def test_each_audience_may_ask_what_the_matrix_says_and_nothing_else(hub, sandbox, headers_of, audience):
    headers, wrong = headers_of(audience), []
    for type_name, each in TYPES.items():
        if type_name == "Subscription":
            continue
        mine = [field for field in each.fields if audience in MATRIX[type_name, field]]
        others = [field for field in each.fields if field not in mine]
        for number, fields in enumerate([*parts(mine, 15), *parts(others, MOST_ERRORS)]):
            ways = list(documents(audience, type_name, fields))
            for document in ways if fields[0] in mine else [ways[number % len(ways)]]:
                answer = await post(hub, document, headers)
                codes = [error["extensions"]["code"] for error in answer.get("errors", ())]
                hidden = codes and codes.count("GRAPHQL_VALIDATION_FAILED") == len(codes) >= refusals(
                    type_name, fields, mine, audience
                )
                if codes if fields[0] in mine else not hidden:
                    wrong.append((document, codes))
    assert wrong == []
    assert {code: hits for code in sandbox.control.agencies if (hits := sandbox.control.hits(code))}.keys() <= {
        "identity"
    }


OF_NOTHING = {"NOT_FOUND", "BOOKING_NOT_FOUND", "FORBIDDEN"}
"""What is said of a sample that names nothing, or what is another's, to those who may subscribe."""


@pytest.mark.parametrize("audience", ASKING)
async def test_each_audience_may_be_told_of_what_the_matrix_says_and_of_nothing_else(hub, headers_of, audience):
    url, headers, asked = hub.url.replace("http", "ws", 1) + "/graphql", headers_of(audience), 0
    async with hub.session.ws_connect(url, protocols=("graphql-transport-ws",), headers=headers) as socket:
        await socket.send_json({"type": "connection_init"})
        assert (await socket.receive_json())["type"] == "connection_ack"
        for name, field in TYPES["Subscription"].fields.items():
            inner = get_named_type(field.type).name
            for each in TYPES[inner].fields:
                fields = leaf(each, TYPES[inner].fields[each])
                open_to = audience in MATRIX["Subscription", name] and audience in MATRIX[inner, each]
                for document in (
                    f"subscription {{ {call(name, field)} {{ {fields} }} }}",
                    f"subscription {{ {call(name, field)} {{ ...F }} }} fragment F on {inner} {{ {fields} }}",
                ):
                    asked += 1
                    codes = await codes_of_subscribing(socket, str(asked), document)
                    assert codes <= OF_NOTHING if open_to else codes == {"GRAPHQL_VALIDATION_FAILED"}, document
    assert asked >= 2


async def codes_of_subscribing(socket, number, document):
    """What is said against it; a subscription that stands says nothing, and is ended.

    What is asked after it has not come before either, so it is answered after it.
    """
    after = f"after {number}"
    for name, query in ((number, document), (after, f"{{ city {{ name }} }} # {number}")):
        await socket.send_json({"type": "subscribe", "id": name, "payload": {"query": query}})
    said = []
    while {"type": "complete", "id": after} not in said:
        said.append(await socket.receive_json())
    await socket.send_json({"type": "complete", "id": number})
    told = [each["payload"] for each in said if each.get("id") == number and "payload" in each]
    errors = [payload if isinstance(payload, list) else payload.get("errors", ()) for payload in told]
    return {error["extensions"]["code"] for each in errors for error in each}


@pytest.mark.parametrize("audience", ASKING)
async def test_introspection_and_the_file_show_each_audience_its_own(hub, headers_of, audience):
    headers = headers_of(audience)
    mine = {at for at, allowed in MATRIX.items() if audience in allowed}
    shown = (await post(hub, get_introspection_query(), headers))["data"]["__schema"]["types"]
    fields = {
        (each["name"], field["name"])
        for each in shown
        if not each["name"].startswith("__")
        for field in each["fields"] or ()
    }
    assert fields == mine
    async with hub.session.get(f"{hub.url}/schema.graphql", headers=headers) as response:
        file = build_schema(await response.text())
    assert {
        (name, field)
        for name, each in file.type_map.items()
        if name in TYPES
        for field in each.fields
    } == mine  # fmt: skip
    assert {each["name"] for each in shown} == {*file.type_map}


@pytest.mark.parametrize("audience", ASKING)
async def test_no_suggestion_names_what_is_hidden(hub, headers_of, audience):
    hidden = {name for at, allowed in MATRIX.items() if audience not in allowed for name in at}
    hidden -= {name for at, allowed in MATRIX.items() if audience in allowed for name in at}
    for number, name in enumerate(sorted(hidden)):
        near = (f"{name}s", name[:-1], f"x{name}")[number % 3]
        for document in (
            f"{{ {near} }}",
            f"{{ city {{ ... on {near} {{ __typename }} }} }}",
            f"{{ __type(name: {json.dumps(name)}) {{ name }} }}",
        ):
            answer = json.dumps(await post(hub, document, headers_of(audience)))
            assert not re.search(rf"\b{name}\b", answer), document


class TestMe:
    QUERY = "{ me { audience nik } }"

    @pytest.mark.parametrize(
        ("audience", "nik"),
        [
            (Audience.CITIZEN, "9907••••••••0001"),
            (Audience.OFFICER, "9907••••••••0003"),
            (Audience.ADMIN, "9907••••••••0004"),
        ],
    )
    async def test_it_is_who_asks_with_the_nik_masked(self, hub, headers_of, audience, nik):
        answer = await post(hub, self.QUERY, headers_of(audience))
        assert answer["data"] == {"me": {"audience": audience.value, "nik": nik}}

    async def test_no_cache_on_the_way_may_keep_it(self, hub, headers_of):
        asked, headers = {"query": self.QUERY}, headers_of(Audience.CITIZEN)
        async with hub.session.get(f"{hub.url}/graphql", params=asked, headers=headers) as response:
            assert response.headers["Cache-Control"] == "private, no-store"
            assert "authorization" in response.headers["Vary"]
        async with hub.session.get(f"{hub.url}/graphql", params={"query": "{ city { name } }"}) as response:
            assert response.headers["Cache-Control"] == "no-store"

    async def test_nobody_is_not_even_told_that_there_is_such_a_field(self, hub):
        answer = await post(hub, self.QUERY, {})
        assert "data" not in answer
        assert answer["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"

    async def test_an_officer_sees_the_agency_and_a_citizen_no_such_field(self, hub, headers_of):
        assert (await post(hub, "{ me { agency } }", headers_of(Audience.OFFICER)))["data"] == {
            "me": {"agency": "bapenda"}
        }
        assert "data" not in await post(hub, "{ me { agency } }", headers_of(Audience.CITIZEN))


async def test_an_administrator_reads_the_matrix(hub, headers_of):
    query = (
        "{ accessPolicy(first: 100, audience: OFFICER) { totalCount nodes { typeName fieldName audiences reason } } }"
    )
    found = (await post(hub, query, headers_of(Audience.ADMIN)))["data"]["accessPolicy"]
    assert found["totalCount"] == len([at for at, allowed in MATRIX.items() if Audience.OFFICER in allowed])
    assert next(each for each in found["nodes"] if each["typeName"] == "AgencyStatus") == {
        "typeName": "AgencyStatus",
        "fieldName": "breaker",
        "audiences": ["OFFICER", "ADMIN"],
        "reason": "It shows how an agency answers, for its officers and the administrators.",
    }


def restricted():
    """Each type and field that not everybody may read. One in eight is tried here, and all of them under make soak."""
    for number, (type_name, field_name, name) in enumerate(_restricted()):
        yield pytest.param(type_name, field_name, id=name, marks=[pytest.mark.soak] if number % 8 else [])


def _restricted():
    """Every declaration that keeps something from somebody, of a type or of a field, and how to take it away."""
    for name, concrete in build().schema_converter.type_map.items():
        definition = concrete.definition
        if not isinstance(definition, StrawberryObjectDefinition) or definition.is_input:
            continue
        if getattr(definition.origin, "__policy__", public) is not public:
            yield name, None, name
        for each in definition.fields:
            if each.metadata.get("policy", public) is not public:
                yield name, each.python_name, f"{name}.{each.python_name}"


@pytest.mark.parametrize(("type_name", "field_name"), list(restricted()))
def test_taking_away_one_policy_is_noticed(type_name, field_name, monkeypatch):
    definition = build().schema_converter.type_map[type_name].definition
    if field_name is None:
        monkeypatch.setattr(definition.origin, "__policy__", public)
    else:
        (found,) = (each for each in definition.fields if each.python_name == field_name)
        monkeypatch.setattr(found, "metadata", {**found.metadata, "policy": public})
    build.cache_clear()
    try:
        page = access_page(access_matrix())
    except (
        ValueError,
        DeclarationError,
    ):  # a type without a field, or a category that nobody uses: the hub does not start
        page = None
    finally:
        build.cache_clear()
        running.cache_clear()  # it stands on what was built before
    assert page != PAGE


def test_a_field_that_declares_nothing_is_read_by_nobody():
    @strawberry.type
    class Query:
        secret: str = strawberry.field(resolver=lambda: "x", description="A secret.")
        open: str = words.field("Open.", policy=public)

    for audience in Audience:
        assert list(Schema(audience, query=Query)._schema.query_type.fields) == ["open"]
