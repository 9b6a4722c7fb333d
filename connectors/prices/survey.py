"""The city's own survey of its markets, in its database. Source: a public repository of a city's TPID application.

Seen there: `m_pasar` has a name and `active` or `inactive`. `m_komoditas` has a name, a unit in lower case and a
`type_id` into `m_komoditas_type`. `t_komoditas_rekapitulasi` has `pasar_id`, `komoditas_id`, a `value` that is any
number, and a `date` that is a month, `2026-11`, once for each market and commodity. The tables are in MySQL, which the
hub does not speak: it reads a copy of them. Options name other tables or columns, and say if the prices are daily.

The database has no average over the city, so the hub computes it from the open markets. It leaves out a price that is
far from those of the other markets on that day, because one zero too many would spoil the average.
"""

import re
from collections import defaultdict
from datetime import date, datetime, timedelta
from statistics import fmean, median
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

import msgspec
from sqlalchemy import Select, String, TableClause, bindparam, cast, column, select, table

from connectors.kit import values
from connectors.kit.connector import Credentials
from connectors.kit.read import Read, read
from connectors.kit.rows import Row, many_records, without_repeats
from connectors.kit.sql import SCHEMES, Sql
from connectors.kit.values import BadRow
from connectors.prices.amounts import Grouping, price
from connectors.prices.outliers import ENOUGH, is_far
from connectors.prices.records import Commodity, Grain, Market, PricePoint, Prices, PriceSeries, PricesOptions

MOST = 200_000
"""The most prices in one answer. A year of forty commodities in thirty markets, by month, is a tenth of it."""

MONTH, FIRST = re.compile(r"\d{4}-\d{2}", re.ASCII), re.compile(r"\d{4}-\d{2}-01", re.ASCII)

Name = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]


