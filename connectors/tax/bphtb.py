"""The database of the BPHTB application beside openSIPKD. Source: its public code and the dump of its tables.

Seen there: the number of a deed is printed as year, six digits and kind of document, or with the kind before the
digits. The kind is `01` for the deed, from `02` on for an assessment of a missing amount, and `99` for an amount paid
too much. An assessment is a row of its own, with its own stage and payment. Nothing is owed if a row is paid or
`bphtb_harus_dibayarkan` is 0; an amount paid too much stands there as a negative number. `kode` is CHAR, with or
without a leading zero. `status_daftar` counts from 0 to 7; 4 and 5 exclude each other. A bank's row of 0 is a reversal.
`wp_identitas` is a NIK for most people and another document for the rest. The notary (PPAT) hands papers in under a
number of their own, and they come back deed by deed.
"""

from datetime import timedelta
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, ScalarSelect, Select, TableClause, bindparam, func, select

from connectors.kit.connector import Options
from connectors.kit.read import Read, read
from connectors.kit.reading import NEVER_KEPT
from connectors.kit.rows import Row, many_records, one_record
from connectors.kit.sql import Sql
from connectors.kit.values import nearest
from connectors.tax.database import DatabaseConnector, ReadOnlyCredentials, made
from connectors.tax.papers import DeedFinding, DeedParty, Deeds, DeedStage, DeedTax, numbered
from connectors.tax.requests import (
    RequestKind,
    RequestPart,
    Requests,
    RequestStatus,
    ServiceRequest,
    TaxKind,
    whole_request,
)
from connectors.tax.sppt import NOP_PARTS, mask_name, nop_of, reckoned, resident

FINDINGS = {
    None: DeedFinding.NOT_EXAMINED,
    "draft": DeedFinding.NOT_EXAMINED,
    "sesuai": DeedFinding.CORRECT,
    "kurang bayar": DeedFinding.UNDERPAID,
    "lebih bayar": DeedFinding.OVERPAID,
}
STAGES = {str(number): stage for number, stage in enumerate(DeedStage)}
UNDERPAID, OVERPAID = range(2, 97), 99
"""The kinds of document that are assessments: for a missing amount, each time a new number, and for too much."""
NOBODYS = "0000.000000.0"
MOST = 1_000
"""How many deeds may come in together. More is an error."""


class BphtbOptions(Options, frozen=True, kw_only=True):
    """`schema`: the schema of the tables."""

    schema: str | None = None


class Bphtb(DatabaseConnector, Deeds[BphtbOptions, ReadOnlyCredentials], Requests[BphtbOptions, ReadOnlyCredentials]):
    """The agency for the tax on acquisitions, over its database."""

    protocol: ClassVar[str] = "bphtb"
    takes: ClassVar[TaxKind] = TaxKind.BPHTB

    def open(self, credentials: ReadOnlyCredentials) -> None:
        self._sql = Sql(self.agency, self.clock, self.throttle, user=credentials.user, password=credentials.password)
        schema = self.options.schema
        self._deed, self._party, self._request = _deed(schema), _party(schema), _request(schema)

    async def aclose(self) -> None:
        await self._sql.aclose()

    def probe(self) -> Read[DeedTax | None]:
        return self.deed(NOBODYS)

    @classmethod
    def deed_number(cls, typed: str, /) -> str:
        return numbered(typed)

    @classmethod
    def request_number(cls, typed: str, /) -> str:
        return numbered(typed)

    # A deed is signed by this status, so an older one is never served.
    @read(ttl=timedelta(minutes=5), absent=timedelta(minutes=1))
    async def deed(self, number: str, /) -> DeedTax | None:
        rows = await self._sql.rows("bphtb_sspd", self._deed, _key(number), at_most=1)
        return one_record(rows[0], self._to_deed, agency=self.agency.code, findings=self.findings) if rows else None

    @read(ttl=NEVER_KEPT)
    async def party(self, number: str, /) -> DeedParty | None:
        rows = await self._sql.rows("bphtb_sspd.wp_nama", self._party, _key(number), at_most=1)
        if not rows:
            return None
        code = _key(number)["code"]
        return one_record(
            rows[0], lambda row: _to_party(row, int(code)), agency=self.agency.code, findings=self.findings
        )

    # People come to the counter by this status, so an older one is never served.
    @read(ttl=timedelta(minutes=5), absent=timedelta(minutes=1))
    async def request(self, number: str, /) -> ServiceRequest | None:
        rows = await self._sql.rows("bphtb_berkas_in", self._request, _key(number), at_most=MOST)
        parts = await many_records(rows, _to_part, agency=self.agency.code, findings=self.findings)
        return whole_request(parts) if parts else None

    def _to_deed(self, row: Row) -> DeedTax:
        owed = row.optional_decimal("bphtb_harus_dibayarkan")
        status, found = row.optional_integer("status_daftar") or 0, row.optional_text("hasil_penelitian")
        stage, finding = STAGES.get(str(status)), FINDINGS.get(found.casefold() if found else None)
        if stage is None:
            self.findings.note("status_daftar: a status that is not known")
        if finding is None:
            self.findings.note("hasil_penelitian: a finding that is not known")
        return DeedTax(
            acquired_by=row.optional_text("perolehan"),
            stage=stage,
            finding=finding or DeedFinding.UNKNOWN,
            paid=row.integer("status_pembayaran") > 0 or (owed is not None and owed <= 0),
            transacted_on=row.optional_day("tgl_transaksi"),
            due_on=row.optional_day("tgl_jatuh_tempo"),
            paid_on=row.optional_day("paid_on"),
            approved_on=row.optional_day("tgl_approval"),
            received_by_land_office_on=row.optional_day("bpn_tgl_terima"),
            done_on=row.optional_day("bpn_tgl_selesai"),
            owner_name=mask_name(row.optional_text("wp_nama")),
            nop=nop_of(row).masked,
            decision=_decision(row.optional_integer("kode")),
        )


