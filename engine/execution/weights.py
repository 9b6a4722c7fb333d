"""What a field costs: one for what is at hand, more where somebody is asked; and how long the schema's lists are."""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLWrappingType,
)

from connectors.registry import Agencies
from schema.kit.fields import ASKED
from schema.root import kinds_of_roots

AGENCY = 10
"""What a root field costs more for each agency that feeds it: even an empty page of it is made of all their answers."""
RECORDED = 150
"""What a personal field costs more, of which each reading is written down."""


class Length(NamedTuple):
    """How long a list of introspection is: on average, and at most."""

    mean: float
    most: int


ONE = Length(1, 1)


class Weights:
    """What each field of a schema costs; one, where nothing else is said."""

    def __init__(
        self, fields: Mapping[tuple[str, str], int] | None = None, lists: Mapping[tuple[str, str], Length] | None = None
    ) -> None:
        self._fields = dict(fields or {})
        self._lists = dict(lists or {})

    @classmethod
    def of(cls, schema: GraphQLSchema, agencies: Agencies) -> "Weights":
        """By what resolvers do, and by how many agencies there are of each kind."""
        fields, lists = {**_of_resolvers(schema)}, _lists(schema)
        for each, kind in kinds_of_roots().items():
            if ("Query", each) in fields and kind:
                fields["Query", each] += AGENCY * len(agencies.of(kind))
        return cls(fields, lists)

    def of_field(self, type_name: str, field_name: str) -> int:
        """What this field costs by itself."""
        return self._fields.get((type_name, field_name), 1)

    def items(self, type_name: str, field_name: str, *, of_all: bool) -> float:
        """How long a list of introspection is: as it is on average where all types are asked, else as the longest."""
        length = self._lists.get((type_name, field_name), ONE)
        return length.mean if of_all else length.most


@cache
def _of_resolvers(schema: GraphQLSchema) -> Mapping[tuple[str, str], int]:
    """What each field of this schema costs, whatever agencies there are."""
    return {
        (name, each): _weight(field)
        for name, known in schema.type_map.items()
        if isinstance(known, GraphQLObjectType | GraphQLInterfaceType)
        for each, field in known.fields.items()
    }


@cache
def _lists(schema: GraphQLSchema) -> dict[tuple[str, str], Length]:
    types = list(schema.type_map.values())
    composite = [each for each in types if isinstance(each, GraphQLObjectType | GraphQLInterfaceType)]
    fields = [len(each.fields) for each in composite]
    wrapped = [_wrapped(field.type) for each in composite for field in each.fields.values()]
    arguments = [len(field.args) for each in composite for field in each.fields.values()]
    inputs = [len(each.fields) for each in types if isinstance(each, GraphQLInputObjectType)]
    values = [len(each.values) for each in types if isinstance(each, GraphQLEnumType)]
    above = [len(each.interfaces) for each in composite]
    below = [len(schema.get_possible_types(each)) for each in types if isinstance(each, GraphQLInterfaceType)]
    rules = [len(each.args) for each in schema.directives]
    return {
        ("__Schema", "types"): Length(len(types), len(types)),
        ("__Schema", "directives"): Length(len(rules), len(rules)),
        ("__Type", "fields"): _length(fields, len(types)),
        ("__Type", "inputFields"): _length(inputs, len(types)),
        ("__Type", "enumValues"): _length(values, len(types)),
        ("__Type", "interfaces"): _length(above, len(types)),
        ("__Type", "possibleTypes"): _length(below, len(types)),
        ("__Type", "ofType"): Length(sum(wrapped) / sum(each + 1 for each in wrapped), 1),
        ("__Field", "args"): _length(arguments, sum(fields)),
        ("__Directive", "args"): _length(rules, len(rules)),
    }


def _length(lengths: list[int], among: int) -> Length:
    """On average among so many, and the longest."""
    return Length(sum(lengths) / max(1, among), max(lengths, default=0))


def _wrapped(given: GraphQLOutputType) -> int:
    """In how many others, which allow no null or are lists, a type is wrapped."""
    return 1 + _wrapped(given.of_type) if isinstance(given, GraphQLWrappingType) else 0


def _weight(field: GraphQLField) -> int:
    """What it costs by itself, as it is declared. How its resolver is written changes nothing."""
    definition = (field.extensions or {}).get("strawberry-definition")
    metadata = definition.metadata if definition else {}
    weight = metadata.get("weight") or (ASKED if metadata.get("resolver") else 1)
    policy = metadata.get("policy")
    return int(weight) + (RECORDED if policy and policy.personal else 0)
