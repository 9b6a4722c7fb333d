"""The categories of personal data, and the scopes of apps, as the domains declare them, as enums of the schema."""

from enum import StrEnum

from resolvers.registry import CATEGORIES
from schema.kit.enums import enum


class PersonalCategory(StrEnum):
    """A category, by its name."""

    _ignore_ = "members each"
    members = vars()
    for each in sorted(CATEGORIES):
        members[each] = each


class ApiScope(StrEnum):
    """What an app may do for a person: one scope for each category, by its name."""

    _ignore_ = "members each"
    members = vars()
    for each in sorted(CATEGORIES):
        members[each] = each


enum(
    PersonalCategory,
    "PersonalCategory",
    "A kind of personal data (jenis data pribadi); each reading of it is recorded.",
    {name: each.description for name, each in CATEGORIES.items()},
)
enum(
    ApiScope,
    "ApiScope",
    "What an app may do for a person who is signed in through it (izin aplikasi).",
    {name: each.scope for name, each in CATEGORIES.items()},
)