def _decision(code: int | None) -> DeedStage | None:
    """The first step of a document of this kind, if it is an assessment by the office."""
    if code == OVERPAID:
        return DeedStage.OVERPAID
    return DeedStage.UNDERPAID if code in UNDERPAID else None


def _to_party(row: Row, code: int) -> DeedParty:
    """The parties of a deed. If too much was paid, the amount to pay is negative in the database, and 0 here."""
    overpaid = code == OVERPAID and (row.optional_decimal("bphtb_harus_dibayarkan") or 0) < 0
    return DeedParty(
        name=row.text("wp_nama"),
        number=resident(row.optional_text("wp_identitas")),
        nop=nop_of(row),
        value=_rupiah(row, "npop"),
        exempt=_rupiah(row, "npoptkp"),
        rate=row.optional_number("tarif"),
        tax=_rupiah(row, "terhutang"),
        reduction=_rupiah(row, "pengurang", null=0),
        penalty=_rupiah(row, "denda", null=0),
        paid_before=_rupiah(row, "bphtb_sudah_dibayarkan", null=0),
        payable=0 if overpaid else _rupiah(row, "bphtb_harus_dibayarkan"),
        paid=_rupiah(row, "paid", null=0),
    )


def _rupiah(row: Row, key: str, *, null: int | None = None) -> int:
    return nearest(reckoned(row, key, null=null))


def _to_part(row: Row) -> RequestPart:
    out = row.optional_day("tgl_keluar")
    return RequestPart(
        kind=RequestKind.EXAMINATION,
        kind_name=None,
        status=RequestStatus.HANDED_OVER if out else RequestStatus.IN_PROGRESS,
        received_on=row.optional_day("tgl_terima"),
        promised_on=row.optional_day("tgl_selesai"),
        finished_on=out,
        handed_over_on=out,
        section=None,
    )


def _key(number: str) -> dict[str, Any]:
    year, digits, code = number.split(".")
    return {"year": int(year), "number": int(digits), "code": code, "padded": code.zfill(2)}


def _is(of: TableClause, number: str) -> list[ColumnElement[bool]]:
    """The condition for this number, with or without a leading zero in its code."""
    code = of.c.kode.in_([bindparam("code"), bindparam("padded")])
    return [of.c.tahun == bindparam("year"), of.c[number] == bindparam("number"), code]


def _deed(schema: str | None) -> Select[Any]:
    told = (
        f"{' '.join(NOP_PARTS)} kode wp_nama status_daftar hasil_penelitian status_pembayaran bphtb_harus_dibayarkan "
        "tgl_transaksi tgl_jatuh_tempo tgl_approval"
    )
    deed = made("bphtb_sspd", f"id tahun no_sspd perolehan_id {told}", schema)
    how = made("bphtb_perolehan", "id nama", schema)
    bank = made("bphtb_bank", "sspd_id tanggal bayar", schema)
    examined = made("bphtb_validasi", "sspd_id bpn_tgl_terima bpn_tgl_selesai", schema)
    days = [
        _of(func.max(bank.c.tanggal), bank.c.sspd_id == deed.c.id, bank.c.bayar > 0).label("paid_on"),
        *(
            _of(func.max(examined.c[each]), examined.c.sspd_id == deed.c.id).label(each)
            for each in ("bpn_tgl_terima", "bpn_tgl_selesai")
        ),
    ]
    asked = select(*(deed.c[each] for each in told.split()), how.c.nama.label("perolehan"), *days)
    joined = deed.outerjoin(how, deed.c.perolehan_id == how.c.id)
    return asked.select_from(joined).where(*_is(deed, "no_sspd")).limit(2)


def _party(schema: str | None) -> Select[Any]:
    told = (
        f"{' '.join(NOP_PARTS)} wp_nama wp_identitas npop npoptkp tarif terhutang pengurang denda "
        "bphtb_sudah_dibayarkan bphtb_harus_dibayarkan"
    )
    deed = made("bphtb_sspd", f"id tahun kode no_sspd {told}", schema)
    bank = made("bphtb_bank", "sspd_id bayar", schema)
    paid = _of(func.sum(bank.c.bayar), bank.c.sspd_id == deed.c.id).label("paid")
    return select(*(deed.c[each] for each in told.split()), paid).where(*_is(deed, "no_sspd")).limit(2)


def _request(schema: str | None) -> Select[Any]:
    """One row for each deed that came in."""
    came = made("bphtb_berkas_in", "id tahun kode no_urut tgl_terima tgl_selesai", schema)
    each = made("bphtb_berkas_in_det", "id berkas_in_id", schema)
    back = made("bphtb_berkas_out_det", "berkas_in_det_id berkas_out_id", schema)
    went = made("bphtb_berkas_out", "id tgl_keluar", schema)
    joined = (
        came.outerjoin(each, each.c.berkas_in_id == came.c.id)
        .outerjoin(back, back.c.berkas_in_det_id == each.c.id)
        .outerjoin(went, back.c.berkas_out_id == went.c.id)
    )
    asked = select(came.c.tgl_terima, came.c.tgl_selesai, went.c.tgl_keluar).select_from(joined)
    return asked.where(*_is(came, "no_urut")).limit(MOST + 1)


def _of(value: ColumnElement[Any], *where: ColumnElement[bool]) -> ScalarSelect[Any]:
    """One value from the rows beside a deed."""
    return select(value).where(*where).scalar_subquery()
