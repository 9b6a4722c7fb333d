"""`python -m bench.plain --port 9801`: the hub with the plain schema in the place of its own."""

import argparse

from bench.plain import schema
from bench.plain.connector import UPSTREAMS, Upstream
from bench.plain.hub import plain_app
from engine.commands.run import AnnouncingServer
from engine.configuration.settings import Settings
from engine.http.server import server_config
from engine.telemetry.logs import configure_logging


def main() -> None:
    """Read the command line, and serve until it is stopped."""
    parser = argparse.ArgumentParser(prog="python -m bench.plain", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--upstream", default="http://127.0.0.1:9")
    parser.add_argument("--protocol", choices=UPSTREAMS, default=Upstream.protocol, help="what of the upstream is kept")
    parser.add_argument("--items", type=int, default=schema.NUMBER)
    chosen = parser.parse_args()
    schema.NUMBER = chosen.items
    settings = Settings()
    app = plain_app(settings, chosen.upstream, protocol=chosen.protocol)
    configure_logging(form=settings.logs)
    AnnouncingServer(
        server_config(
            app,
            limits=settings.server.connection_limits(),
            keep_alive=settings.server.keep_alive,
            shutdown=1,
            host="127.0.0.1",
            port=chosen.port,
            ws_max_size=settings.max_request_bytes,
        )
    ).run()


if __name__ == "__main__":
    main()
