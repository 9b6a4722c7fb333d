"""The tables of the hub, brought up to date. Alembic does it, and is imported only where there is something to do."""

import os
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Column, Connection, String, Table, column, insert, inspect, select, table

from connectors.kit.late import late
from store.kit.broken import StoreBroken
from store.kit.tables import METADATA

if TYPE_CHECKING:
    from alembic import command
    from alembic import config as configuration
else:
    command, configuration = late("alembic.command"), late("alembic.config")

STORE = Path(__file__).parents[1]
MIGRATIONS = STORE / "migrations"
OF_DOMAINS = "*/migrations"
"""Where a domain has its own migrations. The first one begins a branch with the name of the domain."""

MIGRATING = 0x51_3D_9A_11
"""The number of the PostgreSQL lock for migrations."""
VERSIONS = table("alembic_version", column("version_num"))
"""Where Alembic notes the newest revision of each branch."""
SUITS = Table(
    "suitable_revisions",
    METADATA,
    Column("revision", String, primary_key=True),
    Column("suits", String, primary_key=True),
)
"""Which older hubs may work on the tables after `revision`: those whose newest revision of the branch is in `suits`.

With `STRANGERS` before it, `suits` is the first of the branch, and means all hubs that do not know it.
"""
STRANGERS = "but "
_SAID = re.compile(r'^(revision|down_revision) = (?:"(\w+)"|None)$', re.MULTILINE)
_SUITS = re.compile(r'^SUITS = \(((?:"\w+",? ?)*)\)$', re.MULTILINE)


def migrated(connection: Connection) -> None:
    """Bring the tables up to date.

    Raises `StoreBroken` if a newer hub has done so, and the tables do not suit this one.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")
    heads, stands = revisions()[1], standing(connection)
    if stands.unknown:
        newest = ", ".join(sorted(heads))
        raise StoreBroken(
            f"it is a newer hub's: its tables have the revision {stands.unknown[0]}; this hub knows {newest}"
        )
    if stands.missing:
        config = scripts()
        config.attributes["connection"] = connection
        command.upgrade(config, "heads")
        _say_whom_it_suits(connection)


def _say_whom_it_suits(connection: Connection) -> None:
    """Note for older hubs, which do not know these revisions, whether they may work on the tables."""
    SUITS.create(connection, checkfirst=True)
    there = {(row.revision, row.suits) for row in connection.execute(select(SUITS))}
    before = {each.revision: each.before for each in _migrations()}
    told = {(each.revision, suits) for each in _migrations() for suits in each.suits}
    told |= {(each, f"{STRANGERS}{[*_back_from(each, before)][-1]}") for each in before}
    if told - there:
        connection.execute(insert(SUITS), [{"revision": revision, "suits": suits} for revision, suits in told - there])


class TablesStanding(NamedTuple):
    """How the tables stand.

    `missing` revisions have to be made. `newer` ones were made by a newer hub, and this one may work on the tables all
    the same. `unknown` ones were too, and it may not; then nobody knows what is missing.
    """

    missing: int
    newer: tuple[str, ...]
    unknown: tuple[str, ...]


def standing(connection: Connection) -> TablesStanding:
    """How the tables stand. Nothing is changed."""
    known, current = {each.revision: each.before for each in _migrations()}, _current(connection)
    heads = revisions()[1]
    there, strange = set[str](), current - known.keys()
    for each in current & known.keys():
        there |= {*_back_from(each, known)}
    suiting = _suiting(connection) if strange else {}
    unknown = set[str]()
    for each in strange:
        suits = suiting.get(each, frozenset())
        there |= {below for head in suits & heads for below in _back_from(head, known)}
        firsts = {suited.removeprefix(STRANGERS) for suited in suits if suited.startswith(STRANGERS)}
        if not suits & heads and (not firsts or firsts & known.keys()):
            unknown.add(each)
    missing = 0 if unknown else len(known.keys() - there)
    return TablesStanding(missing, tuple(sorted(strange - unknown)), tuple(sorted(unknown)))


def _suiting(connection: Connection) -> dict[str, frozenset[str]]:
    """Which older hubs each revision suits."""
    if not inspect(connection).has_table(SUITS.name):
        return {}
    found: dict[str, set[str]] = {}
    for row in connection.execute(select(SUITS)):
        found.setdefault(row.revision, set()).add(row.suits)
    return {revision: frozenset(suits) for revision, suits in found.items()}


def _back_from(revision: str, before: Mapping[str, str | None]) -> Iterator[str]:
    """A revision, and all before it."""
    at: str | None = revision
    while at is not None:
        yield at
        at = before[at]


def scripts() -> "configuration.Config":
    """Where Alembic finds the migrations."""
    config = configuration.Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", os.pathsep.join(map(str, _places())))
    return config


@cache
def revisions() -> tuple[frozenset[str], frozenset[str]]:
    """The revisions that this hub knows, and the newest of each branch."""
    known = {each.revision for each in _migrations()}
    return frozenset(known), frozenset(known - {each.before for each in _migrations()})


@cache
def _migrations() -> "tuple[_Migration, ...]":
    """All that this hub knows."""
    return tuple(map(_said, (each for place in _places() for each in sorted(place.glob("*.py")))))


def _places() -> list[Path]:
    return [MIGRATIONS / "versions", *sorted(STORE.glob(OF_DOMAINS))]


class _Migration(NamedTuple):
    """The revision that a file makes, the one before it, and those whose hubs may go on after it (`SUITS`)."""

    revision: str
    before: str | None
    suits: tuple[str, ...]


def _said(file: Path) -> _Migration:
    text = file.read_text(encoding="utf-8")
    said, suits = dict(_SAID.findall(text)), _SUITS.search(text)
    return _Migration(
        said["revision"], said["down_revision"] or None, tuple(re.findall(r"\w+", suits[1])) if suits else ()
    )


def _current(connection: Connection) -> frozenset[str]:
    """The revisions that the tables have."""
    if not inspect(connection).has_table(VERSIONS.name):
        return frozenset()
    return frozenset(connection.execute(select(VERSIONS.c.version_num)).scalars())
