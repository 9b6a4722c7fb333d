"""Follows the feeds behind the scenes: each by one process, however many run."""

import asyncio
import os
import secrets
import traceback
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import aclosing, asynccontextmanager, suppress
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection

from connectors.kit.clock import Clock
from connectors.kit.errors import AgencyChanged, AgencyError
from connectors.kit.feed import Batch, Feed
from store.kit.copies import Copies, Copy, note
from store.kit.copy_table import CopyTable
from store.kit.database import BEHIND, Database, StoreBroken

T = TypeVar("T")

log = structlog.get_logger()

HELD = timedelta(seconds=60)
"""How long a process that has died keeps a feed from the others."""
AGAIN = timedelta(seconds=30)
"""After how long a feed that failed is asked again, at the soonest."""
REST = 0.05
"""Seconds that the store is left alone between two batches: another process that waits for SQLite's lock only tries."""
TOLD_EVERY = 5_000
"""After how many documents a pass says how far it is."""


class _Lost(Exception):
    """Another process follows the feed now."""


class _Stopped(Exception):
    """The hub stops."""


class Follower:
    """Keeps copies up to date. `tables` says where the records of each feed stand, by its domain and its name.

    `copies`: those who are told that one has changed.
    """

    def __init__(
        self,
        database: Database,
        feeds: Iterable[Feed[Any]],
        tables: Mapping[tuple[str, str], CopyTable[Any]],
        *,
        clock: Clock,
        pause: float = 1.0,
        copies: Copies | None = None,
    ) -> None:
        self._database = database
        self._copies = copies or Copies(database)
        self._feeds = tuple(feeds)
        self._tables = tables
        self._clock = clock
        self._pause = pause
        self._holder = f"{os.getpid()}-{secrets.token_hex(6)}"
        self._stopping = asyncio.Event()
        self._endings = {self._stopping}
        self._under_way: dict[tuple[str, str], _Pass] = {}

    async def run(self) -> None:
        """Follow until `stop`."""
        await asyncio.gather(*map(self._follow_until_stopped, self._feeds))

    def stop(self) -> None:
        """Ask no agency any more; `run` returns once what is being written is written.

        It is not cancelled: the driver of SQLite may keep the lock of a statement that was cancelled.
        """
        for ending in self._endings:
            ending.set()

    def received(self, agency: str, feed: str) -> int | None:
        """How many documents the pass has brought that is under way in this process; None where none is."""
        pass_ = self._under_way.get((agency, feed))
        return pass_.documents if pass_ else None

    async def round(self) -> None:
        """Follow once what is due and nobody else follows."""
        await asyncio.gather(*map(self._follow_if_due, self._feeds))

    async def _follow_until_stopped(self, feed: Feed[Any]) -> None:
        while not self._stopping.is_set():
            try:
                await self._follow_if_due(feed)
            except StoreBroken as error:
                log.error("feed.store_broken", error=str(error))  # noqa: TRY400  where from says nothing
            await _set_within(self._stopping, self._pause)

    async def _follow_if_due(self, feed: Feed[Any]) -> None:
        now = self._clock.now()
        copy = await self._copies.acquire(feed, self._holder, now, now + HELD)
        self._copies.changed()
        if copy is None:
            return
        problem, due_at = copy.problem, now + AGAIN
        try:
            async with self._held(feed) as ended:
                await self._pass(feed, copy, ended)
            problem, due_at = None, now + feed.following.interval
        except AgencyError as error:
            problem = error.code
            wait = max(AGAIN, timedelta(seconds=error.retry_after or 0))
            due_at = self._clock.now() + min(wait, max(AGAIN, feed.following.interval))
            log.warning("feed.failed", agency=feed.agency.code, feed=feed.name, code=error.code, reason=error.reason)
        except _Lost:
            log.warning("feed.lost", agency=feed.agency.code, feed=feed.name)
        except _Stopped:
            due_at = now
        except StoreBroken:
            raise
        except Exception as error:  # noqa: BLE001  a connector that is broken costs its own feed only
            problem = AgencyChanged.code
            lines = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
            log.error(  # noqa: TRY400  its text may hold values
                "feed.broken",
                agency=feed.agency.code,
                feed=feed.name,
                error=type(error).__name__,
                lines=lines,
            )
        finally:
            await self._copies.release(feed, self._holder, due_at=due_at, problem=problem)

    @asynccontextmanager
    async def _held(self, feed: Feed[Any]) -> AsyncIterator[asyncio.Event]:
        """Hold the feed while the block runs. The event is set when the feed is lost, or the hub stops."""
        ended = asyncio.Event()

        async def hold() -> None:
            while not await _set_within(ended, HELD.total_seconds() / 4):
                with suppress(StoreBroken):  # what is written says who holds it: one who has lost it writes nothing
                    if not await self._copies.renew(feed, self._holder, self._clock.now() + HELD):
                        ended.set()

        if self._stopping.is_set():
            ended.set()
        self._endings.add(ended)
        holding = asyncio.create_task(hold())
        try:
            yield ended
        finally:
            self._endings.remove(ended)
            ended.set()
            await holding

    async def _pass(self, feed: Feed[Any], copy: Copy, ended: asyncio.Event) -> None:
        """One pass, from where the last one stopped."""
        pass_ = _Pass(self._tables[feed.agency.domain, feed.name], feed, copy, self._holder, self._clock)
        self._under_way[feed.agency.code, feed.name] = pass_
        try:
            await self._take_all(pass_, feed, ended)
        finally:
            del self._under_way[feed.agency.code, feed.name]

    async def _take_all(self, pass_: "_Pass", feed: Feed[Any], ended: asyncio.Event) -> None:
        async with aclosing(feed.follow(pass_.begins_at)) as batches:
            batch = await self._next(batches, ended)
            if batch is not None and pass_.together:
                all_of_it = []
                while batch is not None:
                    all_of_it.append(batch)
                    batch = await self._next(batches, ended)
                await self._write(lambda connection: pass_.take_all(connection, all_of_it))
                return
            if batch is not None:
                await self._tidy(pass_)
            while batch is not None:
                await self._write(partial(pass_.take, batch=batch))
                batch = await self._next(batches, ended)
                if batch is not None:
                    await asyncio.sleep(REST)
            await self._write(pass_.finish)
        await self._tidy(pass_)

    async def _tidy(self, pass_: "_Pass") -> None:
        """Throw away what nobody reads, step by step, so that others who write get in between."""
        more = True
        while more:
            more = await self._write(pass_.tidy)
            if more:
                await asyncio.sleep(REST)

    async def _write(self, work: Callable[[Connection], T]) -> T:
        done = await self._database.write(work, within=BEHIND)
        self._copies.changed()
        return done

    async def _next(self, batches: AsyncIterator[Batch[Any]], ended: asyncio.Event) -> Batch[Any] | None:
        """The next batch; None after the last."""
        ending = asyncio.create_task(ended.wait())
        coming = asyncio.ensure_future(anext(batches, None))
        try:
            await asyncio.wait((coming, ending), return_when=asyncio.FIRST_COMPLETED)
            if ended.is_set():
                raise _Stopped if self._stopping.is_set() else _Lost
            return await coming
        finally:
            ending.cancel()
            coming.cancel()
            await asyncio.gather(coming, ending, return_exceptions=True)


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    """Whether it is set by then; waits for it."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True


class _Pass:
    """One pass over a feed on its way into the store."""

    def __init__(self, shelf: CopyTable[Any], feed: Feed[Any], copy: Copy, holder: str, clock: Clock) -> None:
        self._shelf = shelf
        self._feed = feed
        self._copy = copy
        self._holder = holder
        self._clock = clock
        self._generation = copy.generation
        self._shown = copy.shown
        self._sweeping = copy.sweeping
        self._position: str | None = self.begins_at
        self._changed_at = copy.changed_at
        self._begun = False
        self.documents = 0
        self._told = 0

    @property
    def together(self) -> bool:
        """Whether all of it has to be written in one transaction, to become visible as a whole or not at all."""
        return self._feed.following.atomic and not self._shelf.unseen

    @property
    def begins_at(self) -> str | None:
        """Where the last pass stopped; nowhere, where the agency has forgotten since what it deleted.

        A pass that has begun anew for that reason and was interrupted goes on.
        """
        tombstone_retention, fetched_at = self._feed.following.tombstone_retention, self._copy.fetched_at
        too_old = tombstone_retention and fetched_at and self._clock.now() - fetched_at > tombstone_retention
        return None if too_old and not self._copy.sweeping else self._copy.position

    def take_all(self, connection: Connection, batches: Iterable[Batch[Any]]) -> None:
        """Write down a whole pass."""
        for batch in batches:
            self.take(connection, batch)
        self.finish(connection)

    def take(self, connection: Connection, batch: Batch[Any]) -> None:
        """Write down a batch, and how far it goes."""
        if batch.full and not self._begun:
            self._generation += 1
            self._sweeping = True
        self._begun = True
        agency = self._feed.agency.code
        self._shelf.upsert(connection, agency, self._generation, batch.records, self._feed.merge)
        self._shelf.delete_keys(connection, agency, batch.deleted)
        self._position = batch.position
        self._changed_at = max(filter(None, (self._changed_at, batch.changed_at)), default=None)
        self.documents += len(batch.records)
        if self.documents - self._told >= TOLD_EVERY:
            self._told = self.documents
            log.info("feed.progress", agency=agency, feed=self._feed.name, documents=self.documents)
        self._note(connection)

    def tidy(self, connection: Connection) -> bool:
        """Throw away a part of what is of this pass, or of older ones, and not shown; whether more is left."""
        if not self._shelf.unseen:
            return False
        return self._shelf.purge(connection, self._feed.agency.code, self._generation, self._shown)

    def finish(self, connection: Connection) -> None:
        """The pass is complete: what it did not name is gone. Refuses one that would leave too little."""
        agency = self._feed.agency.code
        swept = 0
        if self._sweeping:
            named = self._shelf.count(connection, agency, self._generation)
            self._feed.refuse_fewer(named, self._copy.documents if self._copy.fetched_at else 0)
            if self._shelf.unseen:
                swept = self._shelf.count_missing(connection, agency, self._generation, self._shown)
                self._shown = self._generation
            else:
                swept = self._shelf.delete_unseen(connection, agency, self._generation)
            self._sweeping = False
        self._shelf.expire(connection, agency, self._clock.now())
        documents = self._shelf.count(connection, agency, self._shown if self._shelf.unseen else None)
        self._note(connection, documents=documents, fetched_at=self._clock.now())
        if self._begun:
            log.info(
                "feed.copied",
                agency=agency,
                feed=self._feed.name,
                documents=documents,
                received=self.documents,
                deleted=swept,
            )

    def _note(self, connection: Connection, **done: object) -> None:
        values: dict[str, Any] = {"generation": self._generation}
        if done or not self._shelf.unseen:
            values |= {
                "position": self._position,
                "shown": self._shown,
                "sweeping": self._sweeping,
                "changed_at": self._changed_at,
            }
        if not done and self._copy.fetched_at is None:
            values["documents"] = self.documents
        if not note(connection, self._feed, self._holder, **values, **done):
            raise _Lost
