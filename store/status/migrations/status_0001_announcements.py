"""Announcements, and when agencies went and returned."""

import sqlalchemy as sa
from alembic import op

revision = "status_0001"
down_revision = None
branch_labels = ("status",)


def upgrade() -> None:
    """Make both tables."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "announcements",
        sa.Column("code", sa.String, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("agency", sa.String, nullable=False),
        sa.Column("starts_at", moment),
        sa.Column("ends_at", moment, nullable=False),
        sa.Column("indonesian", sa.Text, nullable=False),
        sa.Column("english", sa.Text, nullable=False),
        sa.Column("made_at", moment, nullable=False),
        sa.Column("made_by", sa.String, nullable=False),
        sa.Column("changed_at", moment),
        sa.Column("changed_by", sa.String),
        sa.Column("withdrawn_at", moment),
        sa.Column("claim", sa.String),
        sa.UniqueConstraint("claim"),
    )
    op.create_index("announcements_by_end", "announcements", ["ends_at"])
    op.create_table(
        "status_changes",
        sa.Column("agency", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("at", moment, nullable=False),
    )
    op.create_index("status_changes_by_time", "status_changes", ["at"])


def downgrade() -> None:
    """Forget what was announced and what has happened."""
    op.drop_table("status_changes")
    op.drop_table("announcements")
