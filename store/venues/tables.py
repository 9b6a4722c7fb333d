"""The tables of the venues and their slots, as the newest migration leaves them; times are seconds since 1970."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table

from store.kit.tables import METADATA

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
    Index("slots_of_a_venue", "agency", "venue", "starts_at"),
    Index("slots_of_a_time", "agency", "starts_at"),
)
