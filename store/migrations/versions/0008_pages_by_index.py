"""Indexes by which a page of regulations, or of the slots of a venue, is read without the rest of the collection."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

A_DAY = 86_400


def upgrade() -> None:
    """Make them. An index that stands at the beginning of a new one is not needed beside it."""
    shown = ("agency", "generation")
    op.create_index("regulations_by_newest", "regulations", [*shown, sa.text("newest DESC"), "key"])
    op.create_index("regulations_by_oldest", "regulations", [*shown, "newest", "key"])
    op.create_index("regulations_of_a_year", "regulations", [*shown, "year", sa.text("newest DESC"), "key"])
    op.drop_index("regulations_newest", "regulations")
    op.create_index("slots_by_venue", "slots", ["agency", "venue", "starts_at", "key", "remaining"])
    op.drop_index("slots_of_a_venue", "slots")
    op.create_index("slots_by_time", "slots", ["agency", "starts_at", "remaining", "venue"])
    op.drop_index("slots_of_a_time", "slots")
    op.create_index("slots_by_end", "slots", ["agency", "ends_at"])
    longer = sa.text(f"ends_at - starts_at > {A_DAY}")
    op.create_index(
        "slots_over_a_day", "slots", ["agency", "venue", "starts_at"], sqlite_where=longer, postgresql_where=longer
    )


def downgrade() -> None:
    """Drop them again."""
    op.create_index("regulations_newest", "regulations", ["newest", "agency", "key"])
    op.create_index("slots_of_a_venue", "slots", ["agency", "venue", "starts_at"])
    op.create_index("slots_of_a_time", "slots", ["agency", "starts_at"])
    for name in ("by_newest", "by_oldest", "of_a_year"):
        op.drop_index(f"regulations_{name}", "regulations")
    for name in ("by_venue", "by_time", "by_end", "over_a_day"):
        op.drop_index(f"slots_{name}", "slots")
