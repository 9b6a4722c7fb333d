"""Market prices (SEGAR)."""

from datetime import date

from auth.policies import public
from connectors.prices.records import Grain, MarketKind, PriceLevel
from resolvers.prices import charts, moves, prices
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
    Grain,
    "PriceGrain",
    "For how long a price stands (harga harian atau bulanan).",
    {"DAY": "For a day (harian).", "MONTH": "For a whole month, and stands under its first day (bulanan)."},
)
enum(
    moves.MoveDirection,
    "MoveDirection",
    "Which way a price has gone (arah harga).",
    {"UP": "It has become dearer (naik).", "DOWN": "It has become cheaper (turun)."},
)

OF_A_COMMODITY = {
    "market": "In this market, by its code such as `9101`; without one, the survey's own average over the city.",
    "on": "The price of this day, or the newest before it; today if not given.",
    "source": "What this survey says, by its agency's code such as `sp2kp`. If not given, the first says it that has "
    "the commodity; where it does not answer or has no price, the next one of the same level and kind of market.",
}
OUTLIERS = "Whether a price counts that is an outlier; if not, the newest that is none."
WHICH = {
    "group": "Only those of this group, by its whole name in any case.",
    "name": "Only those with this in their name, in any case.",
}


@object_type(
    public, "What a price has changed by since an earlier day (perubahan harga); negative where it has become cheaper."
)
class PriceChangeType:
    amount: Rupiah = field("In rupiah.")
    percent: float = field("In per cent of what it was.")
    previous_amount: Rupiah = field("What it was.")
    previous_day: date = field("The day on which it was that.")


@object_type(public, "What it cost on a day (harga harian).")
class PricePointType:
    day: date = field("The day of the survey.")
    amount: Rupiah = field("What one unit of it cost.")
    outlier: bool = field("Whether it is probably a slip, as on `CommodityPrice`; it is kept.")


@object_type(public, "What one survey calls a commodity (sebutan dalam survei).")
class CommodityListingType:
    survey: str = field("The survey, by its agency's code.")
    code: str = field("Its code there.")
    name: str = field("Its name there.")
    unit: str = field("What a price there is for.")
    factor: float = field("By which a price there becomes one of the commodity's own unit.")


@object_type(public, "A commodity (komoditas) whose price is surveyed.")
@node_of(KnownCommodity)
class CommodityType(NodeType):
    code: str = field("Its code in the first survey that has it; if that is a further one, behind its agency's code.")
    standard_code: str | None = field(
        "The hub's own code of it (kode baku), the same for all surveys; null if unknown."
    )
    name: str = field("Its name, in the language of the request.", resolver=prices_commodities.name)
    group: str = field("What it belongs to (kelompok), such as Beras.")
    unit: str = field("What its price is for (satuan), such as kg, lt or 370gr.")
    listings: ConnectionType[CommodityListingType] = field(
        "What each survey calls it.", resolver=prices_commodities.listings
    )
    price: "CommodityPriceType | None" = field(
        "What it costs; null where the survey that is asked for does not have it.",
        resolver=prices.price,
        arguments=OF_A_COMMODITY,
    )
    prices_by_source: "ConnectionType[CommodityPriceType] | None" = field(
        "What it costs by each survey that has it, on its own average over the city; they are not to be compared where "
        "`level` or `marketType` differ.",
        resolver=prices.prices_by_source,
        arguments={"on": OF_A_COMMODITY["on"]},
    )
    prices_by_market: "ConnectionType[CommodityPriceType] | None" = field(
        "What it costs in each market of one survey, by name.",
        resolver=prices.prices_by_market,
        arguments={"type": "In markets of this kind.", "on": OF_A_COMMODITY["on"], "source": OF_A_COMMODITY["source"]},
    )
    cheapest_market: "CommodityPriceType | None" = field(
        "What it costs where it costs least (termurah): of the markets of one survey and kind, on the newest day on "
        "which at least half of them were asked; of equals the first by name. Null where nobody has asked.",
        resolver=prices.cheapest_market,
        arguments={
            "type": "In markets of this kind; if not given, people's markets, or those of a kind that is not said.",
            "on": "On this day or the newest before it; today if not given.",
            "source": OF_A_COMMODITY["source"],
            "outliers": OUTLIERS,
        },
    )
    chart: "PriceChartType | None" = field(
        "What it has cost, day by day.",
        resolver=charts.chart,
        arguments={
            "market": OF_A_COMMODITY["market"],
            "since": "From this day on; as far back as the survey is kept if not given.",
            "until": "Up to this day; today if not given.",
            "source": OF_A_COMMODITY["source"],
        },
    )


@object_type(
    public, "What one commodity has cost, as a chart needs it (grafik harga). A day without a survey is not in it."
)
class PriceChartType:
    commodity: CommodityType = field("The commodity.")
    market: "MarketType | None" = field("The market; null for the survey's own average over the city.")
    level: PriceLevel = field("Who pays it.")
    market_type: MarketKind = field("In what kind of market, or of which kind the average is.")
    grain: Grain = field("For how long each price stands.")
    lowest: Rupiah | None = field("The lowest of these prices, outliers too.")
    highest: Rupiah | None = field("The highest of these prices, outliers too.")
    points: ConnectionType[PricePointType] = field("Day by day, oldest first.", resolver=charts.points)
    source: SourceType = field("The survey, and how old its answer is.")


