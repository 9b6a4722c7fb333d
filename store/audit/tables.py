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
