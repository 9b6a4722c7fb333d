"""BMKG's list of earthquakes that people felt, with what its callers have to bear.

Its habits:

- Every value is a text, with its unit behind it.
- One key has the time in UTC, and two others have it in local time.
- One sentence of Roman numbers and names says where it was felt.
- Only an earthquake of which somebody has drawn a map has one.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from aiohttp import web

from sandbox.kit.control import Control
from sandbox.kit.seed import city

AGENCY = "bmkg-gempa"
WIB = ZoneInfo("Asia/Jakarta")
MONTHS = "Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des".split()


class Quake(NamedTuple):
    """An earthquake that never was: how long ago, where, how strong and deep, and who felt it."""

    ago: timedelta
    latitude: float
    longitude: float
    magnitude: float
    depth: int
    region: str
    felt: str
    mapped: bool


QUAKES = (
    Quake(
        timedelta(hours=9), -6.99, 106.1, 5.2, 10, "Pusat gempa berada di laut 40 km barat daya Contoh",
        "III-IV Contoh Selatan, II {city}, II Contoh Barat", mapped=True,
    ),
    Quake(
        timedelta(days=1, hours=4), 0.8, 127.4, 4.1, 112, "Pusat gempa berada di darat 8 km timur laut Contoh Utara",
        "II Contoh Utara", mapped=False,
    ),
    Quake(
        timedelta(days=3), -7.52, 110.44, 3.4, 6, "Pusat gempa berada di darat 5 km barat Contoh Tengah",
        "Contoh Tengah", mapped=False,
    ),
)  # fmt: skip


def routes(control: Control, now: Callable[[], datetime]) -> list[web.RouteDef]:
    """The file of those that were felt."""
    control.register(AGENCY)

    async def felt(request: web.Request) -> web.StreamResponse:
        async def answer(_: web.Request) -> web.Response:
            return web.json_response({"Infogempa": {"gempa": [_row(quake, now()) for quake in QUAKES]}})

        return await control.answer(AGENCY, "felt", request, answer)

    return [web.get(f"/{AGENCY}/DataMKG/TEWS/gempadirasakan.json", felt)]


def _row(quake: Quake, now: datetime) -> dict[str, str]:
    at = (now - quake.ago).replace(second=5, microsecond=0)
    local = at.astimezone(WIB)
    row = {
        "Tanggal": f"{local.day:02} {MONTHS[local.month - 1]} {local.year}",
        "Jam": f"{local:%H:%M:%S} WIB",
        "DateTime": at.astimezone(UTC).isoformat(),
        "Coordinates": f"{quake.latitude},{quake.longitude}",
        "Lintang": f"{abs(quake.latitude)} {'LS' if quake.latitude < 0 else 'LU'}",
        "Bujur": f"{quake.longitude} BT",
        "Magnitude": str(quake.magnitude),
        "Kedalaman": f"{quake.depth} km",
        "Wilayah": quake.region,
        "Dirasakan": quake.felt.format(city=city().name),
    }
    if quake.mapped:
        row |= {"Potensi": "Tidak berpotensi tsunami", "Shakemap": f"{local:%Y%m%d%H%M%S}.mmi.jpg"}
    return row
