"""Dukcapil's web service as a city's registry office uses it, with the faults of the real one.

Everything is HTTP 200, also a wrong password. Elements are answered with `Sesuai (100)` or `Tidak Sesuai`, sometimes
without the number. A person who is not found comes as `RESPON`; one who is entered twice comes as `RESPONSE_CODE` and
`RESPONSE_DESC`.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from aiohttp import web

from sandbox.kit.control import Control
from sandbox.kit.credentials import account
from sandbox.kit.people import DOUBLE, lives_in
from sandbox.kit.seed import city

AGENCY = "disdukcapil"
ELEMENTS = ("NO_PROP", "NO_KAB", "NO_KEC", "NO_KEL")


def routes(control: Control, now: Callable[[], datetime]) -> list[web.RouteDef]:  # noqa: ARG001  as all stand-ins
    """The service under the prefix of the registry."""
    control.register(AGENCY)

    async def verify(request: web.Request) -> web.StreamResponse:
        body = await request.read()

        async def answer(_: web.Request) -> web.Response:
            return web.json_response(_answer(body, request.match_info["user"]))

        return await control.answer(AGENCY, "CALL_VERIFY_BY_ELEMEN", request, answer)

    path = f"/{AGENCY}/dukcapil/get_json/{city().code.replace('.', '-')}" + "/{user}/CALL_VERIFY_BY_ELEMEN"
    return [web.post(path, verify)]


def _answer(body: bytes, user: str) -> dict[str, Any]:
    try:
        asked = msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.MsgspecError:
        return _content({"RESPON": "Format permintaan salah"})
    known = account(AGENCY)
    if (user, asked.get("user_id"), asked.get("password")) != (known.identity, known.identity, known.secret):
        return _content({"RESPON": "User ID atau Password salah"})
    if not asked.get("ip_user"):
        return _content({"RESPON": "IP Address tidak terdaftar"})
    nik = str(asked.get("NIK", asked.get("nik", "")))
    if nik in DOUBLE:
        return _content({"RESPONSE_CODE": "14", "RESPONSE_DESC": "Data Ganda"})
    where = lives_in().get(nik)
    if where is None:
        return _content({"RESPON": "Data Tidak Ditemukan"})
    codes = [int(code) for code in where.split(".")]
    return _content(
        {"NIK": nik}
        | {
            element: _said(element, str(asked[element]) == str(code))
            for element, code in zip(ELEMENTS, codes, strict=True)
            if element in asked
        }
    )


def _said(element: str, same: bool) -> str:
    return ("Sesuai" if element == "NO_KEL" else "Sesuai (100)") if same else "Tidak Sesuai"


def _content(row: dict[str, Any]) -> dict[str, Any]:
    return {"content": [row], "lastPage": True, "numberOfElements": 1}
