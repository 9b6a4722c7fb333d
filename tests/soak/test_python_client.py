"""The recipe for Python of docs/clients.md: ariadne-codegen makes a client of everybody's documents, and it works.

The tool is installed once, into .simpul/tools, and is no requirement of the hub.
"""

import asyncio
import json
import shutil
import subprocess
import sys
import venv

import pytest

from auth.caller import Audience
from tests.conftest import ROOT
from tests.schema.documents import EVERYBODYS

pytestmark = pytest.mark.soak

TOOLS = ROOT / ".simpul" / "tools" / "ariadne"
WANTED = "ariadne-codegen==0.19.0"
ASKING = """
import asyncio, json, sys
from simpul_client import Simpul

async def main():
    async with Simpul(url=sys.argv[1], headers={"accept-language": "en"}) as client:
        found = await client.commodities()
        print(json.dumps([each.name for each in found.commodities.nodes]))

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def tools():
    """The folder of the programs."""
    if not (TOOLS / "ready").exists():
        venv.create(TOOLS, with_pip=True, clear=True)
        subprocess.run([TOOLS / "bin" / "pip", "install", "--quiet", WANTED], check=True)
        (TOOLS / "ready").touch()
    return TOOLS / "bin"


async def test_a_client_is_made_and_asks(tools, tmp_path, hub):
    shutil.copy(ROOT / "tests" / "clients" / "recipes" / "python" / "pyproject.toml", tmp_path)
    command = [sys.executable, ROOT / "server.py", "schema", "--audience", Audience.PUBLIC.value.lower()]
    schema = await asyncio.to_thread(subprocess.run, command, cwd=ROOT, check=True, capture_output=True)
    (tmp_path / "public.graphql").write_bytes(schema.stdout)
    (tmp_path / "queries").mkdir()
    for each in EVERYBODYS:
        (tmp_path / "queries" / f"{each.name}.graphql").write_text(each.written, encoding="utf-8")
    await asyncio.to_thread(subprocess.run, [tools / "ariadne-codegen"], cwd=tmp_path, check=True, capture_output=True)
    asking = await asyncio.create_subprocess_exec(
        *(tools / "python", "-c", ASKING, f"{hub.url}/graphql"), cwd=tmp_path, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await asking.communicate()
    assert asking.returncode == 0
    (commodities,) = (each for each in EVERYBODYS if each.name == "commodities")
    data = (await hub.ask(commodities.written, accept_language="en"))["data"]
    assert json.loads(said) == [each["name"] for each in data["commodities"]["nodes"]]
