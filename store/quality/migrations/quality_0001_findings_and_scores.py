"""What agencies sent against their protocols, and how they answered over time."""

import sqlalchemy as sa
from alembic import op

revision = "quality_0001"
down_revision = None
branch_labels = ("quality",)


def upgrade() -> None:
    """Make the tables."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "agency_findings",
        sa.Column("agency", sa.String, primary_key=True),
        sa.Column("question", sa.String, primary_key=True),
        sa.Column("text", sa.String, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("first_seen_at", moment, nullable=False),
        sa.Column("last_seen_at", moment, nullable=False),
        sa.Column("open", sa.Boolean, nullable=False),
    )
    counted = ("calls", "answered", "served", "stale", "unserved", "aged", "rows", "kept", "findings", "drifts")
    op.create_table(
        "agency_scores",
        sa.Column("agency", sa.String, primary_key=True),
        sa.Column("width", sa.Integer, primary_key=True),
        sa.Column("since", sa.BigInteger, primary_key=True),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in counted),
        sa.Column("age", sa.Float, nullable=False),
        sa.Column("most_age", sa.Float, nullable=False),
    )
    op.create_index("agency_scores_since", "agency_scores", ["since"])


def downgrade() -> None:
    """Forget them; they begin anew."""
    op.drop_table("agency_scores")
    op.drop_table("agency_findings")
