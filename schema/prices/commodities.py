"""Market prices (SEGAR)."""

from datetime import date

from auth.policies import public
from connectors.prices.records import Grain, MarketKind, PriceLevel
from resolvers.prices import charts, live, moves, prices
from resolvers.prices import commodities as prices_commodities
from resolvers.prices import markets as prices_markets
from resolvers.prices.commodity_rules import KnownCommodity
from resolvers.prices.markets import SurveyedMarket
from resolvers.prices.rules import Period
from schema.kit.access import object_type
from schema.kit.enums import enum
from schema.kit.fields import field
from schema.kit.node import NodeType, node_of
from schema.kit.paging import ConnectionType
from schema.kit.provenance import SourceType
from schema.kit.scalars import Rupiah
from schema.regions.regions import KecamatanType, KelurahanType

enum(
    MarketKind,
    "MarketType",
    "The kind of market (jenis pasar). Prices of two kinds are never averaged or compared.",
    {
        "TRADITIONAL": "A traditional market (pasar rakyat).",
        "MODERN": "A supermarket (pasar modern).",
        "WHOLESALE": "A wholesale market (pasar induk).",
        "UNKNOWN": "The survey does not say it.",
    },
)
enum(
    PriceLevel,
    "PriceLevel",
    "Who pays the price (tingkat harga). Prices of two levels are never compared.",
    {
        "RETAIL": "Households: retail prices (eceran).",
        "WHOLESALE": "Traders who resell: wholesale prices (grosir).",
        "PRODUCER": "The first buyer from the farm or factory: producer prices (produsen).",
    },
)
enum(
    Period,
    "PricePeriod",
    "The period of a change (kurun waktu).",
    {
        "DAY": "Since the survey before; on a Monday that is Friday's.",
        "WEEK": "Since a week before.",
        "MONTH": "Since a month before.",
    },
)
enum(
    Grain,
    "PriceGrain",
    "The period of a price (harga harian atau bulanan).",
    {"DAY": "A day (harian).", "MONTH": "A whole month; the price is dated to its first day (bulanan)."},
)
enum(
    moves.MoveDirection,
    "MoveDirection",
    "Whether a price has gone up or down (arah harga).",
    {"UP": "It has gone up (naik).", "DOWN": "It has gone down (turun)."},
)

OF_A_COMMODITY = {
    "market": "In this market, by its code such as `9101`. Without a market it is the survey's own average "
    "over the city.",
    "on": "The price of this day, or the newest one before it; the default is today.",
    "source": "From this survey, by its agency's code such as `sp2kp`. By default it is the first survey "
    "that has the commodity. If that one does not answer or has no price, it is the next one of "
    "the same level and kind of market.",
}
OUTLIERS = "Whether outliers count. If not, the newest price that is no outlier is used."
WHICH = {
    "group": "Only those of this group, by its full name in any case.",
    "name": "Only those with this in their name, in any case.",
}


@object_type(
    public, "The change of a price since an earlier day (perubahan harga). It is negative if the price has gone down."
)
class PriceChangeType:
    amount: Rupiah = field("The change in rupiah.")
    percent: float = field("The change in per cent of the earlier price.")
    previous_amount: Rupiah = field("The earlier price.")
    previous_day: date = field("The day of the earlier price.")


@object_type(public, "The price on one day (harga harian).")
class PricePointType:
    day: date = field("The day of the survey.")
    amount: Rupiah = field("The price of one unit.")
    outlier: bool = field("Whether it is probably a typing error, as on `CommodityPrice`. It is kept.")


@object_type(public, "What one survey calls a commodity (sebutan dalam survei).")
class CommodityListingType:
    survey: str = field("The survey, by its agency's code.")
    code: str = field("Its code at this publisher.")
    name: str = field("Its name there.")
    unit: str = field("What a price there is for.")
    factor: float = field("The factor that turns a price there into a price for the commodity's own unit.")


