"""What is asked of the tables of the snapshots: each function is one piece of work on a connection."""

import secrets
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from cache.ages import Stamp
from store.snapshots.tables import SNAPSHOT_SECRETS, SNAPSHOTS

AT = SNAPSHOTS.c

WRITING = 0x51_3D_9A_15
"""The number of the PostgreSQL lock under which hubs write snapshots one after the other."""
SECRET_BYTES = 32
NAME = "keys"
"""The one row of the secrets."""


class Change(NamedTuple):
    """A snapshot to write, or to delete if it has no values. `ages` are the stamp's ages when it is written."""

    key: str
    values: dict[str, Any] | None
    life: float
    age: Callable[[], float]

    @property
    def size(self) -> int:
        """The bytes of its records."""
        return int(self.values["size"]) if self.values else 0


class Now(NamedTuple):
    """The two clocks: that of the hub, and what the hub knows of the clock of the place."""

    hub: Callable[[], float]
    known: Callable[[], float | None]

    def place(self, connection: Connection) -> float:
        """What the clock of the database says.

        SQLite has none: it is the clock of the hub, unless that is behind the newest moment that the hub knows of or
        that stands in the table.
        """
        if connection.dialect.name == "postgresql":
            return float(connection.execute(select(func.extract("epoch", func.clock_timestamp()))).scalar_one())
        newest = connection.execute(select(func.max(AT.by_place))).scalar_one()
        return max(self.hub(), newest or 0.0, self.known() or 0.0)


def secret_kept(connection: Connection) -> bytes:
    """The key of the hashes, which the first hub made."""
    made = _dialect(connection).insert(SNAPSHOT_SECRETS).values(name=NAME, secret=secrets.token_bytes(SECRET_BYTES))
    connection.execute(made.on_conflict_do_nothing())
    kept: bytes = connection.execute(select(SNAPSHOT_SECRETS.c.secret)).scalar_one()
    return kept


def newest(connection: Connection) -> float | None:
    """The newest moment in the table, by the clock of the place."""
    found: float | None = connection.execute(select(func.max(AT.by_place))).scalar_one()
    return found


def found(connection: Connection, keys: Iterable[str], shape: str, now: Now) -> tuple[Any | None, float]:
    """The newest row under these keys, if its records have this shape, and what time it is in this place."""
    where = (AT.key.in_(list(keys)), AT.shape == shape)
    row = connection.execute(select(SNAPSHOTS).where(*where).order_by(AT.by_place.desc()).limit(1)).first()
    return row, now.place(connection)


def write(connection: Connection, changes: Iterable[Change], now: Now) -> tuple[dict[str, Stamp], float]:
    """Write these; the stamps that they got, and what time it is in this place.

    Where the values are those of the row, only the moment is written.
    """
    _alone(connection)
    place, stamps = now.place(connection), dict[str, Stamp]()
    for change in changes:
        if change.values is None:
            connection.execute(delete(SNAPSHOTS).where(AT.key == change.key))
            continue
        age = change.age()
        stamp = stamps[change.key] = Stamp(now.hub() - age, place - age)
        moments = {
            "fetched_at": change.values["fetched_at"],
            "by_hub": stamp.hub,
            "by_place": stamp.place,
            "ends_at": place - age + change.life,
        }
        same = [getattr(AT, name) == change.values[name] for name in ("shape", "digest")]
        touched = connection.execute(update(SNAPSHOTS).where(AT.key == change.key, *same).values(moments))
        if not touched.rowcount:
            values = change.values | moments
            row = _dialect(connection).insert(SNAPSHOTS).values(key=change.key, **values)
            connection.execute(row.on_conflict_do_update(index_elements=[AT.key], set_=values))
    return stamps, place


def void(connection: Connection, tags: Sequence[str]) -> None:
    """Delete the snapshots with one of these tags; all if no tag is named."""
    _alone(connection)
    named: dict[str, list[str]] = {"domain": [], "agency": [], "read": []}
    for tag in tags:
        kind, _, name = tag.partition(":")
        named[kind].append(name)
    where = or_(*(AT[kind].in_(names) for kind, names in named.items())) if tags else AT.key.is_not(None)
    connection.execute(delete(SNAPSHOTS).where(where))


def clean(connection: Connection, now: Now, most_bytes: int) -> None:
    """Delete what nobody may be served any more, and the oldest of what is more than so many bytes."""
    _alone(connection)
    connection.execute(delete(SNAPSHOTS).where(AT.ends_at <= now.place(connection)))
    total = func.sum(AT.size).over(order_by=(AT.by_place.desc(), AT.key)).label("total")
    ranked = select(AT.key, total).subquery()
    connection.execute(delete(SNAPSHOTS).where(AT.key.in_(select(ranked.c.key).where(ranked.c.total > most_bytes))))


def _dialect(connection: Connection) -> Any:
    return postgresql if connection.dialect.name == "postgresql" else sqlite


def _alone(connection: Connection) -> None:
    """Wait until no other hub writes snapshots. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITING})")
