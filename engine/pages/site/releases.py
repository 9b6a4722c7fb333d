"""The released schemas, as they stand in `schema/releases/`, and what each has changed."""

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import NamedTuple

import schema
from engine.pages.site.reference import is_of_list
from schema.kit.changes import ChangeOfSchema, Parts, SchemaChange, changes, parts_of_text

RELEASES = Path(schema.__file__).parent / "releases"
VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
HEAD = re.compile(rf"# Simpul ({VERSION.pattern}), (\d{{4}}-\d\d-\d\d)\n")


class ReleasedSchema(NamedTuple):
    """One of them: its version, its day, and the schema as text."""

    version: str
    day: date
    text: str

    def written(self) -> str:
        """As it stands in its file."""
        return f"# Simpul {self.version}, {self.day.isoformat()}\n{self.text}"

    @property
    def order(self) -> tuple[int, ...]:
        """By which versions are compared."""
        return order_of(self.version)


class SchemaRelease(NamedTuple):
    """What a release has changed since the one before. Without a version, it is what runs here and is not released."""

    version: str | None
    day: date | None
    changes: tuple[SchemaChange, ...]
    first: bool = False


def order_of(version: str) -> tuple[int, ...]:
    """By which versions are compared; raises ValueError for what is none."""
    if not VERSION.fullmatch(version):
        raise ValueError(f"{version} is no version: write three numbers, as in 1.4.0")
    return tuple(map(int, version.split(".")))


def read_releases(folder: Path = RELEASES) -> list[ReleasedSchema]:
    """All of them, the oldest first; raises ValueError for a file that does not say its version."""
    found = []
    for path in folder.glob("*.graphql"):
        text = path.read_text(encoding="utf-8")
        head = HEAD.match(text)
        if head is None or head[1] != path.stem:
            raise ValueError(f"{path.name} does not begin with its version and its day")
        found.append(ReleasedSchema(head[1], date.fromisoformat(head[5]), text[head.end() :]))
    return sorted(found, key=lambda each: each.order)


def history(released: Iterable[ReleasedSchema], today: Parts) -> list[SchemaRelease]:
    """What each release has changed, the newest first, before them what is not released yet."""
    found: list[SchemaRelease] = []
    before: Parts = {}
    first = True
    for each in released:
        parts = parts_of_text(each.text)
        found.append(SchemaRelease(each.version, each.day, () if first else _told(before, parts), first))
        before, first = parts, False
    if not first and (since := _told(before, today)):
        found.append(SchemaRelease(None, None, since))
    return found[::-1]


def _told(before: Parts, after: Parts) -> tuple[SchemaChange, ...]:
    """What a reader has to know: that a new list has pages goes without saying."""
    found = changes(before, after)
    return tuple(each for each in found if each.kind is not ChangeOfSchema.ADDED or not is_of_list(each.coordinate))


def deprecated_now(today: Parts) -> list[tuple[str, str]]:
    """Each coordinate that will be removed, and why."""
    return [(at, part.deprecated) for at, part in today.items() if part.deprecated is not None]
