"""A Python peer over rows in memory: python rows.py LIBRARY PORT ROWS, with the library `strawberry` or `bramble`.

ROWS is a file: the `sdl` of the schema, a `document`, and the `data` that answers it. What the document selects is
written as types of the library, as its documentation shows them, and the rows become objects of these types.
It stands alone, since it runs in the environment of the peer.
"""

import importlib
import json
import re
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvicorn
from graphql import (
    ArgumentNode,
    FieldNode,
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLType,
    OperationDefinitionNode,
    build_schema,
    get_named_type,
    parse,
)

SCALARS = {"Int": "int", "Float": "float", "String": "str", "Boolean": "bool", "ID": "lib.ID"}
OF_ITS_OWN = {int: "int", float: "float", bool: "bool"}
"""How a scalar of the schema's own is promised, by the rows that there are; a text otherwise."""


class Selected:
    """One type, and the fields of it that the document selects."""

    def __init__(self, of: GraphQLObjectType) -> None:
        self.of = of
        self.fields: dict[str, list[ArgumentNode]] = {}


def selected(of: GraphQLObjectType, node: FieldNode | OperationDefinitionNode, found: dict[str, Selected]) -> None:
    """Collect the types below, the innermost first."""
    entry = Selected(of)
    for each in node.selection_set.selections if node.selection_set else ():
        if not isinstance(each, FieldNode):
            raise SystemExit("rows.py reads documents without fragments")
        entry.fields[each.name.value] = list(each.arguments or ())
        inner = get_named_type(of.fields[each.name.value].type)
        if isinstance(inner, GraphQLObjectType):
            selected(inner, each, found)
    if of.name in found:
        found[of.name].fields |= entry.fields
    else:
        found[of.name] = entry


def snake(name: str) -> str:
    """As the libraries expect it, who write it in camel case again."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda letter: "_" + letter[1].lower(), name)


def written(of: GraphQLType, samples: list[Any], *, may: bool = True) -> str:
    """A type of the schema as an annotation."""
    if isinstance(of, GraphQLNonNull):
        return written(of.of_type, samples, may=False)
    if isinstance(of, GraphQLList):
        inside = [item for each in samples if each for item in each]
        text = f"list[{written(of.of_type, inside)}]"
    else:
        named: Any = of
        own = next((OF_ITS_OWN.get(type(each), "str") for each in samples if each is not None), "str")
        text = named.name if isinstance(of, GraphQLObjectType) else SCALARS.get(named.name, own)
    return f"{text} | None" if may else text


def below(samples: list[Any], name: str) -> list[Any]:
    """The values of a field in these rows; lists are gone through."""
    flat: list[Any] = []
    for each in samples:
        flat += below_list(each) if isinstance(each, list) else [each]
    return [each[name] for each in flat if each is not None]


def below_list(rows: list[Any]) -> list[Any]:
    """All that is in lists of lists."""
    return [item for row in rows for item in (below_list(row) if isinstance(row, list) else [row])]


def samples_of(of: GraphQLObjectType, node: Any, rows: list[Any], found: dict[str, dict[str, list[Any]]]) -> None:
    """The values of each field of each type."""
    for each in node.selection_set.selections:
        name = each.name.value
        values = below(rows, name)
        found.setdefault(of.name, {}).setdefault(name, []).extend(values)
        inner = get_named_type(of.fields[name].type)
        if isinstance(inner, GraphQLObjectType):
            samples_of(inner, each, values, found)


def argument(of: GraphQLObjectType, field: str, node: ArgumentNode) -> str:
    """An argument as a parameter. Its value changes nothing, because the rows are those of the document."""
    named = get_named_type(of.fields[field].args[node.name.value].type)
    kind = named.name if isinstance(named, GraphQLEnumType) else SCALARS.get(named.name, "str")
    return f"{snake(node.name.value)}: {kind} | None = None"


def lines_of(entry: Selected, samples: dict[str, list[Any]], *, root: bool, library: str) -> Iterator[str]:
    """A class of the module. A field with arguments has its value beside it."""
    itself = {"strawberry": ["self"], "bramble": [] if root else [f'self: lib.Parent["{entry.of.name}"]']}[library]
    yield "@lib.type"
    yield f"class {entry.of.name}:"
    methods: list[str] = []
    for name, arguments in entry.fields.items():
        kind = written(entry.of.fields[name].type, samples.get(name, []))
        if arguments or root:
            given = ", ".join([*itself, *(argument(entry.of, name, each) for each in arguments)])
            value = f"ROWS[{name!r}]" if root else f"self.{snake(name)}_"
            methods += ["    @lib.field", f"    def {snake(name)}({given}) -> {kind}:", f"        return {value}"]
            if not root:
                yield f"    {snake(name)}_: lib.Private[{kind}]"
        else:
            yield f"    {snake(name)}: {kind}"
    yield from methods


def enums_of(found: dict[str, Selected]) -> Iterator[str]:
    """The enums of arguments."""
    there = {
        named.name: named
        for entry in found.values()
        for field, arguments in entry.fields.items()
        for each in arguments
        if isinstance(named := get_named_type(entry.of.fields[field].args[each.name.value].type), GraphQLEnumType)
    }
    for name, of in there.items():
        yield from ("@lib.enum", f"class {name}(enum.Enum):", *(f"    {value} = {value!r}" for value in of.values))


def objects(of: GraphQLOutputType, value: Any, module: types.ModuleType, found: dict[str, Selected]) -> Any:
    """A row as an object of its type."""
    if isinstance(of, GraphQLNonNull):
        return objects(of.of_type, value, module, found)
    if value is None:
        return None
    if isinstance(of, GraphQLList):
        return [objects(of.of_type, each, module, found) for each in value]
    if not isinstance(of, GraphQLObjectType):
        return value
    given = {
        snake(name) + ("_" if arguments else ""): objects(of.fields[name].type, value.get(name), module, found)
        for name, arguments in found[of.name].fields.items()
    }
    return getattr(module, of.name)(**given)


def application(library: str, rows: dict[str, Any]) -> Any:
    """The library's own server for these rows."""
    schema = build_schema(rows["sdl"], assume_valid=True)
    operation: Any = parse(rows["document"]).definitions[0]
    query: Any = schema.query_type
    found: dict[str, Selected] = {}
    samples: dict[str, dict[str, list[Any]]] = {}
    selected(query, operation, found)
    samples_of(query, operation, [rows["data"]], samples)
    lines = ["import enum", f"import {library} as lib", "ROWS = {}", *enums_of(found)]
    for name, entry in found.items():
        lines += lines_of(entry, samples.get(name, {}), root=entry.of is query, library=library)
    module = types.ModuleType("written")
    sys.modules["written"] = module
    exec(compile("\n".join(lines), "written", "exec"), module.__dict__)  # noqa: S102  written just above
    for name, value in rows["data"].items():
        vars(module)["ROWS"][name] = objects(query.fields[name].type, value, module, found)
    made = importlib.import_module(library).Schema(query=vars(module)["Query"])
    if library == "strawberry":
        return importlib.import_module("strawberry.asgi").GraphQL(made, graphql_ide=None)
    return importlib.import_module(f"{library}.adapters.asgi").GraphQL(made)


if __name__ == "__main__":
    _, chosen, port, file = sys.argv
    if chosen not in {"strawberry", "bramble"}:
        raise SystemExit(f"nobody has written down how {chosen} is used")
    uvicorn.run(
        application(chosen, json.loads(Path(file).read_text(encoding="utf-8"))),
        host="127.0.0.1",
        port=int(port),
        access_log=False,
        log_level="warning",
    )
