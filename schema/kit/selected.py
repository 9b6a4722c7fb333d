"""The names of the fields that an operation selects below a field, as graphql-core hands them to its resolver."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLResolveInfo,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
)
from strawberry.types.nodes import get_variable_values


def names_below(info: GraphQLResolveInfo[Any]) -> frozenset[str]:
    """The names on the two levels below: `totalCount`, `edges`, `edges.cursor`.

    Fragments count whatever type they are on. What `@skip` and `@include` leave out does not count.
    """
    variables, found, spread = get_variable_values(info), set[str](), set[tuple[str, str]]()
    waiting: list[tuple[SelectionSetNode | None, str]] = [(each.selection_set, "") for each in info.field_nodes]
    while waiting:
        selected, above = waiting.pop()
        for each in selected.selections if selected else ():
            if not _included(each, variables):
                continue
            if isinstance(each, FieldNode):
                found.add(name := f"{above}{each.name.value}")
                if not above:
                    waiting.append((each.selection_set, f"{name}."))
            elif isinstance(each, InlineFragmentNode):
                waiting.append((each.selection_set, above))
            elif isinstance(each, FragmentSpreadNode) and (at := (each.name.value, above)) not in spread:
                spread.add(at)
                waiting.append((info.fragments[each.name.value].selection_set, above))
    return frozenset(found)


def _included(selection: SelectionNode, variables: Mapping[str, Any]) -> bool:
    for directive in selection.directives or ():
        if (name := directive.name.value) in ("skip", "include"):
            (argument,) = directive.arguments or ()
            told: Any = argument.value
            told = variables.get(told.name.value) if isinstance(told, VariableNode) else told.value
            if bool(told) is (name == "skip"):
                return False
    return True
