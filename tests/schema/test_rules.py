"""The schema is held to its rules, and each rule finds what breaks it."""

import inspect
import re

import pytest
from graphql import GraphQLNonNull, build_schema
from strawberry.types.base import StrawberryObjectDefinition

from engine.commands.generated import SDL
from resolvers.nodes import node_id
from resolvers.registry import NODES as KINDS
from schema.root import build
from tests.schema.rules import RULES
from tests.schema.rules.exceptions import EXCEPTIONS

WHOLE = build_schema(SDL.read_text(encoding="utf-8"))


def what_asks_an_agency_may_be_null(schema):
    """A resolver that takes the context may ask somebody who does not answer; one that does not calls it `_`.

    That of an id takes the hub's key from there, and asks nobody.
    """
    for name, concrete in build().schema_converter.type_map.items():
        definition = concrete.definition
        if not isinstance(definition, StrawberryObjectDefinition) or definition.is_input or name == "Subscription":
            continue
        for each in definition.fields:
            resolver = each.metadata.get("resolver")
            field = build().config.name_converter.get_graphql_name(each)
            asks = resolver and resolver is not node_id and [*inspect.signature(resolver).parameters][1] != "_"
            if asks and isinstance(schema.type_map[name].fields[field].type, GraphQLNonNull):
                yield f"{name}.{field}", "its resolver may ask an agency that does not answer, so it may be null"


ASKED = RULES | {"what_asks_an_agency_may_be_null": what_asks_an_agency_may_be_null}


@pytest.mark.parametrize("name", ASKED)
def test_the_schema_keeps(name):
    excepted = EXCEPTIONS.get(name, {})
    assert [f"{at}: {problem}" for at, problem in ASKED[name](WHOLE) if at not in excepted] == []


def test_every_exception_is_one_and_has_a_reason():
    needed = {name: {at for at, _ in ASKED[name](WHOLE)} for name in EXCEPTIONS}
    assert {name: set(excepted) for name, excepted in EXCEPTIONS.items()} == needed
    assert all(reason.endswith(".") for excepted in EXCEPTIONS.values() for reason in excepted.values())


THING = "type Thing { name: String! }"
CONNECTION = (
    f"{THING} type ThingEdge {{ node: Thing! cursor: String! }} type ThingConnection {{ edges: [ThingEdge!]! "
    "nodes: [Thing!]! pageInfo: PageInfo! totalCount: Int! } type PageInfo { hasNextPage: Boolean! "
    "hasPreviousPage: Boolean! startCursor: String endCursor: String }"
)
NODE = "interface Node { id: ID! } type Query { node(id: ID!): Node }"

