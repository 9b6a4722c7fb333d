"""Market prices (SEGAR)."""

from datetime import date

from auth.policies import public
from connectors.prices import records
from connectors.prices.records import MarketType, PriceLevel
from resolvers import prices
from resolvers.prices_rules import Period
from schema.access import object_type
from schema.enums import enum
from schema.fields import field
from schema.node import Node, node_of
from schema.paging import Connection
from schema.provenance import Source
from schema.regions import Kecamatan, Kelurahan
from schema.scalars import Rupiah

enum(
    MarketType,
    "MarketType",
    "What kind of market it is (jenis pasar). Prices of two kinds are neither averaged nor compared.",
    {
        "TRADITIONAL": "A people's market (pasar rakyat).",
        "MODERN": "A supermarket (pasar modern).",
        "WHOLESALE": "A wholesale market (pasar induk).",
        "UNKNOWN": "The survey does not say.",
    },
)
enum(
    PriceLevel,
    "PriceLevel",
    "Who pays a price (tingkat harga). Prices of two levels are never compared.",
    {
        "RETAIL": "Households, at retail (eceran).",
        "WHOLESALE": "Traders who sell it on (grosir).",
        "PRODUCER": "The first buyer, from the farm or the works (produsen).",
    },
)
enum(
    Period,
    "PricePeriod",
    "Against what a change is reckoned (kurun waktu).",
    {
        "DAY": "The survey before; over a weekend that is Friday's.",
        "WEEK": "A week before.",
        "MONTH": "A month before.",
    },
)
enum(
    prices.MoveDirection,
    "MoveDirection",
    "Which way a price has gone (arah harga).",
    {"UP": "It has become dearer (naik).", "DOWN": "It has become cheaper (turun)."},
)

OF_A_COMMODITY = {
    "market": "In this market, by its code; without one, the survey's own average over the city.",
    "on": "The price of this day, or the newest before it; today if not given.",
}
WHICH = {
    "group": "Only those of this group, by its whole name in any case.",
    "name": "Only those with this in their name, in any case.",
}


@object_type(
    public, "What a price has changed by since an earlier day (perubahan harga); negative where it has become cheaper."
)
class PriceChange:
    amount: Rupiah = field("In rupiah.")
    percent: float = field("In per cent of what it was.")
    previous_amount: Rupiah = field("What it was.")
    previous_day: date = field("The day on which it was that.")


@object_type(public, "What it cost on a day (harga harian).")
class PricePoint:
    day: date = field("The day of the survey.")
    amount: Rupiah = field("What one unit of it cost.")


@object_type(public, "A commodity (komoditas) whose price is surveyed.")
@node_of(records.Commodity)
class Commodity(Node):
    code: str = field("Its code in the survey.")
    name: str = field("Its name.")
    group: str = field("What it belongs to (kelompok), such as Beras.")
    unit: str = field("What its price is for (satuan), such as kg, lt or 370gr.")
    price: "CommodityPrice | None" = field("What it costs.", resolver=prices.price, arguments=OF_A_COMMODITY)
    chart: "PriceChart | None" = field(
        "What it has cost, day by day.",
        resolver=prices.chart,
        arguments={
            "market": OF_A_COMMODITY["market"],
            "since": "From this day on; as far back as the survey is kept if not given.",
            "until": "Up to this day; today if not given.",
        },
    )


@object_type(
    public, "What one commodity has cost, as a chart needs it (grafik harga). A day without a survey is not in it."
)
class PriceChart:
    commodity: Commodity = field("The commodity.")
    market: "Market | None" = field("The market; null for the survey's own average over the city.")
    level: PriceLevel = field("Who pays it.")
    lowest: Rupiah | None = field("The lowest of these prices.")
    highest: Rupiah | None = field("The highest of these prices.")
    points: Connection[PricePoint] = field("Day by day, oldest first.", resolver=prices.points)
    source: Source = field("The survey, and how old its answer is.")


@object_type(
    public, "What one commodity costs in one market, or on the survey's own average over the city (harga komoditas)."
)
class CommodityPrice:
    commodity: Commodity = field("The commodity; the price is for one `unit` of it.")
    market: "Market | None" = field("The market; null for the survey's own average over the city.")
    level: PriceLevel = field("Who pays it.")
    asked_for: date = field("The day whose price was asked for.")
    day: date | None = field("The day on which somebody asked; it may be an earlier one.")
    amount: Rupiah | None = field("What it costs (harga); null where nobody has asked, never 0.")
    carried_forward: bool = field("Whether it is an earlier day's price.")
    since_day: PriceChange | None = field("Against the survey before; null where there is none.")
    since_week: PriceChange | None = field("Against a week before; null where there is none.")
    since_month: PriceChange | None = field("Against a month before; null where there is none.")
    source: Source = field("The survey, and how old its answer is.")


@object_type(public, "A market (pasar).")
@node_of(records.Market)
class Market(Node):
    code: str = field("Its code in the survey.")
    name: str = field("Its name.")
    type: MarketType = field("What kind of market it is (jenis pasar).")
    latitude: float | None = field("Its latitude (lintang), WGS 84.")
    longitude: float | None = field("Its longitude (bujur), WGS 84.")
    kelurahan: Kelurahan | None = field("The kelurahan that it lies in.", resolver=prices.kelurahan)
    kecamatan: Kecamatan | None = field("The kecamatan that it lies in.", resolver=prices.kecamatan)
    prices: Connection[CommodityPrice] | None = field(
        "What things cost there, by group and name.",
        resolver=prices.market_prices,
        arguments={"on": OF_A_COMMODITY["on"], **WHICH},
    )


@object_type(public, "A price that has moved (harga naik atau turun).")
class PriceMove:
    price: CommodityPrice = field("The price now.")
    change: PriceChange = field("What it has changed by.")


@object_type(public)
class PricesQuery:
    markets: Connection[Market] | None = field(
        "The markets (pasar) of the city whose prices are surveyed, by name.",
        resolver=prices.markets,
        arguments={"type": "Only those of this kind.", "kecamatan": "Only those in this kecamatan."},
    )
    market: Market | None = field(
        "One market (pasar); null if there is none with this code.",
        resolver=prices.market,
        arguments={"code": "Its code in the survey."},
    )
    commodities: Connection[Commodity] | None = field(
        "The commodities (komoditas) whose prices are surveyed, by group and name.",
        resolver=prices.commodities,
        arguments=WHICH,
    )
    commodity: Commodity | None = field(
        "One commodity (komoditas); null if there is none with this code.",
        resolver=prices.commodity,
        arguments={"code": "Its code in the survey."},
    )
    price_moves: Connection[PriceMove] | None = field(
        "Prices that have moved (harga naik atau turun), the largest moves in per cent first.",
        resolver=prices.price_moves,
        arguments={
            "over": "What a move is reckoned against.",
            "direction": "Only dearer or only cheaper ones.",
            "market": OF_A_COMMODITY["market"],
        },
    )
