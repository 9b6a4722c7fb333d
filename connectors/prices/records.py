"""What is said of prices, and what every connector of this domain can be asked."""

from abc import abstractmethod
from datetime import date
from enum import Enum
from typing import ClassVar, Literal, TypeVar

import msgspec

from connectors.kit.connector import Connector, Credentials, Options
from connectors.kit.read import Read


class PriceLevel(Enum):
    """Who pays it. Prices of two levels are never compared."""

    RETAIL = "RETAIL"
    WHOLESALE = "WHOLESALE"
    PRODUCER = "PRODUCER"


class MarketType(Enum):
    """What kind of market it is. Prices of two kinds are never averaged nor compared."""

    TRADITIONAL = "TRADITIONAL"
    MODERN = "MODERN"
    WHOLESALE = "WHOLESALE"
    UNKNOWN = "UNKNOWN"


class Market(msgspec.Struct, frozen=True, kw_only=True):
    """A market that is surveyed. `kelurahan` is a dotted Kemendagri code, where the city has said in which it lies."""

    code: str
    name: str
    type: MarketType
    kelurahan: str | None
    latitude: float | None
    longitude: float | None


class Commodity(msgspec.Struct, frozen=True, kw_only=True):
    """What is sold: a price is of one `unit` of it, such as kg, lt or 370gr."""

    code: str
    name: str
    group: str
    unit: str


class PricePoint(msgspec.Struct, frozen=True, array_like=True):
    """What it cost on a day, in whole rupiah."""

    day: date
    amount: int


class PriceSeries(msgspec.Struct, frozen=True, kw_only=True):
    """The prices of one commodity, by day, oldest first. A day on which nobody asked is not in it."""

    commodity: str
    points: tuple[PricePoint, ...]


class PricesOptions(Options, frozen=True, kw_only=True):
    """`level`: who pays the prices of this source. `places`: by a market's code, the kelurahan that it lies in."""

    level: Literal["RETAIL", "WHOLESALE", "PRODUCER"] = "RETAIL"
    places: dict[str, str] = msgspec.field(default_factory=dict)


O = TypeVar("O", bound=PricesOptions)  # noqa: E741
C = TypeVar("C", bound=Credentials)


class Prices(Connector[O, C]):
    """A connector of this domain: one survey of prices, of one level."""

    domain: ClassVar[str] = "prices"

    @property
    def level(self) -> PriceLevel:
        """Who pays its prices."""
        return PriceLevel(self.options.level)

    @abstractmethod
    def markets(self) -> Read[tuple[Market, ...]]:
        """The markets of the city that it surveys."""

    @abstractmethod
    def commodities(self) -> Read[tuple[Commodity, ...]]:
        """What it asks the price of."""

    @abstractmethod
    def prices(self, market: str | None, /) -> Read[tuple[PriceSeries, ...]]:
        """The prices of the last months in one market, or the survey's own average over the city."""
