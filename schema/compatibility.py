"""What was promised before, and what would break it: `released.graphql` against the schema of today.

`make release` renews the file. What breaks a promise between two releases is named in the changelog.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from graphql import GraphQLSchema, build_schema
from graphql.utilities import DangerousChangeType, find_breaking_changes, find_dangerous_changes

from auth.caller import Audience
from schema.kit.released_access import access_of

CHANGED_MEANING = {DangerousChangeType.ARG_DEFAULT_VALUE_CHANGE, DangerousChangeType.INPUT_FIELD_DEFAULT_VALUE_CHANGE}
"""Changes that the types allow, but that give another answer to an old document."""
SECTION = re.compile(r"^## ", re.MULTILINE)
BREAKING = re.compile(r"^### Breaking\n(.*?)(?=^### |\Z)", re.DOTALL | re.MULTILINE)


class Break(NamedTuple):
    """A change that breaks the released schema, and the coordinate that it concerns."""

    coordinate: str
    text: str


def unnamed_breaks(released: str, sdl: str, changelog: str) -> list[Break]:
    """The breaking changes that the newest section of the changelog does not name."""
    _, newest, *_ = [*SECTION.split(changelog), ""]
    named = {name for section in BREAKING.findall(newest) for name in re.findall(r"`([^`]+)`", section)}
    return [each for each in breaks(released, sdl) if each.coordinate not in named]


def breaks(released: str, sdl: str) -> list[Break]:
    """Each change that a client of the released schema could notice: in types, in defaults, and in access.

    A standard scalar of GraphQL that is no longer used is not a change.
    """
    old, new = build_schema(released), build_schema(sdl)
    found = find_breaking_changes(old, new)
    texts = [each.description for each in found if not each.description.startswith("Standard scalar ")]
    texts += [each.description for each in find_dangerous_changes(old, new) if each.type in CHANGED_MEANING]
    return [*(Break(_coordinate(text), text) for text in texts), *_closed(old, new)]


def _coordinate(text: str) -> str:
    """Of what a change's description speaks: its first word with a point or an @, else its first."""
    found = re.search(r"@\w+(\(\w+:\))?|\w+\.\w+(\(\w+:\))?", text)
    return found[0] if found else text.partition(" ")[0]


def _closed(old: GraphQLSchema, new: GraphQLSchema) -> Iterator[Break]:
    """Fields that an audience no longer has, and fields that have become personal."""
    before, after = access_of(old), access_of(new)
    for at in sorted(before.keys() & after.keys()):
        (had, was_personal), (has, is_personal) = before[at], after[at]
        if lost := [each for each in Audience if each.value in had - has]:
            yield Break(at, f"Field {at} is no longer for {', '.join(each.value for each in lost)}.")
        if is_personal and not was_personal:
            yield Break(at, f"Field {at} has become personal.")
