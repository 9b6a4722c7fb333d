"""Enums of other rooms in the schema, with a name and descriptions."""

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar

import strawberry

E = TypeVar("E", bound=type[Enum])


def enum(cls: E, name: str, description: str, values: Mapping[str, str]) -> E:
    """Put an enum of another room into the schema under this name. Every value has a description."""
    if missing := {member.name for member in cls} ^ values.keys():
        raise TypeError(f"{cls.__name__}: described and existing values differ in {sorted(missing)}")
    promised = strawberry.enum(cls, name=name, description=description)
    for value in promised.__strawberry_definition__.values:  # type: ignore[attr-defined]
        value.description = values[value.name]
    return promised
