"""BMKG's public forecast by kelurahan. Source: its documentation and several public clients of it.

Seen there:

- No key is needed. BMKG takes 60 calls a minute from one address.
- The days are lists of moments three hours apart. The first day begins at the current three hours.
- Each moment has three times. Only `datetime` has a zone.
- `analysis_date` has no zone and is in UTC.
- Addresses of images have blanks in them.
- A code that BMKG does not know is HTTP 404.

One call answers for one kelurahan, so a question for many of them would take everybody's minute. The hub therefore
follows the forecasts as a feed. One process asks for all kelurahan in turn, at the pace of `limits.per_minute`, and no
query asks BMKG. A kelurahan whose answer cannot be read keeps the forecast that it had, and costs no other one.
"""

from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, ClassVar

import msgspec

from connectors.kit.call import Call
from connectors.kit.connector import Credentials, Mistake
from connectors.kit.errors import AgencyChanged, AgencyError
from connectors.kit.feed import Batch, feed
from connectors.kit.http import Http
from connectors.kit.places import Places
from connectors.kit.read import Read, read
from connectors.kit.rows import Row, few_records, one_record, without_repeats
from connectors.kit.signatures import unsigned
from connectors.kit.values import BadRow
from connectors.weather.records import Forecast, ForecastPoint, Forecasts, WeatherOptions
from connectors.weather.values import address, between, or_none, position, whole_between

AT_ONCE = 20
"""So many kelurahan go into the store together."""
TRIES = 5
"""After so many kelurahan of which none could be read, a pass asks for no more."""

NOT_OURS = "utc_datetime local_datetime wd wd_to vs_text time_index".split()
NOT_OURS_OF_THE_PLACE = "adm1 adm2 adm3 provinsi kotkab kota kecamatan desa timezone type".split()

KelurahanCode = Annotated[str, msgspec.Meta(pattern=r"^\d{2}\.\d{2}\.\d{2}\.\d{4}$")]


class BmkgForecastOptions(WeatherOptions, frozen=True, kw_only=True):
    """`city`: its Kemendagri code. `kelurahan`: the only ones that are asked for; all of the city if not given."""

    city: str
    kelurahan: tuple[KelurahanCode, ...] = ()

    def unknown_in(self, places: Places) -> Iterable[Mistake]:
        if not places.wards_in(self.city):
            yield Mistake(("city",), f"the hub has no regions of {self.city}")


