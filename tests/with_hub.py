"""`python -m tests.with_hub node check.mjs {hub} {sandbox}`: runs a command beside a hub on its sandbox.

Both take free ports and a folder of their own, so neither minds what else runs on this machine, nor where the file of
agencies has the sandbox. What the command ends with is what this ends with.
"""

import asyncio
import contextlib
import os
import socket
import sys
import tempfile
import urllib.request
from pathlib import Path
from random import SystemRandom

from sandbox.kit.place import address, agencies
from sandbox.registry import environment
from sandbox.server import running

ROOT = Path(__file__).parent.parent
READY_WITHIN = 60.0


def free_port() -> int:
    """One below those that the system hands out: no client can have it by the time that a server wants it."""
    while True:
        with socket.socket() as probe:
            port = SystemRandom().randrange(20_000, 30_000)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port


def answers(url: str) -> bool:
    """Whether a hub is ready there."""
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False


async def beside_a_hub(command: list[str]) -> int:
    """The status with which the command ends; what the hub says goes to standard error if it does not start."""
    with tempfile.TemporaryDirectory(prefix="simpul-hub-") as folder:
        async with running(port=0) as sandbox:
            port, path, said = free_port(), Path(folder) / "agencies.toml", Path(folder) / "said"
            text = agencies().read_text(encoding="utf-8").replace(address(), sandbox.url)
            path.write_text(text.replace(":///.simpul/sandbox", f":///{sandbox.folder}"), encoding="utf-8")
            environ = {
                **environment(),
                "SIMPUL_IDENTITY_SECRET": os.urandom(32).hex(),
                **os.environ,
                "HOST": "127.0.0.1",
                "PORT": str(port),
                "SIMPUL_AGENCIES": str(path),
                "SIMPUL_STORE_URL": f"sqlite:///{folder}/store.db",
                "SIMPUL_HEADS": "",
            }
            hub = f"http://127.0.0.1:{port}"
            with said.open("wb") as file:
                process = await asyncio.create_subprocess_exec(
                    sys.executable, "server.py", "run", cwd=ROOT, env=environ, stdout=file, stderr=file
                )
            try:
                for _ in range(int(READY_WITHIN / 0.1)):
                    if process.returncode is not None or await asyncio.to_thread(answers, hub):
                        break
                    await asyncio.sleep(0.1)
                if process.returncode is not None:
                    sys.stderr.write(said.read_text(encoding="utf-8"))
                    return 1
                meant = {"{hub}": hub, "{sandbox}": sandbox.url, "{python}": sys.executable}
                given = {**os.environ, "SIMPUL_AGENCIES": str(path)}
                asking = await asyncio.create_subprocess_exec(*(meant.get(each, each) for each in command), env=given)
                return await asking.wait()
            finally:
                if process.returncode is None:
                    process.terminate()
                    await process.wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(beside_a_hub(sys.argv[1:])))
