"""The variables of a document from the parameters of an address or the body of a request, and all mistakes in them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from graphql import (
    GraphQLError,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    VariableDefinitionNode,
    get_named_type,
)
from graphql.execution import get_variable_values

from connectors.kit.bilingual import Bilingual
from engine.doors.documents import DocumentVariable, DoorDocument
from engine.doors.json_schema import SCALARS, flat
from engine.execution.limits import DocumentLimits
from engine.execution.request import BadRequest
from engine.execution.sums import parts_of
from engine.execution.value_errors import about_a_value

MOST = 50
"""Mistakes that are told at once."""
LIMIT = DocumentLimits().variables
"""Values in variables beyond which nobody looks for what else is wrong."""
_NAME = re.compile(r"(?!.*[0-9]{4})[A-Za-z_][A-Za-z0-9_]{0,39}(\[[A-Za-z0-9_]{1,40}\])?")
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?([eE][+-]?[0-9]{1,3})?")
_WITHIN = re.compile(r"\w+\.(\w+)(?=:)")
_PART = re.compile(r"(\w+)\[(\w+)\]")

TEXTS = {
    "unknown": Bilingual(id="bukan parameter; yang ada: {known}.", en="is no parameter; there are: {known}."),
    "repeated": Bilingual(id="diberikan lebih dari sekali.", en="is given more than once."),
    "no_json": Bilingual(id="bukan JSON.", en="is not JSON."),
    "none": Bilingual(id="tidak ada", en="none"),
}


class ParameterMistake(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with one parameter."""

    parameter: str
    code: str
    detail: str


class BadParameters(BadRequest):
    """Parameters that cannot be, all of them at once."""

    def __init__(self, mistakes: Sequence[ParameterMistake]) -> None:
        super().__init__(400, "BAD_USER_INPUT", " ".join(each.detail for each in mistakes))
        self.mistakes = mistakes

    def said(self, _: str) -> str:
        """As it was said already, in the language of the request."""
        return self.message


def is_list(of: GraphQLInputType) -> bool:
    """Whether several may be given."""
    return isinstance(of.of_type if isinstance(of, GraphQLNonNull) else of, GraphQLList)


def is_plain(variable: DocumentVariable) -> bool:
    """Whether each value of it is one word in an address: a scalar or an enum, or a list of these."""
    return not getattr(variable.of, "fields", None)


def is_in_parts(variable: DocumentVariable) -> bool:
    """Whether it is given part by part: `near[latitude]=…`."""
    return not is_list(variable.type) and any(flat(variable.of))


