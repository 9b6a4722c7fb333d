"""Relay's connections and global ids."""

import re
from typing import Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
)

from tests.schema.rules.elements import Broken, arguments, is_list, outputs, types

PAGING = {"first": "Int", "after": "String", "last": "Int", "before": "String"}
PAGE_INFO = {"hasNextPage": "Boolean!", "hasPreviousPage": "Boolean!", "startCursor": "String", "endCursor": "String"}


def connections_are_as_relay_has_them(schema: GraphQLSchema) -> Broken:
    for of in types(schema, GraphQLObjectType):
        if not of.name.endswith("Connection"):
            continue
        node = of.name.removesuffix("Connection")
        promised = {"edges": f"[{node}Edge!]!", "nodes": f"[{node}!]!", "pageInfo": "PageInfo!", "totalCount": "Int!"}
        yield from _differs(of, promised)
        if f"{node}Edge" in schema.type_map:
            yield from _differs(schema.type_map[f"{node}Edge"], {"node": f"{node}!", "cursor": "String!"})


def edges_belong_to_a_connection(schema: GraphQLSchema) -> Broken:
    for of in types(schema, GraphQLObjectType):
        if of.name.endswith("Edge") and f"{of.name.removesuffix('Edge')}Connection" not in schema.type_map:
            yield of.name, "an edge needs a connection of the same name"


def page_info_is_as_relay_has_it(schema: GraphQLSchema) -> Broken:
    of = schema.type_map.get("PageInfo")
    if of is None:
        yield "PageInfo", "Relay wants it"
    else:
        yield from _differs(of, PAGE_INFO)
        yield from ((f"PageInfo.{name}", "Relay has no such field") for name in of.fields.keys() - PAGE_INFO.keys())


def _differs(of: Any, promised: dict[str, str]) -> Broken:
    for name, wanted in promised.items():
        found = str(of.fields[name].type) if name in of.fields else "missing"
        if found != wanted:
            yield f"{of.name}.{name}", f"is {found}; Relay wants {wanted}"


def connections_are_cut_by_four_arguments(schema: GraphQLSchema) -> Broken:
    for _, at, _, field in outputs(schema):
        if get_named_type(field.type).name.endswith("Connection"):
            for name, wanted in PAGING.items():
                found = field.args.get(name)
                if found is None or str(found.type) != wanted or found.default is not None:
                    yield f"{at}({name}:)", f"a connection takes `{name}: {wanted}`; a resolver that takes a Cut has it"
        elif cut := PAGING.keys() & field.args.keys():
            yield at, f"takes {', '.join(sorted(cut))}, so it has to be a connection"


def things_come_in_connections(schema: GraphQLSchema) -> Broken:
    for of, at, _, field in outputs(schema):
        thing = isinstance(get_named_type(field.type), (GraphQLObjectType, GraphQLInterfaceType))
        if is_list(field.type) and thing and not of.name.endswith("Connection") and at != "Query.nodes":
            yield at, "a list of things that can grow is a connection"


def nodes_are_found_as_relay_has_it(schema: GraphQLSchema) -> Broken:
    node, roots = schema.type_map.get("Node"), schema.query_type.fields if schema.query_type else {}
    if not isinstance(node, GraphQLInterfaceType) or {name: str(each.type) for name, each in node.fields.items()} != {
        "id": "ID!"
    }:
        yield "Node", "is an interface with `id: ID!` and nothing else"
    for name, argument, wanted in (("node", "id: ID!", "Node"), ("nodes", "ids: [ID!]!", "[Node]!")):
        field = roots.get(name)
        if field is None and name == "nodes":
            continue
        found = field and (", ".join(f"{key}: {each.type}" for key, each in field.args.items()), str(field.type))
        if found != (argument, wanted):
            yield f"Query.{name}", f"is `{name}({argument}): {wanted}`"


def what_has_an_id_is_a_node(schema: GraphQLSchema) -> Broken:
    for of, at, name, field in outputs(schema):
        if of.name == "Node":
            continue
        node = "Node" in {face.name for face in getattr(of, "interfaces", ())}
        if (name == "id") and not node:
            yield at, f"what has an `id` is a Node; another name of its own is a `code`: {of.name} implements Node?"
        if (name == "id" and str(field.type) != "ID!") or (name != "id" and get_named_type(field.type).name == "ID"):
            yield at, "`id: ID!` is a Node's, and ID is nothing else's"
        if re.search(r"[a-z]I[dD]s?$", name):
            yield at, "refer to the thing itself, or to its `code`"
    for at, _, given in arguments(schema):
        if get_named_type(given.type).name == "ID" and at not in {"Query.node(id:)", "Query.nodes(ids:)"}:
            yield at, "ids are for `node`; take a code"


def what_is_found_by_a_key_or_changed_is_a_node(schema: GraphQLSchema) -> Broken:
    for root in (schema.query_type, schema.mutation_type):
        for name, field in root.fields.items() if root else ():
            found = get_named_type(field.type)
            thing = isinstance(found, GraphQLObjectType) and not found.name.endswith("Connection")
            if field.args and thing and "Node" not in {face.name for face in found.interfaces}:
                yield f"{root.name}.{name}", f"what is found by a key, or changed, is a Node: {found.name} is none"
