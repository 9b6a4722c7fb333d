"""What the schema promises, held to what resolvers and records have, before anything is answered."""

import functools
import inspect
from collections.abc import Iterator, Mapping
from datetime import date, time
from decimal import Decimal
from enum import Enum
from typing import Any, NewType, Protocol

import strawberry
from strawberry.types.base import StrawberryList, StrawberryObjectDefinition, StrawberryOptional, StrawberryType
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField
from strawberry.types.union import StrawberryUnion

from connectors.kit.domains import DeclarationError
from resolvers.kit.age import Age
from schema.kit.node import record_of
from schema.kit.record_types import (
    ABSENT,
    alternatives,
    attribute_type,
    class_of,
    full_name,
    given_type,
    items_type,
    root_type,
    spelled,
)

ROOTS = ("Query", "Mutation", "Subscription")
BUILT_IN: dict[Any, tuple[type, ...]] = {
    float: (float, int, Decimal),
    int: (int, Age),
    strawberry.ID: (str,),
}
"""Of which classes what stands for a scalar may be; for others it is of their own class, so no moment is a day, and no
bool is an int."""


def check_records(schema: strawberry.Schema) -> None:
    """Hold a schema to its records.

    From the root fields on, each type is held to each record that it is answered from. Raises `DeclarationError` with
    every field that its record does not have, or not with that type.
    """
    mistakes = _Walk(schema).mistakes()
    if mistakes:
        told = "\n".join(f"  {each}" for each in mistakes)
        raise DeclarationError(f"the schema promises what its records do not hold:\n{told}")


def objects_of(schema: strawberry.Schema) -> dict[str, StrawberryObjectDefinition]:
    """The object types and interfaces of a schema, by name."""
    return {
        name: concrete.definition
        for name, concrete in schema.schema_converter.type_map.items()
        if isinstance(concrete.definition, StrawberryObjectDefinition) and not concrete.definition.is_input
    }


