"""The tables of the keys of apps and of what is used, as the newest migration leaves them."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table

from connectors.kit.moment import Moment
from store.kit.tables import METADATA

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
"""Keys of apps. `digest` is the keyed hash by which a key is found."""

KEY_REQUESTS = Table(
    "api_key_requests",
    METADATA,
    Column("code", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("app", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("api_key_requests_by_time", "asked_at", "code"),
    Index("api_key_requests_of_owner", "owner", "asked_at", "code"),
)
"""Requests for keys. `owner` is the keyed hash of the person who asks."""

KEY_USES = Table(
    "api_key_uses",
    METADATA,
    Column("code", String, primary_key=True),
    Column("used_at", Moment, nullable=False),
)
"""When each key was last used, over all hubs."""

FIELD_USES = Table(
    "field_uses",
    METADATA,
    Column("app", String, primary_key=True),
    Column("coordinate", String, primary_key=True),
    Column("width", Integer, primary_key=True),
    Column("since", BigInteger, primary_key=True),
    Column("count", BigInteger, nullable=False),
    Index("field_uses_since", "since"),
    Index("field_uses_of_field", "coordinate", "since"),
)
"""How often an app asked for a field in the `width` seconds from `since` on (seconds since 1970), over all hubs.

`app` is empty for everybody without a key.
"""

TIMES = tuple(f"time_{number}" for number in range(13))
COUNTED_OF_OPERATIONS = ("count", "failed", "cost", *TIMES)

OPERATION_USES = Table(
    "operation_uses",
    METADATA,
    Column("app", String, primary_key=True),
    Column("document", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("since", BigInteger, primary_key=True),
    *(Column(name, BigInteger, nullable=False) for name in COUNTED_OF_OPERATIONS),
    Column("most_cost", BigInteger, nullable=False),
    Index("operation_uses_since", "since"),
)
"""What was counted of an operation on the day that began `since` (seconds since 1970), over all hubs.

`document` is the SHA-256 of its text; it is empty for what is counted together. `time_0` and the others count how long
those took that were executed.
"""
