"""The table of feeds, and the metadata of all tables of the store, as the newest migration leaves them.

A row of a copy holds the whole record in `body`, and in columns the values for searching and sorting.
"""

from sqlalchemy import Boolean, Column, Integer, MetaData, String, Table, Text

from connectors.kit.moment import Moment

METADATA = MetaData()
"""The metadata of all tables. The tables of a domain stand in its folder."""

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
"""One row for each feed: how far it was followed, when, and which process follows it now.

`shown` is the generation that readers see.
"""
