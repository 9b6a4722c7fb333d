"""The hub as it is put together, with the plain schema in the place of its own."""

import tempfile
from pathlib import Path

from starlette.applications import Starlette

import engine.app
from bench.plain import schema
from bench.plain.connector import SharedUpstream, Upstream
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


def plain_app(settings: Settings, upstream: str, *, shared: bool = False) -> Starlette:
    """From here on, this process builds no other hub. `shared`: operations that run at once share what they fetch."""
    kind = SharedUpstream if shared else Upstream
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "agencies.toml"
        path.write_text(FILE.format(url=upstream, connector=kind.protocol), encoding="utf-8")
        configuration = read_configuration(path, (kind,), {})
    for name in ("build", "running"):
        setattr(engine.app, name, getattr(schema, name))
    return engine.app.create_app(configuration, settings)
