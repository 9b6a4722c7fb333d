"""The tables of findings and scores, as the newest migration leaves them."""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, String, Table

from connectors.kit.moment import Moment
from store.kit.tables import METADATA

FINDINGS = Table(
    "agency_findings",
    METADATA,
    Column("agency", String, primary_key=True),
    Column("question", String, primary_key=True),
    Column("text", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("first_seen_at", Moment, nullable=False),
    Column("last_seen_at", Moment, nullable=False),
    Column("open", Boolean, nullable=False),
)
"""What agencies sent against their protocols, added up over all hubs."""

COUNTED = ("calls", "answered", "served", "stale", "unserved", "aged", "rows", "kept", "findings", "drifts")

SCORES = Table(
    "agency_scores",
    METADATA,
    Column("agency", String, primary_key=True),
    Column("width", Integer, primary_key=True),
    Column("since", BigInteger, primary_key=True),
    *(Column(name, BigInteger, nullable=False) for name in COUNTED),
    Column("age", Float, nullable=False),
    Column("most_age", Float, nullable=False),
    Index("agency_scores_since", "since"),
)
"""What was counted of an agency in the `width` seconds from `since` on (seconds since 1970), over all hubs.

`aged` readings were `age` seconds old together, and the oldest was `most_age`.
"""
