"""The trusted documents, as doors offer them: each by a name, with its title, its variables, and who may run it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLInputType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLSchema,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    get_named_type,
    get_operation_ast,
    is_input_type,
    parse,
    type_from_ast,
    validate,
    visit,
)
from graphql.validation import FieldsOnCorrectTypeRule, KnownArgumentNamesRule, KnownTypeNamesRule

from auth.caller import Audience
from engine.execution.manifest import TrustedDocument
from engine.execution.request import OperationRequest
from resolvers.registry import NODES_BY_NAME

WHOSE = (FieldsOnCorrectTypeRule, KnownTypeNamesRule, KnownArgumentNamesRule)
"""What a document that is valid somewhere may break in the schema of another audience."""
PERSONAL = frozenset({"NIK", "NOP"})
"""Scalars of numbers that say whom or whose something is."""
OFFERED = frozenset({"query", "mutation"})
ExamplesOf = Callable[[str], Mapping[str, object]]
"""The variables of a document, by its name, with which it answers something in this city."""
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SAID = re.compile(r"#\s*(.*)\n")


class DocumentVariable(NamedTuple):
    """A variable of a document under one schema, and what the schema says of the argument where it is used.

    `personal`: it may say whom it is about. It stands in no address, where proxies and browsers would keep it.
    `example` is a value with which it answers something in this city, if one is known.
    """

    name: str
    type: GraphQLInputType
    node: VariableDefinitionNode
    description: str | None
    personal: bool
    example: object | None

    @property
    def required(self) -> bool:
        """Whether a client has to give it."""
        return isinstance(self.type, GraphQLNonNull) and self.node.default_value is None

    @property
    def of(self) -> GraphQLNamedType:
        """Its type, without lists and what may not be null."""
        return get_named_type(self.type)


class DoorDocument:
    """One of the trusted documents."""

    def __init__(self, trusted: TrustedDocument, folder: Path, examples_of: ExamplesOf = lambda _: {}) -> None:
        self.id = trusted.id
        self.body = trusted.body
        self.operation_name = trusted.name
        self.words = [each.lower() for each in _WORDS.findall(trusted.name)]
        self.name = "-".join(self.words)
        self.examples = examples_of(self.name)
        self.changes = trusted.type == "mutation"
        self._variables: dict[GraphQLSchema, list[DocumentVariable]] = {}
        self._source = folder / f"{self.name}.graphql"

    @cached_property
    def title(self) -> str:
        """What it is for: the comment at its head, where its source stands beside the manifest; else its name."""
        try:
            found = _SAID.match(self._source.read_text(encoding="utf-8"))
        except OSError:
            found = None
        return found[1] if found else " ".join(self.words).capitalize()

    @cached_property
    def document(self) -> DocumentNode:
        """As a tree."""
        return parse(self.body)

    @cached_property
    def is_readable(self) -> bool:
        """Whether it is a document with one operation; nobody has looked at what a manifest holds."""
        try:
            return get_operation_ast(self.document) is not None
        except GraphQLError:
            return False

    @cached_property
    def operation(self) -> OperationDefinitionNode:
        """Its one operation."""
        found = get_operation_ast(self.document)
        if found is None:
            raise TypeError(f"{self.operation_name} is no document with one operation")
        return found

    def method(self, schema: GraphQLSchema) -> str:
        """How it is asked over HTTP: a query by GET, unless a variable of it must not stand in an address."""
        return "POST" if self.changes or any(each.personal for each in self.variables(schema)) else "GET"

    @property
    def roots(self) -> list[str]:
        """The root fields that it asks for by name."""
        return [each.name.value for each in self.operation.selection_set.selections if isinstance(each, FieldNode)]

    def said(self, schema: GraphQLSchema) -> list[str]:
        """What the schema says of each of them."""
        root = schema.get_root_type(self.operation.operation)
        fields = root.fields if root else {}
        return [f"`{name}`: {fields[name].description}" for name in dict.fromkeys(self.roots) if name in fields]

    def variables(self, schema: GraphQLSchema) -> list[DocumentVariable]:
        """Its variables, in their order."""
        if schema not in self._variables:
            said = _ArgumentDescriptions(schema)
            visit(self.document, TypeInfoVisitor(said.types, said))
            self._variables[schema] = [
                DocumentVariable(
                    name, type_, each, said.found.get(name), _is_personal(name, type_, said), self.examples.get(name)
                )
                for each in self.operation.variable_definitions or ()
                if is_input_type(type_ := type_from_ast(schema, each.type))
                for name in (each.variable.name.value,)
            ]
        return self._variables[schema]

    def asked(self, variables: dict[str, object]) -> OperationRequest:
        """The request that runs it."""
        return OperationRequest(
            query=None,
            document_id=f"sha256:{self.id}",
            variables=variables or None,
            operation_name=None,
            extensions=None,
        )


class DoorDocuments:
    """All that doors offer. Of several documents with one name, the last of the manifest is offered."""

    def __init__(
        self, trusted: Iterable[TrustedDocument], folder: Path, examples_of: ExamplesOf = lambda _: {}
    ) -> None:
        made = (DoorDocument(each, folder, examples_of) for each in trusted if each.type in OFFERED and each.name)
        self._by_name: Mapping[str, DoorDocument] = {each.name: each for each in sorted(made, key=lambda one: one.name)}
        self._valid: dict[tuple[str, Audience], bool] = {}

    def __iter__(self) -> Iterator[DoorDocument]:
        return iter(self._by_name.values())

    def named(self, name: str) -> DoorDocument | None:
        """The one of this name."""
        return self._by_name.get(name)

    def is_for(self, document: DoorDocument, audience: Audience, schema: GraphQLSchema) -> bool:
        """Whether this audience may run it: all that it asks for is in the `schema` of the audience."""
        key = (document.name, audience)
        if key not in self._valid and not document.is_readable:
            self._valid[key] = False
        elif key not in self._valid:
            has_root = schema.get_root_type(document.operation.operation) is not None
            self._valid[key] = has_root and not validate(schema, document.document, WHOSE, max_errors=1)
        return self._valid[key]


NO_DOCUMENTS = DoorDocuments((), Path())


class _ArgumentDescriptions(Visitor):
    """What the schema says of the arguments that variables are given to, and which lead to a thing that is covered."""

    def __init__(self, schema: GraphQLSchema) -> None:
        super().__init__()
        self.types = TypeInfo(schema)
        self.found: dict[str, str] = {}
        self.leading: set[str] = set()

    def enter_variable(self, node: VariableNode, *_: object) -> None:
        argument, field = self.types.get_argument(), self.types.get_field_def()
        if argument and argument.description:
            self.found.setdefault(node.name.value, argument.description)
        kind = NODES_BY_NAME.get(get_named_type(field.type).name) if field else None
        if kind and kind.covered:
            self.leading.add(node.name.value)


def _is_personal(name: str, of: GraphQLInputType, said: _ArgumentDescriptions) -> bool:
    """Whether it is a number of a person or a parcel, or leads to a thing whose code is covered in its id."""
    return get_named_type(of).name in PERSONAL or name in said.leading
