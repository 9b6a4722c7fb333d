"""The tables of the snapshots, as the newest migration leaves them."""

from sqlalchemy import Column, Double, Index, Integer, LargeBinary, String, Table

from connectors.kit.moment import Moment
from store.kit.tables import METADATA

SNAPSHOTS = Table(
    "snapshots",
    METADATA,
    Column("key", String, primary_key=True),
    Column("domain", String, nullable=False),
    Column("agency", String, nullable=False),
    Column("read", String, nullable=False),
    Column("shape", String, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("fetched_at", Moment, nullable=False),
    Column("changed_at", Moment),
    Column("value_changed_at", Moment),
    Column("by_hub", Double, nullable=False),
    Column("by_place", Double, nullable=False),
    Column("ends_at", Double, nullable=False),
    Column("size", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("snapshots_newest", "by_place"),
)
"""One row for each read and its arguments, which are a keyed hash in `key`.

`shape` is the form of the records. `by_hub` and `by_place` say when they were fetched, in seconds since 1970, by the
clock of the hub and by that of the database; `ends_at`, by the latter, when nobody may be served them any more.
"""

SNAPSHOT_SECRETS = Table(
    "snapshot_secrets",
    METADATA,
    Column("name", String, primary_key=True),
    Column("secret", LargeBinary, nullable=False),
)
"""The key of the hashes, for hubs whose settings name none."""
