"""JSON Schema (2020-12) of the types of the graph: what may be given, and what stands beside data."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
from graphql import (
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
    Undefined,
    ast_from_value,
    is_required_input_field,
    value_from_ast_untyped,
)

from engine.doors.documents import DocumentVariable
from resolvers.kit.absences import Absence
from resolvers.kit.provenance import AgencyTouched

Json = dict[str, Any]
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


class JsonSchemas:
    """Of one schema. With `at`, types that have a name are written once, in `components`, and named from there."""

    def __init__(self, schema: GraphQLSchema, at: str | None = None) -> None:
        self.schema = schema
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
        return with_words(
            made,
            description=variable.description,
            default=value_from_ast_untyped(default) if default else None,
            examples=None if variable.example is None else [msgspec.to_builtins(variable.example)],
        )

    def of_variables(self, variables: Iterable[DocumentVariable]) -> Json:
        """The object that holds all variables of a document."""
        given = list(variables)
        required = [each.name for each in given if each.required]
        made: Json = {"type": "object"}
        if given:
            made["properties"] = {each.name: self.of_variable(each) for each in given}
        return made | ({"required": required} if required else {}) | {"additionalProperties": False}

    def leaf(self, of: GraphQLNamedType) -> Json:
        """A scalar or an enum."""
        return self._known(of)

    def beside(self, name: str) -> Json:
        """What stands beside data: an error, a source or an absence."""
        if self._at:
            return {"$ref": f"{self._at}{name}"}
        return ERROR if name == "Error" else {"type": "object"}

    def _known(self, given: Any) -> Json:
        match given:
            case GraphQLList(of_type=inner):
                return {"type": "array", "items": self.of_input(inner)}
            case GraphQLScalarType(name=name) if name in BUILT_IN or not self._at:
                return with_words(SCALARS[name], description=None if name in BUILT_IN else given.description)
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
                    return with_words(SCALARS[given.name], description=given.description)
        finally:
            self._open.pop()

    def _object(self, given: GraphQLInputObjectType, fields: Mapping[str, Any]) -> Json:
        required = [name for name, each in fields.items() if is_required_input_field(each)]
        properties = {
            name: with_words(self.of_input(each.type), description=each.description, default=_default(each))
            for name, each in fields.items()
        }
        made = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
        return with_words(made, description=given.description)


def _default(field: GraphQLInputField) -> Any:
    """What stands for a field that is not given, as it is written in JSON; None where nothing does."""
    if field.default and field.default.literal:
        return value_from_ast_untyped(field.default.literal)
    value = field.default.value if field.default else field.default_value
    written = None if value is Undefined else ast_from_value(value, field.type)
    return value_from_ast_untyped(written) if written else None


def nullable(made: Json) -> Json:
    """The same, or null."""
    if "$ref" in made or "anyOf" in made or "const" in made:
        return {"anyOf": [made, {"type": "null"}]}
    also = {"enum": [*made["enum"], None]} if "enum" in made else {}
    return made | {"type": [made["type"], "null"]} | also


def with_words(made: Json, **said: Any) -> Json:
    """The same, with what is said of it."""
    return made | {name: value for name, value in said.items() if value is not None}


def flat(of: GraphQLNamedType) -> Iterator[tuple[str, GraphQLInputType]]:
    """The fields of an input object, if none of them is an object or a list; nothing otherwise."""
    fields = of.fields if isinstance(of, GraphQLInputObjectType) else {}
    inner = {
        name: each.type.of_type if isinstance(each.type, GraphQLNonNull) else each.type for name, each in fields.items()
    }
    if all(isinstance(each, GraphQLScalarType | GraphQLEnumType) for each in inner.values()):
        yield from ((name, fields[name].type) for name in inner)
