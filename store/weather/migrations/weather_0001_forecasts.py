"""The copies of the forecasts."""

import sqlalchemy as sa
from alembic import op

revision = "weather_0001"
down_revision = None
branch_labels = ("weather",)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "forecasts",
        sa.Column("agency", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("ends_at", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    """Forget them; the agency still has them."""
    op.drop_table("forecasts")
