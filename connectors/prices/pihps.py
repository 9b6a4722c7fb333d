"""PIHPS, the food price survey of Bank Indonesia. Source: a dozen public clients of its website, and answers in them.

Seen there: a grid has a row for each commodity and a column for each day, `dd/mm/yyyy`. `-` means that nobody asked, as
on Saturdays, Sundays and holidays. Prices are texts, `13,950`. Rows of categories (`level` 1) stand between those of
commodities (2); neither has a code, and names end with blanks. Provinces and regencies have BI's own ids. A range of
more than 120 days times out. A day's prices come at about 13:00. The site answers only requests that look like those of
its own page, and needs no session. A price of a kind of market is for a regency: the survey names no markets.
`showPasar` and `GetRefMarket` are not used, because for wholesalers and producers they name persons.

`GetGridDataDaerah` is the grid by commodity. `GetGridDataKomoditas` takes the same arguments and has a row for each
place (level 0 the country, 1 a province, 2 a regency) for one commodity. It is not read, and its places are never taken
for commodities. A grid without a row was seen for a regency, and is a finding.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated, ClassVar, Literal

import msgspec

from connectors.kit import values
from connectors.kit.call import Call
from connectors.kit.checks import checked, code
from connectors.kit.connector import Credentials, Mistake, Options
from connectors.kit.envelope import Envelope
from connectors.kit.errors import AgencyChanged
from connectors.kit.http import Http
from connectors.kit.read import Read, read
from connectors.kit.rows import Row, many_records, without_repeats
from connectors.kit.signatures import Fixed
from connectors.kit.together import together
from connectors.kit.values import BadRow
from connectors.prices.amounts import Grouping, price
from connectors.prices.crosswalk import same_text
from connectors.prices.records import Commodity, MarketKind, PriceLevel, PricePoint, Prices, PriceSeries, PricesOptions

LIST = Envelope(rows="data")
GRID: Literal["GetGridDataDaerah"] = "GetGridDataDaerah"
THE_COUNTRY = "Semua Provinsi"
COMMODITY = 2
"""The level of a commodity's row. Lower levels are categories."""
CHUNK = timedelta(days=90)
"""The longest range that is answered in time."""

PRICE_TYPES = {
    1: (PriceLevel.RETAIL, MarketKind.TRADITIONAL),
    2: (PriceLevel.RETAIL, MarketKind.MODERN),
    3: (PriceLevel.WHOLESALE, MarketKind.WHOLESALE),
    4: (PriceLevel.PRODUCER, MarketKind.UNKNOWN),
}
"""Traditional market, modern market, wholesaler, producer."""

DAY = re.compile(r"\d{2}/\d{2}/\d{4}")

HEADERS = {
    "X-Requested-With": "XMLHttpRequest",
    "Referer": "https://www.bi.go.id/hargapangan/TabelHarga/PasarTradisionalDaerah",
}

Digits = Annotated[str, msgspec.Meta(pattern=r"^\d+$")]


class PihpsOptions(PricesOptions, frozen=True, kw_only=True):
    """Options for one city: `province` and `regency` are BI's own ids, `name` is BI's name of the regency.

    `price_type`: BI's number of the kind of market. `grouping`: how its numbers are written. `days`: how many days back
    prices are asked for. `headers`: headers that make a request look like that of BI's own page. `grid`: the grid that
    is asked; only one can be read.
    """

    province: Digits
    regency: Digits
    name: str
    price_type: Literal[1, 2, 3, 4] = 1
    grouping: Grouping = "en"
    days: Annotated[int, msgspec.Meta(ge=40, le=400)] = 90
    grid: Literal["GetGridDataDaerah", "GetGridDataKomoditas"] = GRID
    headers: dict[str, str] = msgspec.field(default_factory=lambda: dict(HEADERS))

    def mistakes(self, others: Mapping[str, Options]) -> Iterable[Mistake]:
        yield from super().mistakes(others)
        if self.grid != GRID:
            yield Mistake(("grid",), f"expected {GRID}: {self.grid} has a row a place, not a row a commodity")


@checked(code("code"))
class Regency(msgspec.Struct, frozen=True, kw_only=True):
    """A city or regency with prices for this kind of market."""

    code: str
    name: str


