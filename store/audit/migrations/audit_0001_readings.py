"""By what auditors find entries of the record. It is empty at first, and filled from the record when they ask."""

import sqlalchemy as sa
from alembic import op

revision = "audit_0001"
down_revision = None
branch_labels = ("audit",)

BY = {"subject": "subject", "person": "reader", "agency": "agency", "app": "app", "purpose": "purpose"}


def upgrade() -> None:
    """Make the table. Hubs that do not know it write the record as before."""
    op.create_table(
        "usages_by_reader",
        sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.String) for name in (*BY.values(), "reference")),
    )
    op.create_index("usages_by_time", "usages_by_reader", ["at", "sequence"])
    for name, column in (BY | {"case": "reference"}).items():
        op.create_index(f"usages_by_{name}", "usages_by_reader", [column, "at", "sequence"])


def downgrade() -> None:
    """Forget it; the record has all of it."""
    op.drop_table("usages_by_reader")
