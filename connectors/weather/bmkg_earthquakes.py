"""BMKG's earthquakes that people felt (`gempadirasakan.json`). Source: its documentation and several public clients.

Seen there:

- Every value is a text. A unit may stand behind a number.
- `DateTime` is in UTC. `Tanggal` and `Jam` say the same in local time.
- `Coordinates` are latitude and longitude with a comma between. `Lintang` and `Bujur` say the same in words.
- `Infogempa.gempa` is a list here, and one object in the file of the newest earthquake.
- `Dirasakan` names places behind Roman numbers, such as `II-III Cianjur, II Bogor`.
- `Shakemap` is the name of a file that stands beside this one.
"""

import re
from datetime import UTC, timedelta
from typing import ClassVar
from urllib.parse import quote

from connectors.kit.call import Call
from connectors.kit.connector import Credentials
from connectors.kit.envelope import Envelope
from connectors.kit.http import Http
from connectors.kit.read import Read, read
from connectors.kit.rows import Row, many_records, without_repeats
from connectors.kit.signatures import unsigned
from connectors.kit.values import BadRow, number
from connectors.weather.records import Earthquake, Earthquakes, Felt, WeatherOptions
from connectors.weather.values import measured, or_none, position

FOLDER = "/DataMKG/TEWS"
FELT = Envelope(rows="Infogempa.gempa")

NOT_OURS = "Tanggal Jam Lintang Bujur".split()
MERCALLI = "I II III IV V VI VII VIII IX X XI XII".split()
_REPORT = re.compile(
    r"(?P<weakest>[IVX]+)(?:\s*[-\u2013]\s*(?P<strongest>[IVX]+))?\s+(?:MMI\s+)?(?:di\s+)?(?P<place>\S.*)"
)
_FILE = re.compile(r"[\w.-]{1,100}", re.ASCII)


class BmkgEarthquakes(Earthquakes[WeatherOptions, Credentials]):
    """The list of those that were felt."""

    protocol: ClassVar[str] = "bmkg_earthquakes"

    def open(self, credentials: Credentials) -> None:  # noqa: ARG002  the base's signature
        self._http = Http(self.agency, unsigned(), self.clock, self.throttle)

    async def aclose(self) -> None:
        await self._http.aclose()

    def probe(self) -> Read[tuple[Earthquake, ...]]:
        return self.earthquakes()

    # What has happened stays true. After a day, too many later earthquakes may be missing.
    @read(ttl=timedelta(minutes=1), stale=timedelta(days=1), by_bytes=True)
    async def earthquakes(self) -> tuple[Earthquake, ...]:
        body = await self._http.json(Call(path=f"{FOLDER}/gempadirasakan.json"))
        rows = FELT.open(body, self.agency.code)
        found = await many_records(
            [rows] if isinstance(rows, dict) else rows,
            self._to_earthquake,
            agency=self.agency.code,
            findings=self.findings,
        )
        once = without_repeats(found, lambda each: each.code, self.findings)
        return tuple(sorted(once, key=lambda each: each.occurred_at, reverse=True))

    def _to_earthquake(self, row: Row) -> Earthquake:
        row.ignore(*NOT_OURS)
        at = row.moment("DateTime", UTC)
        latitude, longitude = _position(row.text("Coordinates"))
        magnitude, region = measured("Magnitude", row.text("Magnitude"), "sr", -2, 10), row.text("Wilayah")
        depth = or_none(self.findings, lambda: row.optional_text("Kedalaman"))
        summary = or_none(self.findings, lambda: row.optional_text("Dirasakan"))
        return Earthquake(
            code=f"{at:%Y%m%dT%H%M%SZ}{latitude:+.2f}{longitude:+.2f}",
            occurred_at=at,
            latitude=latitude,
            longitude=longitude,
            magnitude=magnitude,
            depth=or_none(self.findings, lambda: measured("Kedalaman", depth, "km", 0, 1_000)) if depth else None,
            region=region,
            potential=or_none(self.findings, lambda: row.optional_text("Potensi")),
            summary=summary,
            felt=_felt(summary or ""),
            shakemap=or_none(self.findings, lambda: self._shakemap(row.optional_text("Shakemap"))),
        )

    def _shakemap(self, file: str | None) -> str | None:
        if file is None:
            return None
        if not _FILE.fullmatch(file):
            raise BadRow("Shakemap: not the name of a file")
        return f"{self.agency.url.rstrip('/')}{FOLDER}/{quote(file)}"


def _position(text: str) -> tuple[float, float]:
    latitude, _, longitude = text.partition(",")
    try:
        return position(number(latitude), number(longitude))
    except BadRow:
        raise BadRow("Coordinates: not a latitude and a longitude") from None


def _felt(reports: str) -> tuple[Felt, ...]:
    """The places, in the order in which they are named; one without a number is one of unknown intensity."""
    return tuple(_report(each.strip()) for each in re.split(r"[,;]", reports) if each.strip(" .-"))


def _report(text: str) -> Felt:
    found = _REPORT.fullmatch(text)
    if found is None or not {found["weakest"], found["strongest"] or "I"} <= {*MERCALLI}:
        return Felt(place=text, weakest=None, strongest=None)
    weakest = MERCALLI.index(found["weakest"]) + 1
    strongest = MERCALLI.index(found["strongest"]) + 1 if found["strongest"] else weakest
    return Felt(place=found["place"], weakest=min(weakest, strongest), strongest=max(weakest, strongest))
