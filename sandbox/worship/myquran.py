"""myQuran, both of its versions, with the faults of the real ones.

Its faults:
- `status` false with HTTP 200 if nothing is found, also for a month that is not published yet
- a search for the name of the city finds three governments
- in v2 an id of four digits, and a month as a list
- in v3 an id like a hash, and a month as an object keyed by its days
"""

import calendar
import hashlib
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any

from aiohttp import web

from sandbox.kit.control import Control
from sandbox.kit.seed import city
from sandbox.worship.schedule import times

V2, V3 = "myquran-v2", "myquran-v3"
LOCAL = timezone(timedelta(hours=7))
HERE = "9907"
"""The id of the city, and beside it those of its neighbours; they are nobody's."""
WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
NOT_FOUND = {"status": False, "message": "Data tidak ditemukan .."}


def hashed(code: str) -> str:
    """The id that v3 has for it."""
    return hashlib.md5(code.encode(), usedforsecurity=False).hexdigest()


def places() -> dict[str, str]:
    """The names of three governments by their ids."""
    first, *_, last = city().neighbours
    return {"9904": first.name.upper(), HERE: city().name.upper(), "9908": last.name.upper()}


def routes(control: Control, now: Callable[[], datetime]) -> list[web.RouteDef]:
    """A search and a month of each version."""
    control.register(V2)
    control.register(V3)

    def search(agency: str, named: Callable[[str], str]) -> Callable[[web.Request], Any]:
        async def found(request: web.Request) -> web.StreamResponse:
            words = request.match_info["words"].upper()

            async def answer(_: web.Request) -> web.Response:
                rows = [{"id": named(code), "lokasi": name} for code, name in places().items() if words in name]
                return web.json_response({"status": True, "data": rows} if rows else NOT_FOUND)

            return await control.answer(agency, "places", request, answer)

        return found

    def month(agency: str, named: Callable[[str], str]) -> Callable[[web.Request], Any]:
        async def found(request: web.Request) -> web.StreamResponse:
            year, number = int(request.match_info["year"]), int(request.match_info["month"])

            async def answer(_: web.Request) -> web.Response:
                by_id = {named(code): name for code, name in places().items()}
                name = by_id.get(request.match_info["place"])
                published = year <= now().astimezone(LOCAL).year + 1 and 1 <= number <= 12
                if name is None or not published:
                    return web.json_response(NOT_FOUND)
                return web.json_response(_month(agency, request.match_info["place"], name, year, number))

            return await control.answer(agency, f"month {year:04}-{number:02}", request, answer)

        return found

    number = r"{month:\d{2}}"
    return [
        web.get(f"/{V2}/v2/sholat/kota/cari/{{words}}", search(V2, str)),
        web.get(rf"/{V2}/v2/sholat/jadwal/{{place}}/{{year:\d{{4}}}}/{number}", month(V2, str)),
        web.get(f"/{V3}/v3/sholat/kabkota/cari/{{words}}", search(V3, hashed)),
        web.get(rf"/{V3}/v3/sholat/jadwal/{{place}}/{{year:\d{{4}}}}-{number}", month(V3, hashed)),
    ]


def _month(agency: str, place: str, name: str, year: int, month: int) -> dict[str, Any]:
    days = [date(year, month, number) for number in range(1, calendar.monthrange(year, month)[1] + 1)]
    rows = {day: {"tanggal": f"{WEEKDAYS[day.weekday()]}, {day:%d/%m/%Y}", **times(day)} for day in days}
    if agency == V2:
        listed = [{**row, "date": day.isoformat()} for day, row in rows.items()]
        return {
            "status": True,
            "data": {"id": int(place), "lokasi": name, "daerah": city().province.upper(), "jadwal": listed},
        }
    keyed = {day.isoformat(): row for day, row in rows.items()}
    return {"status": True, "data": {"id": place, "kabko": name, "prov": city().province.upper(), "jadwal": keyed}}
