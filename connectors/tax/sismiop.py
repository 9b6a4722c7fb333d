"""SISMIOP's own database, read by SQL. Source: its tables in openSIPKD's public models and two other clients.

Seen there: codes are CHAR and keep their leading zeros. Texts are padded. DATE has a time in Oracle. A bill may stand
without a row of its object. A reversal leaves a payment of zeros and the bill at '0'. A year without a bill does not
mean that nothing is owed. A request to the counter (PST) has a number of 11 digits: year, bundle, number. It may have
several objects. The office of a request is `kd_kantor`, in older tables `kd_kppbb`, and NULL in some. One database
belongs to one office, so a request and its objects are joined by the number alone.

Not verified, and therefore options: the meaning of the numbers of `kd_jns_pelayanan` and `status_selesai`. The Oracle
must be 12.1 or newer for the thin driver; this was never run against one.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar, TypeVar

import msgspec
from sqlalchemy import Select, and_, func, select

from connectors.kit.errors import AgencyChanged
from connectors.kit.read import Read, read
from connectors.kit.reading import NEVER_KEPT
from connectors.kit.rows import Row, many_records, one_record
from connectors.kit.sql import Sql
from connectors.tax.database import DatabaseConnector, ReadOnlyCredentials, bound, made, same
from connectors.tax.records import Bill, Nop, Payment, Tax, TaxOptions, Taxpayer
from connectors.tax.requests import (
    DONE,
    RequestKind,
    RequestPart,
    Requests,
    RequestStatus,
    ServiceRequest,
    TaxKind,
    whole_request,
)
from connectors.tax.sppt import NOBODYS, NOP_PARTS, real_payments, to_bill, to_payment, to_taxpayer

T = TypeVar("T")

BILL_KEY = (*NOP_PARTS, "thn_pajak_sppt")
REQUEST_KEY = ("thn_pelayanan", "bundel_pelayanan", "no_urut_pelayanan")
MOST = 100
"""The most payments on one bill, and the most objects in one request. More is an error."""

KINDS = {
    "01": RequestKind.NEW_OBJECT,
    "02": RequestKind.TRANSFER,
    "03": RequestKind.CORRECTION,
    "04": RequestKind.CANCELLATION,
    "05": RequestKind.COPY,
    "06": RequestKind.OBJECTION,
    "07": RequestKind.OBJECTION,
    "08": RequestKind.REDUCTION,
    "09": RequestKind.REFUND,
    "10": RequestKind.PENALTY_REDUCTION,
    "11": RequestKind.POSTPONEMENT,
    "12": RequestKind.POSTPONEMENT,
    "13": RequestKind.INFORMATION,
    "14": RequestKind.CORRECTION,
}
STATUSES = {
    "0": RequestStatus.IN_PROGRESS,
    "1": RequestStatus.FINISHED,
    "2": RequestStatus.HANDED_OVER,
}


class SismiopOptions(TaxOptions, frozen=True, kw_only=True):
    """`schema`: the schema of the tables.

    `request_kinds`, `request_statuses`: the meaning of the office's numbers, if it differs from the tables above.
    """

    schema: str | None = None
    request_kinds: dict[str, RequestKind] = msgspec.field(default_factory=dict)
    request_statuses: dict[str, RequestStatus] = msgspec.field(default_factory=dict)


class Sismiop(
    DatabaseConnector, Tax[SismiopOptions, ReadOnlyCredentials], Requests[SismiopOptions, ReadOnlyCredentials]
):
    """The tax office, over its database: bills, and requests about them."""

    protocol: ClassVar[str] = "sismiop"
    takes: ClassVar[TaxKind] = TaxKind.PBB

    def open(self, credentials: ReadOnlyCredentials) -> None:
        self._sql = Sql(self.agency, self.clock, self.throttle, user=credentials.user, password=credentials.password)
        schema = self.options.schema
        self._bill, self._taxpayer = _bill(schema), _taxpayer(schema)
        self._kinds = KINDS | self.options.request_kinds
        self._statuses = STATUSES | self.options.request_statuses
        self._payments, self._request = _payments(schema), _request(schema)

    async def aclose(self) -> None:
        await self._sql.aclose()

    def probe(self) -> Read[tuple[Payment, ...]]:
        return self.payments(NOBODYS, self.clock.now().astimezone(self.zone).year)

    # Nobody may pay an old amount, so an older bill is never served.
    @read(ttl=timedelta(minutes=15), absent=timedelta(minutes=5))
    async def bill(self, nop: Nop, year: int, /) -> Bill | None:
        return await self._one("sppt", self._bill, nop, year, lambda row: to_bill(row, self.findings))

    @read(ttl=NEVER_KEPT)
    async def taxpayer(self, nop: Nop, year: int, /) -> Taxpayer | None:
        return await self._one("sppt.nm_wp_sppt", self._taxpayer, nop, year, to_taxpayer)

    # Nobody may be told that a payment is missing, so older payments are never served.
    @read(ttl=timedelta(minutes=5))
    async def payments(self, nop: Nop, year: int, /) -> tuple[Payment, ...]:
        rows = await self._sql.rows("pembayaran_sppt", self._payments, _key(nop, year), at_most=MOST)
        return real_payments(await many_records(rows, to_payment, agency=self.agency.code, findings=self.findings))

    @classmethod
    def request_number(cls, typed: str, /) -> str:
        digits = re.sub(r"[\s.\-/]", "", typed)
        if not re.fullmatch(r"[0-9]{11}", digits):
            raise ValueError("a request about PBB has 11 digits, like 2026.0001.001")
        return digits

    # People come to the counter by this status, so an older one is never served.
    @read(ttl=timedelta(minutes=5), absent=timedelta(minutes=1))
    async def request(self, number: str, /) -> ServiceRequest | None:
        key = dict(zip(REQUEST_KEY, (number[:4], number[4:8], number[8:]), strict=True))
        rows = await self._sql.rows("pst_permohonan", self._request, key, at_most=MOST)
        if any(row.pop("same") > 1 for row in rows):
            raise AgencyChanged(self.agency.code, "pst_permohonan: two requests of one number")
        parts = await many_records(rows, self._to_part, agency=self.agency.code, findings=self.findings)
        return whole_request(parts) if parts else None

    async def _one(self, name: str, asked: Select[Any], nop: Nop, year: int, to: Callable[[Row], T]) -> T | None:
        rows = await self._sql.rows(name, asked, _key(nop, year), at_most=1)
        return one_record(rows[0], to, agency=self.agency.code, findings=self.findings) if rows else None

    def _to_part(self, row: Row) -> RequestPart:
        kind, status = row.optional_text("kd_jns_pelayanan"), row.optional_integer("status_selesai")
        known = self._statuses.get(str(status), RequestStatus.UNKNOWN)
        if status is not None and known is RequestStatus.UNKNOWN:
            self.findings.note("status_selesai: a status that is not known")
        handed_over_on = row.optional_day("tgl_penyerahan")
        if handed_over_on:
            known = RequestStatus.HANDED_OVER
        finished_on = row.optional_day("tgl_selesai")  # set from the start; it counts only if finished
        return RequestPart(
            kind=self._kinds.get(kind or "", RequestKind.OTHER),
            kind_name=row.optional_text("nm_jenis_pelayanan"),
            status=known,
            received_on=row.optional_day("tgl_terima_dokumen_wp"),
            promised_on=row.optional_day("tgl_perkiraan_selesai"),
            finished_on=finished_on if known in DONE else None,
            handed_over_on=handed_over_on,
            section=row.optional_text("nm_seksi"),
        )


def _key(nop: Nop, year: int) -> dict[str, str]:
    return dict(zip(NOP_PARTS, nop.parts, strict=True)) | {"thn_pajak_sppt": f"{year:04d}"}


def _bill(schema: str | None) -> Select[Any]:
    """The bill, with the address of its object and the names of its regions, if those rows exist."""
    bill = made(
        "sppt",
        f"{' '.join(BILL_KEY)} nm_wp_sppt pbb_yg_harus_dibayar_sppt status_pembayaran_sppt tgl_jatuh_tempo_sppt "
        "luas_bumi_sppt luas_bng_sppt njop_sppt",
        schema,
    )
    place = made("dat_objek_pajak", f"{' '.join(NOP_PARTS)} jalan_op blok_kav_no_op rt_op rw_op", schema)
    kecamatan = made("ref_kecamatan", f"{' '.join(NOP_PARTS[:3])} nm_kecamatan", schema)
    kelurahan = made("ref_kelurahan", f"{' '.join(NOP_PARTS[:4])} nm_kelurahan", schema)
    joined = (
        bill.outerjoin(place, and_(*same(bill, place, NOP_PARTS)))
        .outerjoin(kecamatan, and_(*same(bill, kecamatan, NOP_PARTS[:3])))
        .outerjoin(kelurahan, and_(*same(bill, kelurahan, NOP_PARTS[:4])))
    )
    told = [each for each in bill.c if each.name not in NOP_PARTS]
    where = [place.c.jalan_op, place.c.blok_kav_no_op, place.c.rt_op, place.c.rw_op]
    names = [kecamatan.c.nm_kecamatan, kelurahan.c.nm_kelurahan]
    return select(*told, *where, *names).select_from(joined).where(*bound(bill, BILL_KEY)).limit(2)


def _taxpayer(schema: str | None) -> Select[Any]:
    bill = made("sppt", f"{' '.join(BILL_KEY)} nm_wp_sppt npwp_sppt", schema)
    return select(bill.c.nm_wp_sppt, bill.c.npwp_sppt).where(*bound(bill, BILL_KEY)).limit(2)


def _payments(schema: str | None) -> Select[Any]:
    told = "pembayaran_sppt_ke denda_sppt jml_sppt_yg_dibayar tgl_pembayaran_sppt"
    payment = made("pembayaran_sppt", f"{' '.join(BILL_KEY)} {told}", schema)
    return select(*(payment.c[each] for each in told.split())).where(*bound(payment, BILL_KEY)).limit(MOST + 1)


def _request(schema: str | None) -> Select[Any]:
    """One row for each object of the request, or one row if it has none. `same` counts requests with this number."""
    key = " ".join(REQUEST_KEY)
    request = made("pst_permohonan", f"{key} tgl_terima_dokumen_wp tgl_perkiraan_selesai", schema)
    others = made("pst_permohonan", key, schema).alias("others")
    same_number = select(func.count()).select_from(others).where(and_(*same(others, request, REQUEST_KEY)))
    told = "status_selesai tgl_selesai tgl_penyerahan kd_jns_pelayanan"
    part = made("pst_detail", f"{key} {told} kd_seksi_berkas", schema)
    kind = made("ref_jns_pelayanan", "kd_jns_pelayanan nm_jenis_pelayanan", schema)
    section = made("ref_seksi", "kd_seksi nm_seksi", schema)
    joined = (
        request.outerjoin(part, and_(*same(request, part, REQUEST_KEY)))
        .outerjoin(kind, part.c.kd_jns_pelayanan == kind.c.kd_jns_pelayanan)
        .outerjoin(section, part.c.kd_seksi_berkas == section.c.kd_seksi)
    )
    days = [request.c.tgl_terima_dokumen_wp, request.c.tgl_perkiraan_selesai]
    parts = [part.c[each] for each in told.split()]
    asked = select(
        *days, *parts, kind.c.nm_jenis_pelayanan, section.c.nm_seksi, same_number.scalar_subquery().label("same")
    )
    return asked.select_from(joined).where(*bound(request, REQUEST_KEY)).limit(MOST + 1)
