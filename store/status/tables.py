"""The tables of announcements and of changes, as the newest migration leaves them."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from connectors.kit.moment import Moment
from store.kit.tables import METADATA

ANNOUNCEMENTS = Table(
    "announcements",
    METADATA,
    Column("code", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("agency", String, nullable=False),
    Column("starts_at", Moment),
    Column("ends_at", Moment, nullable=False),
    Column("indonesian", Text, nullable=False),
    Column("english", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("made_by", String, nullable=False),
    Column("changed_at", Moment),
    Column("changed_by", String),
    Column("withdrawn_at", Moment),
    Column("claim", String, unique=True),
    Index("announcements_by_end", "ends_at"),
)
"""What administrators announced. `made_by` and `changed_by` are readers as in the audit log.

`claim` is what only one standing announcement may say; it is null when the announcement is withdrawn.
"""

STATUS_CHANGES = Table(
    "status_changes",
    METADATA,
    Column("agency", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("at", Moment, nullable=False),
    Index("status_changes_by_time", "at"),
)
"""When an agency went and when it returned, in turn. `number` counts the changes of one agency."""
