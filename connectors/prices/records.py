"""The records of prices, and the base class of the connectors of this domain."""

from abc import abstractmethod
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import ClassVar, Literal, TypeVar

import msgspec

from connectors.kit.checks import checked, code, not_ahead, position, positive
from connectors.kit.connector import Connector, Credentials, Options
from connectors.kit.read import Read
from connectors.prices.crosswalk import CROSSWALK, CrosswalkLink, same_text


class PriceLevel(Enum):
    """Who pays the price. Prices of two levels are never compared."""

    RETAIL = "RETAIL"
    WHOLESALE = "WHOLESALE"
    PRODUCER = "PRODUCER"


class MarketKind(Enum):
    """The kind of market. Prices of two kinds are never averaged or compared."""

    TRADITIONAL = "TRADITIONAL"
    MODERN = "MODERN"
    WHOLESALE = "WHOLESALE"
    UNKNOWN = "UNKNOWN"


class Grain(Enum):
    """The period of a price: a day, or a whole month. A monthly price is dated to the first day of its month."""

    DAY = "DAY"
    MONTH = "MONTH"


@checked(code("code"), *position())
class Market(msgspec.Struct, frozen=True, kw_only=True):
    """A surveyed market. `kelurahan` is a dotted Kemendagri code, if the city has configured it."""

    code: str
    name: str
    type: MarketKind
    kelurahan: str | None
    latitude: float | None
    longitude: float | None


@checked(code("code"), positive("factor"))
class Commodity(msgspec.Struct, frozen=True, kw_only=True):
    """A commodity in the words of its survey. A price is for one `unit`, such as kg, lt or 370gr.

    `standard` is the hub's own code, if the crosswalk knows one; then a price times `factor` is for the unit of that
    code. `priced_as` is the name of its prices in the survey, if that is not its code.
    """

    code: str
    name: str
    group: str
    unit: str
    standard: str | None = None
    factor: Decimal = Decimal(1)
    priced_as: str | None = None


@checked(positive("amount"), not_ahead("day"))
class PricePoint(msgspec.Struct, frozen=True, array_like=True):
    """The price on a day, in whole rupiah."""

    day: date
    amount: int


@checked(code("commodity"))
class PriceSeries(msgspec.Struct, frozen=True, kw_only=True):
    """The prices of one commodity by day, oldest first. A day without a price is not in it."""

    commodity: str
    points: tuple[PricePoint, ...]


class OwnLink(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of the city's own crosswalk: the hub's `commodity`, and the name and unit that the survey has for it.

    A price there, times `factor`, is a price for the hub's unit.
    """

    commodity: str
    name: str
    unit: str
    factor: Decimal = Decimal(1)

    def __post_init__(self) -> None:
        if not self.factor.is_finite() or self.factor <= 0:
            raise ValueError("factor: expected more than nothing")


class PricesOptions(Options, frozen=True, kw_only=True):
    """`level`: who pays the prices of this survey. `market_type`: the kind of the markets in its average.

    `places`: the kelurahan of a market, by the market's code. `codes`: the list of its codes in the crosswalk, if that
    is not named like the connector. `links`: the city's own crosswalk, by the survey's codes; it goes before the other.
    """

    level: Literal["RETAIL", "WHOLESALE", "PRODUCER"] | None = None
    market_type: Literal["TRADITIONAL", "MODERN", "WHOLESALE"] | None = None
    places: dict[str, str] = msgspec.field(default_factory=dict)
    codes: str | None = None
    links: dict[str, OwnLink] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        for there, each in self.links.items():
            if each.commodity not in CROSSWALK.standards:
                raise ValueError(f"links: {there}: {each.commodity} is no code of the hub's own commodities")
        if self.codes is not None and self.codes not in CROSSWALK.lists:
            raise ValueError(f"codes: unknown; the crosswalk has {', '.join(CROSSWALK.lists)}")


O = TypeVar("O", bound=PricesOptions)  # noqa: E741
C = TypeVar("C", bound=Credentials)


class Prices(Connector[O, C]):
    """A connector of this domain: one survey of prices, for one level."""

    domain: ClassVar[str] = "prices"

    @property
    def level(self) -> PriceLevel:
        """Who pays the prices of the survey."""
        return PriceLevel(self.options.level or "RETAIL")

    @property
    def market_type(self) -> MarketKind:
        """The kind of the markets in the average over the city."""
        return MarketKind(self.options.market_type or "UNKNOWN")

    @property
    def grain(self) -> Grain:
        """The period of each price."""
        return Grain.DAY

    @property
    def codes(self) -> str:
        """The list of the survey's codes in the crosswalk."""
        return self.options.codes or self.protocol

    @abstractmethod
    def markets(self) -> Read[tuple[Market, ...]] | None:
        """The surveyed markets of the city; None if the survey names none."""

    @abstractmethod
    def commodities(self) -> Read[tuple[Commodity, ...]]:
        """The commodities of the survey."""

    @abstractmethod
    def prices(self, market: str | None, /) -> Read[tuple[PriceSeries, ...]]:
        """The prices of the last months in one market, or the survey's own average over the city."""

    def heard(self, series: tuple[PriceSeries, ...], days: int) -> tuple[PriceSeries, ...]:
        """The series unchanged.

        It is a finding if they hold no price at all in so many days, because no holiday is so long.
        """
        if not any(each.points for each in series):
            self.findings.note(f"not one price in {days} days")
        return series

    def linked(self, commodities: Iterable[Commodity]) -> tuple[Commodity, ...]:
        """The commodities with the hub's own codes. A commodity that the crosswalk does not know is a finding."""
        return tuple(map(self._linked, commodities))

    def _link(self, code: str) -> CrosswalkLink | None:
        own = self.options.links.get(code)
        if own is None:
            return CROSSWALK.link(self.codes, code)
        return CrosswalkLink(
            codes=self.agency.code,
            code_there=code,
            name_there=own.name,
            unit_there=own.unit,
            code=own.commodity,
            factor=own.factor,
        )

    def _linked(self, commodity: Commodity) -> Commodity:
        link = self._link(commodity.code)
        if link is None:
            self.findings.note("a commodity that the crosswalk does not know")
        elif not same_text(commodity.name, link.name_there):
            self.findings.note("a commodity of another name than in the crosswalk")
        elif not same_text(commodity.unit, link.unit_there):
            self.findings.note("a commodity of another unit than in the crosswalk")
        else:
            return msgspec.structs.replace(commodity, standard=link.code, factor=link.factor)
        return commodity
