"""The tables of the venues and their slots, as the newest migration leaves them; times are seconds since 1970."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table

from store.kit.tables import METADATA

A_DAY = 86_400
"""In seconds."""

VENUES = Table(
    "venues",
    METADATA,
    Column("agency", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("generation", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
)


SLOTS = Table(
    "slots",
    METADATA,
    Column("agency", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("generation", Integer, nullable=False),
    Column("venue", String, nullable=False),
    Column("starts_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("remaining", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("slots_by_venue", "agency", "venue", "starts_at", "key", "remaining"),
    Index("slots_by_time", "agency", "starts_at", "remaining", "venue"),
    Index("slots_by_end", "agency", "ends_at"),
)
Index(
    "slots_over_a_day",
    SLOTS.c.agency,
    SLOTS.c.venue,
    SLOTS.c.starts_at,
    sqlite_where=SLOTS.c.ends_at - SLOTS.c.starts_at > A_DAY,
    postgresql_where=SLOTS.c.ends_at - SLOTS.c.starts_at > A_DAY,
)
"""Few slots are so long. The others that touch a time begin less than a day before it."""
