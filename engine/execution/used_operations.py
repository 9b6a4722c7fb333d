"""Which fields an operation of a document names: looked up once, counted by each use, and warned of where it has to be.

A field is known by its coordinate, `Type.field`, and an argument by `Type.field(name:)`. Introspection is not counted.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from email.utils import format_datetime
from functools import cached_property
from typing import Any

from cachetools import LRUCache
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    get_named_type,
    get_operation_ast,
    parse,
    type_from_ast,
)

from auth.caller import Caller
from auth.masks import redact
from engine.execution.manifest import hash_of
from resolvers.kit.deprecation import Deprecation
from store.platform.usage import Usage

KEPT = 4_000_000
"""Characters of the documents of which a process knows the fields."""
LEAST = 1_000
"""Characters that one counts at least."""
LONGEST = 100
"""The longest name that is counted, in characters. A client may choose a name of any length."""


class KnownOperation:
    """An operation of a document, as an audience asks it."""

    def __init__(self, text: str, name: str | None, schema: GraphQLSchema, document: DocumentNode) -> None:
        self.text = text
        operation = get_operation_ast(document, name)
        named = operation.name.value if operation and operation.name else ""
        self.name = redact(named)[:LONGEST]
        found = dict(_named(schema, document, name))
        self.coordinates = frozenset(found)
        self.deprecations: Mapping[str, Deprecation] = {
            at: Deprecation.read(reason) for at, reason in sorted(found.items()) if reason
        }

    @cached_property
    def digest(self) -> str:
        """The hash of its text."""
        return hash_of(self.text)

    def warnings(self) -> list[dict[str, Any]]:
        """What stands in `extensions.deprecations`."""
        return [
            {"coordinate": at, "since": str(each.since), "until": str(each.until), "instead": each.instead}
            for at, each in self.deprecations.items()
        ]


class UsedOperations:
    """The operations that one process knows. `usage` is told of their uses; without it nothing is counted."""

    def __init__(self, usage: Usage | None = None) -> None:
        self._usage = usage
        self._known: LRUCache[tuple[GraphQLSchema, str, str | None], KnownOperation] = LRUCache(
            KEPT, getsizeof=lambda each: max(LEAST, len(each.text))
        )

    @property
    def counts(self) -> bool:
        """Whether anybody is told of uses."""
        return self._usage is not None

    def of(
        self, text: str, name: str | None, schema: GraphQLSchema, document: DocumentNode | None = None
    ) -> KnownOperation:
        """The operation of this name. Without the document, which is valid, its text is parsed if it is not known."""
        at = (schema, text, name)
        known = self._known.get(at)
        if known is None:
            known = KnownOperation(text, name, schema, document or parse(text))
            if max(LEAST, len(text)) <= KEPT:
                self._known[at] = known
        return known

    def used(
        self,
        operation: KnownOperation,
        caller: Caller,
        *,
        cost: int,
        seconds: float | None,
        times: int = 1,
        failed: bool = False,
    ) -> None:
        """The caller had an answer to it so often; without `seconds` it was a kept one."""
        if self._usage is None:
            return
        app = caller.app.code if caller.app else ""
        self._usage.used(app, operation, cost=cost, seconds=seconds, times=times, failed=failed)


def deprecation_headers(warnings: list[dict[str, Any]]) -> dict[str, str]:
    """`Deprecation` (RFC 9745) and `Sunset` (RFC 8594), by the first of what an answer warns of; none without one."""
    if not warnings:
        return {}
    since, until = (min(each[name] for each in warnings) for name in ("since", "until"))
    began = datetime.combine(datetime.fromisoformat(since), time(), UTC)
    ends = datetime.combine(datetime.fromisoformat(until) + timedelta(days=1), time(), UTC)
    return {"deprecation": f"@{int(began.timestamp())}", "sunset": format_datetime(ends, usegmt=True)}


def _named(schema: GraphQLSchema, document: DocumentNode, name: str | None) -> Iterator[tuple[str, str | None]]:
    """The fields and arguments that an operation names, each with the reason of its `@deprecated`."""
    operation = get_operation_ast(document, name)
    root = schema.get_root_type(operation.operation) if operation else None
    if operation is None or root is None:
        return
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    open_: list[tuple[Any, SelectionSetNode]] = [(root, operation.selection_set)]
    seen: set[str] = set()
    while open_:
        within, selections = open_.pop()
        for each in selections.selections:
            if isinstance(each, FieldNode):
                field = within.fields.get(each.name.value) if _has_fields(within) else None
                if field is None:  # of introspection
                    continue
                at = f"{within.name}.{each.name.value}"
                yield at, field.deprecation_reason
                yield from _arguments(at, field, each)
                if each.selection_set:
                    open_.append((get_named_type(field.type), each.selection_set))
            elif isinstance(each, FragmentSpreadNode):
                fragment = fragments[each.name.value]
                if fragment.name.value not in seen:
                    seen.add(fragment.name.value)
                    open_.append((type_from_ast(schema, fragment.type_condition), fragment.selection_set))
            elif isinstance(each, InlineFragmentNode):
                condition = each.type_condition
                open_.append((type_from_ast(schema, condition) if condition else within, each.selection_set))


def _has_fields(of: Any) -> bool:
    return isinstance(of, GraphQLObjectType | GraphQLInterfaceType)


def _arguments(at: str, field: GraphQLField, node: FieldNode) -> Iterator[tuple[str, str | None]]:
    for each in node.arguments or ():
        if given := field.args.get(each.name.value):
            yield f"{at}({each.name.value}:)", given.deprecation_reason
