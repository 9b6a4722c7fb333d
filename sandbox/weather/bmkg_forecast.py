"""BMKG's public forecast by kelurahan, with what its callers have to bear.

Its habits:

- A call asks for one kelurahan by its dotted code. Another code is HTTP 404, and so is one that it has not heard of.
- The days are lists, and the first one begins at the current three hours.
- Each moment has three times, and one of them has a zone. The date of analysis has none.
- Addresses of images have blanks in them.
- A number comes as a text now and then.
"""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from aiohttp import web

from sandbox.kit.control import Control
from sandbox.kit.seed import city, draw, kecamatan

AGENCY = "bmkg-prakiraan"
WIB = ZoneInfo("Asia/Jakarta")
STEP = timedelta(hours=3)
DAYS = 3


class Sky(NamedTuple):
    """A kind of weather: its code, its names, and how much rain it brings at most."""

    code: int
    name: str
    name_en: str
    rain: float


SKIES = (
    Sky(0, "Cerah", "Sunny", 0),
    Sky(1, "Cerah Berawan", "Partly Cloudy", 0),
    Sky(3, "Berawan", "Mostly Cloudy", 0),
    Sky(61, "Hujan Ringan", "Light Rain", 5),
    Sky(63, "Hujan Sedang", "Moderate Rain", 15),
    Sky(95, "Hujan Petir", "Thunderstorm", 30),
)
WINDS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")


def unheard_of() -> str:
    """A kelurahan that the agency does not know: the last one of the city."""
    return kecamatan()[-1].wards[-1][0]


def routes(control: Control, now: Callable[[], datetime]) -> list[web.RouteDef]:
    """The one address that it has."""
    control.register(AGENCY)
    known = {code: (district.name, name) for district in kecamatan() for code, name in district.wards}
    known.pop(unheard_of())

    async def forecast(request: web.Request) -> web.StreamResponse:
        code = request.query.get("adm4", "")

        async def answer(_: web.Request) -> web.Response:
            if code not in known:
                return web.json_response({"statusCode": 404, "message": "Data not found"}, status=404)
            return web.json_response(_forecast(code, *known[code], now()))

        return await control.answer(AGENCY, "forecast", request, answer)

    return [web.get(f"/{AGENCY}/publik/prakiraan-cuaca", forecast)]


def _forecast(code: str, district: str, name: str, now: datetime) -> dict[str, Any]:
    first = datetime.fromtimestamp(now.timestamp() // STEP.total_seconds() * STEP.total_seconds(), UTC)
    midnight = datetime.combine(now.astimezone(WIB).date() + timedelta(days=DAYS), time(), WIB)
    moments = [first + number * STEP for number in range(DAYS * 8 + 8) if first + number * STEP < midnight]
    where = draw("place", code)
    place = {
        "adm1": code[:2],
        "adm2": code[:5],
        "adm3": code[:8],
        "adm4": code,
        "provinsi": city().province,
        "kotkab": city().name,
        "kecamatan": district,
        "desa": name,
        "lon": round(city().longitude - 0.07 + where.random() * 0.18, 6),
        "lat": round(city().latitude - 0.08 + where.random() * 0.15, 6),
        "timezone": "Asia/Jakarta",
    }
    reckoned = now.astimezone(UTC).replace(hour=0 if now.astimezone(UTC).hour < 12 else 12, minute=0, second=0)
    days = groupby(moments, lambda moment: moment.astimezone(WIB).date())
    return {
        "lokasi": place,
        "data": [
            {
                "lokasi": {**place, "type": "adm4"},
                "cuaca": [[_point(code, at, reckoned) for at in day] for _, day in days],
            }
        ],
    }


def _point(code: str, at: datetime, reckoned: datetime) -> dict[str, Any]:
    drawn = draw("weather", code, at.isoformat())
    local, sky, wind = at.astimezone(WIB), drawn.choice(SKIES), drawn.randrange(8)
    hot = round(24 + 9 * max(0.0, 1 - abs(local.hour - 13) / 9))
    seen = drawn.choice((4000, 9000, 12000))
    return {
        "datetime": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "utc_datetime": f"{at:%Y-%m-%d %H:%M:%S}",
        "local_datetime": f"{local:%Y-%m-%d %H:%M:%S}",
        "t": hot if drawn.random() < 0.9 else str(hot),
        "tcc": drawn.randrange(0, 101),
        "tp": round(sky.rain * drawn.random(), 1),
        "weather": sky.code,
        "weather_desc": sky.name,
        "weather_desc_en": sky.name_en,
        "wd": WINDS[wind],
        "wd_deg": wind * 45,
        "wd_to": WINDS[(wind + 4) % 8],
        "ws": round(drawn.uniform(1, 25), 1),
        "hu": drawn.randrange(55, 99),
        "vs": seen,
        "vs_text": "< 10 km" if seen < 10_000 else "> 10 km",
        "time_index": f"{at.hour}-{at.hour + 1}",
        "analysis_date": f"{reckoned:%Y-%m-%dT%H:%M:%S}",
        "image": f"https://cuaca.example/ikon/{sky.name.lower()}-{'am' if 6 <= local.hour < 18 else 'pm'}.svg",
    }
