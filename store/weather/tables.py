"""The table of the forecasts, as the newest migration leaves it; times are seconds since 1970."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table

from store.kit.tables import METADATA

FORECASTS = Table(
    "forecasts",
    METADATA,
    Column("agency", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("generation", Integer, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""`key` is the code of a kelurahan, `ends_at` is when its last forecast point begins."""
