"""SIMAS, the ministry's register of mosques (Sistem Informasi Masjid). Source: a public client of its list.

Seen there:
- each typology is asked for separately (8 of masjid, 4 of mushalla)
- the server ignores `perPage`, and the same row comes again on another page
- names have trailing and double blanks; there are no positions, and details only with a login

Provinces and regencies have ids of its own, so the name of the regency is compared in each row.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Annotated, ClassVar, NamedTuple

import msgspec

from connectors.kit.call import Call
from connectors.kit.connector import Credentials, Mistake, Options
from connectors.kit.errors import AgencyChanged
from connectors.kit.http import Http
from connectors.kit.read import Read, read
from connectors.kit.rows import Row, many_records, without_repeats
from connectors.kit.signatures import unsigned
from connectors.worship.records import Attribution, Mosque, MosqueKind, Mosques, same_name

LIST = "/api/simas/wilayah/profil/{kind}"

Number = Annotated[int, msgspec.Meta(ge=1, le=99)]
Id = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,8}$")]

PATHS = {MosqueKind.MOSQUE: "masjid", MosqueKind.PRAYER_ROOM: "mushalla"}


class SimasOptions(Options, frozen=True, kw_only=True):
    """`province` and `regency`: SIMAS's own ids. `city`: the regency's whole name, as it stands in each row.

    `masjid` and `mushalla`: the numbers of the typologies to ask for. `most_pages`: how far each of them is followed.
    """

    province: Id
    regency: Id
    city: Annotated[str, msgspec.Meta(min_length=3)]
    masjid: tuple[Number, ...] = tuple(range(1, 9))
    mushalla: tuple[Number, ...] = tuple(range(1, 5))
    most_pages: Annotated[int, msgspec.Meta(ge=1, le=200)] = 60

    def mistakes(self, others: Mapping[str, Options]) -> Iterable[Mistake]:  # noqa: ARG002  the base's signature
        if not self.masjid + self.mushalla:
            yield Mistake(("masjid",), "at least one number of masjid or mushalla")


class Simas(Mosques[SimasOptions, Credentials]):
    """The ministry's register."""

    protocol: ClassVar[str] = "simas"
    attributed: ClassVar[Attribution] = Attribution(
        text="SIMAS, Kementerian Agama RI", licence=None, url="https://simas.kemenag.go.id"
    )

    def open(self, credentials: Credentials) -> None:  # noqa: ARG002  the base's signature
        self._http = Http(self.agency, unsigned(), self.clock, self.throttle)

    async def aclose(self) -> None:
        await self._http.aclose()

    def probe(self) -> Read[tuple[Mosque, ...]]:
        return self.lists()[0]

    def lists(self) -> tuple[Read[tuple[Mosque, ...]], ...]:
        return (*map(self.masjid, self.options.masjid), *map(self.mushalla, self.options.mushalla))

    # A mosque stands for decades.
    @read(ttl=timedelta(days=1), revalidate=timedelta(days=6), stale=timedelta(days=60))
    async def masjid(self, typology: int) -> tuple[Mosque, ...]:
        """Those of this typology of masjid."""
        return await self._all_of(MosqueKind.MOSQUE, typology)

    # A mosque stands for decades.
    @read(ttl=timedelta(days=1), revalidate=timedelta(days=6), stale=timedelta(days=60))
    async def mushalla(self, typology: int) -> tuple[Mosque, ...]:
        """Those of this typology of mushalla."""
        return await self._all_of(MosqueKind.PRAYER_ROOM, typology)

    async def _all_of(self, kind: MosqueKind, typology: int) -> tuple[Mosque, ...]:
        first = await self._page(kind, typology, 1)
        sent = first.rows
        for number in range(2, min(first.last, self.options.most_pages) + 1):
            sent += (await self._page(kind, typology, number)).rows
        if first.last > self.options.most_pages:
            self.findings.note("more pages than most_pages allows")
        elif len(sent) < first.total:
            self.findings.note("fewer rows than meta.total")
        found = await many_records(
            sent, lambda row: self._to_mosque(row, kind), agency=self.agency.code, findings=self.findings
        )
        ours = [mosque for mosque in found if mosque is not None]
        if len(ours) < len(found):
            self.findings.note("kabupaten_name: rows of another city")
        return without_repeats(ours, lambda mosque: mosque.code, self.findings)

    async def _page(self, kind: MosqueKind, typology: int, number: int) -> "_Page":
        query = {
            "page": str(number),
            "perPage": "36",
            "tipologi": str(typology),
            "prov": self.options.province,
            "kab": self.options.regency,
        }
        body = Row(await self._http.json(Call(path=LIST, into={"kind": PATHS[kind]}, query=query)))
        rows, meta = body.value("data"), body.optional_nested("meta") or Row({})
        if not isinstance(rows, list):
            raise AgencyChanged(self.agency.code, f"data is {type(rows).__name__}, not a list")
        return _Page(rows, meta.optional_integer("totalPages") or 1, meta.optional_integer("total") or 0)

    def _to_mosque(self, row: Row, kind: MosqueKind) -> Mosque | None:
        """None for one of another city."""
        row.ignore("image", "provinsi_name")
        mosque = Mosque(
            code=row.text("id"),
            kind=kind,
            name=_squeezed(row.text("name")),
            typology=_squeezed(row.optional_text("tipologi")),
            address=_squeezed(row.optional_text("address")),
            kecamatan=_squeezed(row.optional_text("kecamatan_name")),
            register=row.optional_text("card"),
        )
        return mosque if same_name(row.text("kabupaten_name"), self.options.city) else None


class _Page(NamedTuple):
    """The rows of one page, the number of the last page, and how many rows there are in all."""

    rows: list[object]
    last: int
    total: int


def _squeezed(text: str | None) -> str | None:
    """With one blank where several stand."""
    return re.sub(r"\s+", " ", text).strip() or None if text else None
