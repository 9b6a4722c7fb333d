"""The record takes its next entry and no other: none is put in before, between or far beyond, or in another's place."""

from alembic import op

revision = "0006"
down_revision = "0005"

REFUSED = "the record of usages is only added to"
NEXT = "(SELECT coalesce(max(sequence), 0) + 1 FROM usages)"
DISPLACED = (
    "NEW.rowid <> (SELECT max(rowid) FROM usages) OR NEW.sequence > 1 "
    "AND NOT EXISTS (SELECT 1 FROM usages WHERE sequence = NEW.sequence - 1)"
)


def upgrade() -> None:
    """Make the guards. SQLite asks no trigger about a row that `INSERT OR REPLACE` makes room by.

    Before the insert, a trigger asks whether the number is the next one. After it, a trigger asks whether the row
    stands at the end of the table and the last entry is still there. A row can also be replaced by its rowid.
    """
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION usages_follow() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF NEW.sequence <> {NEXT} THEN RAISE EXCEPTION '{REFUSED}'; END IF; RETURN NEW; END $$"
        )
        op.execute("CREATE TRIGGER usages_follow BEFORE INSERT ON usages FOR EACH ROW EXECUTE FUNCTION usages_follow()")
    else:
        op.execute(
            f"CREATE TRIGGER usages_follow BEFORE INSERT ON usages WHEN NEW.sequence IS NOT {NEXT} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        )
        op.execute(
            f"CREATE TRIGGER usages_replace_none AFTER INSERT ON usages WHEN {DISPLACED} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        )


def downgrade() -> None:
    """Never: the record would be open."""
    raise NotImplementedError(REFUSED)