class BmkgForecast(Forecasts[BmkgForecastOptions, Credentials]):
    """The forecasts of one city."""

    protocol: ClassVar[str] = "bmkg_forecast"

    def open(self, credentials: Credentials) -> None:  # noqa: ARG002  the base's signature
        self._http = Http(self.agency, unsigned(), self.clock, self.throttle)

    async def aclose(self) -> None:
        await self._http.aclose()

    def probe(self) -> Read[Forecast | None]:
        return self.forecast(self._codes()[0])

    # An older forecast is in the copy of the feed, which says how old it is.
    @read(ttl=timedelta(hours=1))
    async def forecast(self, kelurahan: str, /) -> Forecast | None:
        """That of one kelurahan, asked by itself: one call, where a pass over the feed is one for each kelurahan."""
        return await self._forecast(kelurahan)

    # A forecast reaches three days ahead; after a day a newer one may say something else.
    @feed(interval=timedelta(hours=2), stale=timedelta(days=1))
    async def forecasts(self, position: str | None) -> AsyncGenerator[Batch[Forecast], None]:
        """A position is the last kelurahan that the pass has asked for."""
        waiting = [code for code in self._codes() if position is None or code > position]
        found, unknown = list[Forecast](), list[str]()
        good = False
        for number, code in enumerate(waiting, 1):
            try:
                forecast = await self._forecast(code)
            except AgencyChanged as error:
                self.findings.note(f"a kelurahan set aside: {error.reason}")
                problem = error
            except AgencyError:
                if number > 1:
                    yield _batch(found, unknown, waiting[number - 2])
                raise
            else:
                if forecast is None:
                    unknown.append(code)
                    problem = AgencyChanged(self.agency.code, f"forecasts: the first {number} kelurahan are unknown")
                else:
                    good = True
                    found.append(forecast)
            if not good and position is None and number == min(TRIES, len(waiting)):
                raise problem
            if number % AT_ONCE == 0 and number < len(waiting):
                yield _batch(found, unknown, code)
                found, unknown = [], []
        yield _batch(found, unknown, None)

    def _codes(self) -> list[str]:
        if self.options.kelurahan:
            return sorted(self.options.kelurahan)
        return list(self.regions.wards_in(self.options.city))

    async def _forecast(self, code: str) -> Forecast | None:
        """That of one kelurahan; None where the agency does not know it."""
        call = Call(path="/publik/prakiraan-cuaca", query={"adm4": code}, absent=frozenset({404}))
        body = await self._http.json(call)
        if body is None:
            return None
        return one_record(
            body, lambda row: self._to_forecast(row, code), agency=self.agency.code, findings=self.findings
        )

    def _to_forecast(self, row: Row, code: str) -> Forecast:
        place = row.nested("lokasi")
        if place.text("adm4") != code:
            raise BadRow("lokasi.adm4: another kelurahan than was asked for")
        where = or_none(self.findings, lambda: position(place.optional_number("lat"), place.optional_number("lon")))
        place.ignore(*NOT_OURS_OF_THE_PLACE)
        rows = [point for each in row.many("data") for point in _points(each)]
        mapped = few_records(rows, self._to_point, agency=self.agency.code, findings=self.findings)
        points = without_repeats((point for point, _ in mapped), lambda each: each.starts_at, self.findings)
        if not points:
            raise BadRow("data: no forecast in it")
        return Forecast(
            kelurahan=code,
            latitude=where[0] if where else None,
            longitude=where[1] if where else None,
            issued_at=max((issued for _, issued in mapped if issued), default=None),
            asked_at=self.clock.now(),
            points=tuple(sorted(points, key=lambda each: each.starts_at)),
        )

    def _to_point(self, row: Row) -> tuple[ForecastPoint, datetime | None]:
        """A moment, and when it was reckoned."""
        row.ignore(*NOT_OURS)

        def of(key: str, low: float, high: float) -> float | None:
            return or_none(self.findings, lambda: between(row, key, low, high))

        def whole(key: str, low: int, high: int) -> int | None:
            return or_none(self.findings, lambda: whole_between(row, key, low, high))

        point = ForecastPoint(
            starts_at=row.moment("datetime", UTC),
            temperature=of("t", -60, 60),
            humidity=whole("hu", 0, 100),
            cloud_cover=whole("tcc", 0, 100),
            rainfall=of("tp", 0, 1_000),
            condition=whole("weather", 0, 999),
            description=or_none(self.findings, lambda: row.optional_text("weather_desc")),
            description_en=or_none(self.findings, lambda: row.optional_text("weather_desc_en")),
            wind_speed=of("ws", 0, 500),
            wind_direction=whole("wd_deg", 0, 360),
            visibility=whole("vs", 0, 1_000_000),
            image=or_none(self.findings, lambda: address(row, "image")),
        )
        return point, or_none(self.findings, lambda: row.optional_moment("analysis_date", UTC))


def _points(row: Row) -> Iterator[object]:
    """The moments of all days, one after the other."""
    row.ignore("lokasi")
    days = row.value("cuaca")
    if not isinstance(days, list):
        raise BadRow("cuaca: not a list of days")
    for day in days:
        yield from day if isinstance(day, list) else [day]


def _batch(found: Sequence[Forecast], unknown: Sequence[str], position: str | None) -> Batch[Forecast]:
    return Batch(
        records=tuple((each.kelurahan, each) for each in found),
        deleted=tuple(unknown),
        position=position,
        changed_at=max((each.issued_at for each in found if each.issued_at), default=None),
    )
