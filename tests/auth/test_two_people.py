"""Two people who ask the same through warm caches, in two processes on one Redis and one store: nobody sees the other's.

And when all is done, nothing of them is left in a log, a cache or the database.
"""

import asyncio
import contextlib
import os
import sys

import aiohttp
import pytest

from sandbox.identity.issuer import issuer_of
from sandbox.registry import environment
from sandbox.server import running, system_now
from sandbox.tax.parcels import with_story
from tests import identifiers
from tests.conftest import ROOT
from tests.profiles import EXAMPLES
from tests.with_hub import free_port

MINE = with_story("this year unpaid")
QUERY = """
query Mine($nop: NOP!) {
  me {
    nik masked: nik whole: nik(unmasked: true) pseudonym residence { status }
    devices { totalCount } dataUsage(first: 50) { nodes { text byOneself } }
  }
  taxObject(nop: $nop) { street ownerName whole: ownerName(unmasked: true) bills { totalCount } }
}
"""
CITIZEN = {"whole": "9907014001900001", "nik": "9907••••••••0001", "residence": {"status": "CONFIRMED"}}
NEIGHBOUR = {"whole": "9907014001900002", "nik": "9907••••••••0002", "residence": {"status": "ELSEWHERE"}}


class Hubs:
    """Two hubs in processes of their own, and what they logged."""

    def __init__(self, urls, session, token, logs):
        self.urls = urls
        self.session = session
        self.token = token
        self.logs = logs

    async def ask(self, hub, query, variables=None, **headers):
        body = {"query": query, "variables": variables}
        async with self.session.post(f"{self.urls[hub]}/graphql", json=body, headers=headers) as response:
            return await response.json()


@pytest.fixture(params=[pytest.param("sqlite", marks=pytest.mark.soak), "postgresql"])
async def hubs(request, tmp_path, redis_url):
    store = f"sqlite:///{tmp_path}/two.db"
    if request.param == "postgresql":
        store = request.getfixturevalue("new_postgres_url")
    async with running(port=0, now=system_now) as sandbox, contextlib.AsyncExitStack() as stack:
        path = tmp_path / "agencies.toml"
        text = (ROOT / "city" / "agencies.toml").read_text(encoding="utf-8")
        path.write_text(text.replace("http://127.0.0.1:8100", sandbox.url), encoding="utf-8")
        settings = {
            **os.environ,
            **environment(),
            "SIMPUL_AGENCIES": str(path),
            "SIMPUL_CACHE_URL": redis_url,
            "SIMPUL_SECRET": "a secret that both hubs know, long enough",
            "SIMPUL_STORE_URL": store,
            "SIMPUL_FOLLOW": "false",
        }
        session = await stack.enter_async_context(aiohttp.ClientSession())
        logs, urls = [tmp_path / f"{number}.log" for number in range(2)], []
        for log in logs:
            port = free_port()
            urls.append(f"http://127.0.0.1:{port}")
            await stack.enter_async_context(_hub(settings | {"PORT": str(port)}, log, urls[-1], session))

        def token(name):
            return {"Authorization": f"Bearer {issuer_of(sandbox.control).token(name, _issuer(sandbox), system_now())}"}

        yield Hubs(urls, session, token, logs)
    found = [("log", log.read_bytes()) for log in logs]
    found += [("store", row) for row in identifiers.of_store(store)]
    found += [("redis", each) for each in identifiers.of_redis(request.getfixturevalue("redis_server"))]
    assert {where for where, _ in found} == {"log", "store", "redis"}
    assert [where for where, each in found if identifiers.UNMASKED.search(each)] == []
    assert all(b"graphql.operation" in log.read_bytes() for log in logs)


@contextlib.asynccontextmanager
async def _hub(settings, log, url, session):
    with log.open("wb") as written:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "server.py", "run", cwd=ROOT, env=settings, stdout=written, stderr=written
        )
        try:
            async with asyncio.timeout(60):
                while True:
                    with contextlib.suppress(aiohttp.ClientConnectionError):
                        async with session.get(f"{url}/healthz"):
                            break
                    await asyncio.sleep(0.1)
            yield
        finally:
            process.terminate()
            await process.wait()


