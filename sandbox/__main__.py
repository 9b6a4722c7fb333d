"""`python -m sandbox [--port 8100]`: the stand-in agencies alone, until they are stopped."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from sandbox.server import running

FOLDER = Path(__file__).parent.parent / ".simpul" / "sandbox"
"""The folder of the databases that the committed `agencies.toml` names."""


async def serve(host: str, port: int, *, until_input_ends: bool = False) -> None:
    """Serve until SIGINT or SIGTERM, or until the input is closed because the starting process has ended."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if until_input_ends:
        loop.add_reader(sys.stdin, stop.set)
    async with running(host, port, folder=FOLDER) as sandbox:
        agencies = len(sandbox.control.agencies) - 1
        print(f"sandbox: {agencies} agencies and an identity provider at {sandbox.url}", flush=True)
        await stop.wait()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8100)
    parser.add_argument("--until-input-ends", action="store_true", help="stop where standard input does")
    chosen = parser.parse_args()
    try:
        asyncio.run(serve(chosen.host, chosen.port, until_input_ends=chosen.until_input_ends))
    except OSError as error:
        raise SystemExit(f"sandbox: {error.strerror}") from None


if __name__ == "__main__":
    main()
