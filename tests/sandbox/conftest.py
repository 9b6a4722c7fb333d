"""The sandbox alone, called as a client would call it."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime

import aiohttp
import pytest

from sandbox.beds.hospitals import hospitals
from sandbox.registry import environment
from sandbox.server import running

NOW = datetime(2026, 5, 4, 6, 0, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
PPK = {hospital.code: hospital.ppk for hospital in hospitals()}
VARIABLES = environment()


def signed(identity, secret, stamp):
    """Reckoned here on its own: the stand-in's own function is what is being tested."""
    digest = hmac.new(secret.encode(), f"{identity}&{stamp}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def hospital_headers(code, stamp=STAMP):
    prefix = "SANDBOX_" + code.upper().replace("-", "_")
    cons_id = VARIABLES[f"{prefix}_CONS_ID"]
    return {
        "X-cons-id": cons_id,
        "X-timestamp": stamp,
        "X-signature": signed(cons_id, VARIABLES[f"{prefix}_SECRET"], stamp),
        "user_key": VARIABLES[f"{prefix}_USER_KEY"],
    }


def tax_headers(stamp=STAMP):
    userid = VARIABLES["SANDBOX_BAPENDA_USER_ID"]
    return {
        "userid": userid,
        "key": stamp,
        "signature": signed(userid, VARIABLES["SANDBOX_BAPENDA_RPC_KEY"], stamp),
    }


class Caller:
    """Plain aiohttp with the right address and the right signature."""

    def __init__(self, sandbox, http):
        self.sandbox = sandbox
        self.http = http

    def beds_url(self, code, start=1, limit=100):
        return f"{self.sandbox.url}/{code}/aplicaresws/rest/bed/read/{PPK[code]}/{start}/{limit}"

    async def beds(self, code, start=1, limit=100):
        async with self.http.get(self.beds_url(code, start, limit), headers=hospital_headers(code)) as answer:
            assert answer.status == 200
            return await answer.json()

    async def rows(self, code):
        return (await self.beds(code, 1, 1_000))["response"]["list"]

    async def post(self, body, headers=None):
        headers = tax_headers() if headers is None else headers
        async with self.http.post(f"{self.sandbox.url}/bapenda/ws/pbb", data=body, headers=headers) as answer:
            assert answer.status == 200
            return await answer.json()

    async def rpc(self, method, *params, ident=7, headers=None):
        body = aiohttp.JsonPayload({"jsonrpc": "2.0", "id": ident, "method": method, "params": list(params)})
        return await self.post(body, headers)

    async def control(self, method, path="", **kwargs):
        async with self.http.request(method, f"{self.sandbox.url}/_control{path}", **kwargs) as answer:
            return answer.status, await answer.read()


@pytest.fixture
async def sandbox():
    async with running(port=0, now=lambda: NOW) as started:
        yield started


@pytest.fixture
async def caller(sandbox):
    async with aiohttp.ClientSession() as http:
        yield Caller(sandbox, http)