class _Walk:
    """One way through a schema; each type is held to each record once."""

    def __init__(self, schema: strawberry.Schema) -> None:
        self._schema = schema
        self._name_of = functools.cache(schema.config.name_converter.from_type)
        self._types = objects_of(schema)
        self._scalars: Mapping[object, Any] = schema.schema_converter.scalar_registry
        self._seen: set[tuple[str, Any]] = set()
        self._open: list[tuple[StrawberryObjectDefinition, Any]] = []

    def mistakes(self) -> list[str]:
        found = []
        for name in ROOTS:
            if root := self._types.get(name):
                self._open.append((root, None))
        while self._open:
            definition, record = self._open.pop(0)
            for field in self._schema.get_fields(definition):
                wrong = list(self._of_field(definition, field, record))
                found += [f"{self._name_of(definition)}.{field.python_name}: {each}" for each in wrong]
        return list(dict.fromkeys(found))

    def _of_field(self, definition: StrawberryObjectDefinition, field: StrawberryField, record: Any) -> Iterator[str]:
        """What is wrong with one field, where its type is answered from this record; None is the record of a root."""
        promise = field.resolve_type(type_definition=definition)
        resolver = field.metadata.get("resolver")
        if resolver is None:
            given = attribute_type(record, field.python_name)
            if given is ABSENT:
                yield f"it is promised as {self._promised(promise)}; {_named(record)} has no {field.python_name}"
            elif not self._fits(promise, given):
                yield f"it is promised as {self._promised(promise)}; in {_named(record)} it is {spelled(given)}"
            return
        if (taken := _unfit_root(resolver, record)) is not None:
            yield f"{full_name(resolver)} takes {spelled(taken)}, and not {_named(record)}"
        if not self._fits(promise, given := given_type(resolver)):
            yield f"it is promised as {self._promised(promise)}; {full_name(resolver)} gives {spelled(given)}"
        policy = field.metadata.get("policy")
        mask = policy.personal.mask if policy and policy.personal else None
        if mask and not self._fits(promise, given := given_type(mask)) and not self._fits_as_text(promise, given):
            yield f"it is promised as {self._promised(promise)}; {full_name(mask)} gives {spelled(given)}"

    def _fits(self, promise: Any, given: Any) -> bool:
        """Whether each value of the given type may be answered for this promise."""
        if given is ABSENT:
            return False
        optional = isinstance(promise, StrawberryOptional)
        ones, null = alternatives(given)
        if null and not optional:
            return False
        inner = promise.of_type if optional else promise
        fitting = [self._fits_one(inner, each) for each in ones]
        return all(fitting)

    def _fits_one(self, promise: Any, given: Any) -> bool:
        if isinstance(promise, StrawberryList):
            items = items_type(given)
            return items is not ABSENT and self._fits(promise.of_type, items)
        if isinstance(promise, StrawberryEnumDefinition):
            return _fits_enum(promise.wrapped_cls, given)
        if isinstance(promise, StrawberryUnion):
            return self._fits_some([_definition(each) for each in promise.types], given)
        definition = _definition(promise)
        if definition is None:
            return _fits_scalar(promise, given)
        if definition.is_interface:
            return self._fits_some(self._implementations(definition), given)
        return self._fits_object(definition, given)

    def _fits_as_text(self, promise: Any, given: Any) -> bool:
        """Whether a masked value is a text, and the scalar is written as one."""
        optional = isinstance(promise, StrawberryOptional)
        scalar = self._scalars.get(promise.of_type if optional else promise)
        ones, null = alternatives(given)
        return scalar is not None and scalar.serialize is str and ones == [str] and (optional or not null)

    def _fits_object(self, definition: StrawberryObjectDefinition, given: Any) -> bool:
        """Hold an object type to a record, later; whether the record is of a kind that can be one at all."""
        cls = class_of(given)
        if cls is None or cls.__module__ in ("builtins", "typing") or issubclass(cls, (Enum, str, date, time)):
            return False
        if (record := record_of(definition.origin)) and not issubclass(cls, record):
            return False
        name = self._name_of(definition)
        if (name, given) not in self._seen:
            self._seen.add((name, given))
            self._open.append((definition, given))
        return True

    def _fits_some(self, definitions: list[StrawberryObjectDefinition], given: Any) -> bool:
        """Where one of several types is promised: those that are told by their records, each held to its own."""
        cls = class_of(given)
        if cls is None:
            return False
        records = [(record, each) for each in definitions if (record := record_of(each.origin))]
        below = [(each, record) for record, each in records if issubclass(record, cls)]
        above = [(each, given) for record, each in records if issubclass(cls, record)]
        fitting = [self._fits_object(each, of) for each, of in below or above]
        return bool(fitting) and all(fitting)

    def _implementations(self, interface: StrawberryObjectDefinition) -> list[StrawberryObjectDefinition]:
        return [
            each
            for each in self._types.values()
            if not each.is_interface and any(of.origin is interface.origin for of in each.interfaces)
        ]

    def _promised(self, promise: Any) -> str:
        """A promise as the schema writes it."""
        if isinstance(promise, StrawberryOptional):
            return self._promised(promise.of_type).removesuffix("!")
        if isinstance(promise, StrawberryList):
            return f"[{self._promised(promise.of_type)}]!"
        definition = promise if isinstance(promise, StrawberryType) else _definition(promise)
        if definition is not None:
            return f"{self._name_of(definition)}!"
        scalar = self._scalars.get(promise)
        return f"{scalar.name if scalar else promise.__name__}!"


def _definition(promise: Any) -> Any:
    """What Strawberry knows of a type; None of a scalar's."""
    return getattr(promise, "__strawberry_definition__", None)


def _unfit_root(resolver: Any, record: Any) -> Any:
    """What a resolver takes as its root, where that is not this record; None where it is."""
    taken = root_type(resolver)
    ones, null = alternatives(taken)
    takes = null or object in ones or Any in ones if record is None else any(_accepts(each, record) for each in ones)
    return None if takes else taken


def _accepts(taken: Any, record: Any) -> bool:
    """Whether an argument of this type takes the record."""
    if taken in (Any, object):
        return True
    wanted, cls = class_of(taken), class_of(record)
    if wanted is None or cls is None:
        return False
    if Protocol in wanted.__bases__:
        names = {name for each in wanted.__mro__ for name in inspect.get_annotations(each)}
        names |= {name for name, value in wanted.__dict__.items() if isinstance(value, property)}
        return all(attribute_type(record, name) is not ABSENT for name in names)
    return issubclass(cls, wanted)


def _fits_enum(promised: type, given: Any) -> bool:
    """An enum's own member; an enum that is made for the schema, of names, is given by these names."""
    return given is promised or (given is str and issubclass(promised, str) and _is_of_schema(promised))


def _fits_scalar(promised: Any, given: Any) -> bool:
    """Its own type; a `NewType` that only the schema knows is given as what it is made of."""
    if promised in BUILT_IN:
        return class_of(given) in BUILT_IN[promised]
    if isinstance(promised, NewType):
        return given is promised or (_is_of_schema(promised) and given is class_of(promised))
    return class_of(given) is promised


def _is_of_schema(of: Any) -> bool:
    return str(of.__module__).partition(".")[0] == "schema"


def _named(record: Any) -> str:
    return "the root" if record is None else full_name(record)
