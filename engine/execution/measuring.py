"""How much a document asks for, in one pass over it.

Every number is of the document unfolded, as it would run, but no fragment is gone through twice: what one adds up to is
remembered, so a document cannot be small to send and large to measure.
"""

from collections.abc import Mapping
from math import ceil
from typing import Any

import msgspec
from cachetools import LRUCache
from graphql import (
    DocumentNode,
    ExecutableDefinitionNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SchemaMetaFieldDef,
    SelectionSetNode,
    TypeMetaFieldDef,
    VariableNode,
    get_named_type,
)

from engine.execution.limits import Measure
from engine.execution.sums import ENDLESS, TOO_DEEP, Sum, parts_of, ruled, values_in
from engine.execution.weights import Weights
from resolvers.kit.paging import DEFAULT, MOST

NESTED = 100
"""Selections and fragments inside one another, beyond which nobody looks: it is deeper than any limit."""
PAGES = 8
"""Lengths of pages for which it is remembered what one operation asks for."""

STILL_OF_ALL = frozenset({"fields", "args", "inputFields", "enumValues", "type", "ofType"})
"""What is asked of all types goes on to be of all through these; through the others it is of nobody knows which."""
INTROSPECTION = {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef}

Composite = GraphQLObjectType | GraphQLInterfaceType


def measure(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
    weights: Weights | None = None,
) -> Measure:
    """What this operation of the document asks for. What the schema does not know costs like a plain field."""
    return OperationMeasure(schema, document, operation, weights or Weights()).of(variables)


class OperationMeasure:
    """What one operation of a document asks for, with whatever variables.

    Of these only the lengths of pages change what the document adds up to, so it is added up once for each of them.
    """

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, weights: Weights
    ) -> None:
        self._schema = schema
        self._document = document
        self._operation = operation
        self._weights = weights
        self._paging: tuple[str, ...] = ()
        self._known: LRUCache[tuple[int, ...], Measure] = LRUCache(PAGES)

    def of(self, variables: Mapping[str, Any]) -> Measure:
        """What it asks for with these variables."""
        lengths = self._lengths(variables)
        found = self._known.get(lengths)
        if found is None:
            measuring = _Measuring(self._schema, self._document, variables, self._weights)
            found = measuring.of(self._operation)
            self._paging = tuple(measuring.paging)
            self._known[self._lengths(variables)] = found
        parts = parts_of(variables)
        return msgspec.structs.replace(found, variables=parts) if parts else found

    def _lengths(self, variables: Mapping[str, Any]) -> tuple[int, ...]:
        return tuple(_page_length(variables.get(name, MOST)) for name in self._paging)


def pairs_of_fragments(document: DocumentNode) -> int:
    """How many pairs of fragments stand in one place each: validation compares the two of a pair field by field."""
    pairs = 0
    left = [each.selection_set for each in document.definitions if isinstance(each, ExecutableDefinitionNode)]
    while left:
        selections = left.pop().selections
        spreads = sum(isinstance(each, FragmentSpreadNode) for each in selections)
        pairs += spreads * (spreads - 1) // 2
        inner = (each.selection_set for each in selections if isinstance(each, FieldNode | InlineFragmentNode))
        left += filter(None, inner)
    return pairs


class _Measuring:
    """`of_all`: whether it is of all types of the schema that something is asked, or of one that nobody knows yet.

    `paging` are the variables that say how long a page is, whatever values they have.
    """

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any], weights: Weights
    ) -> None:
        self._schema = schema
        self._weights = weights
        self._variables = variables
        self.paging: dict[str, None] = {}
        self._fragments = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }
        self._known: dict[tuple[str, bool], Sum] = {}
        self._open: set[str] = set()

    def of(self, operation: OperationDefinitionNode) -> Measure:
        found = self._set(operation.selection_set, self._schema.get_root_type(operation.operation), 0, False)
        found.add(ruled(operation))
        return Measure(
            depth=found.depth,
            breadth=found.breadth,
            aliases=found.aliases,
            directives=found.directives,
            root_fields=found.width,
            values=found.values,
            cost=found.cost,
        )

    def _set(self, selections: SelectionSetNode, of: Composite | None, nested: int, of_all: bool) -> Sum:
        if nested > NESTED:
            return TOO_DEEP
        total = Sum()
        for each in selections.selections:
            match each:
                case FieldNode():
                    total.add(self._field(each, of, nested, of_all))
                case FragmentSpreadNode():
                    total.add(self._fragment(each.name.value, nested, of_all))
                case InlineFragmentNode():
                    name = each.type_condition.name.value if each.type_condition else None
                    total.add(self._set(each.selection_set, self._type(name) if name else of, nested + 1, of_all))
            total.add(ruled(each))
        return total

    def _fragment(self, name: str, nested: int, of_all: bool) -> Sum:
        if (name, of_all) in self._known:
            return self._known[name, of_all]
        fragment = self._fragments.get(name)
        if fragment is None or name in self._open:
            return Sum()  # validation says what is wrong with it
        self._open.add(name)
        found = self._set(fragment.selection_set, self._type(fragment.type_condition.name.value), nested + 1, of_all)
        self._open.remove(name)
        found.add(ruled(fragment))
        self._known[name, of_all] = found
        return found

    def _field(self, field: FieldNode, of: Composite | None, nested: int, of_all: bool) -> Sum:
        name, at = field.name.value, of.name if of else ""
        values = sum(values_in(argument.value) for argument in field.arguments or ())
        weight = self._weights.of_field(at, name)
        found = Sum(depth=1, width=1, breadth=1, aliases=1 if field.alias else 0, values=values, cost=weight)
        if field.selection_set is None:
            return found
        known = _known(self._schema, of, name)
        to = get_named_type(known.type) if known else None
        within = (of_all and name in STILL_OF_ALL) or (at, name) == ("__Schema", "types")
        inner = self._set(field.selection_set, to if isinstance(to, Composite) else None, nested + 1, within)
        paged = known is not None and "first" in known.args
        times = self._page(field) if paged else self._weights.items(at, name, of_all=of_all)
        return Sum(
            depth=1 + inner.depth,
            width=1,
            breadth=max(1, inner.breadth),
            aliases=found.aliases + inner.aliases,
            directives=inner.directives,
            values=found.values + inner.values,
            cost=min(weight + ceil(times * inner.cost), ENDLESS),
        )

    def _page(self, field: FieldNode) -> int:
        """How long a page this list is asked for."""
        for argument in field.arguments or ():
            if argument.name.value not in ("first", "last"):
                continue
            value = argument.value
            if isinstance(value, IntValueNode):
                return _page_length(int(value.value) if len(value.value) < 10 else MOST)
            if isinstance(value, VariableNode):
                self.paging[value.name.value] = None
                return _page_length(self._variables.get(value.name.value, MOST))
            return MOST
        return DEFAULT

    def _type(self, name: str) -> Composite | None:
        found = self._schema.get_type(name)
        return found if isinstance(found, Composite) else None


def _known(schema: GraphQLSchema, of: Composite | None, name: str) -> GraphQLField | None:
    """The field of this name; those of introspection stand beside the ones of the root."""
    if of is None:
        return None
    return of.fields.get(name) or (INTROSPECTION.get(name) if of is schema.query_type else None)


def _page_length(given: Any) -> int:
    """How long a page is for which this was given; the longest where it is no number."""
    known = isinstance(given, int | float) and not isinstance(given, bool)
    return min(max(int(given), 0), MOST) if known else MOST
