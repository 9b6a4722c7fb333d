"""The server that the hub runs in: uvicorn, within limits, and with an end that nobody can put off."""

import gc
import os
import socket
import threading
from typing import Any

import structlog
import uvicorn
from starlette.types import ASGIApp

from engine.http.connection_limits import ConnectionCounter, ConnectionLimits
from engine.http.uvicorn_protocol import CountedWebSocket, LimitedProtocol

log = structlog.get_logger()

YOUNG = 2_000
"""So many new objects before the collector looks through them. What operations make is gone by then without it.

With 10,000, what 1,000 clients leave that are refused was more than the half of what a hub has at rest.
"""
LAST = 5
"""Seconds for letting go of stores, agencies and caches, after the last answer."""


def server_config(
    app: ASGIApp, *, limits: ConnectionLimits, keep_alive: int, shutdown: int, **given: Any
) -> uvicorn.Config:
    """How uvicorn is to serve the app. `shutdown`: seconds for what is being answered when it is told to stop."""
    config = uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_keep_alive=keep_alive,
        timeout_graceful_shutdown=shutdown,
        **given,
    )
    among = ConnectionCounter(limits, _listed(config.forwarded_allow_ips))
    config.http = type("Protocol", (LimitedProtocol,), {"limits": limits, "among": among})
    config.ws = type("WebSocket", (CountedWebSocket,), {"among": among})
    return config


def _listed(addresses: list[str] | str) -> list[str]:
    return [each.strip() for each in addresses.split(",")] if isinstance(addresses, str) else addresses


class Server(uvicorn.Server):
    """Ends in time, whatever it waits for: after its last seconds the process is gone."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's. What the hub is made of stays, so the collector need not look through it again and again."""
        await super().startup(sockets)
        gc.freeze()
        gc.set_threshold(YOUNG, *gc.get_threshold()[1:])

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's."""
        last = (self.config.timeout_graceful_shutdown or 0) + LAST
        wall = threading.Timer(last, self._gone)
        wall.daemon = True
        wall.start()
        await super().shutdown(sockets)

    @staticmethod
    def _gone() -> None:
        log.error("hub.ended_by_force")
        os._exit(1)
