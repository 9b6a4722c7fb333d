"""What a normalising cache keeps of a document: each thing by its `id`, and what has none as a whole in its field.

Where two documents ask for different parts of something without an `id`, the later answer takes the place of the
earlier one, and the earlier document can no longer be read back.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    value_from_ast_untyped,
)


class Part(NamedTuple):
    """A field of a thing in a cache, with its arguments, and all that is kept in it."""

    field: str
    kept: str


class Kept:
    """What is kept of one document, its variables as its defaults have them."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self.schema = schema
        self.parts: list[Part] = []
        self.without_id: list[str] = []
        (operation,) = (each for each in document.definitions if isinstance(each, OperationDefinitionNode))
        self._fragments = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }
        self._given = {
            each.variable.name.value: value_from_ast_untyped(each.default_value)
            for each in operation.variable_definitions or ()
            if each.default_value
        }
        self._below(schema.get_root_type(operation.operation), operation.selection_set)

    def has_id(self, of: Any) -> bool:
        node = self.schema.type_map.get("Node")
        return of is node or node in getattr(of, "interfaces", ())

    def _below(self, of: Any, selections: SelectionSetNode) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        fields = list(self._fields(of, selections))
        if self.has_id(of) and "id" not in {each.name.value for _, each in fields}:
            self.without_id.append(of.name)
        for parent, field in fields:
            if field.name.value == "__typename" or not field.selection_set:
                kept.setdefault(self._key(field), None)
                continue
            found = get_named_type(parent.fields[field.name.value].type)
            inside = self._below(found, field.selection_set)
            if self.has_id(found):
                kept[self._key(field)] = found.name
                continue
            kept[self._key(field)] = (kept.get(self._key(field)) or {}) | inside
            if self.has_id(parent) or parent is self.schema.query_type:
                whole = json.dumps(kept[self._key(field)], sort_keys=True)
                self.parts.append(Part(f"{parent.name}.{self._key(field)}", whole))
        return kept

    def _fields(self, of: Any, selections: SelectionSetNode) -> Iterator[tuple[Any, FieldNode]]:
        for each in selections.selections:
            if isinstance(each, FieldNode):
                yield of, each
                continue
            fragment = self._fragments[each.name.value] if isinstance(each, FragmentSpreadNode) else each
            condition = fragment.type_condition
            inner = self.schema.type_map[condition.name.value] if condition else of
            yield from self._fields(inner, fragment.selection_set)

    def _key(self, field: FieldNode) -> str:
        asked = {
            each.name.value: value_from_ast_untyped(each.value, self._given)
            for each in field.arguments or ()
            if not isinstance(each.value, VariableNode) or each.value.name.value in self._given
        }
        return f"{field.name.value}({json.dumps(asked, sort_keys=True)})" if asked else field.name.value


def torn(schema: GraphQLSchema, documents: dict[str, DocumentNode]) -> dict[str, set[str]]:
    """What these documents ask for differently though it is kept in one place, and who does."""
    by_field = defaultdict[str, dict[str, set[str]]](lambda: defaultdict(set))
    for name, document in documents.items():
        for part in Kept(schema, document).parts:
            by_field[part.field][part.kept].add(name)
    return {field: set().union(*ways.values()) for field, ways in by_field.items() if len(ways) > 1}
