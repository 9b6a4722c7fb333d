"""Overpass, which searches OpenStreetMap. Source: the Overpass manual, and public clients of it.

Seen there:
- a node has its position itself; ways and relations have it in `center`; names are often missing
- a query that ran out of time answers HTTP 200 with what it had so far and a `remark`
- 429 and 504 while it is busy

The whole city is asked for at once, so that nobody's position leaves the hub.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, ClassVar

import msgspec

from connectors.kit.call import Call
from connectors.kit.connector import Credentials, Options
from connectors.kit.errors import AgencyUnavailable
from connectors.kit.http import Http
from connectors.kit.read import Read, read
from connectors.kit.rows import Row, many_records, without_repeats
from connectors.kit.signatures import unsigned
from connectors.kit.values import BadRow
from connectors.worship.records import Attribution, Mosque, MosqueKind, Mosques, last_observed

QUERY = (
    "[out:json][timeout:{seconds}];"
    '(node["amenity"="place_of_worship"]["religion"="muslim"]{around};'
    'way["amenity"="place_of_worship"]["religion"="muslim"]{around};'
    'relation["amenity"="place_of_worship"]["religion"="muslim"]{around};);'
    "out center tags;"
)

SORTS = ("node", "way", "relation")
ADDRESS = ("addr:street", "addr:housenumber", "addr:full")
MUSHALLA = frozenset("mushalla musholla mushola musholah musala musalla langgar surau prayer_room".split())
MASJID = frozenset("masjid mesjid mosque".split())


class OverpassOptions(Options, frozen=True, kw_only=True):
    """The circle that holds the city: its centre, and its radius in km. `path`: where questions are put."""

    latitude: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    longitude: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    radius_km: Annotated[float, msgspec.Meta(gt=0, le=50)]
    path: Annotated[str, msgspec.Meta(pattern=r"^/[^\s{}]*$")] = "/interpreter"


class Overpass(Mosques[OverpassOptions, Credentials]):
    """OpenStreetMap's places of worship."""

    protocol: ClassVar[str] = "overpass"
    attributed: ClassVar[Attribution] = Attribution(
        text="© OpenStreetMap contributors", licence="ODbL 1.0", url="https://www.openstreetmap.org/copyright"
    )

    def open(self, credentials: Credentials) -> None:  # noqa: ARG002  the base's signature
        self._http = Http(self.agency, unsigned(), self.clock, self.throttle)

    async def aclose(self) -> None:
        await self._http.aclose()

    def probe(self) -> Read[tuple[Mosque, ...]]:
        return self.mosques()

    def lists(self) -> tuple[Read[tuple[Mosque, ...]], ...]:
        return (self.mosques(),)

    # A mosque stands for decades.
    @read(ttl=timedelta(days=1), revalidate=timedelta(days=6), stale=timedelta(days=60), changed=last_observed)
    async def mosques(self) -> tuple[Mosque, ...]:
        options, seconds = self.options, max(1, int(self.agency.limits.timeout))
        around = f"(around:{options.radius_km * 1000:.0f},{options.latitude},{options.longitude})"
        form = {"data": QUERY.format(seconds=seconds, around=around)}
        body = Row(await self._http.json(Call(method="POST", path=options.path, form=form, safe=True)))
        if body.optional_text("remark"):
            raise AgencyUnavailable(self.agency.code, "remark: the query did not run to its end")
        as_of = _as_of(body)
        found = await many_records(
            body.value("elements"),
            lambda row: _to_mosque(row, as_of),
            agency=self.agency.code,
            findings=self.findings,
        )
        return without_repeats(found, lambda mosque: mosque.code, self.findings)


def _as_of(body: Row) -> datetime | None:
    """As of when the map is, where it says so."""
    about = body.optional_nested("osm3s")
    return about.optional_moment("timestamp_osm_base", UTC) if about else None


def _to_mosque(row: Row, as_of: datetime | None) -> Mosque:
    sort = row.text("type")
    if sort not in SORTS:
        raise BadRow("type: neither node nor way nor relation")
    at = row if sort == "node" else row.nested("center")
    latitude, longitude = at.optional_number("lat"), at.optional_number("lon")
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        raise BadRow("lat, lon: not a position")
    tags = row.optional_nested("tags") or Row({})
    name = tags.optional_text("name")
    mosque = Mosque(
        code=f"{sort}-{row.amount('id')}",
        kind=kind_of(tags.optional_text("place_of_worship"), name, tags.optional_text("building")),
        name=name,
        address=" ".join(filter(None, map(tags.optional_text, ADDRESS))) or None,
        kecamatan=tags.optional_text("addr:subdistrict"),
        latitude=latitude,
        longitude=longitude,
        observed_at=as_of,
    )
    tags.ignore_rest()
    return mosque


def kind_of(*said: str | None) -> MosqueKind | None:
    """What the first of these texts that says it says; None where none does."""
    for text in said:
        words = set(re.findall(r"[a-z_]+", (text or "").casefold()))
        if words & MUSHALLA:
            return MosqueKind.PRAYER_ROOM
        if words & MASJID:
            return MosqueKind.MOSQUE
    return None