class SurveyTables(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The names of the tables."""

    markets: Name = "m_pasar"
    commodities: Name = "m_komoditas"
    groups: Name = "m_komoditas_type"
    prices: Name = "t_komoditas_rekapitulasi"


class Columns(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The names of the columns."""

    id: Name = "id"
    name: Name = "name"
    status: Name = "status"
    unit: Name = "unit"
    group: Name = "type_id"
    market: Name = "pasar_id"
    commodity: Name = "komoditas_id"
    day: Name = "date"
    amount: Name = "value"


class SurveyOptions(PricesOptions, frozen=True, kw_only=True):
    """`grain`: whether a price is for a day or a month. `days`: how many days back prices are asked for.

    `grouping`: how prices in texts are written. `open`: the status of a surveyed market. `tables` and `columns`: their
    names.
    """

    grain: Literal["DAY", "MONTH"] = "MONTH"
    days: Annotated[int, msgspec.Meta(ge=40, le=800)] = 400
    grouping: Grouping | None = None
    open: str = "active"
    tables: SurveyTables = SurveyTables()
    columns: Columns = Columns()


class SurveyCredentials(Credentials, frozen=True, kw_only=True):
    """An account that may only read; a file needs none."""

    user: str | None = None
    password: str | None = None


class _Price(NamedTuple):
    commodity: str
    day: date
    amount: int | None


class Survey(Prices[SurveyOptions, SurveyCredentials]):
    """The city's own survey."""

    protocol: ClassVar[str] = "survey"
    schemes: ClassVar[tuple[str, ...]] = SCHEMES

    def open(self, credentials: SurveyCredentials) -> None:
        self._sql = Sql(self.agency, self.clock, self.throttle, user=credentials.user, password=credentials.password)

    async def aclose(self) -> None:
        await self._sql.aclose()

    def probe(self) -> Read[tuple[Market, ...]]:
        return self.markets()

    @property
    def grain(self) -> Grain:
        return Grain(self.options.grain)

    # A market is there for years.
    @read(ttl=timedelta(days=1), revalidate=timedelta(days=1), stale=timedelta(days=30))
    async def markets(self) -> tuple[Market, ...]:
        markets = self._table(self.options.tables.markets)
        asked = select(*self._columns(markets, "id", "name", "status"))
        rows = await self._sql.rows("markets", asked, {})
        found = await many_records(rows, self._to_market, agency=self.agency.code, findings=self.findings)
        return without_repeats(filter(None, found), lambda market: market.code, self.findings)

    # The list of what is surveyed changes a few times a year.
    @read(ttl=timedelta(days=1), revalidate=timedelta(days=1), stale=timedelta(days=30))
    async def commodities(self) -> tuple[Commodity, ...]:
        tables, columns = self.options.tables, self.options.columns
        commodities, groups = self._table(tables.commodities), self._table(tables.groups)
        asked = select(
            *self._columns(commodities, "id", "name", "unit"), groups.c[columns.name].label("group")
        ).select_from(commodities.outerjoin(groups, commodities.c[columns.group] == groups.c[columns.id]))
        rows = await self._sql.rows("commodities", asked, {})
        found = await many_records(rows, _to_commodity, agency=self.agency.code, findings=self.findings)
        return self.linked(without_repeats(found, lambda commodity: commodity.code, self.findings))

    # A price is surveyed once a day, so yesterday's is the newest that there may be; an older one misleads a buyer.
    @read(ttl=timedelta(hours=1), revalidate=timedelta(hours=2), stale=timedelta(days=1))
    async def prices(self, market: str | None, /) -> tuple[PriceSeries, ...]:
        since = self.clock.now().astimezone(self.zone).date() - timedelta(days=self.options.days)
        asked, parameters = self._asked(market)
        rows = await self._sql.rows("prices", asked, parameters | {"since": since.isoformat()}, at_most=MOST)
        found = await many_records(rows, self._to_price, agency=self.agency.code, findings=self.findings)
        if market is not None:
            found = without_repeats(found, lambda each: (each.commodity, each.day), self.findings)
        amounts = defaultdict[str, defaultdict[date, list[int]]](lambda: defaultdict(list))
        for each in found:
            of = amounts[each.commodity][each.day]
            if each.amount:
                of.append(each.amount)
        series = tuple(
            PriceSeries(
                commodity=commodity,
                points=tuple(PricePoint(day, self._average(of)) for day, of in sorted(days.items()) if of),
            )
            for commodity, days in amounts.items()
        )
        return series if market else self.heard(series, self.options.days)

    def _asked(self, market: str | None) -> tuple[Select[Any], dict[str, object]]:
        """The query for one market, or for all open markets."""
        tables, columns, prices = self.options.tables, self.options.columns, self._table(self.options.tables.prices)
        asked = select(*self._columns(prices, "commodity", "day", "amount")).where(
            cast(prices.c[columns.day], String) >= bindparam("since")
        )
        if market is not None:
            return asked.where(cast(prices.c[columns.market], String) == bindparam("market")), {"market": market}
        markets = self._table(tables.markets)
        return asked.join(markets, markets.c[columns.id] == prices.c[columns.market]).where(
            markets.c[columns.status] == bindparam("open")
        ), {"open": self.options.open}

    def _table(self, name: str) -> TableClause:
        return table(name, *(column(each) for each in set(msgspec.structs.astuple(self.options.columns))))

    def _columns(self, of: TableClause, *names: str) -> list[Any]:
        """Columns of the table, under the names of the hub."""
        return [of.c[getattr(self.options.columns, name)].label(name) for name in names]

    def _average(self, amounts: list[int]) -> int:
        usual = median(amounts)
        near = [each for each in amounts if len(amounts) < ENOUGH or not is_far(each, usual)]
        if len(near) < len(amounts):
            self.findings.note("a price that is far from other markets', left out of the average")
        return round(fmean(near or amounts))

    def _to_market(self, row: Row) -> Market | None:
        """None for a market that is closed."""
        code, status = row.text("id"), row.text("status")
        market = Market(
            code=code,
            name=row.text("name"),
            type=self.market_type,
            kelurahan=self.options.places.get(code),
            latitude=None,
            longitude=None,
        )
        return market if status == self.options.open else None

    def _to_price(self, row: Row) -> _Price:
        amount = None
        try:
            amount = price(row.value("amount"), self.options.grouping)
        except BadRow as bad:
            self.findings.note(f"price set aside: amount: {bad}")
        return _Price(row.text("commodity"), self._day(row.value("day")), amount)

    def _day(self, sent: object) -> date:
        """A day, or the first day of a month. A value that does not fit the declared grain is refused."""
        sent = sent.date() if isinstance(sent, datetime) else sent
        text = sent.isoformat() if isinstance(sent, date) else str(sent or "").strip()
        if self.grain is Grain.MONTH and not FIRST.fullmatch(text):
            text = f"{text}-01" if MONTH.fullmatch(text) else ""
        try:
            day = values.day(text)
        except BadRow:
            day = None
        if day is None:
            raise BadRow("day: not as declared by grain")
        return day


def _to_commodity(row: Row) -> Commodity:
    return Commodity(
        code=row.text("id"), name=row.text("name"), group=row.optional_text("group") or "", unit=row.text("unit")
    )
