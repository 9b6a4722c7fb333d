"""The categories of personal data and the scopes of apps, which the domains declare, as enums of the schema."""

from enum import StrEnum

from resolvers.registry import CATEGORIES
from schema.kit.enums import enum


class PersonalCategory(StrEnum):
    """A category of personal data, by its name."""

    _ignore_ = "members each"
    members = vars()
    for each in sorted(CATEGORIES):
        members[each] = each


class ApiScope(StrEnum):
    """What an app may do for a person: one scope for each category, with the same name."""

    _ignore_ = "members each"
    members = vars()
    for each in sorted(CATEGORIES):
        members[each] = each


enum(
    PersonalCategory,
    "PersonalCategory",
    "A category of personal data (jenis data pribadi). Each reading of it is recorded.",
    {name: each.description for name, each in CATEGORIES.items()},
)
enum(
    ApiScope,
    "ApiScope",
    "What an app may do for a person who is signed in through it (izin aplikasi).",
    {name: each.scope for name, each in CATEGORIES.items()},
)
