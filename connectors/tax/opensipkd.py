"""openSIPKD's JSON-RPC 2.0 service for PBB. Source: two public repositories of its own authors.

Seen there: whole numbers come as text, decimals as floats, and a column changes its type with the database; texts are
padded to their column's width; `get_ipbb` answers a JSON-RPC error where the object's own row is missing and only the
bill exists; a reversed payment stays as a row of zeros; the codes 0 ok, -1 not found, -2 invalid, -10 login failed,
-11 network. Nothing there checks how old a signature is: the service belongs on a private network.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import ClassVar, TypeVar

import msgspec

from connectors.kit.connector import Credentials
from connectors.kit.envelope import Envelope
from connectors.kit.errors import AgencyChanged
from connectors.kit.http import Call, Http
from connectors.kit.read import Read, read
from connectors.kit.reading import NEVER_KEPT
from connectors.kit.rows import BadRow, Row, many_records, one_record
from connectors.kit.signatures import HmacHeaders
from connectors.tax.records import Bill, Flag, Nop, Payment, Property, Tax, TaxOptions, Taxpayer

T = TypeVar("T")

ONE = Envelope(
    code="result.code",
    accepted=frozenset({"0"}),
    absent=frozenset({"-1"}),
    rejected=frozenset({"-2", "-10"}),
    unavailable=frozenset({"-11"}),
    rows="result",
)
MANY = msgspec.structs.replace(ONE, rows="result.rows")

NOBODYS = Nop("0" * 18)
"""The number of no parcel: no province has the code 00."""

FLAGS = {"0": Flag.UNPAID, "1": Flag.PAID, "2": Flag.CANCELLED, "3": Flag.CANCELLED}

NOT_OURS = (
    "code message siklus_sppt kd_kanwil_bank kd_kppbb_bank kd_bank_tunggal kd_bank_persepsi kd_kanwil kd_kantor kd_tp "
    "jln_wp_sppt blok_kav_no_wp_sppt rw_wp_sppt rt_wp_sppt kelurahan_wp_sppt kota_wp_sppt kd_pos_wp_sppt npwp_sppt "
    "no_persil_sppt kd_kls_tanah thn_awal_kls_tanah kd_kls_bng thn_awal_kls_bng njop_bumi_sppt njop_bng_sppt "
    "njoptkp_sppt njkp_sppt pbb_terhutang_sppt faktor_pengurang_sppt status_tagihan_sppt status_cetak_sppt "
    "tgl_terbit_sppt tgl_cetak_sppt nip_pencetak_sppt nm_dati2 nm_propinsi"
).split()
"""What a bill also carries and the hub has no use for; the owner's own address and tax number are among it."""

NOT_OURS_OF_PAYMENTS = (
    "kd_kanwil_bank kd_kppbb_bank kd_bank_tunggal kd_bank_persepsi kd_kanwil kd_kantor kd_tp tgl_rekam_byr_sppt "
    "nip_rekam_byr_sppt"
).split()

NOP_PARTS = "kd_propinsi kd_dati2 kd_kecamatan kd_kelurahan kd_blok no_urut kd_jns_op".split()


class OpenSipkdCredentials(Credentials, frozen=True, kw_only=True):
    """The service's own account for the hub."""

    user_id: str
    rpc_key: str


