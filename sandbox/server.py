"""Serves all stand-ins and their control on one loopback address."""

import ipaddress
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import NamedTuple

from aiohttp import web

from sandbox import (
    aplicares,
    control,
    dukcapil,
    hospital_rest,
    issuer,
    jdihn,
    karirhub,
    openactive,
    opensipkd,
    rs_online,
    sp2kp,
)

PROTOCOLS = (aplicares, rs_online, hospital_rest, opensipkd, karirhub, sp2kp, jdihn, openactive, dukcapil, issuer)


class Sandbox(NamedTuple):
    """A running sandbox: where it listens, and how its agencies are told what to do."""

    url: str
    control: control.Control


def system_now() -> datetime:
    """The machine's time."""
    return datetime.now(UTC)


@asynccontextmanager
async def running(
    host: str = "127.0.0.1", port: int = 8100, *, now: Callable[[], datetime] = system_now
) -> AsyncIterator[Sandbox]:
    """Serve until the block ends; port 0 takes a free one. Raises ValueError for an address that is not loopback."""
    if not ipaddress.ip_address(host).is_loopback:
        raise ValueError("the sandbox listens on loopback only")
    levers = control.Control()
    app = web.Application()
    app.add_routes(control.routes(levers))
    for protocol in PROTOCOLS:
        app.add_routes(protocol.routes(levers, now))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        bound = runner.addresses[0][1]
        name = f"[{host}]" if ":" in host else host
        yield Sandbox(f"http://{name}:{bound}", levers)
    finally:
        levers.reset()
        await runner.cleanup()