BAD = [
    (
        "connections_are_as_relay_has_them",
        CONNECTION.replace("[ThingEdge!]!", "[ThingEdge]").replace("totalCount: Int! ", "").replace("cursor", "at"),
        [
            "ThingConnection.edges: is [ThingEdge]; Relay wants [ThingEdge!]!",
            "ThingConnection.totalCount: is missing; Relay wants Int!",
            "ThingEdge.cursor: is missing; Relay wants String!",
        ],
    ),
    (
        "edges_belong_to_a_connection",
        "type ThingEdge { cursor: String! }",
        ["ThingEdge: an edge needs a connection of the same name"],
    ),
    (
        "page_info_is_as_relay_has_it",
        "type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: Int page: Int }",
        ["PageInfo.endCursor: is Int; Relay wants String", "PageInfo.page: Relay has no such field"],
    ),
    (
        "connections_are_cut_by_four_arguments",
        f"{CONNECTION} type Query {{ things(first: Int = 5, after: String, before: String): ThingConnection "
        "thing(first: Int): Thing }",
        [
            "Query.things(first:): a connection takes `first: Int`; a resolver that takes a Cut has it",
            "Query.things(last:): a connection takes `last: Int`; a resolver that takes a Cut has it",
            "Query.thing: takes first, so it has to be a connection",
        ],
    ),
    (
        "things_come_in_connections",
        f"{THING} type Query {{ things: [Thing!] names: [String!]! }}",
        ["Query.things: a list of things that can grow is a connection"],
    ),
    (
        "nodes_are_found_as_relay_has_it",
        "interface Node { id: String! } type Query { node(key: ID!): Node nodes(ids: [ID!]!): [Node!]! }",
        [
            "Node: is an interface with `id: ID!` and nothing else",
            "Query.node: is `node(id: ID!): Node`",
            "Query.nodes: is `nodes(ids: [ID!]!): [Node]!`",
        ],
    ),
    (
        "what_has_an_id_is_a_node",
        f"{NODE} type Thing {{ id: ID! marketId: String code: ID }} extend type Query {{ thing(key: ID): Thing }}",
        [
            "Thing.id: what has an `id` is a Node; another name of its own is a `code`: Thing implements Node?",
            "Thing.marketId: refer to the thing itself, or to its `code`",
            "Thing.code: `id: ID!` is a Node's, and ID is nothing else's",
            "Query.thing(key:): ids are for `node`; take a code",
        ],
    ),
    (
        "what_is_found_by_a_key_or_changed_is_a_node",
        f"{THING} type Query {{ thing(number: String!): Thing one: Thing }} type Mutation {{ endThing(a: Int): Thing }}",
        [
            "Query.thing: what is found by a key, or changed, is a Node: Thing is none",
            "Mutation.endThing: what is found by a key, or changed, is a Node: Thing is none",
        ],
    ),
    (
        "root_fields_fail_alone",
        "type Query { thing: String! } type Mutation { send: Int! } type Subscription { sent: Int }",
        [
            "Query.thing: a root field may be null, so that one dead agency costs one field",
            "Mutation.send: a root field may be null, so that one dead agency costs one field",
            "Subscription.sent: an event is there: not null",
        ],
    ),
    (
        "lists_and_what_is_in_them_are_there",
        "type Query { names(like: [String]): [String!] rules: [[String]!]! }",
        [
            "Query.names: a list is empty, not null",
            "Query.rules: no item of a list is null",
            "Query.names(like:): no item of a list is null",
        ],
    ),
    (
        "booleans_are_there",
        "type Query { open(now: Boolean): Boolean }",
        [
            "Query.open: a Boolean is true or false; say the third with an enum",
            "Query.open(now:): a Boolean that is given is not null: give it a default",
        ],
    ),
    (
        "what_has_a_default_is_not_null",
        "type Query { open(now: Boolean = true): Int } input Point { x: Int = 1 }",
        [
            "Query.open(now:): has a default, so null would be a third way to say it: make it non-null",
            "Point.x: has a default, so null would be a third way to say it: make it non-null",
        ],
    ),
    (
        "names_are_made_of_whole_words",
        "type Query { applyURL: Order ok(in_city: Int): Int } enum Order { newest A_B } scalar GPS type HTTPThing { a: Int }",
        [
            f"{at}: types are LikeThis, fields and arguments likeThis, values LIKE_THIS; only letters"
            for at in ("Query.applyURL", "Query.ok(in_city:)", "Order.newest", "GPS", "HTTPThing")
        ],
    ),
    (
        "nothing_is_abbreviated",
        "type Query { maxSalary(regNo: Int): Order maximum: Int } enum Order { MIN_PRICE }",
        [
            "Query.maxSalary: `max` is an abbreviation: write the word",
            "Query.maxSalary(regNo:): `no` is an abbreviation: write the word",
            "Order.MIN_PRICE: `min` is an abbreviation: write the word",
        ],
    ),
    (
        "names_are_english",
        'type Query { "A market (pasar)." market: Int pasarBaru: Int kecamatan: Int }',
        ["Query.pasarBaru: `pasar` is a term that Query.market gives in parentheses: name it in English"],
    ),
    (
        "moments_and_days_are_named_so",
        "scalar Date scalar DateTime type Query { begins(on: Date, until: DateTime, from: Date): DateTime endsAt: Date "
        "day: Date paidOn: Date begunAt: DateTime }",
        [
            "Query.begins: a DateTime is named …At",
            "Query.endsAt: a Date is named …On, or day",
            "Query.endsAt: …At is a DateTime and …On a Date; this is a Date",
            "Query.begins(from:): a Date is named …On, or day",
        ],
    ),
    (
        "booleans_are_named_by_what_is_so",
        "type Query { isOpen(hasRoom: Boolean! = true): Boolean! open: Boolean! }",
        [
            "Query.isOpen: a Boolean is named by what is so: `stale`, not `isStale` nor `notFresh`",
            "Query.isOpen(hasRoom:): a Boolean is named by what is so: `stale`, not `isStale` nor `notFresh`",
        ],
    ),
    (
        "what_is_many_is_named_so",
        f"{CONNECTION} type Query {{ thing: ThingConnection name: [String!]! kecamatan: ThingConnection "
        "thingsByName: [Int!]! madeBy: [Int!]! }",
        [
            f"{at}: many are named in the plural: `prices`, `pricesByMarket`, `amendedBy`"
            for at in ("Query.thing", "Query.name")
        ],
    ),
    ("inputs_are_named_so", "input Place { x: Int }", ["Place: an input is named …Input"]),
    (
        "orders_are_named_so",
        "type Query { a(orderBy: Sorting, order: AOrder): Int } enum Sorting { NEWEST } enum AOrder { OLDEST }",
        [
            "Query.a(orderBy:): `orderBy` takes an enum that is named …Order, and nothing else does",
            "Query.a(order:): `orderBy` takes an enum that is named …Order, and nothing else does",
        ],
    ),
    (
        "mutations_are_verbs",
        "type Query { a: Int } type Mutation { booking: Int bookSlot: Int }",
        ["Mutation.booking: a mutation says what it does: begin with a verb (a new one goes into VERBS)"],
    ),
    (
        "everything_is_described",
        'type Query { "A." a(b: Int): Order } enum Order { NAME } input Point { x: Int }',
        [f"{at}: has no description" for at in ("Query", "Query.a(b:)", "Order", "Order.NAME", "Point", "Point.x")],
    ),
    (
        "descriptions_are_sentences",
        '"no capital." type Query { "No full stop" a: Int "When." b: Int "The various prices." c: Int }',
        [
            "Query: a description begins with a capital and ends with a full stop: no capital.",
            "Query.a: a description begins with a capital and ends with a full stop: No full stop",
            "Query.b: one word says too little: When.",
            "Query.c: `various` says nothing: The various prices.",
        ],
    ),
    (
        "descriptions_are_english",
        'type Query { "A market (pasar)." a: Int "Where the pasar is." b: Int "Of the kota; see `pasar`." c: Int }',
        ["Query.b: `pasar` is a term that Query.a gives in parentheses: parentheses are for Indonesian"],
    ),
    (
        "types_and_root_fields_have_their_indonesian_term",
        '"All (semua)." type Query { "A market." market: Int "A kecamatan." kecamatan: Int "A bill (SPPT)." bill: Int } '
        '"A thing." type Thing { "Its name." name: Int }',
        [
            f"{at}: its description gives the official Indonesian term in parentheses"
            for at in ("Query.market", "Thing")
        ],
    ),
]


@pytest.mark.parametrize(("name", "sdl", "problems"), BAD, ids=[each[0] for each in BAD])
def test_a_rule_tells_by_coordinate_what_breaks_it(name, sdl, problems):
    schema = build_schema(sdl, assume_valid=True)
    assert [f"{at}: {problem}" for at, problem in RULES[name](schema)] == problems


def test_each_rule_is_shown_to_bite():
    assert [each[0] for each in BAD] == list(RULES)


def test_what_is_a_node_is_what_can_be_found_again_by_its_id():
    nodes = {each.name for each in WHOLE.get_possible_types(WHOLE.type_map["Node"])}
    assert {kind.name for kind in KINDS.values()} == nodes


def test_the_schema_names_no_agency():
    """But as an example of a code."""
    text = re.sub(r"\bsuch as (`[^`]*`)+", "", SDL.read_text(encoding="utf-8").lower())
    assert [name for name in ("bapenda", "dinkes", "disnaker", "dispora", "contoh") if name in text] == []
