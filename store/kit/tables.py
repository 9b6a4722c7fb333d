"""The tables of the store, as the newest migration leaves them.

A copy's row has its record whole in `body`, and beside it, in columns, what is searched and sorted by. The times of
slots are seconds since 1970.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from connectors.kit.moment import Moment

METADATA = MetaData()

FEEDS = Table(
    "feeds",
    METADATA,
    Column("agency", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("position", Text),
    Column("generation", Integer, nullable=False),
    Column("shown", Integer, nullable=False, server_default="0"),
    Column("sweeping", Boolean, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("fetched_at", Moment),
    Column("changed_at", Moment),
    Column("problem", String),
    Column("due_at", Moment, nullable=False),
    Column("holder", String),
    Column("held_until", Moment),
)
"""One row a feed: how far it was followed, when, and which process follows it now.

`shown`: of a copy that is written unseen, the generation that is read.
"""

REGULATIONS = Table(
    "regulations",
    METADATA,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True),
    Column("agency", String, nullable=False),
    Column("key", String, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("level", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("abbreviation", String, nullable=False),
    Column("number", String, nullable=False),
    Column("year", Integer),
    Column("status", String, nullable=False),
    Column("newest", String, nullable=False),
    Column("subjects", Text, nullable=False),
    Column("heading", Text, nullable=False),
    Column("topics", Text, nullable=False),
    Column("cites", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("agency", "generation", "key", name="regulations_of_a_generation"),
    Index("regulations_newest", "newest", "agency", "key"),
    Index("regulations_cited", "number", "year", "abbreviation"),
)
"""A regulation stands here once for each generation that has it; one of them is shown.

What is searched is `heading`, `topics` and `cites`, words with blanks between them. Each database indexes them in its
own way, within the transaction that writes them (migration 0004): SQLite in the table `regulations_words` of FTS5,
PostgreSQL in the column `words`.
"""

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

ORDERS = Table(
    "orders",
    METADATA,
    Column("agency", String, primary_key=True),
    Column("reference", String, primary_key=True),
    Column("owner", String, nullable=False),
    Column("key", String, nullable=False),
    Column("person", String, nullable=False),
    Column("venue", String, nullable=False),
    Column("slot", String, nullable=False),
    Column("starts_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("state", String),
    Column("held_until", Moment),
    Column("changed_at", Moment, nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("owner", "key"),
    Index("orders_of_a_venue", "agency", "venue", "starts_at"),
    Index("orders_lately", "agency", "changed_at"),
)
"""What was asked for through the hub; `person` is the keyed name by which the record of access knows the owner."""

TOLD_BOOKINGS = Table(
    "told_bookings",
    METADATA,
    Column("agency", String, primary_key=True),
    Column("reference", String, primary_key=True),
    Column("digest", String, nullable=False),
    Column("sequence", Integer, nullable=False),
)
"""What calendars have told of bookings, as a digest, and how often that has changed."""

API_KEYS = Table(
    "api_keys",
    METADATA,
    Column("code", String, primary_key=True),
    Column("digest", String, nullable=False, unique=True),
    Column("app", String, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    Column("body", LargeBinary, nullable=False),
)
"""Keys of apps; `digest` is the keyed hash by which one is found."""

USAGES = Table(
    "usages",
    METADATA,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("subject", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("link", String, nullable=False),
    Index("usages_of_a_person", "subject", "sequence"),
)
"""The record of who read whose data; triggers refuse to change or to delete a row."""
