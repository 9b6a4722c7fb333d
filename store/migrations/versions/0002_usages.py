"""The record of who read whose data, which the database itself refuses to change."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

REFUSED = "the record of usages is only added to"


def upgrade() -> None:
    """Make the table and its guards."""
    op.create_table(
        "usages",
        sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("link", sa.String, nullable=False),
    )
    op.create_index("usages_of_a_person", "usages", ["subject", "sequence"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION usages_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER usages_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON usages "
            "FOR EACH STATEMENT EXECUTE FUNCTION usages_refuse()"
        )
    else:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER usages_refuse_{change.lower()} BEFORE {change} ON usages "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            )


def downgrade() -> None:
    """Never: the record would be gone."""
    raise NotImplementedError(REFUSED)
