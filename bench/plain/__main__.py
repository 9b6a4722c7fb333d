"""`python -m bench.plain --port 9801`: the hub with the plain schema in the place of its own."""

import argparse
import tempfile
from pathlib import Path

import engine.app
from bench.plain import schema
from bench.plain.connector import SharedUpstream, Upstream
from engine.commands.run import AnnouncingServer
from engine.configuration.agencies_file import read_configuration
from engine.configuration.settings import Settings
from engine.http.server import server_config
from engine.telemetry.logs import configure_logging

FILE = """
[city]
name = "Kota Tangerang"
code = "36.71"
timezone = "Asia/Jakarta"

[agencies.upstream]
domain = "bench"
connector = "{connector}"
name = "Upstream"
url = "{url}"
limits = {{ concurrency = 64 }}
"""


def main() -> None:
    """Read the command line, and serve until it is stopped."""
    parser = argparse.ArgumentParser(prog="python -m bench.plain", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--upstream", default="http://127.0.0.1:9")
    parser.add_argument("--shared", action="store_true", help="operations that run at once may share what they fetch")
    parser.add_argument("--items", type=int, default=schema.NUMBER)
    chosen = parser.parse_args()
    schema.NUMBER = chosen.items
    kind = SharedUpstream if chosen.shared else Upstream
    settings = Settings()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "agencies.toml"
        path.write_text(FILE.format(url=chosen.upstream, connector=kind.protocol), encoding="utf-8")
        configuration = read_configuration(path, (kind,), {})
    for name in ("build", "running"):
        setattr(engine.app, name, getattr(schema, name))
    app = engine.app.create_app(configuration, settings)
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
