"""The database of an agency on a server, asked over a line that may fall silent.

The driver of PostgreSQL asks the server to cancel what its caller no longer wants, and waits ten seconds for that. So a
caller that leaves does not reach the driver: the line is cut, and the driver sees that it has ended.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable, Coroutine
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import URL, Connection, text

from connectors.kit.agency import Agency
from connectors.kit.engines import engine_for

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

T = TypeVar("T")

GRACE = 1.0
"""Seconds past the agency's time limit for a server that ends the statement itself, as it was told to."""


class SqlServer:
    """One server. Its pieces of work are functions of a connection."""

    def __init__(self, url: URL, agency: Agency) -> None:
        self._url = url
        self._agency = agency
        self._under_way = set[asyncio.Task[Any]]()

    @cached_property
    def _reader(self) -> "AsyncEngine":
        """The engine that only reads, made when it is first needed."""
        return engine_for(self._url, self._agency)

    @cached_property
    def _writer(self) -> "AsyncEngine":
        """The engine that writes, made when it is first needed."""
        return engine_for(self._url, self._agency, writes=True)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """The result of a function that only reads. It ends when its caller leaves."""

        async def ask(line: _OpenLine) -> T:
            async with self._reader.connect() as connection:
                await self._begin(connection)
                await line.opened(connection)
                return await connection.run_sync(work)

        return await self._asked(ask)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """The result of a function that writes, in one transaction."""

        async def ask(line: _OpenLine) -> T:
            async with self._writer.connect() as connection:
                await line.opened(connection)
                async with connection.begin():
                    return await connection.run_sync(work)

        return await self._asked(ask)

    async def aclose(self) -> None:
        """Close the connections after all work has ended. The next piece of work opens new ones."""
        if self._under_way:
            await asyncio.wait(self._under_way)
        for made in ("_reader", "_writer"):
            if made in vars(self):
                await getattr(self, made).dispose()

    async def _asked(self, ask: Callable[["_OpenLine"], Coroutine[Any, Any, T]]) -> T:
        """Ask within the time limit, whether anybody waits or not."""
        line = _OpenLine()
        line.task = task = asyncio.create_task(ask(line))
        self._under_way.add(task)
        task.add_done_callback(self._ended)
        limit = task.get_loop().call_later(self._agency.limits.timeout + GRACE, line.cut)
        task.add_done_callback(lambda _: limit.cancel())
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            line.cut()
            raise

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # the caller may have left, and then nobody else reads it

    async def _begin(self, connection: "AsyncConnection") -> None:
        """Set the time limit of Oracle, and that nothing is written there. PostgreSQL gets both when it connects."""
        if connection.dialect.name == "oracle":
            driver: Any = (await connection.get_raw_connection()).driver_connection
            driver.call_timeout = int(self._agency.limits.timeout * 1000)
            await connection.execute(text("SET TRANSACTION READ ONLY"))


class _OpenLine:
    """The way to the server that one piece of work uses."""

    def __init__(self) -> None:
        self.task: asyncio.Task[Any] | None = None
        self._driver: Any = None

    async def opened(self, connection: "AsyncConnection") -> None:
        """The work has this connection from now on."""
        if connection.dialect.name == "postgresql":
            self._driver = (await connection.get_raw_connection()).driver_connection

    def cut(self) -> None:
        """End the work: whatever it waits for ends at once."""
        if self.task is None or self.task.done():
            return
        if self._driver is None:
            self.task.cancel()
            return
        with contextlib.suppress(Exception), socket.socket(fileno=os.dup(self._driver.fileno())) as same:
            same.shutdown(socket.SHUT_RDWR)
