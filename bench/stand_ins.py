"""`python -m bench.stand_ins --port 9800 --folder DIR`: the sandbox with databases of its own, at one moment.

Its clock stands still. So hubs that ask one after the other are told the same, and their answers can be compared.
"""

import argparse
import asyncio
import signal
from datetime import UTC, datetime
from pathlib import Path

from sandbox.server import running


async def serve(port: int, folder: Path) -> None:
    """Until it is told to stop."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    began = datetime.now(UTC).replace(microsecond=0)
    async with running(port=port, folder=folder, now=lambda: began):
        await stop.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.stand_ins", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    chosen = parser.parse_args()
    asyncio.run(serve(chosen.port, chosen.folder))
