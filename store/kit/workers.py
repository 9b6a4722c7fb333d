"""Functions on the database run in threads, each on one connection and within a time limit.

The event loop hands a function over and gets its result back. A caller that leaves stops nothing that is half done.

SQLite has one writer, and each commit waits for the disk. So what waits behind a piece of work joins its transaction:
one commit is for all of them, and nobody is told anything before it. Each has a savepoint, so one that fails costs no
other.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from store.kit.broken import StoreBroken
from store.kit.pieces import HERE, Piece

T = TypeVar("T")

SHARED_BY = 100
"""How many pieces share a transaction."""
SHARED_FOR = 0.005
"""Seconds after which no further piece joins, so that the first one is not kept waiting."""


class StoreObserver:
    """Is told of each function, in the event loop and in the context of its caller. This one does nothing."""

    def store_ended(self, work: str, waited: float, seconds: float, *, failed: bool) -> None:
        """A function ended. `work` is `read` or `write`. `waited`: seconds before it began, of the `seconds` in all."""


class _Lost(Exception):
    """The transaction that several pieces shared has ended before its commit, and nothing of it holds."""


class Workers:
    """A fixed number of threads, which take functions in order. Each has a connection of the engine while it works."""

    def __init__(self, engine: Engine, threads: int, name: str, observer: StoreObserver) -> None:
        self._engine = engine
        self._name = name
        self._observer = observer
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="store")
        self._waiting = deque[Piece[Any]]()
        self._under_way: set[Piece[Any]] = set()

    def do(
        self, work: Callable[[Connection], T], within: float, options: Mapping[str, Any], *, shares: bool = False
    ) -> asyncio.Future[T]:
        """The result of a function, in one transaction; `StoreBroken` also if it takes longer than `within`.

        `options` are those of the connection. A function that nobody waits for any more is not begun. One that has
        begun goes on to its end, unless it takes too long. One that `shares` may be done again if nothing of it holds.
        """
        piece = Piece(work, options, self._under_way.discard, shares=shares)
        self._waiting.append(piece)
        try:
            self._threads.submit(self._turn)
        except RuntimeError:
            piece.answer.set_exception(StoreBroken("it is closed"))
        else:
            self._under_way.add(piece)
            late = piece.answer.get_loop().call_later(within, piece.is_late)
            piece.answer.add_done_callback(lambda _: late.cancel())
            piece.answer.add_done_callback(piece.left)
            piece.answer.add_done_callback(lambda _: self._tell(piece))
        return piece.answer

    def _tell(self, piece: Piece[Any]) -> None:
        now = time.perf_counter()
        error = None if piece.answer.cancelled() else piece.answer.exception()
        failed = isinstance(error, StoreBroken) and not error.refused
        waited, seconds = (piece.begun_at or now) - piece.asked_at, now - piece.asked_at
        self._observer.store_ended(self._name, waited, seconds, failed=failed)

    def give_all_up(self) -> None:
        """Tell all who wait that the database does not answer."""
        for piece in list(self._under_way):
            piece.is_late()

    async def aclose(self, patience: float) -> None:
        """Wait `patience` seconds for the work under way, then give it up."""
        self._threads.shutdown(wait=False)
        if under_way := [piece.over for piece in self._under_way]:
            await asyncio.wait(under_way, timeout=patience)
        for piece in list(self._under_way):
            piece.give_up()
        await asyncio.to_thread(self._threads.shutdown)

    def _turn(self) -> None:
        """Run in a thread: the next piece, with all that join it."""
        if piece := self._next():
            for lost in self._done(piece, shares=piece.shares):
                self._done(lost, shares=False)

    def _next(self, *, shares: bool = False) -> Piece[Any] | None:
        """The next piece that somebody waits for; with `shares` only if it may share a transaction."""
        while self._waiting:
            try:
                piece = self._waiting.popleft()
            except IndexError:  # another thread was first
                return None
            if shares and not piece.shares:
                self._waiting.appendleft(piece)
                return None
            if piece.take():
                return piece
        return None

    def _done(self, first: Piece[Any], *, shares: bool) -> list[Piece[Any]]:
        """Do a piece, and those that join it, and tell them; the result are those that have to be done again."""
        together = [first]
        HERE.piece = first
        try:
            with self._engine.connect() as connection, connection.execution_options(**first.options).begin():
                first.do(connection)
                if shares:
                    self._join(connection, together)
        except _Lost:
            return together
        except BaseException as error:  # noqa: BLE001  the callers are told
            for each in together:
                each.fails(error)
        finally:
            first.holds(None)
            HERE.piece = None
        for each in together:
            each.tell()
        return []

    def _join(self, connection: Connection, together: list[Piece[Any]]) -> None:
        """Do what waits in the same transaction; raises `_Lost` if one of them has ended it."""
        driver: Any = connection.connection.driver_connection
        ends = time.perf_counter() + SHARED_FOR
        while len(together) < SHARED_BY and time.perf_counter() < ends and (piece := self._next(shares=True)):
            together[0].holds(None)  # to give one up must not cost the others
            driver.execute("SAVEPOINT piece")
            try:
                piece.holds(driver)
                piece.do(connection)
            except BaseException as error:  # noqa: BLE001  its caller is told
                piece.holds(None)
                piece.fails(error)
                piece.tell()
                if not driver.in_transaction:
                    raise _Lost from None
                driver.execute("ROLLBACK TO piece")
            else:
                piece.holds(None)
                together.append(piece)
            driver.execute("RELEASE piece")
