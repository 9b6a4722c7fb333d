"""A hub in a process of its own, with copies of everything, over a sandbox in this one."""

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path

from sandbox.registry import environment
from sandbox.server import running
from tests.conftest import ROOT
from tests.venues.processes import hub_running


@asynccontextmanager
async def whole_hub(tmp_path, **settings):
    """With the limits that it has without configuration, but for these settings. Gives the hub and the sandbox."""
    async with running(port=0) as sandbox:
        path = tmp_path / "agencies.toml"
        text = (ROOT / "city" / "agencies.toml").read_text(encoding="utf-8")
        text = text.replace("http://127.0.0.1:8100", sandbox.url)
        path.write_text(text.replace(":///.simpul/sandbox", f":///{sandbox.folder}"), encoding="utf-8")
        given = {**environment(), "SIMPUL_QUOTA": "0", **settings}
        async with hub_running(path, f"sqlite:///{tmp_path}/store.db", **given) as hub:
            async with asyncio.timeout(300):
                copies = [{"fetchedAt": None}]
                while not all(each["fetchedAt"] for each in copies):
                    await asyncio.sleep(0.2)
                    async with hub.session.get(f"{hub.url}/readyz") as response:
                        copies = (await response.json())["copies"]
            yield hub, sandbox


def megabytes(hub):
    """What it has in memory."""
    status = Path(f"/proc/{hub.process.pid}/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024
