"""Follows the feeds behind the scenes: each by one process, however many run."""

import asyncio
import contextlib
import os
import secrets
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.kit.clock import Clock
from connectors.kit.errors import AgencyError
from connectors.kit.feed import Batch, Feed
from store.copies import Copies, Copy, note
from store.database import Database
from store.shelf import Shelf

log = structlog.get_logger()

HELD = timedelta(seconds=60)
"""How long a process that has died keeps a feed from the others."""
AGAIN = timedelta(seconds=30)
"""After how long a feed that failed is asked again, at the soonest."""
TOLD_EVERY = 5_000
"""After how many documents a pass says how far it is."""


class _Lost(Exception):
    """Another process follows the feed now."""


class Follower:
    """Keeps copies up to date. `shelves` says where each feed's records stand, by its name."""

    def __init__(
        self,
        database: Database,
        feeds: Iterable[Feed[Any]],
        shelves: Mapping[str, Shelf[Any]],
        *,
        clock: Clock,
        pause: float = 1.0,
    ) -> None:
        self._database = database
        self._copies = Copies(database)
        self._feeds = tuple(feeds)
        self._shelves = shelves
        self._clock = clock
        self._pause = pause
        self._holder = f"{os.getpid()}-{secrets.token_hex(6)}"

    async def run(self) -> None:
        """Follow until cancelled."""
        while True:
            try:
                await self.round()
            except (SQLAlchemyError, OSError) as error:
                log.error("feed.store_broken", error=type(error).__name__)  # noqa: TRY400  its text may hold values
            await asyncio.sleep(self._pause)

    async def round(self) -> None:
        """Follow once what is due and nobody else follows."""
        await asyncio.gather(*map(self._follow_if_due, self._feeds))

    async def _follow_if_due(self, feed: Feed[Any]) -> None:
        now = self._clock.now()
        copy = await self._copies.take(feed, self._holder, now, now + HELD)
        if copy is None:
            return
        problem = None
        due_at = now + feed.following.every
        try:
            async with self._held(feed):
                await self._pass(feed, copy)
        except AgencyError as error:
            problem = error.code
            wait = max(AGAIN, timedelta(seconds=error.retry_after or 0))
            due_at = self._clock.now() + min(wait, max(AGAIN, feed.following.every))
            log.warning("feed.failed", agency=feed.agency.code, feed=feed.name, code=error.code, reason=error.reason)
        except _Lost:
            log.warning("feed.lost", agency=feed.agency.code, feed=feed.name)
        finally:
            await asyncio.shield(self._copies.end(feed, self._holder, due_at=due_at, problem=problem))

    @asynccontextmanager
    async def _held(self, feed: Feed[Any]) -> AsyncIterator[None]:
        """Hold the feed while the block runs; the block is ended where it is lost."""
        block = asyncio.current_task()

        async def hold() -> None:
            while True:
                await asyncio.sleep(HELD.total_seconds() / 4)
                if not await self._copies.hold(feed, self._holder, self._clock.now() + HELD):
                    lost.append(True)
                    if block:
                        block.cancel()
                    return

        lost: list[bool] = []
        holding = asyncio.create_task(hold())
        try:
            yield
        except asyncio.CancelledError:
            if not lost:
                raise
            raise _Lost from None
        finally:
            holding.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await holding

    async def _pass(self, feed: Feed[Any], copy: Copy) -> None:
        """One pass, from where the last one stopped."""
        pass_ = _Pass(self._shelves[feed.name], feed, copy, self._holder, self._clock)
        batches = feed.follow(pass_.begins_at)
        try:
            first = await anext(batches, None)
            if first is None:
                async with self._database.writing() as connection:
                    await pass_.finish(connection)
            elif feed.following.at_once:
                async with self._database.writing() as connection:
                    await pass_.take(connection, first)
                    async for batch in batches:
                        await pass_.take(connection, batch)
                    await pass_.finish(connection)
            else:
                await self._step_by_step(pass_, first, batches)
        finally:
            close = getattr(batches, "aclose", None)
            if close:
                await close()

    async def _step_by_step(self, pass_: "_Pass", first: Batch[Any], batches: AsyncIterator[Batch[Any]]) -> None:
        async with self._database.writing() as connection:
            await pass_.take(connection, first)
        async for batch in batches:
            async with self._database.writing() as connection:
                await pass_.take(connection, batch)
        async with self._database.writing() as connection:
            await pass_.finish(connection)


class _Pass:
    """One pass over a feed on its way into the store."""

    def __init__(self, shelf: Shelf[Any], feed: Feed[Any], copy: Copy, holder: str, clock: Clock) -> None:
        self._shelf = shelf
        self._feed = feed
        self._copy = copy
        self._holder = holder
        self._clock = clock
        self._generation = copy.generation
        self._sweeping = copy.sweeping
        self._position: str | None = self.begins_at
        self._changed_at = copy.changed_at
        self._begun = False
        self._documents = 0
        self._told = 0

    @property
    def begins_at(self) -> str | None:
        """Where the last pass stopped; nowhere, where the agency has forgotten since what it deleted.

        A pass that has begun anew for that reason and was interrupted goes on.
        """
        forgets, fetched_at = self._feed.following.forgets, self._copy.fetched_at
        too_old = forgets and fetched_at and self._clock.now() - fetched_at > forgets
        return None if too_old and not self._copy.sweeping else self._copy.position

    async def take(self, connection: AsyncConnection, batch: Batch[Any]) -> None:
        """Write down a batch, and how far it goes."""
        if batch.whole and not self._begun:
            self._generation += 1
            self._sweeping = True
        self._begun = True
        agency = self._feed.agency.code
        await self._shelf.put(connection, agency, self._generation, batch.records, self._feed.merge)
        await self._shelf.drop(connection, agency, batch.gone)
        self._position = batch.position
        self._changed_at = max(filter(None, (self._changed_at, batch.changed_at)), default=None)
        self._documents += len(batch.records)
        if self._documents - self._told >= TOLD_EVERY:
            self._told = self._documents
            log.info("feed.progress", agency=agency, feed=self._feed.name, documents=self._documents)
        await self._note(connection)

    async def finish(self, connection: AsyncConnection) -> None:
        """The pass is complete: what it did not name is gone. Refuses one that would leave too little."""
        agency = self._feed.agency.code
        swept = 0
        if self._sweeping:
            named = await self._shelf.count(connection, agency, self._generation)
            self._feed.refuse_fewer(named, self._copy.documents if self._copy.fetched_at else 0)
            swept = await self._shelf.sweep(connection, agency, self._generation)
            self._sweeping = False
        documents = await self._shelf.count(connection, agency)
        await self._note(connection, documents=documents, fetched_at=self._clock.now())
        if self._begun:
            log.info(
                "feed.copied",
                agency=agency,
                feed=self._feed.name,
                documents=documents,
                received=self._documents,
                gone=swept,
            )

    async def _note(self, connection: AsyncConnection, **done: object) -> None:
        values: dict[str, Any] = {
            "position": self._position,
            "generation": self._generation,
            "sweeping": self._sweeping,
            "changed_at": self._changed_at,
        }
        if not done and self._copy.fetched_at is None:
            values["documents"] = self._documents
        if not await note(connection, self._feed, self._holder, **values, **done):
            raise _Lost
