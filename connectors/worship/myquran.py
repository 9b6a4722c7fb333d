"""myQuran, which passes on the schedule of the Ministry of Religious Affairs. Source: public clients of it.

Seen there:
- `status` false with HTTP 200 if nothing is found; a search for a name finds several governments
- in v2 an id of four digits, and a month as a list
- in v3 an id like a hash, and a month as an object keyed by its days
- times are `HH:MM` by the clock of the place; the day also stands in `tanggal`, as `Sabtu, 09/05/2026`
"""

import re
from abc import abstractmethod
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Annotated, ClassVar

import msgspec

from connectors.kit.call import Call
from connectors.kit.connector import Credentials, Options
from connectors.kit.envelope import Envelope
from connectors.kit.errors import AgencyChanged
from connectors.kit.http import Http
from connectors.kit.read import Read, read
from connectors.kit.rows import Row, many_records
from connectors.kit.signatures import unsigned
from connectors.kit.values import BadRow
from connectors.worship.records import DayTimes, PublishedPlace, PublishedTimes, same_name

FOUND = Envelope(code="status", accepted=frozenset({"true"}), absent=frozenset({"false"}), rows="data")

CALLED = {
    "imsak": "imsak",
    "fajr": "subuh",
    "sunrise": "terbit",
    "duha": "dhuha",
    "dhuhr": "dzuhur",
    "asr": "ashar",
    "maghrib": "maghrib",
    "isha": "isya",
}
"""What each time is called there."""

_LEVEL = re.compile(r"^(kota|kab\.?|kabupaten)\s+", re.IGNORECASE)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class MyQuranOptions(Options, frozen=True, kw_only=True):
    """`place`: the whole name of the city, as it stands there, such as `KABUPATEN CONTOH`."""

    place: Annotated[str, msgspec.Meta(min_length=3)]


class MyQuran(PublishedTimes[MyQuranOptions, Credentials]):
    """What both versions share."""

    search_path: ClassVar[str]
    month_path: ClassVar[str]
    place_key: ClassVar[str]
    """Under which the answer names the place that it is of."""

    def open(self, credentials: Credentials) -> None:  # noqa: ARG002  the base's signature
        self._http = Http(self.agency, unsigned(), self.clock, self.throttle)

    async def aclose(self) -> None:
        await self._http.aclose()

    @property
    def place(self) -> str:
        return self.options.place

    def probe(self) -> Read[tuple[PublishedPlace, ...]]:
        return self.places()

    # The places and their codes change once in years.
    @read(ttl=timedelta(days=30), revalidate=timedelta(days=30), stale=timedelta(days=365), absent=timedelta(hours=1))
    async def places(self) -> tuple[PublishedPlace, ...]:
        words = _LEVEL.sub("", self.options.place).lower()
        body = await self._http.json(Call(path=self.search_path, into={"words": words}))
        rows = FOUND.open(body, self.agency.code)
        places = await many_records(
            [] if rows is None else rows, _to_place, agency=self.agency.code, findings=self.findings
        )
        if not any(same_name(place.name, self.options.place) for place in places):
            self.findings.note("lokasi: no place has the configured name")
        return places

    # The times of a month follow from the sun, and what is published of them does not change.
    @read(ttl=timedelta(days=1), revalidate=timedelta(days=7), stale=timedelta(days=365))
    async def month(self, place: str, year: int, month: int) -> tuple[DayTimes, ...]:
        into = {"place": place, "year": f"{year:04}", "month": f"{month:02}"}
        body = await self._http.json(Call(path=self.month_path, into=into))
        data = FOUND.open(body, self.agency.code)
        if data is None:
            return ()
        row = Row(data)
        if not same_name(row.text(self.place_key), self.options.place):
            raise AgencyChanged(self.agency.code, f"{self.place_key}: the schedule of another place")
        found = await many_records(
            list(self._days(row.value("jadwal"))),
            lambda row: _to_day(row, year, month),
            agency=self.agency.code,
            findings=self.findings,
        )
        return tuple(sorted(found, key=lambda times: times.day))

    @abstractmethod
    def _days(self, sent: object) -> Iterable[object]:
        """The rows of a month, each with its `date`."""


class MyQuranV2(MyQuran):
    """The older version, still in use."""

    protocol: ClassVar[str] = "myquran-v2"
    search_path = "/v2/sholat/kota/cari/{words}"
    month_path = "/v2/sholat/jadwal/{place}/{year}/{month}"
    place_key = "lokasi"

    def _days(self, sent: object) -> Iterable[object]:
        if not isinstance(sent, list):
            raise AgencyChanged(self.agency.code, f"data.jadwal is {type(sent).__name__}, not a list")
        return sent


class MyQuranV3(MyQuran):
    """The newer version."""

    protocol: ClassVar[str] = "myquran-v3"
    search_path = "/v3/sholat/kabkota/cari/{words}"
    month_path = "/v3/sholat/jadwal/{place}/{year}-{month}"
    place_key = "kabko"

    def _days(self, sent: object) -> Iterable[object]:
        if not isinstance(sent, dict):
            raise AgencyChanged(self.agency.code, f"data.jadwal is {type(sent).__name__}, not an object")
        for key, value in sent.items():
            if not _DAY.fullmatch(key):
                self.findings.unexpected([key])
            else:
                yield {**value, "date": key} if isinstance(value, dict) else value


def _to_place(row: Row) -> PublishedPlace:
    return PublishedPlace(code=row.text("id"), name=row.text("lokasi"))


def _to_day(row: Row, year: int, month: int) -> DayTimes:
    """`BadRow` for a day of another month, or one that is named otherwise."""
    day = row.optional_day("date")
    if day is None or (day.year, day.month) != (year, month):
        raise BadRow("date: not a day of the month that was asked for")
    if (named := row.optional_text("tanggal")) and day != _named(named):
        raise BadRow("tanggal: another day than date")
    return DayTimes(day=day, **{ours: row.time_of_day(theirs) for ours, theirs in CALLED.items()})


def _named(text: str) -> date | None:
    try:
        return datetime.strptime(text.rpartition(",")[2].strip(), "%d/%m/%Y").date()  # noqa: DTZ007  a day has no zone
    except ValueError:
        return None
