"""Which operations may have their answers kept: queries whose every field is public, by the policies of the schema."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from cachetools import LRUCache
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLAbstractType,
    GraphQLSchema,
    OperationType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    get_operation_ast,
    is_abstract_type,
    visit,
)

from auth.caller import Audience
from auth.policies import FieldAccess

KNOWN = 10_000
"""Documents of which a process remembers whether their answers may be kept."""


NOT_A_QUERY = "not a query"
_CHANGES = re.compile(r"\b(mutation|subscription)\b")


class JudgedOperation(NamedTuple):
    """An operation of a document, as an audience asks it."""

    audience: Audience
    text: str
    name: str | None


class Verdicts:
    """Of one hub. `access` is the matrix of its whole schema; a field that is not in it is for nobody."""

    def __init__(self, access: Iterable[FieldAccess]) -> None:
        self._public = {
            (each.type_name, each.field_name)
            for each in access
            if Audience.PUBLIC in each.audiences and each.category is None
        }
        self._known: LRUCache[JudgedOperation, str | None] = LRUCache(KNOWN)

    def known(self, what: JudgedOperation) -> str | None:
        """Why the answers to this operation are not kept, as far as that is known before the document is read."""
        if _CHANGES.search(what.text):
            return NOT_A_QUERY
        known: str | None = self._known.get(what)
        return known

    def judge(self, what: JudgedOperation, schema: GraphQLSchema, document: DocumentNode) -> str | None:
        """Why the answers to this operation are not kept; None if they may be."""
        if what not in self._known:
            self._known[what] = self._judge(schema, document, what.name)
        known: str | None = self._known[what]
        return known

    def _judge(self, schema: GraphQLSchema, document: DocumentNode, name: str | None) -> str | None:
        operation = get_operation_ast(document, name)
        if operation is None or operation.operation is not OperationType.QUERY:
            return NOT_A_QUERY
        types = TypeInfo(schema)
        fields = _Fields(schema, types)
        visit(document, TypeInfoVisitor(types, fields))  # fragments of other operations too: that is on the safe side
        return None if fields.found <= self._public else "personal"


class _Fields(Visitor):
    """The fields of a document, each of every type that it may be asked of. Introspection is left out."""

    def __init__(self, schema: GraphQLSchema, types: TypeInfo) -> None:
        super().__init__()
        self._schema = schema
        self._types = types
        self.found: set[tuple[str, str]] = set()

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        name, parent = node.name.value, self._types.get_parent_type()
        if name.startswith("__") or (parent and parent.name.startswith("__")):
            return
        if parent is None:
            self.found.add(("", name))
            return
        named = get_named_type(parent)
        among: list[Any] = [named]
        if is_abstract_type(named):
            abstract: GraphQLAbstractType = named
            among += self._schema.get_possible_types(abstract)
        self.found.update((each.name, name) for each in among if hasattr(each, "fields"))