class Pihps(Prices[PihpsOptions, Credentials]):
    """Bank Indonesia's survey in one city, for one kind of market."""

    protocol: ClassVar[str] = "pihps"

    def open(self, credentials: Credentials) -> None:  # noqa: ARG002  the base's signature
        self._http = Http(self.agency, Fixed(self.options.headers), self.clock, self.throttle)

    async def aclose(self) -> None:
        await self._http.aclose()

    def probe(self) -> Read[tuple[Regency, ...]]:
        return self.regencies()

    @property
    def level(self) -> PriceLevel:
        return PriceLevel(self.options.level) if self.options.level else PRICE_TYPES[self.options.price_type][0]

    @property
    def market_type(self) -> MarketKind:
        said = self.options.market_type
        return MarketKind(said) if said else PRICE_TYPES[self.options.price_type][1]

    def markets(self) -> None:
        return None

    # The regencies of a province and their codes change once in years.
    @read(ttl=timedelta(days=1), revalidate=timedelta(days=1), stale=timedelta(days=30))
    async def regencies(self) -> tuple[Regency, ...]:
        """The regencies of the province; raises `AgencyChanged` if the configured regency or its name is missing."""
        query = {"price_type_id": str(self.options.price_type), "ref_prov_id": self.options.province}
        rows = LIST.open(await self._http.json(Call(path="/GetRefRegency", query=query)), self.agency.code)
        found = await many_records(rows, _to_regency, agency=self.agency.code, findings=self.findings)
        ours = next((each for each in found if each.code == self.options.regency), None)
        if ours is None or not same_text(ours.name, self.options.name):
            raise AgencyChanged(self.agency.code, "GetRefRegency: the regency is not there, or another one")
        return found

    # The list of what is surveyed changes a few times a year.
    @read(ttl=timedelta(days=1), revalidate=timedelta(days=1), stale=timedelta(days=30))
    async def commodities(self) -> tuple[Commodity, ...]:
        rows = LIST.open(await self._http.json(Call(path="/GetRefCommodityAndCategory")), self.agency.code)
        found = await many_records(rows, _to_commodity, agency=self.agency.code, findings=self.findings)
        categories = {each.code: each.name for each in found if not each.group}
        named = (
            msgspec.structs.replace(each, group=categories.get(each.group, each.group)) for each in found if each.group
        )
        return self.linked(without_repeats(named, lambda commodity: commodity.code, self.findings))

    # A price is surveyed once a day, so yesterday's is the newest that there may be; an older one misleads a buyer.
    @read(ttl=timedelta(hours=1), revalidate=timedelta(hours=2), stale=timedelta(days=1))
    async def prices(self, market: str | None, /) -> tuple[PriceSeries, ...]:
        if market is not None:
            raise ValueError("it names no markets")
        points = defaultdict[str, list[PricePoint]](list)
        for found in await together(self._grid(*chunk) for chunk in self._chunks()):
            for each in found:
                points[each.commodity] += each.points
        series = tuple(PriceSeries(commodity=name, points=_by_day(of)) for name, of in points.items())
        return self.heard(series, self.options.days)

    async def _grid(self, since: date, until: date) -> tuple[PriceSeries, ...]:
        query = {
            "price_type_id": str(self.options.price_type),
            "comcat_id": "",
            "province_id": self.options.province,
            "regency_id": self.options.regency,
            "market_id": "",
            "showKota": "true",
            "showPasar": "false",
            "tipe_laporan": "1",
            "start_date": since.isoformat(),
            "end_date": until.isoformat(),
        }
        body = await self._http.json(Call(path="/{grid}", into={"grid": self.options.grid}, query=query))
        rows = LIST.open(body, self.agency.code)
        if self._has_places(rows):
            self.findings.note("a grid of places, not of commodities")
            return ()
        found = await many_records(rows, self._to_series, agency=self.agency.code, findings=self.findings)
        if not found:
            self.findings.note(f"a grid without a row, for {(until - since).days} days")
        return without_repeats(filter(None, found), lambda series: series.commodity, self.findings)

    def _chunks(self) -> Iterator[tuple[date, date]]:
        until = self.clock.now().astimezone(self.zone).date()
        since = until - timedelta(days=self.options.days)
        while since <= until:
            yield since, min(since + CHUNK, until)
            since += CHUNK + timedelta(days=1)

    def _has_places(self, rows: object) -> bool:
        """Whether the rows are places: a row has the name of the country or of the regency."""
        names = [row.get("name") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        places = (THE_COUNTRY, self.options.name)
        return any(isinstance(name, str) and any(same_text(name, place) for place in places) for name in names)

    def _to_series(self, row: Row) -> PriceSeries | None:
        """The prices of a commodity; None for a category."""
        row.ignore("no")
        level, name = row.integer("level"), row.text("name")
        points, odd = [], 0
        for key in filter(DAY.fullmatch, row.unread):
            try:
                amount, day = price(row.value(key), self.options.grouping), _day(key)
            except BadRow:
                odd += 1
            else:
                points += [PricePoint(day, amount)] if amount else []
        if odd and not points:
            raise BadRow("prices: not one is written as declared")
        for _ in range(odd):
            self.findings.note("a price that is not written as declared")
        return PriceSeries(commodity=name, points=_by_day(points)) if level == COMMODITY else None


def _by_day(points: Iterable[PricePoint]) -> tuple[PricePoint, ...]:
    return tuple(sorted(points, key=lambda point: point.day))


@lru_cache(4096)
def _day(key: str) -> date:
    """The day of a column; every row of an answer has the same ones."""
    try:
        return values.day_in_reach(date(int(key[6:]), int(key[3:5]), int(key[:2])))
    except ValueError:
        raise BadRow("a column that is no day") from None


def _to_regency(row: Row) -> Regency:
    return Regency(code=row.text(row.either("id", "regency_id")), name=row.text(row.either("name", "regency_name")))


def _to_commodity(row: Row) -> Commodity:
    """A commodity with the code of its category as group. A category itself has no group."""
    code, name, unit = row.text("id"), row.text("name"), row.text("denomination")
    category = row.optional_text("cat_id", mandatory=True)
    if code.startswith("com_") and category is None:
        raise BadRow("cat_id: empty")
    return Commodity(code=code, name=name, group=category or "", unit=unit, priced_as=name)
