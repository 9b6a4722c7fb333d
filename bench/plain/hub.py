"""The hub as it is put together, with the plain schema in the place of its own."""

import tempfile
from pathlib import Path

from starlette.applications import Starlette

import engine.app
import engine.services
from bench.plain import schema
from bench.plain.connector import UPSTREAMS, Upstream
from engine.configuration.agencies_file import read_configuration
from engine.configuration.settings import Settings

FILE = """
[city]
name = "Kabupaten Contoh"
code = "99.07"
timezone = "Asia/Jakarta"

[agencies.upstream]
domain = "bench"
connector = "{connector}"
name = "Upstream"
url = "{url}"
limits = {{ concurrency = 64 }}
"""


def plain_app(settings: Settings, upstream: str, *, protocol: str = Upstream.protocol) -> Starlette:
    """From here on, this process builds no other hub. `protocol`: of one of the upstreams."""
    kind = UPSTREAMS[protocol]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "agencies.toml"
        path.write_text(FILE.format(url=upstream, connector=kind.protocol), encoding="utf-8")
        configuration = read_configuration(path, (kind,), {})
    for place, name in ((engine.app, "build"), (engine.app, "running"), (engine.services, "access_matrix")):
        setattr(place, name, getattr(schema, name))
    return engine.app.create_app(configuration, settings)
