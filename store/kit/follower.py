"""Follows the feeds behind the scenes: each by one process, however many run."""

import asyncio
import os
import secrets
import traceback
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import aclosing, asynccontextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection

from connectors.kit.clock import Clock
from connectors.kit.errors import AgencyChanged, AgencyError
from connectors.kit.feed import Batch, Feed
from connectors.kit.together import cancel_all, together
from connectors.kit.waiting import set_within
from store.kit.copies import Copies, Copy
from store.kit.copy_table import CopyTable
from store.kit.database import BEHIND, Database, StoreBroken
from store.kit.feed_pass import FeedLost, Pass

T = TypeVar("T")

log = structlog.get_logger()

HELD = timedelta(seconds=60)
"""How long a process that has died keeps a feed from the others."""
AGAIN = timedelta(seconds=30)
"""After how long a feed that failed is asked again, at the soonest."""
REST = 0.05
"""Seconds that the store is left alone between two batches: another process that waits for SQLite's lock only tries."""


class _Stopped(Exception):
    """The hub stops."""


class _Followed:
    """One feed, and the events that end the passes over it. `over`: it is to be followed no longer."""

    def __init__(self, feed: Feed[Any]) -> None:
        self.feed = feed
        self.begun = False
        self.over = asyncio.Event()
        self.endings = set[asyncio.Event]()

    def end(self) -> None:
        """Ask no agency any more; what is being written is written."""
        for ending in (self.over, *self.endings):
            ending.set()


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
        self._tables = tables
        self._clock = clock
        self._pause = pause
        self._holder = f"{os.getpid()}-{secrets.token_hex(6)}"
        self._stopping = asyncio.Event()
        self._followed = [_Followed(feed) for feed in feeds]
        self._running: set[asyncio.Task[None]] | None = None
        self._under_way: dict[tuple[str, str], Pass] = {}

    async def run(self) -> None:
        """Follow until `stop`."""
        self._running = set()
        for each in self._followed:
            self._begin(each)
        try:
            await self._stopping.wait()
            while self._running:
                await asyncio.wait(self._running)
        finally:
            running, self._running = self._running, None
            await cancel_all(running)

    @property
    def feeds(self) -> tuple[Feed[Any], ...]:
        """Those that are followed now."""
        return tuple(each.feed for each in self._followed)

    def take(self, feeds: Iterable[Feed[Any]]) -> None:
        """Follow these from now on. What is the same object is followed on, and of the others a pass ends soon."""
        known = {id(each.feed): each for each in self._followed}
        self._followed = [known.get(id(feed)) or _Followed(feed) for feed in feeds]
        for each in known.values():
            if each not in self._followed:
                each.end()
        for each in self._followed:
            if self._running is not None and not each.begun and not self._stopping.is_set():
                self._begin(each)

    def stop(self) -> None:
        """Ask no agency any more; `run` returns once what is being written is written.

        It is not cancelled: the driver of SQLite may keep the lock of a statement that was cancelled.
        """
        self._stopping.set()
        for each in self._followed:
            each.end()

    def received(self, agency: str, feed: str) -> int | None:
        """How many documents the pass has brought that is under way in this process; None where none is."""
        pass_ = self._under_way.get((agency, feed))
        return pass_.documents if pass_ else None

    async def round(self) -> None:
        """Follow once what is due now and nobody else follows."""
        self._copies.changed()
        await together(map(self._follow_if_due, self._followed))

    def _begin(self, followed: "_Followed") -> None:
        """Follow one behind the scenes. What breaks it costs no other feed."""
        followed.begun = True
        if self._running is not None:
            task = asyncio.create_task(self._follow_until_stopped(followed))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _follow_until_stopped(self, followed: "_Followed") -> None:
        while not followed.over.is_set():
            try:
                await self._follow_if_due(followed)
            except StoreBroken as error:
                log.error("feed.store_broken", error=str(error))  # noqa: TRY400  where from says nothing
            except Exception as error:  # noqa: BLE001  it costs no other feed, and is tried again
                log.error("feed.unfollowed", agency=followed.feed.agency.code, error=type(error).__name__)  # noqa: TRY400
            await set_within(followed.over, self._pause)

    async def _follow_if_due(self, followed: "_Followed") -> None:
        feed = followed.feed
        now, known = self._clock.now(), await self._copies.recent()
        copy = known.get((feed.agency.code, feed.name))
        if copy and copy.is_due(feed, now):
            copy = await self._copies.acquire(feed, self._holder, now, now + HELD)
            if copy:
                await self._follow(followed, copy, now)

    async def _follow(self, followed: "_Followed", copy: Copy, now: datetime) -> None:
        """One pass, and how it ended."""
        feed = followed.feed
        problem, due_at = copy.problem, now + AGAIN
        try:
            async with self._held(followed) as ended:
                await self._pass(followed, copy, ended)
            feed.accept()
            problem, due_at = None, now + feed.following.interval
        except AgencyError as error:
            feed.refuse(error)
            problem = error.code
            wait = max(AGAIN, timedelta(seconds=error.retry_after or 0))
            due_at = self._clock.now() + min(wait, max(AGAIN, feed.following.interval))
            say = log.info if copy.problem == problem else log.warning  # one warning, until it is another problem
            say("feed.failed", agency=feed.agency.code, feed=feed.name, code=problem, reason=error.reason)
        except FeedLost:
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
    async def _held(self, followed: "_Followed") -> AsyncIterator[asyncio.Event]:
        """Hold the feed while the block runs. The event is set when it is lost, or is to be followed no longer."""
        ended, feed = asyncio.Event(), followed.feed

        async def hold() -> None:
            while not await set_within(ended, HELD.total_seconds() / 4):
                with suppress(StoreBroken):  # what is written says who holds it: one who has lost it writes nothing
                    if not await self._copies.renew(feed, self._holder, self._clock.now() + HELD):
                        ended.set()

        if followed.over.is_set():
            ended.set()
        followed.endings.add(ended)
        holding = asyncio.create_task(hold())
        try:
            yield ended
        finally:
            followed.endings.remove(ended)
            ended.set()
            await holding

    async def _pass(self, followed: "_Followed", copy: Copy, ended: asyncio.Event) -> None:
        """One pass, from where the last one stopped."""
        feed = followed.feed
        pass_ = Pass(self._tables[feed.agency.domain, feed.name], feed, copy, self._holder, self._clock)
        self._under_way[feed.agency.code, feed.name] = pass_
        try:
            await self._take_all(pass_, feed, ended)
        except FeedLost:
            raise _Stopped if followed.over.is_set() else FeedLost from None
        finally:
            del self._under_way[feed.agency.code, feed.name]

    async def _take_all(self, pass_: Pass, feed: Feed[Any], ended: asyncio.Event) -> None:
        async with aclosing(feed.follow(pass_.begins_at)) as batches:
            batch = await self._next(batches, ended)
            if batch is not None and pass_.together:
                all_of_it = []
                while batch is not None:
                    all_of_it.append(batch)
                    batch = await self._next(batches, ended)
                self._copies.tell(await self._write(lambda connection: pass_.take_all(connection, all_of_it)))
                return
            if batch is not None:
                await self._purge(pass_)
            while batch is not None:
                self._copies.tell(await self._write(partial(pass_.take, batch=batch)))
                batch = await self._next(batches, ended)
                if batch is not None:
                    await asyncio.sleep(REST)
            self._copies.tell(await self._write(pass_.finish))
        await self._purge(pass_)

    async def _purge(self, pass_: Pass) -> None:
        """Throw away what nobody reads, step by step, so that others who write get in between."""
        more = True
        while more:
            more = await self._write(pass_.purge)
            if more:
                await asyncio.sleep(REST)

    async def _write(self, work: Callable[[Connection], T]) -> T:
        return await self._database.write(work, within=BEHIND)

    async def _next(self, batches: AsyncIterator[Batch[Any]], ended: asyncio.Event) -> Batch[Any] | None:
        """The next batch; None after the last."""
        ending = asyncio.create_task(ended.wait())
        coming = asyncio.ensure_future(anext(batches, None))
        try:
            await asyncio.wait((coming, ending), return_when=asyncio.FIRST_COMPLETED)
            if ended.is_set():
                raise FeedLost
            return await coming
        finally:
            await cancel_all((coming, ending))
