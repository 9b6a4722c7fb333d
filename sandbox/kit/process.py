"""The sandbox as a process of its own, beside the hub."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).parents[2]


class NotStarted(Exception):
    """The sandbox ended before it was ready."""


@contextmanager
def beside(host: str, port: int) -> Iterator[str]:
    """Run the sandbox for the time of the block; the value is its first line of output. Raises `NotStarted`.

    It ends with this process in any case: SIGTERM leaves the block in order, and the sandbox stops when its input is
    closed.
    """
    command = [sys.executable, "-m", "sandbox", "--host", host, "--port", str(port), "--until-input-ends"]
    process = subprocess.Popen(  # noqa: S603
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    before = signal.signal(signal.SIGTERM, _leave)
    try:
        said = process.stdout.readline() if process.stdout else ""
        if not said:
            raise NotStarted(f"the sandbox does not start at {host}:{port}")
        yield said.strip()
    finally:
        process.terminate()
        process.wait()
        signal.signal(signal.SIGTERM, before)
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()


def _leave(number: int, _: FrameType | None) -> None:
    sys.exit(128 + number)
