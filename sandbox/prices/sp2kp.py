"""SP2KP, the price survey of the Ministry of Trade, with the faults of the real one.

Its faults:
- prices by form POST, with codes of place and level in the fields
- 0 or null for a day without a price, also for today until 09:00; no Saturdays, Sundays and holidays
- a commodity without any price; a list of commodities with cement
- a list of markets with closed ones and those of other cities

`level` 3 is a city; without `pasar_id` it is the average.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from sandbox.kit.control import Control
from sandbox.prices.markets import COMMODITIES, MARKETS, history, market_rows, province, regency, variant_rows

AGENCY = "sp2kp"
WIB = ZoneInfo("Asia/Jakarta")
OPENS = 9


def routes(control: Control, now: Callable[[], datetime]) -> list[web.RouteDef]:
    """Two master lists and the survey."""
    control.register(AGENCY)

    def master(asked: str, rows: Callable[[], list[dict[str, Any]]]) -> Callable[[web.Request], Any]:
        async def listed(request: web.Request) -> web.StreamResponse:
            async def answer(_: web.Request) -> web.Response:
                return web.json_response({"data": rows(), "totalCount": len(rows())})

            return await control.answer(AGENCY, asked, request, answer)

        return listed

    async def prices(request: web.Request) -> web.StreamResponse:
        form = {key: str(value) for key, value in (await request.post()).items()}

        async def answer(_: web.Request) -> web.Response:
            return _survey(form, now().astimezone(WIB))

        return await control.answer(AGENCY, f"prices {form.get('pasar_id') or 'city'}", request, answer)

    return [
        web.get(f"/{AGENCY}/master/api/pasar", master("markets", market_rows)),
        web.get(f"/{AGENCY}/master/api/variant", master("commodities", variant_rows)),
        web.post(f"/{AGENCY}/report/api/average-price/export-area-daily-json", prices),
    ]


def _survey(form: dict[str, str], now: datetime) -> web.Response:
    try:
        since, until = (date.fromisoformat(form[key]) for key in ("start_date", "end_date"))
        market = int(form["pasar_id"]) if form.get("pasar_id") else None
    except (KeyError, ValueError):
        return web.json_response({"status": "error", "message": "The given data was invalid."}, status=422)
    here = (form.get("level"), form.get("kode_provinsi"), form.get("kode_kab_kota")) == ("3", province(), regency())
    if not here or form.get("tipe_komoditas") != "1" or (market and market not in {each.id for each in MARKETS}):
        return web.json_response({"status": "success", "data": []})
    today = now.date()
    known = history(market, today)
    not_yet = {today} if now.hour < OPENS else set()
    return web.json_response(
        {
            "status": "success",
            "data": [
                {
                    "variant_id": each.id,
                    "variant": each.name,
                    "satuan": each.unit,
                    "kuantitas": 1,
                    "order": 100 + each.id,
                    "daftarHarga": [
                        {"date": day.isoformat(), "harga": _sent(day, None if day in not_yet else price)}
                        for day, price in known[each.id].items()
                        if since <= day <= until
                    ],
                }
                for each in COMMODITIES
            ],
        }
    )


def _sent(day: date, price: int | None) -> int | None:
    """The price; for no price, 0 or null."""
    return price or (0 if day.day % 2 else None)