@object_type(
    public, "What one commodity costs in one market, or on the survey's own average over the city (harga komoditas)."
)
class CommodityPriceType:
    commodity: CommodityType = field("The commodity; the price is for one `unit` of it.")
    market: "MarketType | None" = field("The market; null for the survey's own average over the city.")
    level: PriceLevel = field("Who pays it.")
    market_type: MarketKind = field("In what kind of market, or of which kind the average is.")
    grain: Grain = field("For how long it stands.")
    asked_for: date = field("The day whose price was asked for.")
    day: date | None = field("The day on which somebody asked; it may be an earlier one.")
    amount: Rupiah | None = field("What it costs (harga); null where nobody has asked, never 0.")
    outlier: bool = field(
        "Whether it is at least five times, or at most a fifth, of what it usually cost around then (pencilan): "
        "probably a zero too many or too few. It is kept; no change is reckoned from it, and unless they are asked to, "
        "`priceMoves` and `cheapestMarket` pass over it."
    )
    carried_forward: bool = field("Whether it is an earlier day's price, or an earlier month's.")
    since_day: PriceChangeType | None = field("Against the survey before; null where there is none.")
    since_week: PriceChangeType | None = field("Against a week before; null where there is none.")
    since_month: PriceChangeType | None = field("Against a month before; null where there is none.")
    source: SourceType = field("The survey, and how old its answer is.")


@object_type(public, "A market (pasar).")
@node_of(SurveyedMarket)
class MarketType(NodeType):
    code: str = field("Its code in the survey; if that is not the first that names markets, behind its agency's code.")
    name: str = field("Its name.")
    type: MarketKind = field("What kind of market it is (jenis pasar).")
    latitude: float | None = field("Its latitude (lintang), WGS 84.")
    longitude: float | None = field("Its longitude (bujur), WGS 84.")
    kelurahan: KelurahanType | None = field("The kelurahan that it lies in.", resolver=prices_markets.kelurahan)
    kecamatan: KecamatanType | None = field("The kecamatan that it lies in.", resolver=prices_markets.kecamatan)
    prices: ConnectionType[CommodityPriceType] | None = field(
        "What things cost there, by group and name.",
        resolver=prices.market_prices,
        arguments={"on": OF_A_COMMODITY["on"], **WHICH},
    )
    source: SourceType = field("Who surveys it, and how old the list of its markets is.")


@object_type(public, "A price that has moved (harga naik atau turun).")
class PriceMoveType:
    price: CommodityPriceType = field("The price now.")
    change: PriceChangeType = field("What it has changed by.")


@object_type(public, "A page of commodities.")
class CommodityConnectionType(ConnectionType[CommodityType]):
    unavailable: list[SourceType] = field("Surveys that did not answer: what only they have is missing.")


@object_type(public, "A page of prices that have moved.")
class PriceMoveConnectionType(ConnectionType[PriceMoveType]):
    unavailable: list[SourceType] = field("Surveys that did not answer: the next one may stand in for them.")


@object_type(public)
class PricesQuery:
    markets: ConnectionType[MarketType] | None = field(
        "The markets (pasar) of the city whose prices are surveyed, by name: those of the first survey that answers.",
        resolver=prices_markets.markets,
        arguments={
            "type": "Only those of this kind.",
            "kecamatan": "Only those in this kecamatan, by its code such as `36.71.05`.",
            "source": "Those of this survey, by its agency's code such as `sp2kp`.",
        },
    )
    market: MarketType | None = field(
        "One market (pasar); null if there is none with this code.",
        resolver=prices_markets.market,
        arguments={
            "code": "Its code, such as `9101`; a survey's own one behind its agency's code and a colon will do, too."
        },
    )
    commodities: CommodityConnectionType | None = field(
        "The commodities (komoditas) whose prices are surveyed, by group and name; what several surveys have is once "
        "in it.",
        resolver=prices_commodities.commodities,
        arguments={**WHICH, "source": "Only those that this survey has, by its agency's code such as `pihps`."},
    )
    commodity: CommodityType | None = field(
        "One commodity (komoditas); null if there is none with this code.",
        resolver=prices_commodities.commodity,
        arguments={
            "code": "Its code, such as `67`, the hub's own, such as `bawang-merah`, or a survey's own one behind "
            "its agency's code and a colon."
        },
    )
    price_moves: PriceMoveConnectionType | None = field(
        "Prices that have moved (harga naik atau turun), the largest moves in per cent first; all of them of the level "
        "and kind of market that the first survey has, or the one that is asked for.",
        resolver=moves.price_moves,
        arguments={
            "over": "What a move is reckoned against.",
            "direction": "Only dearer or only cheaper ones.",
            "market": OF_A_COMMODITY["market"],
            "source": OF_A_COMMODITY["source"],
            "outliers": OUTLIERS,
        },
    )
