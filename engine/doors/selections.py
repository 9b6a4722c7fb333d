"""JSON Schema (2020-12) of the whole answer of a document, by what it selects."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec
from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLUnionType,
    InlineFragmentNode,
    SelectionSetNode,
    is_abstract_type,
)

from engine.doors.documents import DoorDocument
from engine.doors.json_schema import BESIDE, STRING, Json, JsonSchemas, nullable, with_words

TYPENAME = "__typename"
Composite = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType


class _AskedField(NamedTuple):
    """A field of an answer: its promise, its selections, and whether it is there whatever the variables are."""

    field: GraphQLField
    within: list[SelectionSetNode]
    sure: bool


def answer_of(schemas: JsonSchemas, document: DoorDocument) -> Json:
    """The whole answer of a document: its data, what went wrong beside them, and where they are from."""
    root = schemas.schema.get_root_type(document.operation.operation)
    if root is None:
        raise TypeError(f"the schema has no {document.operation.operation.value}")
    fragments = {
        each.name.value: each for each in document.document.definitions if isinstance(each, FragmentDefinitionNode)
    }
    data = _Selections(schemas, fragments).of(root, [document.operation.selection_set])
    extensions = {
        "type": "object",
        "properties": {each: {"type": "array", "items": schemas.beside(of)} for each, of in BESIDE.items()},
        "required": ["sources"],
    }
    errors = {"type": "array", "items": schemas.beside("Error"), "minItems": 1}
    properties = {"data": data, "errors": errors, "extensions": extensions}
    return {"type": "object", "properties": properties, "required": ["data", "extensions"]}


class _Selections:
    """What the selections of one document give."""

    def __init__(self, schemas: JsonSchemas, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._schemas = schemas
        self._schema = schemas.schema
        self._fragments = fragments

    def of(self, type_: Composite, sets: list[SelectionSetNode]) -> Json:
        """An object of this type; where it may be one of several, each that it may be, those that look alike as one."""
        if isinstance(type_, GraphQLObjectType):
            return self._object(type_, sets)
        alike: dict[bytes, tuple[Json, list[str]]] = {}
        for each in self._schema.get_possible_types(type_):
            made = self._object(each, sets)
            made["properties"].pop(TYPENAME, None)
            alike.setdefault(msgspec.json.encode(made), (made, []))[1].append(each.name)
        for made, names in alike.values():
            if TYPENAME in made["required"]:
                made["properties"] = {TYPENAME: STRING | {"enum": names}, **made["properties"]}
        every = [made for made, _ in alike.values()]
        return every[0] if len(every) == 1 else {"anyOf": every}

    def _object(self, type_: GraphQLObjectType, sets: list[SelectionSetNode]) -> Json:
        fields: dict[str, _AskedField] = {}
        for each in sets:
            self._collect(type_, each, fields, sure=True)
        properties: Json = {}
        for key, asked in fields.items():
            if asked.field is _TYPENAME_FIELD:
                properties[key] = {"const": type_.name}
            else:
                said = with_words(self._value(asked.field.type, asked.within), description=asked.field.description)
                properties[key] = said | ({"deprecated": True} if asked.field.deprecation_reason else {})
        required = [key for key, asked in fields.items() if asked.sure]
        return {"type": "object", "properties": properties, "required": required}

    def _value(self, type_: GraphQLOutputType, within: list[SelectionSetNode]) -> Json:
        if isinstance(type_, GraphQLNonNull):
            return self._there(type_.of_type, within)
        return nullable(self._there(type_, within))

    def _there(self, type_: Any, within: list[SelectionSetNode]) -> Json:
        if isinstance(type_, GraphQLList):
            return {"type": "array", "items": self._value(type_.of_type, within)}
        return self.of(type_, within) if within else self._schemas.leaf(type_)

    def _collect(
        self, type_: GraphQLObjectType, selections: SelectionSetNode, fields: dict[str, _AskedField], *, sure: bool
    ) -> None:
        for each in selections.selections:
            certain = sure and not _is_conditional(each.directives or ())
            match each:
                case FieldNode():
                    _add(fields, type_, each, certain)
                case FragmentSpreadNode() | InlineFragmentNode():
                    inner = self._fragments[each.name.value] if isinstance(each, FragmentSpreadNode) else each
                    if self._fits(type_, inner):
                        self._collect(type_, inner.selection_set, fields, sure=certain)

    def _fits(self, type_: GraphQLObjectType, fragment: FragmentDefinitionNode | InlineFragmentNode) -> bool:
        if fragment.type_condition is None or fragment.type_condition.name.value == type_.name:
            return True
        wanted = self._schema.get_type(fragment.type_condition.name.value)
        return wanted is not None and is_abstract_type(wanted) and self._schema.is_sub_type(wanted, type_)


_TYPENAME_FIELD = GraphQLField(GraphQLNonNull(GraphQLScalarType("Name")))


def _add(fields: dict[str, _AskedField], type_: GraphQLObjectType, node: FieldNode, certain: bool) -> None:
    key = (node.alias or node.name).value
    field = _TYPENAME_FIELD if node.name.value == TYPENAME else type_.fields[node.name.value]
    before = fields.get(key, _AskedField(field, [], sure=False))
    within = [node.selection_set] if node.selection_set else []
    fields[key] = _AskedField(field, [*before.within, *within], sure=before.sure or certain)


def _is_conditional(directives: Iterable[DirectiveNode]) -> bool:
    return any(each.name.value in ("skip", "include") for each in directives)
