"""A hospital's Aplicares service (BPJS), for reading, with the faults of the real one.

Its faults, by the names in `hospitals.py`:
- the success code as text; no `totalitems`, so an empty page follows a full last page
- a row that comes again on the next page; rows that are months or years old
- a negative count, and more free beds than beds; a total that is not the sum of its parts
- `Tersediawanita` for `tersediawanita`; rows without class names; a class that the reference does not have
- no rooms, which is code 0 without a list

All hospitals send numbers as text in every third row, one row for each class of a room, and `lastupdate` without a
zone.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from aiohttp import web

from sandbox.beds.hospitals import CLASSES, SandboxHospital, hospitals, rows
from sandbox.kit.control import Control
from sandbox.kit.credentials import account, signature, user_key

SKEW = 300
"""How many seconds a signature may differ from the clock."""


def routes(control: Control, now: Callable[[], datetime]) -> list[web.RouteDef]:
    """One service for each hospital, under its own prefix."""
    made = []
    for hospital in hospitals():
        control.register(hospital.code)
        service = _AplicaresService(hospital, control, now)
        base = f"/{hospital.code}/aplicaresws/rest"
        made += [
            web.get(f"{base}/ref/kelas", service.classes),
            web.get(base + "/bed/read/{ppk}/{start:[0-9]+}/{limit:[0-9]+}", service.beds),
        ]
    return made


class _AplicaresService:
    def __init__(self, hospital: SandboxHospital, control: Control, now: Callable[[], datetime]) -> None:
        self._hospital = hospital
        self._control = control
        self._now = now

    async def classes(self, request: web.Request) -> web.StreamResponse:
        async def answer(_: web.Request) -> web.Response:
            listed = [{"kodekelas": code, "namakelas": name} for code, name in CLASSES.items()]
            return self._signed(request) or self._found(listed, None)

        return await self._control.answer(self._hospital.code, "ref/kelas", request, answer)

    async def beds(self, request: web.Request) -> web.StreamResponse:
        start, limit = int(request.match_info["start"]), int(request.match_info["limit"])

        async def answer(_: web.Request) -> web.Response:
            return self._signed(request) or self._page(request.match_info["ppk"], start, limit)

        return await self._control.answer(self._hospital.code, f"bed/read/{start}/{limit}", request, answer)

    def _page(self, ppk: str, start: int, limit: int) -> web.Response:
        made = rows(self._hospital, self._now()) if ppk == self._hospital.ppk else []
        page = made[max(start, 1) - 1 :][:limit]
        if not page and not (made and "no total" in self._hospital.habits):
            return web.json_response({"metadata": {"code": 0, "message": "Data tidak ditemukan"}, "response": None})
        return self._found(page, None if "no total" in self._hospital.habits else len(made))

    def _found(self, listed: list[dict[str, Any]], total: int | None) -> web.Response:
        code: int | str = "1" if "code as text" in self._hospital.habits else 1
        metadata = {"code": code, "message": "OK"} | ({} if total is None else {"totalitems": total})
        return web.json_response({"metadata": metadata, "response": {"list": listed}})

    def _signed(self, request: web.Request) -> web.Response | None:
        """None if the signature is valid, otherwise the gateway's refusal."""
        known, given = account(self._hospital.code), request.headers
        seconds = given.get("X-timestamp", "")
        good = (
            given.get("X-cons-id") == known.identity
            and seconds.isdecimal()
            and abs(int(seconds) - self._now().timestamp()) <= SKEW
            and given.get("X-signature") == signature(known.identity, known.secret, seconds)
            and given.get("user_key") == user_key(self._hospital.code)
        )
        refusal = {"metadata": {"code": 401, "message": "Unauthorized"}, "response": None}
        return None if good else web.json_response(refusal, status=401)
