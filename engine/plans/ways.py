"""The ways in which a field gets its value: as an attribute, by the rule of its resolver, or as graphql-core asks."""

from collections.abc import Callable
from functools import cache
from inspect import iscoroutinefunction
from operator import attrgetter
from typing import Any, TypeAlias

from graphql import TypeNameMetaFieldDef, default_field_resolver

from engine.plans.bind import Bound
from engine.plans.shapes import At, Field, keys_of, names_below
from schema.kit.asking import Asking, Given

Way: TypeAlias = Callable[[Bound, Any, At], Any]
"""How a field is asked: for the values of a run, from the object above, at a place in the answer."""


def way_of(field: Field) -> Way:
    """How this field is asked."""
    definition = field.declared
    if (constant := constant_of(field)) is not None:
        return lambda _bound, _source, _at: constant
    if definition is None or definition.extensions:
        return _by_resolver(field)
    if definition.is_subscription:
        return lambda _bound, event, _at: event
    if name := attribute_of(field):
        of = attrgetter(name)
        return lambda _bound, source, _at: of(source)
    asking = _asking(field)
    return _by_rule(field, asking, field.given) if asking and field.given else _by_resolver(field)


def constant_of(field: Field) -> str | None:
    """What is known before anything is asked: the name of a type."""
    return field.parent.name if field.definition is TypeNameMetaFieldDef else None


def attribute_of(field: Field) -> str | None:
    """The attribute of the record that is its value; None where it has another way."""
    definition = field.declared
    if definition and definition.is_basic_field and definition.default_resolver is getattr:
        return definition.python_name
    return None


def resolver_of(field: Field) -> Callable[..., Any] | None:
    """The resolver of ours that only has to be called and lets nobody wait; None where there is more to it."""
    asking = _asking(field)
    return asking.at_once if asking else None


def is_of_record(field: Field) -> bool:
    """Whether its resolver follows from the record and the language alone, and no variable is in its arguments."""
    asking = _asking(field)
    return asking is not None and asking.at_once is not None and asking.of_record and not field.varies


def is_asked_later(field: Field) -> bool:
    """Whether asking for it raises nothing yet: it is awaited, and its arguments are right for all runs."""
    asking = _asking(field)
    return asking is not None and iscoroutinefunction(asking.rule) and not field.varies


def given_of(field: Field) -> Callable[[Bound], Given] | None:
    """What makes the arguments for a resolver of ours; None where it has none."""
    definition, asking = field.declared, _asking(field)
    if definition is None or asking is None:
        return None
    names = cache(lambda: names_below(field))
    return lambda bound: Given(asking.prepare, bound.converted(definition, bound.arguments(field)), names)


def _asking(field: Field) -> Asking | None:
    definition = field.declared
    plain = definition is not None and not definition.extensions and not definition.is_subscription
    return definition.metadata.get("asking") if definition and plain else None


def _by_rule(field: Field, asking: Asking, given: Callable[[Bound], Given]) -> Way:
    rule = asking.rule

    def ask(bound: Bound, source: Any, at: At) -> Any:
        return rule(source, bound.context, FieldAt(field, at), bound.given(field, given))

    return ask


def _by_resolver(field: Field) -> Way:
    resolve = field.definition.resolve or default_field_resolver

    def ask(bound: Bound, source: Any, at: At) -> Any:
        return resolve(source, bound.info(field, at), **bound.arguments(field))

    return ask


class FieldAt:
    """Where a field is asked, for its rule."""

    __slots__ = ("_at", "_field")

    def __init__(self, field: Field, at: At) -> None:
        self._at = at
        self._field = field

    @property
    def field(self) -> str:
        """Its name in the matrix."""
        return f"{self._field.parent.name}.{self._field.name}"

    def path(self) -> list[str | int]:
        """The keys that lead to it in the answer."""
        return keys_of(self._at)
