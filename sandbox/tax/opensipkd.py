"""The tax office's openSIPKD service: JSON-RPC 2.0 for PBB, with the faults of the real one.

Whole numbers come as text and decimals as floats, the amount of a bill as either. Texts may be padded. `get_ipbb`
answers a JSON-RPC error if only the bill exists. A reversal leaves a payment of zeros. A wrong signature is HTTP 200
with code -10, and the age of a signature is not checked.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from aiohttp import web

from sandbox.kit.control import Control
from sandbox.kit.credentials import account, signature
from sandbox.tax.parcels import bill, parcels, payments, place

AGENCY = "bapenda"
WIB = ZoneInfo("Asia/Jakarta")


def routes(control: Control, now: Callable[[], datetime]) -> list[web.RouteDef]:
    """The service under the prefix of the tax office."""
    control.register(AGENCY)

    async def pbb(request: web.Request) -> web.StreamResponse:
        call = _decoded(await request.read())
        asked = str(call.get("method")) if call else "rubbish"

        async def answer(_: web.Request) -> web.Response:
            return web.json_response(_answer(call, request, now().astimezone(WIB).date()))

        return await control.answer(AGENCY, asked, request, answer)

    return [web.post(f"/{AGENCY}/ws/pbb", pbb)]


def _decoded(body: bytes) -> dict[str, Any] | None:
    try:
        call = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return None
    return call if isinstance(call, dict) else None


def _answer(call: dict[str, Any] | None, request: web.Request, today: date) -> dict[str, Any]:
    if call is None:
        return {"jsonrpc": "2.0", "id": None, "error": {"code": -32700, "message": "Parse error"}}
    envelope = {"jsonrpc": "2.0", "id": call.get("id")}
    method = {"get_ipbb": _ipbb, "get_profile": _profile, "get_trx": _trx}.get(str(call.get("method")))
    if method is None:
        return envelope | {"error": {"code": -32601, "message": "Method not found"}}
    if not _signed(request):
        return envelope | {"result": {"code": -10, "message": "Login gagal"}}
    match call.get("params"):
        case [str(key)] if len(key) == 22 and key.isdecimal():
            return envelope | method(key[:18], int(key[18:]), today)
        case _:
            return envelope | {"result": {"code": -2, "message": "Data tidak valid"}}


def _signed(request: web.Request) -> bool:
    known, given = account(AGENCY), request.headers
    expected = signature(known.identity, known.secret, given.get("key", ""))
    return given.get("userid") == known.identity and given.get("signature") == expected


def _profile(nop: str, year: int, today: date) -> dict[str, Any]:
    parcel = parcels().get(nop)
    row = bill(parcel, year, today) if parcel else None
    return {"result": {"code": 0, "message": "OK", **row}} if row else _not_found()


def _ipbb(nop: str, year: int, today: date) -> dict[str, Any]:
    found = _profile(nop, year, today)
    if found["result"]["code"] != 0:
        return found
    where = place(parcels()[nop])
    if where is None:
        return {"error": {"code": -32603, "message": "Internal error"}}
    return {"result": found["result"] | where}


def _trx(nop: str, year: int, today: date) -> dict[str, Any]:
    parcel = parcels().get(nop)
    rows = payments(parcel, year, today) if parcel else []
    return {"result": {"code": 0, "message": "OK", "rows": rows}} if rows else _not_found()


def _not_found() -> dict[str, Any]:
    return {"result": {"code": -1, "message": "Data tidak ditemukan"}}
