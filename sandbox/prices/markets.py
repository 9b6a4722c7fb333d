"""Eight markets that do not exist, thirty commodities, and their prices on each working day of ninety days."""

from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

from sandbox.kit.seed import city, draw

DAYS = 90


def province() -> str:
    """The code of the province at BPS."""
    return city().code[:2]


def regency() -> str:
    """The code of the city at BPS."""
    return city().code.replace(".", "")


class MinistryMarket(NamedTuple):
    """A market; `kind` is the ministry's number of its type: 1 traditional, 2 modern."""

    id: int
    name: str
    kind: int


MARKETS = (
    MinistryMarket(9101, "Pasar Contoh Anyar", 1),
    MinistryMarket(9102, "Pasar Contoh Ciledug", 1),
    MinistryMarket(9103, "Pasar Contoh Cipondoh", 1),
    MinistryMarket(9104, "Pasar Contoh Malabar", 1),
    MinistryMarket(9105, "Pasar Contoh Poris", 1),
    MinistryMarket(9106, "Pasar Contoh Grendeng", 1),
    MinistryMarket(9107, "Pasar Contoh Bandeng", 1),
    MinistryMarket(9108, "Swalayan Contoh", 2),
)


class MinistryCommodity(NamedTuple):
    """A commodity of the ministry's list; `price` is the usual price of a unit, in rupiah."""

    id: int
    name: str
    group: str
    unit: str
    price: int


COMMODITIES = tuple(
    MinistryCommodity(number, *of)
    for number, of in enumerate(
        (
            ("Beras Medium", "Beras", "kg", 13_500),
            ("Beras Premium", "Beras", "kg", 15_600),
            ("Beras SPHP", "Beras", "kg", 12_400),
            ("Gula Pasir Curah", "Gula Pasir", "kg", 17_400),
            ("Gula Pasir Kemasan", "Gula Pasir", "kg", 18_500),
            ("Minyak Goreng Sawit Curah", "Minyak Goreng", "lt", 17_600),
            ("Minyak Goreng Sawit Kemasan Premium", "Minyak Goreng", "lt", 21_300),
            ("Minyakita", "Minyak Goreng", "lt", 16_700),
            ("Daging Sapi Paha Belakang", "Daging Sapi", "kg", 137_000),
            ("Daging Sapi Paha Depan", "Daging Sapi", "kg", 132_000),
            ("Daging Ayam Ras", "Daging Ayam", "kg", 36_800),
            ("Telur Ayam Ras", "Telur Ayam", "kg", 29_400),
            ("Cabai Merah Besar", "Cabai", "kg", 46_000),
            ("Cabai Merah Keriting", "Cabai", "kg", 48_500),
            ("Cabai Rawit Merah", "Cabai", "kg", 62_000),
            ("Cabai Rawit Hijau", "Cabai", "kg", 51_000),
            ("Bawang Merah", "Bawang", "kg", 41_500),
            ("Bawang Putih Honan", "Bawang", "kg", 38_600),
            ("Bawang Putih Kating", "Bawang", "kg", 41_200),
            ("Bawang Bombai", "Bawang", "kg", 36_000),
            ("Tepung Terigu", "Tepung Terigu", "kg", 12_100),
            ("Kedelai Impor", "Kedelai", "kg", 13_300),
            ("Jagung Lokal Pipilan", "Jagung", "kg", 9_400),
            ("Ikan Bandeng", "Ikan", "kg", 39_000),
            ("Ikan Kembung", "Ikan", "kg", 45_000),
            ("Udang Basah", "Ikan", "kg", 82_000),
            ("Susu Kental Manis", "Susu", "370gr", 12_900),
            ("Garam Halus", "Garam", "250gr", 3_400),
            ("Kentang Sedang", "Sayuran", "kg", 19_700),
            ("Tomat", "Sayuran", "kg", 14_800),
        ),
        start=51,
    )
)

HOLIDAYS = frozenset(date(2027, 3, day) for day in range(8, 13))
"""A long holiday: from Monday to Friday there are no prices."""