@object_type(public, "A commodity (komoditas) whose price is surveyed.")
@node_of(KnownCommodity)
class CommodityType(NodeType):
    code: str = field(
        "Its code in the first survey that has it, such as `67`. If that is not the city's first "
        "survey, the survey's code stands before it, such as `pihps:com_1`."
    )
    standard_code: str | None = field(
        "The hub's own code (kode baku), the same for all surveys; null if the hub has none."
    )
    name: str = field("Its name, in the language of the request.", resolver=prices_commodities.name, weight=1)
    group: str = field("Its group (kelompok), such as Beras.")
    unit: str = field("The unit of its price (satuan), such as kg, lt or 370gr.")
    listings: ConnectionType[CommodityListingType] = field(
        "The names of the commodity in each survey.", resolver=prices_commodities.listings, weight=10
    )
    price: "CommodityPriceType | None" = field(
        "What it costs; null if the chosen survey does not have it.",
        resolver=prices.price,
        arguments=OF_A_COMMODITY,
    )
    prices_by_source: "ConnectionType[CommodityPriceType] | None" = field(
        "What it costs in each survey that has it, on the survey's own average over the city. Do not "
        "compare prices with different `level` or `marketType`.",
        resolver=prices.prices_by_source,
        arguments={"on": OF_A_COMMODITY["on"]},
    )
    prices_by_market: "ConnectionType[CommodityPriceType] | None" = field(
        "What it costs in each market of one survey, by name.",
        resolver=prices.prices_by_market,
        arguments={
            "type": "Only markets of this kind.",
            "on": OF_A_COMMODITY["on"],
            "source": OF_A_COMMODITY["source"],
        },
    )
    cheapest_market: "CommodityPriceType | None" = field(
        "The lowest price (termurah) in the markets of one survey and kind. It is of the newest day "
        "on which at least half of them have a price. Of equal prices it is the first market by name. "
        "Null if there is no price.",
        resolver=prices.cheapest_market,
        arguments={
            "type": "Only markets of this kind; the default is traditional markets, or markets of an unknown kind.",
            "on": "On this day, or the newest one before it; the default is today.",
            "source": OF_A_COMMODITY["source"],
            "outliers": OUTLIERS,
        },
    )
    chart: "PriceChartType | None" = field(
        "What it has cost, day by day.",
        resolver=charts.chart,
        arguments={
            "market": OF_A_COMMODITY["market"],
            "since": "From this day on; the default is the oldest day of the survey.",
            "until": "Up to this day; the default is today.",
            "source": OF_A_COMMODITY["source"],
        },
    )


@object_type(public, "The prices of one commodity for a chart (grafik harga). A day without a survey is not in it.")
class PriceChartType:
    commodity: CommodityType = field("The commodity.")
    market: "MarketType | None" = field("The market; null for the survey's own average over the city.")
    level: PriceLevel = field("Who pays the price.")
    market_type: MarketKind = field("The kind of market, also of the average.")
    grain: Grain = field("The period of each price.")
    lowest: Rupiah | None = field("The lowest of these prices, including outliers.")
    highest: Rupiah | None = field("The highest of these prices, including outliers.")
    points: ConnectionType[PricePointType] = field(
        "The prices by day, oldest first.", resolver=charts.points, weight=10
    )
    source: SourceType = field("The survey, and the age of its answer.")


@object_type(
    public, "What one commodity costs in one market, or on the survey's own average over the city (harga komoditas)."
)
class CommodityPriceType:
    commodity: CommodityType = field("The commodity; the price is for one `unit` of it.")
    market: "MarketType | None" = field("The market; null for the survey's own average over the city.")
    level: PriceLevel = field("Who pays the price.")
    market_type: MarketKind = field("The kind of market, also of the average.")
    grain: Grain = field("The period of the price.")
    asked_for: date = field("The requested day.")
    day: date | None = field("The day of the price, which may be earlier than the requested day.")
    amount: Rupiah | None = field("The price (harga); null if there is none, never 0.")
    outlier: bool = field(
        "Whether it is at least five times, or at most a fifth, of the usual price around that day "
        "(pencilan). Then it probably has a zero too many or too few. It is kept, but no change is "
        "measured from it. `priceMoves` and `cheapestMarket` pass over it by default."
    )
    carried_forward: bool = field("Whether it is an earlier day's price, or an earlier month's.")
    since_day: PriceChangeType | None = field("The change since the survey before; null if there is none.")
    since_week: PriceChangeType | None = field("The change since a week before; null if there is no price.")
    since_month: PriceChangeType | None = field("The change since a month before; null if there is no price.")
    source: SourceType = field("The survey, and the age of its answer.")


