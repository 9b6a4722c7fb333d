"""A hub inside this process, asked without sockets of a client: what is measured of it is its own."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import structlog
from starlette.applications import Starlette

from bench.hubs import ALL_ON
from connectors.registry import CONNECTORS
from engine.app import create_app
from engine.configuration.agencies_file import read_configuration
from engine.configuration.settings import Settings
from engine.telemetry.logs import configure_logging
from sandbox.registry import environment

COPIED_WITHIN = 60


@asynccontextmanager
async def hub_here(
    store: Path, settings: Mapping[str, str], make: Callable[[Settings], Starlette]
) -> AsyncIterator[Starlette]:
    """A hub with everything on, once its copies are there. Its log is written and thrown away."""
    given = {**environment(), **ALL_ON, **settings, "SIMPUL_IDENTITY_SECRET": "bench " * 8}
    os.environ.update({**given, "SIMPUL_STORE_URL": f"sqlite:///{store}"})
    known = Settings()
    configure_logging(form=known.logs)
    app = make(known)
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:  # noqa: ASYNC230  nothing else runs yet
        structlog.configure(logger_factory=structlog.PrintLoggerFactory(nowhere))
        async with app.router.lifespan_context(app):
            async with asyncio.timeout(COPIED_WITHIN):
                while not await _copied(app):  # noqa: ASYNC110  only asking shows it
                    await asyncio.sleep(0.1)
            yield app


def on_its_agencies(settings: Settings) -> Starlette:
    """The hub with its own schema."""
    return create_app(read_configuration(settings.agencies, CONNECTORS, os.environ), settings)


async def _copied(app: Starlette) -> bool:
    return all(each["fetchedAt"] for each in json.loads(await asked(app, "/readyz"))["copies"])


async def asked(app: Starlette, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> bytes:
    """One answer; by POST where there is a body."""
    parts: list[bytes] = []
    sent = asyncio.Event()
    given = {"content-type": "application/json", "content-length": str(len(body)), **(headers or {})}
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST" if body else "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1),
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
    }

    async def receive() -> dict[str, Any]:
        if sent.is_set():
            await asyncio.Event().wait()  # the client stays
        sent.set()
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            parts.append(message.get("body", b""))

    await app(scope, receive, send)
    return b"".join(parts)
