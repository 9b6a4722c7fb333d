"""Requests for keys, when keys were last used, and what apps use of the schema."""

import sqlalchemy as sa
from alembic import op

revision = "platform_0001"
down_revision = None
branch_labels = ("platform",)


def upgrade() -> None:
    """Make the tables."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "api_key_requests",
        sa.Column("code", sa.String, primary_key=True),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("app", sa.String, nullable=False),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("api_key_requests_by_time", "api_key_requests", ["asked_at", "code"])
    op.create_index("api_key_requests_of_owner", "api_key_requests", ["owner", "asked_at", "code"])
    op.create_table(
        "api_key_uses",
        sa.Column("code", sa.String, primary_key=True),
        sa.Column("used_at", moment, nullable=False),
    )
    op.create_table(
        "field_uses",
        sa.Column("app", sa.String, primary_key=True),
        sa.Column("coordinate", sa.String, primary_key=True),
        sa.Column("width", sa.Integer, primary_key=True),
        sa.Column("since", sa.BigInteger, primary_key=True),
        sa.Column("count", sa.BigInteger, nullable=False),
    )
    op.create_index("field_uses_since", "field_uses", ["since"])
    op.create_index("field_uses_of_field", "field_uses", ["coordinate", "since"])
    counted = ("count", "failed", "cost", *(f"time_{number}" for number in range(13)), "most_cost")
    op.create_table(
        "operation_uses",
        sa.Column("app", sa.String, primary_key=True),
        sa.Column("document", sa.String, primary_key=True),
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("since", sa.BigInteger, primary_key=True),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in counted),
    )
    op.create_index("operation_uses_since", "operation_uses", ["since"])


def downgrade() -> None:
    """Forget them; they begin anew, and keys that were asked for stay."""
    for name in ("operation_uses", "field_uses", "api_key_uses", "api_key_requests"):
        op.drop_table(name)
