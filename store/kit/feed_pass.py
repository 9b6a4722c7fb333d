"""One pass over a feed on its way into the store: what it brings, what it leaves out, and where it stopped."""

from collections.abc import Iterable
from typing import Any

import structlog
from sqlalchemy import Connection

from connectors.kit.clock import Clock
from connectors.kit.feed import Batch, Feed
from store.kit.copies import Copy, note
from store.kit.copy_table import CopyTable

log = structlog.get_logger()

TOLD_EVERY = 5_000
"""After how many documents a pass says how far it is."""


class FeedLost(Exception):
    """Another process follows the feed now."""


class Pass:
    """A pass from its first batch to its end; each method runs in a transaction of its caller."""

    def __init__(self, table: CopyTable[Any], feed: Feed[Any], copy: Copy, holder: str, clock: Clock) -> None:
        self._table = table
        self._feed = feed
        self._copy = copy
        self._holder = holder
        self._clock = clock
        self._generation = copy.generation
        self._shown = copy.shown
        self._replaces = copy.sweeping
        self._position: str | None = self.begins_at
        self._changed_at = copy.changed_at
        self._begun = False
        self.documents = 0
        self._told = 0

    @property
    def together(self) -> bool:
        """Whether all of it has to be written in one transaction, to become visible as a whole or not at all."""
        return self._feed.following.atomic and not self._table.unseen

    @property
    def begins_at(self) -> str | None:
        """Where the last pass stopped; nowhere, where the agency has forgotten since what it deleted.

        A pass that has begun anew for that reason and was interrupted goes on.
        """
        tombstone_retention, fetched_at = self._feed.following.tombstone_retention, self._copy.fetched_at
        too_old = tombstone_retention and fetched_at and self._clock.now() - fetched_at > tombstone_retention
        return None if too_old and not self._copy.sweeping else self._copy.position

    def take_all(self, connection: Connection, batches: Iterable[Batch[Any]]) -> Copy:
        """Write down a whole pass; the state of the copy then."""
        for batch in batches:
            self.take(connection, batch)
        return self.finish(connection)

    def take(self, connection: Connection, batch: Batch[Any]) -> Copy:
        """Write down a batch, and how far it goes; the state of the copy then."""
        if batch.full and not self._begun:
            self._generation += 1
            self._replaces = True
        self._begun = True
        agency = self._feed.agency.code
        self._table.upsert(connection, agency, self._generation, batch.records, self._feed.merge)
        self._table.delete_keys(connection, agency, batch.deleted)
        self._position = batch.position
        self._changed_at = max(filter(None, (self._changed_at, batch.changed_at)), default=None)
        self.documents += len(batch.records)
        if self.documents - self._told >= TOLD_EVERY:
            self._told = self.documents
            log.info("feed.progress", agency=agency, feed=self._feed.name, documents=self.documents)
        return self._note(connection)

    def purge(self, connection: Connection) -> bool:
        """Throw away a part of what is of this pass, or of older ones, and not shown; whether more is left."""
        if not self._table.unseen:
            return False
        return self._table.purge(connection, self._feed.agency.code, self._generation, self._shown)

    def finish(self, connection: Connection) -> Copy:
        """The pass is complete: what it did not name is gone. Refuses one that would leave too little."""
        agency = self._feed.agency.code
        deleted = 0
        if self._replaces:
            named = self._table.count(connection, agency, self._generation)
            self._feed.refuse_fewer(named, self._copy.documents if self._copy.fetched_at else 0)
            if self._table.unseen:
                deleted = self._table.count_missing(connection, agency, self._generation, self._shown)
                self._shown = self._generation
            else:
                deleted = self._table.delete_unseen(connection, agency, self._generation)
            self._replaces = False
        self._table.expire(connection, agency, self._clock.now())
        documents = self._table.count(connection, agency, self._shown if self._table.unseen else None)
        copy = self._note(connection, documents=documents, fetched_at=self._clock.now())
        if self._begun:
            log.info(
                "feed.copied",
                agency=agency,
                feed=self._feed.name,
                documents=documents,
                received=self.documents,
                deleted=deleted,
            )
        return copy

    def _note(self, connection: Connection, **done: object) -> Copy:
        values: dict[str, Any] = {"generation": self._generation}
        if done or not self._table.unseen:
            values |= {
                "position": self._position,
                "shown": self._shown,
                "sweeping": self._replaces,
                "changed_at": self._changed_at,
            }
        if not done and self._copy.fetched_at is None:
            values["documents"] = self.documents
        copy = note(connection, self._feed, self._holder, **values, **done)
        if copy is None:
            raise FeedLost
        return copy
