"""The table of the regulations, as the newest migration leaves it."""

from sqlalchemy import (
    BigInteger,
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from store.kit.tables import METADATA

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
    Index("regulations_by_oldest", "agency", "generation", "newest", "key"),
    Index("regulations_cited", "number", "year", "abbreviation"),
)
"""A regulation has one row for each generation of the copy; one generation is shown.

`heading`, `topics` and `cites` hold the words for the search. Each database indexes them in its own way, in the
transaction that writes them (migration 0004): SQLite in the FTS5 table `regulations_words`, PostgreSQL in the column
`words`.
"""

_SHOWN = (REGULATIONS.c.agency, REGULATIONS.c.generation)
_NEWEST_FIRST = (REGULATIONS.c.newest.desc(), REGULATIONS.c.key)
Index("regulations_by_newest", *_SHOWN, *_NEWEST_FIRST)
Index("regulations_of_a_year", *_SHOWN, REGULATIONS.c.year, *_NEWEST_FIRST)
