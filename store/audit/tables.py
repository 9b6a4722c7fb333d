"""The table of the audit log, as the newest migration leaves it."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table

from connectors.kit.moment import Moment
from store.kit.tables import METADATA

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
"""The audit log: who read whose data. Triggers refuse to change or delete a row."""

READINGS = Table(
    "usages_by_reader",
    METADATA,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("subject", String),
    Column("reader", String),
    Column("agency", String),
    Column("app", String),
    Column("purpose", String),
    Column("reference", String),
    Index("usages_by_time", "at", "sequence"),
    Index("usages_by_subject", "subject", "at", "sequence"),
    Index("usages_by_person", "reader", "at", "sequence"),
    Index("usages_by_agency", "agency", "at", "sequence"),
    Index("usages_by_app", "app", "at", "sequence"),
    Index("usages_by_purpose", "purpose", "at", "sequence"),
    Index("usages_by_case", "reference", "at", "sequence"),
)
"""By what auditors find entries of the audit log: it follows from the log alone, and is made when they ask.

`at` is in microseconds, and -1 for an entry that cannot be read. `reference` is the case.
"""