NEVER_SURVEYED = 76
"""Udang Basah: it has no price in any market on any day."""
NOT_TODAY = 62
"""Telur Ayam Ras: its newest price is three working days old."""
JUMPED = 65
"""Cabai Rawit Merah: its price has doubled within the week."""


def is_surveyed(day: date) -> bool:
    """Whether there are prices on this day: not on Saturdays, Sundays and holidays."""
    return day.weekday() < 5 and day not in HOLIDAYS


@cache
def history(market: int | None, today: date) -> dict[int, dict[date, int | None]]:
    """By commodity, the price of each surveyed day, None without a price; without a market, the city's average."""
    days = [day for back in range(DAYS - 1, -1, -1) if is_surveyed(day := today - timedelta(days=back))]
    if market is not None:
        return {each.id: {day: _price(each, market, day, today, days) for day in days} for each in COMMODITIES}
    asked = [history(each.id, today) for each in MARKETS if each.kind == 1]
    return {
        each.id: {day: _average([prices for of in asked if (prices := of[each.id][day])]) for day in days}
        for each in COMMODITIES
    }


def market_rows() -> list[dict[str, Any]]:
    """The master list of markets: the city's eight, one that is closed, and one of a neighbouring region."""
    rows = [_market_row(market, regency(), is_active=True) for market in MARKETS]
    rows.append(_market_row(MinistryMarket(9199, "Pasar Contoh Lama", 1), regency(), is_active=False))
    rows.append(_market_row(MinistryMarket(9200, "Pasar Contoh Cikupa", 1), "3603", is_active=True))
    return rows


def variant_rows() -> list[dict[str, Any]]:
    """The master list of commodities, and one of another kind of goods."""
    rows = [
        {
            "id": each.id,
            "kode": f"{each.id:04d}",
            "komoditas_id": index,
            "nama": each.name,
            "satuan_id": 1,
            "tipe_komoditas_id": 1,
            "is_active": True,
            "order_public": index + 1,
            "komoditas": {"id": index, "nama": each.group},
            "satuan": {"id": 1, "display": each.unit},
        }
        for index, each in enumerate(COMMODITIES)
    ]
    cement = {"id": 201, "nama": "Semen Contoh", "tipe_komoditas_id": 2, "komoditas": {"nama": "Semen"}}
    return [*rows, cement | {"satuan": {"display": "sak"}}]


def _market_row(market: MinistryMarket, of: str, *, is_active: bool) -> dict[str, Any]:
    chance = draw("market", market.id)
    return {
        "id": market.id,
        "kode": f"P{market.id}",
        "nama": market.name,
        "kode_provinsi": province(),
        "kode_kab_kota": of,
        "lat": f"{city().latitude + chance.uniform(-0.05, 0.05):.6f}",
        "lon": f"{city().longitude - 0.01 + chance.uniform(-0.05, 0.05):.6f}",
        "tipe_pasar_id": market.kind,
        "kelompok": None,
        "is_active": is_active,
        "is_nasional": False,
    }


def _average(prices: list[int]) -> int | None:
    return round(sum(prices) / len(prices)) if prices else None


def _price(commodity: MinistryCommodity, market: int, day: date, today: date, days: list[date]) -> int | None:
    if commodity.id == NEVER_SURVEYED or (commodity.id == NOT_TODAY and day in days[-3:]):
        return None
    if (day.toordinal() * 7919 + commodity.id * 97 + market * 31) % 25 == 0:
        return None
    price = commodity.price * (1 + _season(commodity.id, *day.isocalendar()[:2]) + _stall(commodity.id, market))
    if market == MARKETS[-1].id:
        price *= 1.15
    if commodity.id == JUMPED and (today - day).days < 5:
        price *= 2
    return round(price / 100) * 100


@cache
def _season(commodity: int, year: int, week: int) -> float:
    return draw("season", commodity, year, week).uniform(-0.06, 0.06)


@cache
def _stall(commodity: int, market: int) -> float:
    return draw("stall", commodity, market).uniform(-0.04, 0.04)
