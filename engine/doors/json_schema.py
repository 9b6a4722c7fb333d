"""JSON Schema (2020-12) of what a document takes and gives, from the types of the graph."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec
from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    SelectionSetNode,
    Undefined,
    is_abstract_type,
    value_from_ast_untyped,
)

from engine.doors.documents import DocumentVariable, DoorDocument
from resolvers.kit.absences import Absence
from resolvers.kit.provenance import AgencyTouched

Json = dict[str, Any]
TYPENAME = "__typename"
STRING: Json = {"type": "string"}
SCALARS: Mapping[str, Json] = {
    "ID": STRING,
    "String": STRING,
    "Boolean": {"type": "boolean"},
    "Int": {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1},
    "Float": {"type": "number"},
    "Date": STRING | {"format": "date"},
    "DateTime": STRING | {"format": "date-time"},
    "Time": STRING,
    "Rupiah": {"type": "integer"},
    "RegionCode": STRING,
    "URL": STRING,
    "PhoneNumber": STRING,
    "NIK": STRING,
    "NOP": STRING,
}
"""How each scalar is written in JSON."""
BUILT_IN = frozenset({"ID", "String", "Boolean", "Int", "Float"})
BESIDE = {"sources": AgencyTouched.__name__, "absences": Absence.__name__}
"""What stands beside the data, and what each of it is."""
ERROR: Json = {
    "type": "object",
    "description": "What went wrong with one field; the other fields are answered all the same.",
    "properties": {
        "message": STRING,
        "path": {"type": "array", "items": {"type": ["string", "integer"]}},
        "extensions": {"type": "object", "properties": {"code": STRING}, "required": ["code"]},
    },
    "required": ["message", "extensions"],
}

Composite = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType


class _AskedField(NamedTuple):
    """A field of an answer: its promise, its selections, and whether it is there whatever the variables are."""

    field: GraphQLField
    within: list[SelectionSetNode]
    sure: bool


class JsonSchemas:
    """Of one schema. With `at`, types that have a name are written once, in `components`, and named from there."""

    def __init__(self, schema: GraphQLSchema, at: str | None = None) -> None:
        self._schema = schema
        self._at = at
        self._open: list[str] = []
        self.components: dict[str, Json] = {}
        if at:
            _, known = msgspec.json.schema_components((AgencyTouched, Absence), ref_template=f"{at}{{name}}")
            self.components |= {"Error": ERROR} | known

    def of_input(self, given: GraphQLInputType) -> Json:
        """What may be given."""
        match given:
            case GraphQLNonNull(of_type=inner):
                return self._known(inner)
            case _:
                return nullable(self._known(given))

    def of_variable(self, variable: DocumentVariable, *, null: bool = True) -> Json:
        """What may be given for a variable; without `null`, what is not wanted has to be left out."""
        type_ = variable.type
        inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        made = self.of_input(type_) if null else self._known(inner)
        default = variable.node.default_value
        return _with(
            made,
            description=variable.description,
            default=value_from_ast_untyped(default) if default else None,
        )

    def of_variables(self, variables: Iterable[DocumentVariable]) -> Json:
        """The object that holds all variables of a document."""
        given = list(variables)
        required = [each.name for each in given if each.required]
        made: Json = {"type": "object"}
        if given:
            made["properties"] = {each.name: self.of_variable(each) for each in given}
        return made | ({"required": required} if required else {}) | {"additionalProperties": False}

    def of_answer(self, document: DoorDocument) -> Json:
        """The whole answer of a document: its data, what went wrong beside them, and where they are from."""
        root = self._schema.get_root_type(document.operation.operation)
        if root is None:
            raise TypeError(f"the schema has no {document.operation.operation.value}")
        fragments = {
            each.name.value: each for each in document.document.definitions if isinstance(each, FragmentDefinitionNode)
        }
        data = _Selections(self, self._schema, fragments).of(root, [document.operation.selection_set])
        extensions = {
            "type": "object",
            "properties": {each: {"type": "array", "items": self._beside(of)} for each, of in BESIDE.items()},
            "required": ["sources"],
        }
        errors = {"type": "array", "items": self._beside("Error"), "minItems": 1}
        properties = {"data": data, "errors": errors, "extensions": extensions}
        return {"type": "object", "properties": properties, "required": ["data", "extensions"]}

    def leaf(self, of: GraphQLNamedType) -> Json:
        """A scalar or an enum."""
        return self._known(of)

    def _beside(self, name: str) -> Json:
        if self._at:
            return {"$ref": f"{self._at}{name}"}
        return ERROR if name == "Error" else {"type": "object"}

    def _known(self, given: Any) -> Json:
        match given:
            case GraphQLList(of_type=inner):
                return {"type": "array", "items": self.of_input(inner)}
            case GraphQLScalarType(name=name) if name in BUILT_IN or not self._at:
                return _with(SCALARS[name], description=None if name in BUILT_IN else given.description)
            case _:
                return self._named(given)

    def _named(self, given: GraphQLNamedType) -> Json:
        name = given.name
        if self._at is None:
            if name in self._open:
                return {"type": "object"}  # it holds itself: what is within is told where it is used
            return self._made(given)
        if name not in self.components and name not in self._open:
            self.components[name] = self._made(given)
        return {"$ref": f"{self._at}{name}"}

    def _made(self, given: GraphQLNamedType) -> Json:
        self._open.append(given.name)
        try:
            match given:
                case GraphQLEnumType(values=values):
                    said = [f"`{name}`: {each.description}" for name, each in values.items() if each.description]
                    description = "\n\n".join([given.description or given.name, *said])
                    return STRING | {"enum": [*values], "description": description}
                case GraphQLInputObjectType(fields=fields):
                    return self._object(given, fields)
                case _:
                    return _with(SCALARS[given.name], description=given.description)
        finally:
            self._open.pop()

    def _object(self, given: GraphQLInputObjectType, fields: Mapping[str, Any]) -> Json:
        required = [
            name
            for name, each in fields.items()
            if isinstance(each.type, GraphQLNonNull) and each.default_value is Undefined
        ]
        properties = {
            name: _with(
                self.of_input(each.type),
                description=each.description,
                default=None if each.default_value is Undefined else each.default_value,
            )
            for name, each in fields.items()
        }
        made = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
        return _with(made, description=given.description)


class _Selections:
    """What the selections of one document give."""

    def __init__(
        self, schemas: JsonSchemas, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode]
    ) -> None:
        self._schemas = schemas
        self._schema = schema
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
                said = _with(self._value(asked.field.type, asked.within), description=asked.field.description)
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


def nullable(made: Json) -> Json:
    """The same, or null."""
    if "$ref" in made or "anyOf" in made or "const" in made:
        return {"anyOf": [made, {"type": "null"}]}
    also = {"enum": [*made["enum"], None]} if "enum" in made else {}
    return made | {"type": [made["type"], "null"]} | also


def _with(made: Json, **said: Any) -> Json:
    return made | {name: value for name, value in said.items() if value is not None}


def flat(of: GraphQLNamedType) -> Iterator[tuple[str, GraphQLInputType]]:
    """The fields of an input object, if none of them is an object or a list; nothing otherwise."""
    fields = of.fields if isinstance(of, GraphQLInputObjectType) else {}
    inner = {
        name: each.type.of_type if isinstance(each.type, GraphQLNonNull) else each.type for name, each in fields.items()
    }
    if all(isinstance(each, GraphQLScalarType | GraphQLEnumType) for each in inner.values()):
        yield from ((name, fields[name].type) for name in inner)
