"""The tables of the hub, brought up to date. Alembic does it, and is imported only where there is something to do."""

import os
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, column, inspect, select, table

from connectors.kit.late import late
from store.kit.broken import StoreBroken

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
_SAID = re.compile(r'^(revision|down_revision) = (?:"(\w+)"|None)$', re.MULTILINE)


def migrated(connection: Connection) -> None:
    """Bring the tables up to date. Raises `StoreBroken` if a newer hub has done so."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")
    known, heads = revisions()
    current = _current(connection)
    if unknown := sorted(current - known):
        newest = ", ".join(sorted(heads))
        raise StoreBroken(f"it is a newer hub's: its tables have the revision {unknown[0]}; this hub knows {newest}")
    if current != heads:
        config = scripts()
        config.attributes["connection"] = connection
        command.upgrade(config, "heads")


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
    before = dict(map(_said, (each for place in _places() for each in sorted(place.glob("*.py")))))
    return frozenset(before), frozenset(before.keys() - set(before.values()))


def _places() -> list[Path]:
    return [MIGRATIONS / "versions", *sorted(STORE.glob(OF_DOMAINS))]


def _said(file: Path) -> tuple[str, str | None]:
    """The revision that a file makes, and the one before it."""
    said = dict(_SAID.findall(file.read_text(encoding="utf-8")))
    return said["revision"], said["down_revision"] or None


def _current(connection: Connection) -> frozenset[str]:
    """The revisions that the tables have."""
    if not inspect(connection).has_table(VERSIONS.name):
        return frozenset()
    return frozenset(connection.execute(select(VERSIONS.c.version_num)).scalars())
