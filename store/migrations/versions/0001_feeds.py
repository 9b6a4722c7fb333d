"""Copies of feeds: regulations, venues and their slots."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "feeds",
        sa.Column("agency", sa.String, primary_key=True),
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("position", sa.Text),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("sweeping", sa.Boolean, nullable=False),
        sa.Column("documents", sa.Integer, nullable=False),
        sa.Column("fetched_at", moment),
        sa.Column("changed_at", moment),
        sa.Column("problem", sa.String),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("holder", sa.String),
        sa.Column("held_until", moment),
    )
    op.create_table(
        "regulations",
        sa.Column("agency", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("level", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("abbreviation", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("year", sa.Integer),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("newest", sa.String, nullable=False),
        sa.Column("subjects", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("regulations_newest", "regulations", ["newest", "agency", "key"])
    op.create_table(
        "venues",
        sa.Column("agency", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "slots",
        sa.Column("agency", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("venue", sa.String, nullable=False),
        sa.Column("starts_at", sa.BigInteger, nullable=False),
        sa.Column("ends_at", sa.BigInteger, nullable=False),
        sa.Column("remaining", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("slots_of_a_venue", "slots", ["agency", "venue", "starts_at"])
    op.create_index("slots_of_a_time", "slots", ["agency", "starts_at"])


def downgrade() -> None:
    """Throw them away: copies can be had again."""
    for table in ("slots", "venues", "regulations", "feeds"):
        op.drop_table(table)
