"""The table of feeds, and what all tables of the store belong to, as the newest migration leaves them.

A copy's row has its record whole in `body`, and beside it, in columns, what is searched and sorted by.
"""

from sqlalchemy import Boolean, Column, Integer, MetaData, String, Table, Text

from connectors.kit.moment import Moment

METADATA = MetaData()
"""Of all tables of the store; each domain's own stand in its folder."""

FEEDS = Table(
    "feeds",
    METADATA,
    Column("agency", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("position", Text),
    Column("generation", Integer, nullable=False),
    Column("shown", Integer, nullable=False, server_default="0"),
    Column("sweeping", Boolean, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("fetched_at", Moment),
    Column("changed_at", Moment),
    Column("problem", String),
    Column("due_at", Moment, nullable=False),
    Column("holder", String),
    Column("held_until", Moment),
)
"""One row a feed: how far it was followed, when, and which process follows it now.

`shown`: of a copy that is written unseen, the generation that is read.
"""