class OpenSipkd(Tax[TaxOptions, OpenSipkdCredentials]):
    """The tax office, over openSIPKD."""

    protocol: ClassVar[str] = "opensipkd"

    def open(self, credentials: OpenSipkdCredentials) -> None:
        signer = HmacHeaders(
            credentials.user_id, credentials.rpc_key, clock=self.clock, names=("userid", "key", "signature")
        )
        self._http = Http(self.agency, signer, self.clock)

    async def aclose(self) -> None:
        await self._http.aclose()

    def probe(self) -> Read[tuple[Payment, ...]]:
        return self.payments(NOBODYS, self.clock.now().astimezone(self.zone).year)

    @read(
        ttl=timedelta(minutes=15),
        revalidate=timedelta(minutes=15),
        stale=timedelta(days=3),
        absent=timedelta(minutes=5),
    )
    async def bill(self, nop: Nop, year: int, /) -> Bill | None:
        body = await self._ask("get_ipbb", nop, year)
        if isinstance(body, dict) and body.get("error"):
            self.findings.note("get_ipbb: an error where only the bill exists; get_profile asked instead")
            body = await self._ask("get_profile", nop, year)
        return self._one(body, nop, year, self._to_bill)

    @read(ttl=NEVER_KEPT)
    async def taxpayer(self, nop: Nop, year: int, /) -> Taxpayer | None:
        body = await self._ask("get_profile", nop, year)
        return self._one(body, nop, year, _to_taxpayer)

    @read(ttl=timedelta(minutes=5), revalidate=timedelta(minutes=10), stale=timedelta(days=3))
    async def payments(self, nop: Nop, year: int, /) -> tuple[Payment, ...]:
        body = await self._ask("get_trx", nop, year)
        self._refuse_error(body)
        rows = MANY.open(body, self.agency.code)
        payments = many_records(rows or [], self._to_payment, agency=self.agency.code, findings=self.findings)
        real = (payment for payment in payments if payment.principal or payment.penalty)
        return tuple(sorted(real, key=lambda payment: payment.sequence))

    async def _ask(self, method: str, nop: Nop, year: int) -> object:
        call = {"jsonrpc": "2.0", "id": 1, "method": method, "params": [f"{nop.digits}{year:04d}"]}
        return await self._http.json(Call(method="POST", path="/pbb", json=call, safe=True))

    def _one(self, body: object, nop: Nop, year: int, to: Callable[[Row], T]) -> T | None:
        """The answer's row, if it is of this bill."""
        self._refuse_error(body)
        result = ONE.open(body, self.agency.code)
        if result is None:
            return None

        def mapped(row: Row) -> T:
            if (_nop(row), row.whole("thn_pajak_sppt")) != (nop, year):
                raise AgencyChanged(self.agency.code, "the bill of another object or year than was asked for")
            return to(row)

        return one_record(result, mapped, agency=self.agency.code, findings=self.findings)

    def _refuse_error(self, body: object) -> None:
        if isinstance(body, dict) and body.get("error"):
            raise AgencyChanged(self.agency.code, "a JSON-RPC error instead of a result")

    def _to_bill(self, row: Row) -> Bill:
        row.ignore(*NOT_OURS)
        status = row.text("status_pembayaran_sppt")
        if status not in FLAGS:
            self.findings.note("status_pembayaran_sppt: a status that is not known")
        return Bill(
            year=row.whole("thn_pajak_sppt"),
            amount=_rupiah(row, "pbb_yg_harus_dibayar_sppt"),
            due_on=row.maybe_day("tgl_jatuh_tempo_sppt"),
            flag=FLAGS.get(status, Flag.UNKNOWN),
            property=Property(
                owner_name=mask_name(row.maybe_text("nm_wp_sppt")),
                street=row.maybe_text("jalan_op"),
                block=row.maybe_text("blok_kav_no_op"),
                rt=row.maybe_text("rt_op"),
                rw=row.maybe_text("rw_op"),
                kelurahan_name=row.maybe_text("nm_kelurahan"),
                kecamatan_name=row.maybe_text("nm_kecamatan"),
                land_area=row.maybe_whole("luas_bumi_sppt"),
                building_area=row.maybe_whole("luas_bng_sppt"),
                assessed_value=row.maybe_whole("njop_sppt"),
            ),
        )

    def _to_payment(self, row: Row) -> Payment:
        row.ignore(*NOT_OURS_OF_PAYMENTS, *NOP_PARTS, "thn_pajak_sppt")
        total, penalty = _rupiah(row, "jml_sppt_yg_dibayar"), _rupiah(row, "denda_sppt")
        if penalty > total:
            raise BadRow("denda_sppt: more than the payment that includes it")
        return Payment(
            sequence=row.whole("pembayaran_sppt_ke"),
            principal=total - penalty,
            penalty=penalty,
            paid_on=row.maybe_day("tgl_pembayaran_sppt"),
        )


def _to_taxpayer(row: Row) -> Taxpayer | None:
    name, number = row.maybe_text("nm_wp_sppt"), row.maybe_text("npwp_sppt")
    row.ignore_rest()
    digits = re.sub(r"[\s.\-]", "", number or "")
    if name is None:
        return None
    return Taxpayer(name=name, number=digits if re.fullmatch(r"[0-9]{16}", digits) else None)


def _nop(row: Row) -> Nop:
    try:
        return Nop.parse("".join(row.text(part) for part in NOP_PARTS))
    except ValueError:
        raise BadRow("kd_propinsi … kd_jns_op: not the parts of a NOP") from None


def _rupiah(row: Row, key: str) -> int:
    amount = row.whole(key)
    if amount < 0:
        raise BadRow(f"{key}: negative")
    return amount


def mask_name(name: str | None) -> str | None:
    """The first letter of each word and nothing of its length: `J*** S***`."""
    if name is None:
        return None
    return " ".join(f"{word[0]}***" for word in name.split())
