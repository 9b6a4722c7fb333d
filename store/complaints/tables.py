"""The outbox of complaints, as the newest migration leaves it."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint

from connectors.kit.moment import Moment
from store.kit.tables import METADATA

COMPLAINTS = Table(
    "complaints",
    METADATA,
    Column("key", String, primary_key=True),
    Column("agency", String, nullable=False),
    Column("topic", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("person", String, nullable=False),
    Column("wish", String, nullable=False),
    Column("request", String, nullable=False),
    Column("mark", String, nullable=False),
    Column("anonymous", Boolean, nullable=False),
    Column("secret", Boolean, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("letter", Text),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("first_tried_at", Moment),
    Column("doubtful", Boolean, nullable=False),
    Column("problem", String),
    Column("due_at", Moment),
    Column("holder", String),
    Column("held_until", Moment),
    Column("number", String),
    Column("token", Text),
    Column("notice", Text),
    Column("delivered_at", Moment),
    UniqueConstraint("owner", "wish"),
    Index("complaints_numbered", "agency", "number"),
    Index("complaints_of_a_person", "owner", "made_at"),
    Index("complaints_due", "due_at"),
)
"""One row a complaint. `key` is its name at the desk; `owner` and `person` are keyed names of who complained, one for
the hub and one for the record of access; `wish` is the idempotency key as a keyed name.

`letter` is what is to be delivered, under the hub's key, and gone once it is. `request` is a digest of what was asked,
`mark` a keyed one of what was said, by which a secret one is known again among those that everybody may read.
"""
