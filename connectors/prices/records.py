"""What is said of prices, and what every connector of this domain can be asked."""

from abc import abstractmethod
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import ClassVar, Literal, TypeVar

import msgspec

from connectors.kit.connector import Connector, Credentials, Options
from connectors.kit.read import Read
from connectors.prices.crosswalk import CROSSWALK, same_text


class PriceLevel(Enum):
    """Who pays it. Prices of two levels are never compared."""

    RETAIL = "RETAIL"
    WHOLESALE = "WHOLESALE"
    PRODUCER = "PRODUCER"


class MarketKind(Enum):
    """What kind of market it is. Prices of two kinds are never averaged nor compared."""

    TRADITIONAL = "TRADITIONAL"
    MODERN = "MODERN"
    WHOLESALE = "WHOLESALE"
    UNKNOWN = "UNKNOWN"


class Grain(Enum):
    """For how long a price stands: a day, or a whole month, which stands under its first day."""

    DAY = "DAY"
    MONTH = "MONTH"


class Market(msgspec.Struct, frozen=True, kw_only=True):
    """A market that is surveyed. `kelurahan` is a dotted Kemendagri code, where the city has said in which it lies."""

    code: str
    name: str
    type: MarketKind
    kelurahan: str | None
    latitude: float | None
    longitude: float | None


class Commodity(msgspec.Struct, frozen=True, kw_only=True):
    """What is sold, in its survey's own words: a price is of one `unit` of it, such as kg, lt or 370gr.

    `standard` is the hub's own code for it, where the crosswalk knows one, and a price times `factor` is one of that
    code's unit. `priced_as` is what its prices stand under, where that is not its code.
    """

    code: str
    name: str
    group: str
    unit: str
    standard: str | None = None
    factor: Decimal = Decimal(1)
    priced_as: str | None = None


class PricePoint(msgspec.Struct, frozen=True, array_like=True):
    """What it cost on a day, in whole rupiah."""

    day: date
    amount: int


class PriceSeries(msgspec.Struct, frozen=True, kw_only=True):
    """The prices of one commodity, by day, oldest first. A day on which nobody asked is not in it."""

    commodity: str
    points: tuple[PricePoint, ...]


class PricesOptions(Options, frozen=True, kw_only=True):
    """`level`: who pays the prices of this survey. `market_type`: of what kind the markets of its average are.

    `places`: by a market's code, the kelurahan that it lies in. `codes`: the list of the crosswalk that has its codes,
    if that is not the one called like the connector.
    """

    level: Literal["RETAIL", "WHOLESALE", "PRODUCER"] | None = None
    market_type: Literal["TRADITIONAL", "MODERN", "WHOLESALE"] | None = None
    places: dict[str, str] = msgspec.field(default_factory=dict)
    codes: str | None = None

    def __post_init__(self) -> None:
        if self.codes is not None and self.codes not in CROSSWALK.lists:
            raise ValueError(f"codes: unknown; the crosswalk has {', '.join(CROSSWALK.lists)}")


O = TypeVar("O", bound=PricesOptions)  # noqa: E741
C = TypeVar("C", bound=Credentials)


class Prices(Connector[O, C]):
    """A connector of this domain: one survey of prices, of one level."""

    domain: ClassVar[str] = "prices"

    @property
    def level(self) -> PriceLevel:
        """Who pays its prices."""
        return PriceLevel(self.options.level or "RETAIL")

    @property
    def market_type(self) -> MarketKind:
        """Of what kind the markets are that its average over the city is of."""
        return MarketKind(self.options.market_type or "UNKNOWN")

    @property
    def grain(self) -> Grain:
        """For how long each of its prices stands."""
        return Grain.DAY

    @property
    def codes(self) -> str:
        """The list of the crosswalk that has its codes."""
        return self.options.codes or self.protocol

    @abstractmethod
    def markets(self) -> Read[tuple[Market, ...]] | None:
        """The markets of the city that it surveys; None where it names none."""

    @abstractmethod
    def commodities(self) -> Read[tuple[Commodity, ...]]:
        """What it asks the price of."""

    @abstractmethod
    def prices(self, market: str | None, /) -> Read[tuple[PriceSeries, ...]]:
        """The prices of the last months in one market, or the survey's own average over the city."""

    def heard(self, series: tuple[PriceSeries, ...], days: int) -> tuple[PriceSeries, ...]:
        """The same; that there is not one price in so many days is a finding, for it is no holiday."""
        if not any(each.points for each in series):
            self.findings.note(f"not one price in {days} days")
        return series

    def linked(self, commodities: Iterable[Commodity]) -> tuple[Commodity, ...]:
        """The same with the hub's own codes; what the crosswalk does not know so stays as it is, with a finding."""
        return tuple(map(self._linked, commodities))

    def _linked(self, commodity: Commodity) -> Commodity:
        link = CROSSWALK.link(self.codes, commodity.code)
        if link is None:
            self.findings.note("a commodity that the crosswalk does not know")
        elif not same_text(commodity.name, link.name_there):
            self.findings.note("a commodity of another name than in the crosswalk")
        elif not same_text(commodity.unit, link.unit_there):
            self.findings.note("a commodity of another unit than in the crosswalk")
        else:
            return msgspec.structs.replace(commodity, standard=link.code, factor=link.factor)
        return commodity
