"""The sandbox in a process of its own, beside the hub."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent


class NotStarted(Exception):
    """The sandbox ended before it was ready."""


@contextmanager
def beside(host: str, port: int) -> Iterator[str]:
    """Started, and ended with the block; gives the line that it said. Raises `NotStarted`."""
    command = [sys.executable, "-m", "sandbox", "--host", host, "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603
    try:
        said = process.stdout.readline() if process.stdout else ""
        if not said:
            raise NotStarted(f"the sandbox does not start at {host}:{port}; does something else listen there?")
        yield said.strip()
    finally:
        process.terminate()
        process.wait()
