"""Complaints that are on their way to a desk, or were."""

import sqlalchemy as sa
from alembic import op

revision = "complaints_0001"
down_revision = None
branch_labels = ("complaints",)


def upgrade() -> None:
    """Make the table."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "complaints",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("agency", sa.String, nullable=False),
        sa.Column("topic", sa.String, nullable=False),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("person", sa.String, nullable=False),
        sa.Column("wish", sa.String, nullable=False),
        sa.Column("request", sa.String, nullable=False),
        sa.Column("mark", sa.String, nullable=False),
        sa.Column("anonymous", sa.Boolean, nullable=False),
        sa.Column("secret", sa.Boolean, nullable=False),
        sa.Column("made_at", moment, nullable=False),
        sa.Column("letter", sa.Text),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("refusals", sa.Integer, nullable=False),
        sa.Column("first_tried_at", moment),
        sa.Column("tried_at", moment),
        sa.Column("doubtful", sa.Boolean, nullable=False),
        sa.Column("problem", sa.String),
        sa.Column("due_at", moment),
        sa.Column("holder", sa.String),
        sa.Column("held_until", moment),
        sa.Column("number", sa.String),
        sa.Column("token", sa.Text),
        sa.Column("notice", sa.Text),
        sa.Column("delivered_at", moment),
        sa.UniqueConstraint("owner", "wish"),
    )
    op.create_index("complaints_numbered", "complaints", ["agency", "number"])
    op.create_index("complaints_of_a_person", "complaints", ["owner", "made_at"])
    op.create_index("complaints_due", "complaints", ["due_at"])


def downgrade() -> None:
    """Forget them; the desks still have what they were given."""
    op.drop_table("complaints")