@object_type(public, "A market (pasar).")
@node_of(SurveyedMarket)
class MarketType(NodeType):
    code: str = field(
        "Its code in the survey, such as `9101`. If that is not the first survey with markets, the "
        "survey's code stands before it."
    )
    name: str = field("Its name.")
    type: MarketKind = field("The kind of market (jenis pasar).")
    latitude: float | None = field("Its latitude (lintang), WGS 84.")
    longitude: float | None = field("Its longitude (bujur), WGS 84.")
    kelurahan: KelurahanType | None = field(
        "The kelurahan in which it lies.", resolver=prices_markets.kelurahan, weight=10
    )
    kecamatan: KecamatanType | None = field(
        "The kecamatan in which it lies.", resolver=prices_markets.kecamatan, weight=10
    )
    prices: ConnectionType[CommodityPriceType] | None = field(
        "The prices in this market, by group and name.",
        resolver=prices.market_prices,
        arguments={"on": OF_A_COMMODITY["on"], **WHICH},
    )
    source: SourceType = field("The survey, and the age of its list of markets.")


@object_type(public, "A price that has moved (harga naik atau turun).")
class PriceMoveType:
    price: CommodityPriceType = field("The price now.")
    change: PriceChangeType = field("The change of the price.")


@object_type(public, "A page of commodities.")
class CommodityConnectionType(ConnectionType[CommodityType]):
    unavailable: list[SourceType] = field("Surveys that did not answer. Commodities that only they have are missing.")


@object_type(public, "A page of prices that have moved.")
class PriceMoveConnectionType(ConnectionType[PriceMoveType]):
    unavailable: list[SourceType] = field("Surveys that did not answer. The next survey may replace them.")


@object_type(public)
class PricesSubscription:
    price_of_the_day: CommodityPriceType | None = field(
        "The price of a commodity today (harga hari ini): now, and each time that it changes or can no longer be had.",
        resolver=live.price_of_the_day,
        arguments={
            "commodity": "Its code, such as `67`. NOT_FOUND if there is none.",
            "market": "In this market, by its code such as `9101`; without one as for `Commodity.price`.",
        },
    )


@object_type(public)
class PricesQuery:
    markets: ConnectionType[MarketType] | None = field(
        "The markets (pasar) of the city whose prices are surveyed, by name: those of the first survey that answers.",
        resolver=prices_markets.markets,
        arguments={
            "type": "Only those of this kind.",
            "kecamatan": "Only those in this kecamatan, by its code such as `99.07.05`.",
            "source": "Those of this survey, by its agency's code such as `sp2kp`.",
        },
    )
    market: MarketType | None = field(
        "One market (pasar); null if there is none with this code.",
        resolver=prices_markets.market,
        arguments={
            "code": "Its code, such as `9101`. The survey's own code also works after the survey's code and a "
            "colon, such as `sp2kp:9101`."
        },
    )
    commodities: CommodityConnectionType | None = field(
        "The commodities (komoditas) whose prices are surveyed, by group and name. A commodity of "
        "several surveys is listed once.",
        resolver=prices_commodities.commodities,
        arguments={**WHICH, "source": "Only those of this survey, by its agency's code such as `pihps`."},
    )
    commodity: CommodityType | None = field(
        "One commodity (komoditas); null if there is none with this code.",
        resolver=prices_commodities.commodity,
        arguments={
            "code": "Its code, such as `67`; the hub's own code, such as `bawang-merah`; or a survey's own code "
            "after the survey's code and a colon, such as `sp2kp:67`."
        },
    )
    price_moves: PriceMoveConnectionType | None = field(
        "Prices that have moved (harga naik atau turun), the largest moves in per cent first. All are "
        "of the same level and kind of market: those of the first survey, or of the chosen one.",
        resolver=moves.price_moves,
        arguments={
            "over": "The period of the move.",
            "direction": "Only prices that went up, or only those that went down.",
            "market": OF_A_COMMODITY["market"],
            "source": OF_A_COMMODITY["source"],
            "outliers": OUTLIERS,
        },
    )
