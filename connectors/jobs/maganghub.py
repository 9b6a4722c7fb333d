"""MagangHub, the ministry's internships. Source: public clients of its list, and rows that they were tested with.

Seen there: `meta.pagination.last_page`. `program_studi` and `jenjang` are JSON inside a text, or lists. The deadline
has midnight after it, which means the end of that day, under one of two keys. Parts of a row may be null. Reported in
2026: the list asks for a login, and it moves below `api.kemnaker.go.id`. So path and token are options.
"""

from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Any, ClassVar

import msgspec

from connectors.jobs.records import AtLeastOne, Internship, Internships, JobsOptions, PagePath
from connectors.jobs.words import THE_END, name, or_none, prose
from connectors.kit.call import Call
from connectors.kit.connector import Credentials
from connectors.kit.envelope import Envelope
from connectors.kit.errors import AgencyChanged
from connectors.kit.http import Http
from connectors.kit.read import Read, read
from connectors.kit.rows import Row, many_records, without_repeats
from connectors.kit.signatures import bearer, unsigned
from connectors.kit.together import together
from connectors.kit.values import BadRow

LIST = Envelope(rows="data")

PAGE = "https://maganghub.kemnaker.go.id/lowongan/view"

NOT_OURS = (
    "syarat_khusus usia_minimal usia_maksimal kode_kbji id_status_posisi ref_status_posisi created_at updated_at "
    "government_agency sub_government_agency"
).split()


class MagangHubOptions(JobsOptions, frozen=True, kw_only=True):
    """`province`: the code of the province to which the list is limited. `page_size`: internships in one call.

    `most_pages`: how many pages are read. `list_path`: the path of the list.
    """

    province: Annotated[str, msgspec.Meta(pattern=r"^\d{2}$")]
    page_size: AtLeastOne = 100
    most_pages: AtLeastOne = 30
    list_path: PagePath = "/be/v1/api/list/vacancies-aktif"


class MagangHubCredentials(Credentials, frozen=True, kw_only=True):
    """A token, if the ministry asks for one."""

    token: str | None = None


class MagangHub(Internships[MagangHubOptions, MagangHubCredentials]):
    """The list of the ministry."""

    protocol: ClassVar[str] = "maganghub"

    def open(self, credentials: MagangHubCredentials) -> None:
        self._http = Http(
            self.agency, bearer(credentials.token) if credentials.token else unsigned(), self.clock, self.throttle
        )

    async def aclose(self) -> None:
        await self._http.aclose()

    def probe(self) -> Read[tuple[Internship, ...]]:
        return self.internships()

    # An internship is open for weeks; after two days some of those shown are taken.
    @read(ttl=timedelta(minutes=30), revalidate=timedelta(hours=1), stale=timedelta(days=2))
    async def internships(self) -> tuple[Internship, ...]:
        sent, last = await self._page(1)
        if last > self.options.most_pages:
            self.findings.note("more pages than most_pages allows")
        pages = range(2, min(last, self.options.most_pages) + 1)
        for rows, _ in await together(map(self._page, pages)):
            sent += rows
        found = await many_records(sent, self._to_internship, agency=self.agency.code, findings=self.findings)
        return without_repeats(found, lambda internship: internship.code, self.findings)

    async def _page(self, number: int) -> tuple[list[object], int]:
        """The rows of a page, and the number of the last page."""
        body = await self._http.json(
            Call(
                path=self.options.list_path,
                query={
                    "order_by": "jumlah_kuota",
                    "order_direction": "DESC",
                    "page": str(number),
                    "limit": str(self.options.page_size),
                    "kode_provinsi": self.options.province,
                },
            )
        )
        rows = LIST.open(body, self.agency.code)
        if not isinstance(rows, list):
            raise AgencyChanged(self.agency.code, f"data is {type(rows).__name__}, not a list")
        meta = Row(body).optional_nested("meta")
        paging = meta.optional_nested("pagination") if meta else None
        return rows, (paging.optional_integer("last_page") if paging else None) or 1

    def _to_internship(self, row: Row) -> Internship:
        row.ignore(*NOT_OURS)
        code, quota = row.text("id_posisi"), row.integer("jumlah_kuota")
        if quota < 0:
            raise BadRow("jumlah_kuota: less than none")
        company, when = row.optional_nested("perusahaan"), row.optional_nested("jadwal")
        internship = Internship(
            code=code,
            title=name(row.text("posisi")) or row.text("posisi"),
            company=name(company.optional_text("nama_perusahaan")) if company else None,
            description=prose(row.optional_text("deskripsi_posisi")),
            province=company.optional_text("nama_provinsi") if company else None,
            city=company.optional_text("nama_kabupaten") if company else None,
            quota=quota,
            registered=row.optional_integer("jumlah_terdaftar"),
            studies=_names(row, "program_studi"),
            levels=_names(row, "jenjang"),
            closes_at=or_none(self.findings, lambda: self._deadline(when)) if when else None,
            batch=when.optional_text("angkatan") if when else None,
            year=when.optional_integer("tahun") if when else None,
            url=f"{PAGE}/{code}",
        )
        for inside in filter(None, (company, when)):
            inside.ignore_rest()
        return internship

    def _deadline(self, when: Row) -> datetime | None:
        key = when.either("tanggal_batas_pendaftaran", "tanggal_pendaftaran_akhir")
        moment = when.optional_moment(key, self.zone)
        local = moment.astimezone(self.zone) if moment else None
        return (
            datetime.combine(local, THE_END, self.zone).astimezone(UTC) if local and local.time() == time() else moment
        )


def _names(row: Row, key: str) -> tuple[str, ...]:
    """The names in a list of texts or of objects with a `title`. The list may be JSON inside a text."""
    sent: Any = row.value(key) if row.has(key) else None
    if isinstance(sent, str) and sent.strip():
        try:
            sent = msgspec.json.decode(sent)
        except msgspec.DecodeError:
            raise BadRow(f"{key}: a text that is not JSON") from None
    if not sent:
        return ()
    if not isinstance(sent, list):
        raise BadRow(f"{key}: {type(sent).__name__} is not a list")
    names = [each.get("title") if isinstance(each, dict) else each for each in sent]
    return tuple(dict.fromkeys(filter(None, (name(each) for each in names if isinstance(each, str)))))
