"""What generated operations may ask for: the codes, ids and cursors of earlier answers, and what ready documents name."""

import json

from graphql import (
    FieldNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    get_named_type,
    is_required_argument,
    value_from_ast_untyped,
    visit,
)

from tests.plans.arguments import Known
from tests.plans.operations import Asked

CURSORS = {"cursor", "endCursor", "startCursor"}
FIRST = 4


class _Named(Visitor):
    """The values that a document gives to arguments, by itself or as the defaults of its variables."""

    def __init__(self, known):
        super().__init__()
        self._known = known
        self._defaults = {}

    def enter_variable_definition(self, node: VariableDefinitionNode, *_):
        if node.default_value:
            self._defaults[node.variable.name.value] = value_from_ast_untyped(node.default_value)

    def enter_field(self, node: FieldNode, *_):
        for each in node.arguments or ():
            if isinstance(each.value, VariableNode):
                value = self._defaults.get(each.value.name.value)
            else:
                value = value_from_ast_untyped(each.value)
            if isinstance(value, str | int | float) and each.name.value not in {"first", "last"}:
                self._known.add(value, f"{node.name.value}.{each.name.value}", each.name.value)


def known_from(documents):
    """What these documents name."""
    known = Known()
    for each in documents:
        visit(each, _Named(known))
    return known


def lists_of(schema):
    """Documents that ask each list of the schema for its first items, by the list's name."""
    for name, field in schema.query_type.fields.items():
        of = get_named_type(field.type)
        if "edges" in getattr(of, "fields", ()) and not any(map(is_required_argument, field.args.values())):
            node = get_named_type(of.fields["nodes"].type)
            keys = " ".join(key for key in ("id", "code") if key in node.fields) or "__typename"
            yield name, node, Asked(f"{{ {name}(first: {FIRST}) {{ nodes {{ {keys} }} edges {{ cursor }} }} }}", {})


def learn_from_list(known, schema, name, node, body):
    """Remember the codes, ids and cursors in an answer to one of them."""
    found = (json.loads(body).get("data") or {}).get(name) or {"nodes": [], "edges": []}
    takers = [
        field
        for of in (schema.query_type, schema.mutation_type, schema.subscription_type)
        for field, each in (of.fields.items() if of else ())
        if "code" in each.args and get_named_type(each.type) is node
    ]
    for each in found["nodes"]:
        if "id" in each:
            known.add(each["id"], "node.id", "id")
        if "code" in each:
            named = ("agency", "source") if name == "agencies" else (node.name[:1].lower() + node.name[1:],)
            known.add(each["code"], *(f"{field}.code" for field in takers), *named)
    for each in found["edges"]:
        known.add(each["cursor"], f"{name}.after", f"{name}.before")


def learn_cursors(known, body):
    """Remember the cursors of any answer for lists of which none is known."""
    left = [json.loads(body).get("data")]
    while left:
        value = left.pop()
        if isinstance(value, dict):
            for key, each in value.items():
                if key in CURSORS and isinstance(each, str):
                    known.add(each, "after", "before")
                else:
                    left.append(each)
        elif isinstance(value, list):
            left.extend(value)
