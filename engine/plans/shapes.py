"""What a plan is made of: it mirrors the answer.

Each field has a shape, which is a leaf, an object, one of several objects, or a list. What graphql-core looks up for
each field of each object (definitions, fragments, directives, types) is known here.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLLeafType,
    GraphQLObjectType,
    GraphQLUnionType,
    ListValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
)
from graphql.execution.collect_fields import FieldDetailsList
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

from schema.kit.asking import Given
from schema.kit.node import record_of

At: TypeAlias = tuple[Any, str | int, str | None]
"""A place in the answer: the place above it, its key there, and the type of the object that has this field."""


class Leaf:
    """A scalar or an enum."""

    __slots__ = ("type",)

    def __init__(self, type_: GraphQLLeafType) -> None:
        self.type = type_


class Composite:
    """What has fields, or is a list. `code` is made once many have been `made`; False where it cannot be."""

    __slots__ = ("code", "made")

    def __init__(self) -> None:
        self.made = 0
        self.code: Any = None


class Fields(Composite):
    """An object: its fields, in the order of the answer. `details` are the fields of the document that ask for it.

    `record` is the class that makes a value one of this type, where `node_of` says so. `kept` are the parts of answers
    that are kept of this shape (`kept.py`), if it can have some.
    """

    __slots__ = ("details", "fields", "kept", "record", "type")

    def __init__(self, type_: GraphQLObjectType, details: FieldDetailsList, fields: tuple["Field", ...]) -> None:
        super().__init__()
        definition = (type_.extensions or {}).get("strawberry-definition")
        self.record = record_of(definition.origin) if isinstance(definition, StrawberryObjectDefinition) else None
        self.type = type_
        self.details = details
        self.fields = fields
        self.kept: Any = None


class OneOf:
    """An interface or a union: the objects that it may be, by the names of their types."""

    __slots__ = ("objects", "type")

    def __init__(self, type_: GraphQLInterfaceType | GraphQLUnionType, objects: Mapping[str, Fields]) -> None:
        self.type = type_
        self.objects = objects


class Many(Composite):
    """A list."""

    __slots__ = ("item",)

    def __init__(self, item: "Spot") -> None:
        super().__init__()
        self.item = item


Shape: TypeAlias = Leaf | Fields | OneOf | Many


class Spot:
    """A place in the answer: that of a field, or of an item of its list. An error makes it null, if it may be null."""

    __slots__ = ("field", "nullable", "shape")

    field: "Field"
    shape: Shape
    nullable: bool


class Field(Spot):
    """A field of an object: what it is called in the answer and in the schema, and what it costs.

    `ask` gets its value: for the values of a run, from the object above, at a place in the answer. `given` makes the
    arguments for a resolver of ours; they are `kept` unless they vary, since a variable is in them. It is `declared` by
    Strawberry, if the schema is made by it.
    """

    __slots__ = (
        "ask",
        "cost",
        "declared",
        "definition",
        "details",
        "given",
        "kept",
        "key",
        "name",
        "nodes",
        "parent",
        "varies",
    )

    def __init__(
        self, key: str, parent: GraphQLObjectType, definition: GraphQLField, details: FieldDetailsList, cost: int
    ) -> None:
        self.field = self
        self.key = key
        self.parent = parent
        self.definition = definition
        self.details = details
        self.nodes = [each.node for each in details]
        self.name = self.nodes[0].name.value
        self.cost = cost
        declared = (definition.extensions or {}).get("strawberry-definition")
        self.declared = declared if isinstance(declared, StrawberryField) else None
        self.varies = any(map(_has_variable, (each.value for each in self.nodes[0].arguments or ())))
        self.kept: Given | None = None
        self.given: Callable[[Any], Given] | None = None
        self.ask: Callable[[Any, Any, Any], Any]


def names_below(field: Field) -> frozenset[str]:
    """The names of the fields on the two levels below a field: `totalCount`, `edges`, `edges.cursor`."""
    found = set()
    for each in _below(field.shape):
        found.add(each.name)
        found |= {f"{each.name}.{inner.name}" for inner in _below(each.shape)}
    return frozenset(found)


def _below(shape: Shape) -> Iterator[Field]:
    match shape:
        case Fields():
            yield from shape.fields
        case OneOf():
            for each in shape.objects.values():
                yield from each.fields
        case Many():
            yield from _below(shape.item.shape)


def _has_variable(value: ValueNode) -> bool:
    if isinstance(value, ObjectValueNode):
        return any(_has_variable(each.value) for each in value.fields)
    if isinstance(value, ListValueNode):
        return any(map(_has_variable, value.values))
    return isinstance(value, VariableNode)


def keys_of(at: At | None) -> list[str | int]:
    """The keys that lead to a place in the answer."""
    keys: list[str | int] = []
    while at is not None:
        keys.append(at[1])
        at = at[0]
    return keys[::-1]
