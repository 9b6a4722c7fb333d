"""What the parts of a document add up to."""

from collections.abc import Mapping
from typing import Any

import msgspec
from graphql import (
    FragmentDefinitionNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionNode,
    ValueNode,
)

ENDLESS = 10**12
"""Enough for any number to be too much; more digits would only take longer to add."""


class Sum(msgspec.Struct):
    """What one selection set adds up to. `width` is how many fields it has itself."""

    depth: int = 0
    width: int = 0
    breadth: int = 0
    aliases: int = 0
    directives: int = 0
    values: int = 0
    cost: int = 0

    def add(self, other: "Sum") -> None:
        """What stands in the same place."""
        self.depth = max(self.depth, other.depth)
        self.width = min(self.width + other.width, ENDLESS)
        self.breadth = max(self.breadth, other.breadth, self.width)
        self.aliases = min(self.aliases + other.aliases, ENDLESS)
        self.directives = min(self.directives + other.directives, ENDLESS)
        self.values = min(self.values + other.values, ENDLESS)
        self.cost = min(self.cost + other.cost, ENDLESS)


TOO_DEEP = Sum(depth=ENDLESS)


def ruled(node: SelectionNode | FragmentDefinitionNode | OperationDefinitionNode) -> Sum:
    """The directives on it, and the values in them."""
    directives = node.directives or ()
    values = sum(values_in(argument.value) for each in directives for argument in each.arguments or ())
    return Sum(directives=len(directives), values=values)


def parts_of(variables: Mapping[str, Any]) -> int:
    """How many values are in the variables."""
    count, left = 0, list[Any](variables.values())
    while left:
        value = left.pop()
        count += 1
        if isinstance(value, dict):
            left.extend(value.values())
        elif isinstance(value, list):
            left.extend(value)
    return count


def values_in(value: ValueNode) -> int:
    """How many there are in it; the parser has seen to it that they are not nested too deeply."""
    match value:
        case ListValueNode():
            return 1 + sum(map(values_in, value.values))
        case ObjectValueNode():
            return 1 + sum(values_in(each.value) for each in value.fields)
        case _:
            return 1
