"""PIHPS, the food price survey of Bank Indonesia, with the faults of the real one.

Its faults:
- a grid with a column for each day, and `-` for no price, also for today until 13:00
- prices as text with commas, one of them with a zero too many
- rows of categories with Roman numbers between those of commodities, without codes, some names with blanks at the end
- its own ids of provinces and regencies
- 403 for a request that does not look like that of its own page
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from aiohttp import web

from sandbox.kit.control import Control
from sandbox.kit.seed import city, draw
from sandbox.prices.markets import is_surveyed

AGENCY = "pihps"
WIB = ZoneInfo("Asia/Jakarta")
PUBLISHES = 13
"""The hour from which the prices of a day are published."""

PROVINCE, REGENCY = 99, 993


class BankCommodity(NamedTuple):
    """A commodity of the bank's list; `price` is the usual price of a unit, in rupiah."""

    id: int
    name: str
    category: str
    unit: str
    price: int


COMMODITIES = tuple(
    BankCommodity(number, *of)
    for number, of in enumerate(
        (
            ("Beras Kualitas Bawah I", "Beras", "kg", 12_500),
            ("Beras Kualitas Bawah II", "Beras", "kg", 12_200),
            ("Beras Kualitas Medium I", "Beras", "kg", 13_950),
            ("Beras Kualitas Medium II", "Beras", "kg", 13_700),
            ("Beras Kualitas Super I", "Beras", "kg", 15_800),
            ("Beras Kualitas Super II", "Beras", "kg", 15_400),
            ("Daging Ayam Ras Segar", "Daging Ayam", "kg", 37_500),
            ("Daging Sapi Kualitas 1", "Daging Sapi", "kg", 139_000),
            ("Daging Sapi Kualitas 2", "Daging Sapi", "kg", 131_000),
            ("Telur Ayam Ras Segar", "Telur Ayam", "kg", 29_800),
            ("Bawang Merah Ukuran Sedang", "Bawang Merah", "kg", 42_000),
            ("Bawang Putih Ukuran Sedang", "Bawang Putih", "kg", 39_500),
            ("Cabai Merah Besar", "Cabai Merah", "kg", 46_500),
            ("Cabai Merah Keriting ", "Cabai Merah", "kg", 49_000),
            ("Cabai Rawit Hijau", "Cabai Rawit", "kg", 51_500),
            ("Cabai Rawit Merah", "Cabai Rawit", "kg", 61_000),
            ("Minyak Goreng Curah", "Minyak Goreng", "liter", 17_800),
            ("Minyak Goreng Kemasan Bermerk 1", "Minyak Goreng", "liter", 22_100),
            ("Minyak Goreng Kemasan Bermerk 2", "Minyak Goreng", "liter", 21_200),
            ("Gula Pasir Kualitas Premium", "Gula Pasir", "kg", 18_900),
            ("Gula Pasir Lokal", "Gula Pasir", "kg", 17_600),
        ),
        start=1,
    )
)
CATEGORIES = tuple(dict.fromkeys(each.category for each in COMMODITIES))
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")

TENFOLD = 2
"""Beras Kualitas Bawah II: its newest price has a zero too many."""


def routes(control: Control, now: Callable[[], datetime]) -> list[web.RouteDef]:
    """Two lists and the grid."""
    control.register(AGENCY)

    def asked(name: str, rows: Callable[[web.Request], list[dict[str, Any]]]) -> Callable[[web.Request], Any]:
        async def answer(request: web.Request) -> web.Response:
            if request.headers.get("X-Requested-With") != "XMLHttpRequest" or not request.headers.get("Referer"):
                return web.Response(status=403, text="<html>Access Denied</html>", content_type="text/html")
            return web.json_response({"data": rows(request)})

        async def answered(request: web.Request) -> web.StreamResponse:
            return await control.answer(AGENCY, name, request, answer)

        return answered

    return [
        web.get(f"/{AGENCY}/GetRefRegency", asked("regencies", _regencies)),
        web.get(f"/{AGENCY}/GetRefCommodityAndCategory", asked("commodities", lambda _: _reference())),
        web.get(f"/{AGENCY}/GetGridDataDaerah", asked("prices", lambda request: _grid(request, now().astimezone(WIB)))),
    ]


def price(commodity: BankCommodity, day: date, now: datetime) -> int | None:
    """The price on this day; None if there is none or it is not published yet."""
    if not _is_there(day, now):
        return None
    usual = round(commodity.price * (1 + _season(commodity.id, *day.isocalendar()[:2])) / 50) * 50
    return usual * 10 if commodity.id == TENFOLD and day == newest(now) else usual


def _regencies_there() -> dict[int, str]:
    """The cities of the province, by the ids of the bank."""
    first, second = city().others
    return {991: first, 992: second, REGENCY: city().name}


def newest(now: datetime) -> date:
    """The newest day with published prices."""
    return next(day for back in range(30) if _is_there(day := now.date() - timedelta(days=back), now))


def _is_there(day: date, now: datetime) -> bool:
    return is_surveyed(day) and (day < now.date() or (day == now.date() and now.hour >= PUBLISHES))


def _regencies(request: web.Request) -> list[dict[str, Any]]:
    here = request.query.get("ref_prov_id") == str(PROVINCE) and request.query.get("price_type_id") == "1"
    return [{"id": code, "name": name} for code, name in _regencies_there().items()] if here else []


def _reference() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for number, category in enumerate(CATEGORIES, start=1):
        rows.append({"id": f"cat_{number}", "cat_id": None, "name": category, "denomination": "kg"})
        rows += [
            {"id": f"com_{each.id}", "cat_id": f"cat_{number}", "name": each.name, "denomination": each.unit}
            for each in COMMODITIES
            if each.category == category
        ]
    return rows


def _grid(request: web.Request, now: datetime) -> list[dict[str, Any]]:
    query = request.query
    where = (query.get("province_id"), query.get("regency_id"), query.get("price_type_id"), query.get("tipe_laporan"))
    if where != (str(PROVINCE), str(REGENCY), "1", "1"):
        return []
    since, until = (date.fromisoformat(query[key]) for key in ("start_date", "end_date"))
    days = [since + timedelta(days=at) for at in range((until - since).days + 1)]
    rows: list[dict[str, Any]] = []
    for roman, category in zip(ROMAN, CATEGORIES, strict=True):
        inside = [each for each in COMMODITIES if each.category == category]
        prices = [{day: price(each, day, now) for day in days} for each in inside]
        means = {day: _mean([amount for of in prices if (amount := of[day])]) for day in days}
        rows.append({"no": roman, "name": category, "level": 1} | _columns(means))
        rows += [
            {"no": number, "name": each.name, "level": 2} | _columns(of)
            for number, (each, of) in enumerate(zip(inside, prices, strict=True), start=1)
        ]
    return rows


def _columns(prices: dict[date, int | None]) -> dict[str, str]:
    return {f"{day:%d/%m/%Y}": f"{amount:,}" if amount else "-" for day, amount in prices.items()}


def _mean(amounts: list[int]) -> int | None:
    return round(sum(amounts) / len(amounts)) if amounts else None


@cache
def _season(commodity: int, year: int, week: int) -> float:
    return draw("pihps", commodity, year, week).uniform(-0.06, 0.06)