def _issuer(sandbox):
    return f"{sandbox.url}/identity"


async def test_each_is_answered_about_oneself_whoever_asked_before_and_nothing_is_left(hubs):
    citizen, neighbour = hubs.token("citizen"), hubs.token("neighbour")
    for _ in range(2):
        for hub in (0, 1):
            both = await asyncio.gather(
                hubs.ask(hub, QUERY, {"nop": MINE}, **citizen), hubs.ask(hub, QUERY, {"nop": MINE}, **neighbour)
            )
            for answer, expected in zip(both, (CITIZEN, NEIGHBOUR), strict=True):
                me = answer["data"]["me"]
                assert {key: me[key] for key in expected} == expected
                assert all(each["byOneself"] for each in me["dataUsage"]["nodes"])
            mine, theirs = (answer["data"]["taxObject"] for answer in both)
            assert (mine["whole"], theirs["whole"]) == ("WAJIB PAJAK CONTOH 0001", None)
            assert mine["bills"] == theirs["bills"] == {"totalCount": 10}
            assert [each["extensions"]["code"] for each in both[1]["errors"]] == ["FORBIDDEN"]
    await _everything_else(hubs)


async def _everything_else(hubs):
    """Whatever else could leave a trace: numbers where they do not belong, tokens that do not hold, keys."""
    nik, officer, admin = identifiers.NIKS[0], hubs.token("officer"), hubs.token("admin")
    declared = {"simpul-purpose": "pelayanan-pajak", "simpul-case": "LKT/1"}
    whole = "query ($nop: NOP!) { taxObject(nop: $nop) { ownerName(unmasked: true) } }"
    assert (await hubs.ask(0, whole, {"nop": MINE}, **officer, **declared))["data"]["taxObject"]["ownerName"]
    made = await hubs.ask(0, 'mutation { createApiKey(app: "a", label: "x", scopes: [NIK]) { key } }', **admin)
    key = {"x-api-key": made["data"]["createApiKey"]["key"]}
    assert (await hubs.ask(1, "{ me { nik(unmasked: true) } }", **key, **hubs.token("citizen")))["data"]["me"]["nik"]
    refused = [
        await hubs.ask(0, f'{{ taxObject(nop: "{MINE}0") {{ street }} }}'),
        await hubs.ask(0, f"query N{nik} {{ me {{ nik(unmasked: true) }} }}", **hubs.token("citizen")),
        await hubs.ask(1, f"{{ n{nik} }}"),
        await hubs.ask(1, f'{{ hospital(code: "{nik}") {{ name }} }}'),
        await hubs.ask(1, whole, {"nop": nik}),
        await hubs.ask(1, whole, {"nop": MINE, nik: nik}),
        await hubs.ask(1, "{ city { name } }", Authorization=f"Bearer {'eyJ' + 'a' * 20}.{'b' * 20}.c"),
        await hubs.ask(1, "{ city { name } }", **{"x-api-key": "simpul_" + "a" * 43}),
        await hubs.ask(1, "{ city { name } }", **{"simpul-purpose": nik, "simpul-case": nik}, **officer),
    ]
    assert not [answer for answer in refused if nik in str(answer.get("errors"))]
    for path in (f"/graphql?query={{me{{nik}}}}&x={nik}", f"/data-tracker/findUsage?userCode={nik}", f"/{nik}"):
        async with hubs.session.get(f"{hubs.urls[0]}{path}", headers=hubs.token("citizen")) as response:
            assert nik not in str(response.headers)


@pytest.mark.parametrize(
    "leak",
    [
        "9907014001900001",
        f"nop={MINE}",
        EXAMPLES["nop"],
        "WAJIB PAJAK CONTOH 0001",
        "wajib pajak contoh 0001",
        "simpul_" + "a" * 43,
        "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0",
    ],
)
def test_what_is_looked_for_would_be_found(leak):
    assert identifiers.UNMASKED.search(f"x {leak} y".encode())
    for masked in ("9907••••••••0001", "W*** P*** C*** 0***", EXAMPLES["nop"][:6] + "•••", "N•"):
        assert not identifiers.UNMASKED.search(masked.encode())
