"""Serves all stand-ins and their control on one loopback address."""

import asyncio
import ipaddress
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from aiohttp import web

from sandbox import registry
from sandbox.kit import control
from sandbox.kit.databases import open_databases
from sandbox.kit.seed import context_of


class Sandbox(NamedTuple):
    """A running sandbox: its address, the folder of its databases, and its control."""

    url: str
    folder: Path
    control: control.Control


def system_now() -> datetime:
    """The time of the machine."""
    return datetime.now(UTC)


@asynccontextmanager
async def running(
    host: str = "127.0.0.1",
    port: int = 8100,
    *,
    now: Callable[[], datetime] = system_now,
    folder: Path | None = None,
    city: Path | None = None,
) -> AsyncIterator[Sandbox]:
    """Serve until the block ends. Port 0 takes a free port; without `folder`, databases are in a temporary folder.

    `city` is the folder of the city that the agencies are of; without it, that of the hub (kit/place.py). Raises
    ValueError for an address that is not loopback.
    """
    if not ipaddress.ip_address(host).is_loopback:
        raise ValueError("the sandbox listens on loopback only")
    levers = control.Control()
    app = web.Application()
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)

    async def start(databases: Path) -> None:
        app.add_routes(control.routes(levers))
        app.add_routes(registry.routes_of(registry.domains(), levers, now))
        await runner.setup()
        await web.TCPSite(runner, host, port).start()
        open_databases(levers, databases, registry.databases(), now())

    with ExitStack() as until_then:
        try:
            folder = folder or Path(until_then.enter_context(tempfile.TemporaryDirectory(prefix="simpul-sandbox-")))
            await asyncio.create_task(start(folder), context=context_of(city))
            bound = runner.addresses[0][1]
            name = f"[{host}]" if ":" in host else host
            yield Sandbox(f"http://{name}:{bound}", folder, levers)
        finally:
            levers.reset()
            await runner.cleanup()
