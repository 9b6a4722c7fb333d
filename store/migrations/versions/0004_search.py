"""Regulations by generation, so that a new copy is written unseen; and the index by which they are searched.

Copies that are there stay readable: until the next pass writes their index anew, they are found by their words alone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

KEPT = "agency, key, generation, level, kind, abbreviation, number, year, status, newest, subjects"

IN_STEP = {
    "insert": ("AFTER INSERT", ("new",)),
    "delete": ("AFTER DELETE", ("old",)),
    "update": ("AFTER UPDATE OF id, heading, topics, cites", ("old", "new")),
}


def upgrade() -> None:
    """Make the tables, take over what is there, and have every copy made anew."""
    op.add_column("feeds", sa.Column("shown", sa.Integer, nullable=False, server_default="0"))
    op.execute("UPDATE feeds SET shown = generation")
    op.execute("UPDATE feeds SET position = NULL, due_at = '1970-01-01 00:00:00' WHERE name = 'regulations'")
    op.drop_index("regulations_newest", "regulations")
    op.rename_table("regulations", "regulations_before")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX regulations_pkey RENAME TO regulations_before_pkey")
    op.create_table(
        "regulations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.Identity(), primary_key=True),
        sa.Column("agency", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("level", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("abbreviation", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("year", sa.Integer),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("newest", sa.String, nullable=False),
        sa.Column("subjects", sa.Text, nullable=False),
        sa.Column("heading", sa.Text, nullable=False),
        sa.Column("topics", sa.Text, nullable=False),
        sa.Column("cites", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("agency", "generation", "key", name="regulations_of_a_generation"),
    )
    op.create_index("regulations_newest", "regulations", ["newest", "agency", "key"])
    op.create_index("regulations_cited", "regulations", ["number", "year", "abbreviation"])
    if op.get_bind().dialect.name == "postgresql":
        _index_of_postgresql()
    else:
        _index_of_sqlite()
    op.execute(
        f"INSERT INTO regulations ({KEPT}, heading, topics, cites, body) "  # noqa: S608  two constants
        f"SELECT {KEPT}, trim(words), '', '', body FROM regulations_before"
    )
    op.drop_table("regulations_before")


def _index_of_postgresql() -> None:
    """Words as they come, without PostgreSQL's own ideas of a language: `connectors/jdih/kinds.py` folds them.

    Where a word stands is known by its weight, and a weight needs a position.
    """
    words = " || ' ' || ".join(
        rf"regexp_replace({column}, '(\S+)', '\1:{place}', 'g')"
        for column, place in (("heading", "1A"), ("topics", "2B"), ("cites", "3C"))
    )
    op.execute(f"ALTER TABLE regulations ADD COLUMN words tsvector GENERATED ALWAYS AS (({words})::tsvector) STORED")
    op.execute("CREATE INDEX regulations_words ON regulations USING gin (words)")


def _index_of_sqlite() -> None:
    """An index beside the table, which triggers keep in step with it within each transaction."""
    op.execute(
        "CREATE VIRTUAL TABLE regulations_words USING fts5"
        "(heading, topics, cites, content = 'regulations', content_rowid = 'id', tokenize = 'ascii', detail = 'column')"
    )
    taken = "INSERT INTO regulations_words (regulations_words, rowid, heading, topics, cites) VALUES ('delete', {})"
    put = "INSERT INTO regulations_words (rowid, heading, topics, cites) VALUES ({})"
    for name, (when, rows) in IN_STEP.items():
        done = "; ".join(
            (taken if row == "old" else put).format(f"{row}.id, {row}.heading, {row}.topics, {row}.cites")
            for row in rows
        )
        op.execute(f"CREATE TRIGGER regulations_words_{name} {when} ON regulations BEGIN {done}; END")


def downgrade() -> None:
    """Never: what was copied can be had again, but what follows it here knows only this table."""
    raise NotImplementedError
