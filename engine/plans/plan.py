"""From a document to a plan: what an operation asks for, looked up once, by graphql-core's own functions."""

from collections.abc import Callable, Collection, Iterator
from inspect import iscoroutinefunction
from typing import Any

from cachetools import LRUCache
from graphql import (
    ExecutableDefinitionNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableNode,
    is_leaf_type,
    is_list_type,
    is_object_type,
)
from graphql.execution.collect_fields import (
    CollectedFields,
    FieldDetailsList,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues
from graphql.type.directives import GraphQLDisableErrorPropagationDirective

from engine.plans.kept import KeptParts
from engine.plans.shapes import Field, Fields, Leaf, Many, OneOf, Shape, Spot
from engine.plans.ways import given_of, way_of

MOST_FIELDS = 5_000
"""Fields of one tree; a document within the usual limits asks for fewer."""
MOST_TREES = 8
"""Trees of one plan that are kept, for different values of what is skipped and included."""
NO_PROPAGATION = GraphQLDisableErrorPropagationDirective.name


class NotPlanned(Exception):
    """An operation that graphql-core has to execute. `reason` is one of few words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Plan:
    """What one operation of a document asks for.

    That depends on the variables of `@skip` and `@include`. So it has a tree of fields for each of their values, made
    when they first come. Its `size` is how many fields these have. Where the answer may have parts that are encoded
    already, they are among the `parts`; such trees are others.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Collection[FragmentDefinitionNode],
        operation: OperationDefinitionNode,
        cost_of: Callable[[str, str], int],
        parts: KeptParts,
    ) -> None:
        if any(each.name.value == NO_PROPAGATION for each in operation.directives or ()):
            raise NotPlanned("directive")
        if any(each.variable_definitions for each in fragments):
            raise NotPlanned("fragment")
        self.size = 0
        named = {each.name.value: FragmentDetails(each) for each in fragments}
        self._planner = _Planner(schema, operation, named, cost_of)
        self._parts = parts
        self._conditions = tuple(dict.fromkeys(_conditions(operation, *fragments)))
        self._trees: LRUCache[tuple[Any, ...], Fields] = LRUCache(MOST_TREES)

    def tree(self, variables: VariableValues, *, encoded: bool = False) -> Fields:
        """The fields of the root with these variables; raises `NotPlanned`. `encoded`: parts may be encoded already."""
        values = (encoded, *(variables.coerced.get(name) for name in self._conditions))
        found = self._trees.get(values)
        if found is None:
            found = self._planner.tree(variables, self._parts if encoded else None)
            if len(self._trees) < MOST_TREES:
                self.size += self._planner.count
            self._trees[values] = found
        return found


class _Planner:
    """Makes the trees of one operation."""

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: dict[str, FragmentDetails],
        cost_of: Callable[[str, str], int],
    ) -> None:
        self._schema = schema
        self._operation = operation
        self._fragments = fragments
        self._cost_of = cost_of
        self._variables = VariableValues({}, {})
        self._parts: KeptParts | None = None
        self.count = 0

    def tree(self, variables: VariableValues, parts: KeptParts | None) -> Fields:
        self._variables, self._parts, self.count = variables, parts, 0
        root = self._schema.get_root_type(self._operation.operation)
        if root is None:
            raise NotPlanned("root")
        try:
            found = collect_fields(self._schema, self._fragments, variables, root, self._operation)
            return self._fields(root, [], found)
        except GraphQLError:
            raise NotPlanned("condition") from None  # it has no value, and graphql-core tells where
        except RecursionError:
            raise NotPlanned("depth") from None

    def _fields(self, type_: GraphQLObjectType, details: FieldDetailsList, found: CollectedFields) -> Fields:
        if found.new_defer_usages:
            raise NotPlanned("directive")
        fields = [self._field(type_, key, each) for key, each in found.grouped_field_set.items()]
        return Fields(type_, details, tuple(fields))

    def _field(self, parent: GraphQLObjectType, key: str, details: FieldDetailsList) -> Field:
        name = details[0].node.name.value
        definition = self._schema.get_field(parent, name)
        if definition is None:
            raise NotPlanned("field")
        self.count += 1
        if self.count > MOST_FIELDS:
            raise NotPlanned("size")
        field = Field(key, parent, definition, details, self._cost_of(parent.name, name))
        field.given = given_of(field)
        field.ask = way_of(field)
        self._fill(field, field, definition.type)
        return field

    def _fill(self, spot: Spot, field: Field, type_: GraphQLOutputType) -> None:
        """Say what comes into a spot."""
        spot.field = field
        spot.nullable = not isinstance(type_, GraphQLNonNull)
        spot.shape = self._shape(field, type_.of_type if isinstance(type_, GraphQLNonNull) else type_)

    def _shape(self, field: Field, type_: Any) -> Shape:
        if is_list_type(type_):
            item = Spot()
            self._fill(item, field, type_.of_type)
            return Many(item)
        if is_leaf_type(type_):
            return Leaf(type_)
        if is_object_type(type_):
            return self._object(field, type_)
        return OneOf(type_, {each.name: self._object(field, each) for each in self._schema.get_possible_types(type_)})

    def _object(self, field: Field, type_: GraphQLObjectType) -> Fields:
        if iscoroutinefunction(type_.is_type_of):
            raise NotPlanned("type")
        found = collect_subfields(self._schema, self._fragments, self._variables, self._operation, type_, field.details)
        fields = self._fields(type_, field.details, found)
        fields.kept = self._parts.of(fields) if self._parts else None
        return fields


def _conditions(*definitions: ExecutableDefinitionNode) -> Iterator[str]:
    """The variables on which it depends what is asked for."""
    waiting: list[Any] = [each.selection_set for each in definitions]
    while waiting:
        for each in waiting.pop().selections:
            for directive in each.directives or ():
                for argument in directive.arguments or ():
                    if isinstance(argument.value, VariableNode):
                        yield argument.value.name.value
            if getattr(each, "selection_set", None):
                waiting.append(each.selection_set)
