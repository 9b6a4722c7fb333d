"""How often a booking has changed since a calendar told of it first."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the table; what was told before begins anew, by how far it is."""
    op.create_table(
        "told_bookings",
        sa.Column("agency", sa.String, primary_key=True),
        sa.Column("reference", sa.String, primary_key=True),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_table("told_bookings")
