"""A manifest of trusted documents, in the format of Apollo's tools, and what makes a document the same as one of them.

Source: `@apollo/generate-persisted-query-manifest` and `@apollo/persisted-query-lists`. Apollo's client knows an
operation by its name and sends the hash of what it would send: with `__typename` in every selection but the outermost,
comments gone, operations before fragments and each kind by name.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
from graphql import (
    REMOVE,
    DefinitionNode,
    DocumentNode,
    EnumValueNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    NameNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    Visitor,
    get_operation_ast,
    parse,
    print_ast,
    visit,
)

from engine.execution.limits import DocumentLimits
from engine.execution.parsing import Parsing

TYPENAME = FieldNode(name=NameNode(value="__typename"), arguments=(), directives=())


class TrustedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One of a manifest: `id` is the hash of its `body`, `name` that of its operation."""

    id: str
    name: str
    type: str
    body: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The trusted documents."""

    format: str = "apollo-persisted-query-manifest"
    version: int = 1
    operations: tuple[TrustedDocument, ...] = ()


def hash_of(document: str) -> str:
    """By what a document is known."""
    return hashlib.sha256(document.encode()).hexdigest()


def read_manifest(path: Path) -> dict[str, str]:
    """The documents of a manifest, by their hashes; raises ValueError with what is wrong with it."""
    return {each.id: each.body for each in read_operations(path)}


def read_operations(path: Path) -> tuple[TrustedDocument, ...]:
    """The same, each with its name and its kind."""
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError) as error:
        raise ValueError(f"the manifest cannot be read: {type(error).__name__}") from None
    wrong = [each.name for each in manifest.operations if each.id != hash_of(each.body)]
    if wrong:
        raise ValueError(f"the manifest names these by another hash than theirs: {', '.join(wrong)}")
    return manifest.operations


def manifest_of(documents: Iterable[str]) -> str:
    """A manifest of documents with one named operation each, as it is committed."""
    operations = tuple(map(_trusted, documents))
    return msgspec.json.format(msgspec.json.encode(Manifest(operations=operations)), indent=2).decode() + "\n"


def _trusted(document: str) -> TrustedDocument:
    parsed = parse(document)
    operation = get_operation_ast(parsed)
    if operation is None or operation.name is None:
        raise ValueError("a document of a manifest has one operation, and that a name")
    body = print_ast(_in_order(visit(parsed, _AsApolloSends())))
    return TrustedDocument(id=hash_of(body), name=operation.name.value, type=operation.operation.value, body=body)


def meaning_of(document: str, limits: DocumentLimits) -> str | None:
    """The same for all documents that differ in nothing but layout, comments, order of definitions and `__typename`.

    None for what is no document, or one that is over the limits of the parser.
    """
    try:
        return hash_of(print_ast(_in_order(visit(Parsing(document).within(limits), _WithoutTypename()))))
    except GraphQLError:
        return None


class _AsApolloSends(Visitor):
    """`__typename` at the end of every selection but the outermost; an object as graphql-js 16 prints it."""

    def enter_selection_set(self, node: SelectionSetNode, _key: Any, parent: Any, *_: Any) -> SelectionSetNode | None:
        asked = {each.name.value for each in node.selections if isinstance(each, FieldNode)}
        if isinstance(parent, OperationDefinitionNode) or any(name.startswith("__") for name in asked):
            return None
        return SelectionSetNode(selections=(*node.selections, TYPENAME))

    def leave_object_value(self, node: ObjectValueNode, *_: Any) -> EnumValueNode:
        """Printed already, without blanks inside its braces: a name is printed as it is."""
        return EnumValueNode(value=f"{{{', '.join(map(print_ast, node.fields))}}}")


class _WithoutTypename(Visitor):
    """No `__typename` anywhere, but one that is asked for by another name or with a directive."""

    def enter_field(self, node: FieldNode, *_: Any) -> Any:
        plain = node.name.value == "__typename" and not node.alias and not node.directives
        return REMOVE if plain else None


def _in_order(document: DocumentNode) -> DocumentNode:
    """Operations first, each kind by name."""

    def place(each: DefinitionNode) -> tuple[bool, str]:
        named = isinstance(each, (OperationDefinitionNode, FragmentDefinitionNode)) and each.name
        return not isinstance(each, OperationDefinitionNode), named.value if named else ""

    return DocumentNode(definitions=tuple(sorted(document.definitions, key=place)))
