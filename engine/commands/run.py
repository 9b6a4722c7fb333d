"""What `run` needs to know before a hub listens, and the server that says what to open."""

import asyncio
import socket
from collections.abc import Callable

import typer
from starlette.applications import Starlette

from engine.commands.ports import refused
from engine.commands.reloading import Hangup, NewestConfiguration, Reloading
from engine.configuration.problems import ConfigurationError
from engine.http.server import Server, server_config

TO_PASTE = "{ city { name } agencies(first: 3) { nodes { name state } } }"
"""It can be asked in every city."""


def check_place(host: str, port: int) -> None:
    """Whether the hub can listen there; raises `ConfigurationError`."""
    if why := refused(host, port):
        raise ConfigurationError(
            [f"{host}:{port}: {why}; stop what listens there, or name another place: PORT={port + 1} (or HOST)"]
        )


class AnnouncingServer(Server):
    """Tells when it can be opened: `ready` is called, and what to open is said if it `announces`."""

    ready: Callable[[], None] = staticmethod(lambda: None)
    announces = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's."""
        await super().startup(sockets)
        if self.started:
            self.ready()
        if self.started and self.announces:
            address = f"http://{self.config.host}:{self.config.port}"
            typer.echo(
                f"\n  first page    {address}/\n  GraphiQL      {address}/graphql\n"
                f"  schema        {address}/schema.graphql\n"
                f"  health        {address}/readyz\n\n  Try:\n  curl -s {address}/graphql"
                f" -H 'content-type: application/json' -d '{{\"query\": \"{TO_PASTE}\"}}'\n\n  Ctrl-C stops it.\n"
            )


def served(
    app: Starlette, newest: NewestConfiguration, hangup: Hangup, host: str, port: int, *, announces: bool = True
) -> Server:
    """The server of a hub, which says what to open if it `announces`, and takes the newest configuration on SIGHUP."""
    settings = newest.now.settings
    config = server_config(
        app,
        limits=settings.server.connection_limits(),
        keep_alive=settings.server.keep_alive,
        shutdown=settings.server.shutdown,
        host=host,
        port=port,
        ws_max_size=settings.max_request_bytes,
    )
    server = AnnouncingServer(config)
    server.announces = announces
    reloading = Reloading(app.state.services, newest)
    server.ready = lambda: hangup.act(reloading.ask, asyncio.get_running_loop())
    return server
