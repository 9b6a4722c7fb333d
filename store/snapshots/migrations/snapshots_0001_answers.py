"""The last good answers, and the key of the hashes of their arguments."""

import sqlalchemy as sa
from alembic import op

revision = "snapshots_0001"
down_revision = None
branch_labels = ("snapshots",)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "snapshots",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("domain", sa.String, nullable=False),
        sa.Column("agency", sa.String, nullable=False),
        sa.Column("read", sa.String, nullable=False),
        sa.Column("shape", sa.String, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True)),
        sa.Column("value_changed_at", sa.DateTime(timezone=True)),
        sa.Column("by_hub", sa.Double, nullable=False),
        sa.Column("by_place", sa.Double, nullable=False),
        sa.Column("ends_at", sa.Double, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("snapshots_newest", "snapshots", ["by_place"])
    op.create_table(
        "snapshot_secrets",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("secret", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    """Forget them; the agencies still have them."""
    op.drop_table("snapshots")
    op.drop_table("snapshot_secrets")
