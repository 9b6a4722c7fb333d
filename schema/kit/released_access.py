"""The `@access` of a schema that is read from a text."""

from typing import Any

from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema

from auth.caller import Audience


def access_of(schema: GraphQLSchema) -> dict[str, tuple[set[str], bool]]:
    """The audiences of each field, and whether it is personal, by coordinate."""
    return {
        f"{name}.{field}": _declared(each.ast_node) or _declared(of.ast_node) or (set(), False)
        for name, of in schema.type_map.items()
        if isinstance(of, (GraphQLObjectType, GraphQLInterfaceType))
        for field, each in of.fields.items()
    }


def _declared(node: Any) -> tuple[set[str], bool] | None:
    """The `@access` of a field or type; None if it has none, such as the types of introspection."""
    for directive in node.directives or () if node else ():
        if directive.name.value == "access":
            given = {each.name.value: each.value for each in directive.arguments}
            who = {each.value for each in given["who"].values}
            return {each.value for each in Audience} if "PUBLIC" in who else who, "category" in given
    return None
