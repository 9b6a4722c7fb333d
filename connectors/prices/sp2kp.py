"""SP2KP, the daily price survey of the Ministry of Trade. Source: several public clients of it, and answers in them.

Seen there: prices are asked for by a form POST with codes of place and level. A price of 0 or null means that nobody
asked; Saturdays and Sundays have none. `kuantitas` and `satuan` stand beside each commodity, its group only in the
master list. That list has building materials too. `average-price-public` is not used: its rows carry the surveyors' NIK
and telephone. The meaning of the numbers of `tipe_pasar_id` was not seen, so it is an option.
"""

from datetime import timedelta
from typing import Annotated, ClassVar, Literal

import msgspec

from connectors.kit.call import Call
from connectors.kit.connector import Credentials
from connectors.kit.envelope import Envelope
from connectors.kit.http import Http
from connectors.kit.read import Read, read
from connectors.kit.rows import Row, many_records, without_repeats
from connectors.kit.signatures import unsigned
from connectors.kit.values import BadRow
from connectors.prices.amounts import Grouping, price
from connectors.prices.records import Commodity, Market, MarketKind, PricePoint, Prices, PriceSeries, PricesOptions

MASTER = Envelope(rows="data")
SURVEY = Envelope(code="status", accepted=frozenset({"success"}), rows="data")

ALL = "100000"
"""As many as there are: the whole master list is read."""

NOT_OURS = "kode kelompok is_nasional nama_provinsi nama_kab_kota created_at updated_at".split()
NOT_OURS_OF_COMMODITIES = (
    "kode komoditas_id satuan_id order order_public is_nasional harga_min harga_max kenaikan_max penurunan_max "
    "coicop_7 coicop_10 produk created_at updated_at"
).split()

Digits = Annotated[str, msgspec.Meta(pattern=r"^\d+$")]


class Sp2kpOptions(PricesOptions, frozen=True, kw_only=True):
    """Options for one city: `province` and `city` are its BPS codes without dots.

    `goods`: the ministry's number of the kind of goods; 1 is staple food. `days`: how many days back prices are asked
    for. `market_types`: the meaning of its numbers of kinds of markets. `grouping`: how prices in texts are written.
    """

    province: Digits
    city: Digits
    goods: int = 1
    days: Annotated[int, msgspec.Meta(ge=40, le=400)] = 125
    market_types: dict[str, Literal["TRADITIONAL", "MODERN", "WHOLESALE"]] = msgspec.field(default_factory=dict)
    grouping: Grouping | None = None


class Sp2kp(Prices[Sp2kpOptions, Credentials]):
    """The ministry's survey in one city."""

    protocol: ClassVar[str] = "sp2kp"

    def open(self, credentials: Credentials) -> None:  # noqa: ARG002  the base's signature
        self._http = Http(self.agency, unsigned(), self.clock, self.throttle)

    async def aclose(self) -> None:
        await self._http.aclose()

    def probe(self) -> Read[tuple[Market, ...]]:
        return self.markets()

    # A market is there for years.
    @read(ttl=timedelta(days=1), revalidate=timedelta(days=1), stale=timedelta(days=30))
    async def markets(self) -> tuple[Market, ...]:
        body = await self._http.json(Call(path="/master/api/pasar", query={"take": ALL, "is_active": "true"}))
        rows = MASTER.open(body, self.agency.code)
        found = await many_records(rows, self._to_market, agency=self.agency.code, findings=self.findings)
        return without_repeats(filter(None, found), lambda market: market.code, self.findings)

    # The list of what is surveyed changes a few times a year.
    @read(ttl=timedelta(days=1), revalidate=timedelta(days=1), stale=timedelta(days=30))
    async def commodities(self) -> tuple[Commodity, ...]:
        query = {"take": ALL, "is_active": "true", "tipe_komoditas_id": str(self.options.goods)}
        body = await self._http.json(Call(path="/master/api/variant", query=query))
        rows = MASTER.open(body, self.agency.code)
        found = await many_records(rows, self._to_commodity, agency=self.agency.code, findings=self.findings)
        return self.linked(without_repeats(filter(None, found), lambda commodity: commodity.code, self.findings))

    # A price is surveyed once a day, so yesterday's is the newest that there may be; an older one misleads a buyer.
    @read(ttl=timedelta(hours=1), revalidate=timedelta(hours=2), stale=timedelta(days=1))
    async def prices(self, market: str | None, /) -> tuple[PriceSeries, ...]:
        until = self.clock.now().astimezone(self.zone).date()
        form = {
            "start_date": (until - timedelta(days=self.options.days)).isoformat(),
            "end_date": until.isoformat(),
            "level": "3",
            "variant_ids": "",
            "kode_provinsi": self.options.province,
            "kode_kab_kota": self.options.city,
            "pasar_id": market or "",
            "skip_sat_sun": "true",
            "tipe_komoditas": str(self.options.goods),
        }
        call = Call(method="POST", path="/report/api/average-price/export-area-daily-json", form=form, safe=True)
        rows = SURVEY.open(await self._http.json(call), self.agency.code)
        found = await many_records(rows, self._to_series, agency=self.agency.code, findings=self.findings)
        series = without_repeats(found, lambda series: series.commodity, self.findings)
        return series if market else self.heard(series, self.options.days)

    def _to_market(self, row: Row) -> Market | None:
        """None for a market that is closed or lies in another city."""
        row.ignore(*NOT_OURS)
        code = row.text("id")
        latitude, longitude = row.optional_number("lat"), row.optional_number("lon")
        kind = self.options.market_types.get(row.optional_text("tipe_pasar_id") or "")
        market = Market(
            code=code,
            name=row.text("nama"),
            type=MarketKind(kind) if kind else MarketKind.UNKNOWN,
            kelurahan=self.options.places.get(code),
            latitude=latitude,
            longitude=longitude,
        )
        city, province, closed = row.text("kode_kab_kota"), row.optional_text("kode_provinsi"), _closed(row)
        return market if (city, province) == (self.options.city, self.options.province) and not closed else None

    def _to_commodity(self, row: Row) -> Commodity | None:
        """None for goods of another kind."""
        row.ignore(*NOT_OURS_OF_COMMODITIES)
        group, unit = row.nested("komoditas"), row.nested("satuan")
        group.ignore("id", "kode", "tipe_komoditas_id")
        unit.ignore("id", "nama", "deskripsi")
        commodity = Commodity(
            code=row.text("id"), name=row.text("nama"), group=group.text("nama"), unit=unit.text("display")
        )
        goods, closed = row.integer("tipe_komoditas_id"), _closed(row)
        return commodity if goods == self.options.goods and not closed else None

    def _to_series(self, row: Row) -> PriceSeries:
        row.ignore("variant", "order", "satuan", "kuantitas")
        points = []
        for each in row.many("daftarHarga"):
            try:
                point = self._point(each)
            except BadRow as bad:
                self.findings.note(f"price set aside: {bad}")
            else:
                points += [point] if point else []
        return PriceSeries(commodity=row.text("variant_id"), points=tuple(sorted(points, key=lambda each: each.day)))

    def _point(self, row: Row) -> PricePoint | None:
        """None for a day without a price. An average may have a fraction."""
        day, sent = row.optional_day("date"), row.value("harga")
        if day is None:
            raise BadRow("date: empty")
        try:
            amount = price(sent, self.options.grouping)
        except BadRow as bad:
            raise BadRow(f"harga: {bad}") from None
        return PricePoint(day, amount) if amount else None


def _closed(row: Row) -> bool:
    return row.optional_boolean("is_active") is False
