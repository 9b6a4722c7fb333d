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
    Column("refusals", Integer, nullable=False),
    Column("first_tried_at", Moment),
    Column("tried_at", Moment),
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
"""One row for each complaint. `key` is the hub's name for it, which the desk is told.

`owner` and `person` are keyed names of the person: one for the outbox and one for the audit log. `wish` is the keyed
form of the idempotency key. `letter` is the encrypted text; it is deleted when the complaint is delivered. `request` is
a keyed digest of the whole request. `mark` is a keyed digest of topic and text: by it the hub recognises a secret
complaint among published ones.
"""
