"""The table of the keys of apps, as the newest migration leaves it."""

from sqlalchemy import Column, LargeBinary, String, Table

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
