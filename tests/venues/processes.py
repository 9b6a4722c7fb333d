"""Hubs in processes of their own, on one city's booking database, and people who ask them."""

import asyncio
import contextlib
import os
import signal
import sys
from datetime import UTC, datetime

import aiohttp
from sqlalchemy import make_url

from sandbox.identity.issuer import issuer_of
from tests.conftest import ROOT
from tests.with_hub import free_port

USER = "CITY_DATABASE_USER"
HOLD = """mutation ($slot: String!, $key: String!) { holdSlot(slot: $slot, idempotencyKey: $key) { code state } }"""
CONFIRM = """mutation ($code: String!) { confirmBooking(booking: $code) { code state } }"""
FREE = """query ($venue: String!) { venue(code: $venue) { slots(first: 100) { nodes { code startsAt } } } }"""


def configuration(sandbox, tmp_path, agency):
    """One agency and who vouches for people."""
    path = tmp_path / "agencies.toml"
    path.write_text(
        f"""[city]
name = "Kota"
code = "36.71"
timezone = "Asia/Jakarta"

[identity]
issuer = "{sandbox.url}/identity"
audience = "simpul"

{agency}""",
        encoding="utf-8",
    )
    return path


def database_agency(url):
    """As somebody would name it: who signs in there stands in the environment."""
    parsed = make_url(url)
    signs_in = f'credentials = {{ user = "env:{USER}" }}\n' if parsed.username else ""
    url = parsed._replace(username=None, password=None).render_as_string() if parsed.username else url
    return f"""[agencies.gor-kota]
domain = "venues"
connector = "database"
name = "GOR Kota"
url = "{url}"
limits = {{ timeout = 60, concurrency = 8 }}
{signs_in}"""


def open_booking_agency(url):
    return f"""[agencies.gor-contoh]
domain = "venues"
connector = "open_booking"
name = "GOR Contoh"
url = "{url}/gor-contoh/openactive"
limits = {{ timeout = 30, concurrency = 8 }}
options = {{ seller = "https://gor.example/sellers/1", broker = "Kota", customers_at = "warga.invalid" }}
"""


class Hub:
    """One process."""

    def __init__(self, process, url, session):
        self.process = process
        self.url = url
        self.session = session

    async def ask(self, query, token=None, **variables):
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"} if token else {}
        body = {"query": query, "variables": variables}
        async with self.session.post(f"{self.url}/graphql", json=body, headers=headers) as response:
            return await response.json()

    async def kill(self):
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def free_slots(self, venue):
        """Once the hub has a copy."""
        async with asyncio.timeout(120):
            while True:
                found = (await self.ask(FREE, venue=venue)).get("data", {}).get("venue")
                if found and found["slots"] and found["slots"]["nodes"]:
                    return [each["code"] for each in found["slots"]["nodes"]]
                await asyncio.sleep(0.1)


@contextlib.asynccontextmanager
async def hub_running(path, store, **settings):
    port = free_port()
    environment = {
        **os.environ, "PORT": str(port), "SIMPUL_AGENCIES": str(path), "SIMPUL_STORE_URL": store, USER: "postgres",
        **settings,
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, "server.py", "run", cwd=ROOT, env=environment,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=300)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        hub = Hub(process, f"http://127.0.0.1:{port}", session)
        try:
            async with asyncio.timeout(120):
                while True:
                    with contextlib.suppress(aiohttp.ClientConnectionError):
                        async with session.get(f"{hub.url}/healthz"):
                            break
                    assert process.returncode is None
                    await asyncio.sleep(0.05)
            yield hub
        finally:
            if process.returncode is None:
                process.terminate()
                await process.wait()


def token_of(sandbox, number):
    """One of many people who do not exist."""
    subject = f"6f0c1a52-0000-4000-9000-{number:012}"
    return issuer_of(sandbox.control).token(
        "citizen", f"{sandbox.url}/identity", datetime.now(UTC), sub=subject, nik=f"99070140019{number:05}"
    )