class ParameterReader:
    """Reads what is given for one document, for one caller."""

    def __init__(self, document: DoorDocument, schema: GraphQLSchema, spoken: str) -> None:
        self._document = document
        self._schema = schema
        self._spoken = spoken
        self._known = {each.name: each for each in document.variables(schema)}
        self._mistakes: list[ParameterMistake] = []

    def of_address(self, given: Iterable[tuple[str, str]]) -> dict[str, Any]:
        """The variables in the parameters of an address; raises `BadParameters`."""
        texts: dict[str, list[str]] = defaultdict(list)
        parts: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for name, text in given:
            part = _PART.fullmatch(name)
            variable = self._known.get(part[1] if part else name)
            if variable is None or bool(part) is not is_in_parts(variable):
                self._wrong(name, "unknown")
            elif part:
                parts[part[1]][part[2]].append(text)
            else:
                texts[name].append(text)
        variables: dict[str, Any] = {name: self._value(self._known[name], each) for name, each in texts.items()}
        for name, fields in parts.items():
            of = dict(flat(self._known[name].of))
            for field in fields.keys() - of.keys():
                self._wrong(f"{name}[{field}]", "unknown", [f"{name}[{each}]" for each in of])
            variables[name] = {
                field: self._one(f"{name}[{field}]", of[field], each) for field, each in fields.items() if field in of
            }
        return self._checked(variables)

    def of_body(self, body: bytes) -> dict[str, Any]:
        """The variables in a JSON object; raises `BadRequest`."""
        try:
            given = msgspec.json.decode(body) if body else {}
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise BadRequest(400, "BAD_REQUEST", "The body is not JSON.") from None
        if not isinstance(given, dict):
            raise BadRequest(400, "BAD_REQUEST", "The body is a JSON object of parameters.")
        return self.of_object(given)

    def of_object(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The variables in an object; raises `BadParameters`."""
        for name in [each for each in given if each not in self._known]:
            self._wrong(name, "unknown")
        return self._checked({name: value for name, value in given.items() if name in self._known})

    def told(self, errors: Iterable[GraphQLError]) -> list[ParameterMistake]:
        """What is wrong with variables, as the execution says it."""
        found = []
        for each in errors:
            node = each.nodes[0] if each.nodes else None
            if isinstance(node, VariableDefinitionNode) and (said := about_a_value(each, self._spoken)):
                name, said = node.variable.name.value, said.removeprefix("$")
                part = _WITHIN.match(said)
                if part and name in self._known and is_in_parts(self._known[name]):
                    name = f"{name}[{part[1]}]"
                    said = name + said[part.end() :]
                found.append(ParameterMistake(parameter=name, code="BAD_USER_INPUT", detail=said))
        return found

    def _checked(self, variables: dict[str, Any]) -> dict[str, Any]:
        """The variables, unless something is wrong already: then all else that is wrong is told with it."""
        if not self._mistakes:
            return variables
        if parts_of(variables) <= LIMIT:
            made = get_variable_values(self._schema, self._document.operation.variable_definitions or (), variables)
            if isinstance(made, list):
                told = {each.parameter for each in self._mistakes}
                self._mistakes += [each for each in self.told(made) if each.parameter not in told]
        raise BadParameters(self._mistakes)

    def _value(self, variable: DocumentVariable, texts: list[str]) -> Any:
        if is_plain(variable):
            if is_list(variable.type):
                return [_read(variable.type, each) for each in texts]
            return self._one(variable.name, variable.type, texts)
        try:
            return msgspec.json.decode(self._only(variable.name, texts))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            self._wrong(variable.name, "no_json")
            return None

    def _one(self, name: str, of: GraphQLInputType, texts: list[str]) -> Any:
        return _read(of, self._only(name, texts))

    def _only(self, name: str, texts: list[str]) -> str:
        if len(texts) > 1:
            self._wrong(name, "repeated")
        return texts[0]

    def _wrong(self, name: str, why: str, known: Iterable[str] = ()) -> None:
        """Note it. A name that is none of ours may be somebody's value, so it is shown only if it looks like a name."""
        if len(self._mistakes) >= MOST:
            return
        shown = name if _NAME.fullmatch(name) else "…"
        listed = ", ".join(known or self._shown()) or TEXTS["none"][self._spoken]
        said = TEXTS[why][self._spoken].format(known=listed)
        mistake = ParameterMistake(parameter=shown, code="BAD_USER_INPUT", detail=f"{shown}: {said}")
        if mistake not in self._mistakes:
            self._mistakes.append(mistake)

    def _shown(self) -> list[str]:
        names = []
        for each in self._known.values():
            names += [f"{each.name}[{part}]" for part, _ in flat(each.of)] if is_in_parts(each) else [each.name]
        return names


def _read(of: GraphQLInputType, text: str) -> Any:
    """The value that a text stands for; the text itself where it stands for none, and the execution says so."""
    kind = SCALARS.get(get_named_type(of).name, {}).get("type")
    match kind:
        case "integer" if _WHOLE.fullmatch(text):
            return int(text)
        case "number" if _NUMBER.fullmatch(text):
            return float(text)
        case "boolean" if text in ("true", "false"):
            return text == "true"
        case _:
            return text
