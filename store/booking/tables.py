"""The tables of what is booked, as the newest migration leaves them; times of slots are seconds since 1970.

What is booked is called `thing` here. Its column has the name that it was given when venues alone were booked.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from connectors.kit.moment import Moment
from store.kit.tables import METADATA

ORDERS = Table(
    "orders",
    METADATA,
    Column("agency", String, primary_key=True),
    Column("reference", String, primary_key=True),
    Column("owner", String, nullable=False),
    Column("key", String, nullable=False),
    Column("person", String, nullable=False),
    Column("venue", String, key="thing", nullable=False),
    Column("slot", String, nullable=False),
    Column("starts_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("state", String),
    Column("held_until", Moment),
    Column("changed_at", Moment, nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("owner", "key"),
    Index("orders_of_a_venue", "agency", "thing", "starts_at"),
    Index("orders_lately", "agency", "changed_at"),
)
"""What was asked for through the hub; `person` is the keyed name by which the audit log knows the owner."""


TOLD_BOOKINGS = Table(
    "told_bookings",
    METADATA,
    Column("agency", String, primary_key=True),
    Column("reference", String, primary_key=True),
    Column("digest", String, nullable=False),
    Column("sequence", Integer, nullable=False),
)
"""What calendars have told of bookings, as a digest, and how often that has changed."""
