"""One hospital's own JSON behind a gateway such as SPLP, with names that no other hospital uses.

The key is in the header `Apikey`. Rows are nested in two objects. Counts are in an object of their own, one of them as
a text, and give occupied beds instead of free beds. Classes have the hospital's own words, one of which is unknown. A
day is written `23-11-2026 11:20`, in local time. One row has more occupied beds than beds.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from sandbox.beds.hospitals import WARDS, WIB
from sandbox.kit.control import Control
from sandbox.kit.credentials import account
from sandbox.kit.seed import city, draw

CLASSES = ("Kelas 1", "Kelas 2", "Kelas 3", "Intensif", "Isolasi", "Ruang Bersalin")
ROOMS = 9
IMPOSSIBLE = 4


def agency() -> str:
    """The code of the hospital in the city's `agencies.toml`."""
    return next(code for code, each in city().agencies.items() if each["connector"] == "mapped_rest")


def rows(now: datetime) -> list[dict[str, Any]]:
    """All rooms of the hospital."""
    return [_row(number, now) for number in range(ROOMS)]


def _row(number: int, now: datetime) -> dict[str, Any]:
    chance = draw("hospital rest", number)
    beds = chance.randint(3, 9)
    occupied = beds + 2 if number == IMPOSSIBLE else chance.randint(0, beds - 1)
    changed = (now - timedelta(minutes=chance.randint(3, 90))).astimezone(WIB)
    return {
        "kode": f"G{number + 1:02}",
        "nama_ruangan": f"Ruang {WARDS[number]}",
        "kelas_rawat": CLASSES[number % len(CLASSES)],
        "bed": {"total_bed": str(beds), "terisi": occupied},
        "waktu": changed.strftime("%d-%m-%Y %H:%M"),
        "foto": None,
    }


def routes(control: Control, now: Callable[[], datetime]) -> list[web.RouteDef]:
    """The one address of the hospital."""
    code = agency()
    control.register(code)

    async def rooms(request: web.Request) -> web.StreamResponse:
        async def answer(_: web.Request) -> web.Response:
            if request.headers.get("Apikey") != account(code).secret:
                return web.json_response({"code": "900901", "message": "Invalid Credentials"}, status=401)
            return web.json_response({"status": "sukses", "data": {"rooms": rows(now())}})

        return await control.answer(code, "rooms", request, answer)

    return [web.get(f"{urlsplit(city().agencies[code]['url']).path}/rooms", rooms)]
