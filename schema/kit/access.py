"""The policy in the schema: `@access` on a type, and on a field that differs from its type."""

from collections.abc import Callable
from typing import Any, TypeVar

import strawberry
from strawberry.schema_directive import Location

from auth.caller import Audience
from auth.policies import Policy, nobody
from schema.kit.categories import PersonalCategory
from schema.kit.enums import enum

enum(
    Audience,
    "Audience",
    "The audience of a caller (pengguna). Each audience has its own schema, with only the fields "
    "that are declared for it.",
    {
        "PUBLIC": "Anybody (umum).",
        "PARTNER": "An app of a third party (mitra) that has a key.",
        "CITIZEN": "A person (warga) who has signed in.",
        "OFFICER": "A person who works for an agency (petugas).",
        "ADMIN": "A person who runs the hub (pengelola).",
    },
)

C = TypeVar("C", bound=type[Any])


@strawberry.schema_directive(
    locations=[Location.OBJECT, Location.INTERFACE, Location.FIELD_DEFINITION],
    name="access",
    description="Who may read it: these audiences; PUBLIC means everybody. Without an audience, nobody may "
    "read it. A field with a `category` is personal: it is given if all conditions of one of the "
    "`rules` hold, and each reading is recorded.",
)
class Access:
    who: list[Audience]
    category: PersonalCategory | None = strawberry.UNSET
    rules: list[list[str]] | None = strawberry.UNSET


def access(policy: Policy) -> Access:
    """The policy as a directive. The audiences are in their usual order."""
    who = [each for each in Audience if each in policy.who]
    if policy.personal is None:
        return Access(who=who)
    return Access(who=who, category=PersonalCategory(policy.personal.category.name), rules=policy.personal.words)


def object_type(policy: Policy, description: str | None = None) -> Callable[[C], C]:
    """An object type, named without `Type` in the graph.

    The policy holds for its fields, unless one declares its own.
    """

    def declare(cls: C) -> C:
        cls.__policy__ = policy
        return strawberry.type(cls, name=_name(cls), description=description, directives=[access(policy)])

    return declare


def interface(policy: Policy, description: str) -> Callable[[C], C]:
    """The same for an interface."""

    def declare(cls: C) -> C:
        cls.__policy__ = policy
        return strawberry.interface(cls, name=_name(cls), description=description, directives=[access(policy)])

    return declare


def _name(cls: type[Any]) -> str:
    return cls.__name__.removesuffix("Type")


def policy_of(field: Any, of: type) -> Policy:
    """The policy of a field; else that of its type; else nobody may read it."""
    declared: Policy = field.metadata.get("policy") or getattr(of, "__policy__", nobody)
    return declared
