"""The ways in which a field gets its value: as an attribute, by the rule of its resolver, or as graphql-core asks."""

from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias

from graphql import TypeNameMetaFieldDef, default_field_resolver
from strawberry.types.field import StrawberryField

from schema.kit.asking import Asking, Given

if TYPE_CHECKING:
    from engine.plans.bind import At, Bound
    from engine.plans.plan import Field

Way: TypeAlias = Callable[["Bound", Any, "At"], Any]
"""How a field is asked: for the values of a run, from the object above, at a place in the answer."""


def way_of(field: "Field") -> Way:
    """How this field is asked."""
    if field.definition is TypeNameMetaFieldDef:
        return lambda _values, _source, _at: field.parent.name
    definition = _definition(field)
    if definition is None or definition.extensions:
        return _by_resolver(field)
    if definition.is_subscription:
        return lambda _values, event, _at: event
    if name := attribute_of(field):
        of = attrgetter(name)
        return lambda _values, source, _at: of(source)
    asking = definition.metadata.get("asking")
    return _by_rule(field, definition, asking) if asking else _by_resolver(field)


def attribute_of(field: "Field") -> str | None:
    """The attribute of the record that is its value; None where it has another way."""
    definition = _definition(field)
    if definition and definition.is_basic_field and definition.default_resolver is getattr:
        return definition.python_name
    return None


def _definition(field: "Field") -> StrawberryField | None:
    found = (field.definition.extensions or {}).get("strawberry-definition")
    return found if isinstance(found, StrawberryField) else None


def _by_rule(field: "Field", definition: StrawberryField, asking: Asking) -> Way:
    rule = asking.rule

    def given(values: "Bound") -> Given:
        return Given(asking.prepare, values.converted(definition, values.arguments(field)))

    def ask(values: "Bound", source: Any, at: "At") -> Any:
        return rule(source, values.context, FieldAt(field, at), values.once(field, given))

    return ask


def _by_resolver(field: "Field") -> Way:
    resolve = field.definition.resolve or default_field_resolver

    def ask(values: "Bound", source: Any, at: "At") -> Any:
        return resolve(source, values.info(field, at), **values.arguments(field))

    return ask


class FieldAt:
    """Where a field is asked, for its rule."""

    __slots__ = ("_at", "_field")

    def __init__(self, field: "Field", at: "At") -> None:
        self._at = at
        self._field = field

    @property
    def field(self) -> str:
        """Its name in the matrix."""
        return f"{self._field.parent.name}.{self._field.name}"

    def path(self) -> list[str | int]:
        """The keys that lead to it in the answer."""
        return keys_of(self._at)


def keys_of(at: "At | None") -> list[str | int]:
    """The keys that lead to a place in the answer."""
    keys: list[str | int] = []
    while at is not None:
        keys.append(at[1])
        at = at[0]
    return keys[::-1]
