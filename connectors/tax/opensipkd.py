"""openSIPKD's JSON-RPC 2.0 service for PBB. Source: two public repositories of its own authors.

Seen there: whole numbers come as text, decimals as floats, and the type of a column differs with the database. Texts
are padded to the width of their column. `get_ipbb` answers a JSON-RPC error if the row of the object is missing and
only the bill exists. A reversed payment stays as a row of zeros. The codes are 0 ok, -1 not found, -2 invalid, -10
login failed, -11 network. The service does not check how old a signature is, so it belongs in a private network.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import ClassVar, TypeVar

import msgspec

from connectors.kit.call import Call
from connectors.kit.connector import Credentials
from connectors.kit.envelope import Envelope
from connectors.kit.errors import AgencyChanged
from connectors.kit.http import Http
from connectors.kit.read import Read, read
from connectors.kit.reading import NEVER_KEPT
from connectors.kit.rows import Row, many_records, one_record
from connectors.kit.signatures import HmacHeaders
from connectors.tax.records import Bill, Nop, Payment, Tax, TaxOptions, Taxpayer
from connectors.tax.sppt import NOBODYS, NOP_PARTS, nop_of, real_payments, to_bill, to_payment, to_taxpayer

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

NOT_OURS = (
    "code message siklus_sppt kd_kanwil_bank kd_kppbb_bank kd_bank_tunggal kd_bank_persepsi kd_kanwil kd_kantor kd_tp "
    "jln_wp_sppt blok_kav_no_wp_sppt rw_wp_sppt rt_wp_sppt kelurahan_wp_sppt kota_wp_sppt kd_pos_wp_sppt npwp_sppt "
    "no_persil_sppt kd_kls_tanah thn_awal_kls_tanah kd_kls_bng thn_awal_kls_bng njop_bumi_sppt njop_bng_sppt "
    "njoptkp_sppt njkp_sppt pbb_terhutang_sppt faktor_pengurang_sppt status_tagihan_sppt status_cetak_sppt "
    "tgl_terbit_sppt tgl_cetak_sppt nip_pencetak_sppt nm_dati2 nm_propinsi"
).split()
"""Columns of a bill that the hub does not use. The owner's own address and tax number are among them."""

NOT_OURS_OF_PAYMENTS = (
    "kd_kanwil_bank kd_kppbb_bank kd_bank_tunggal kd_bank_persepsi kd_kanwil kd_kantor kd_tp tgl_rekam_byr_sppt "
    "nip_rekam_byr_sppt"
).split()


class OpenSipkdCredentials(Credentials, frozen=True, kw_only=True):
    """The hub's account at the service."""

    user_id: str
    rpc_key: str


class OpenSipkd(Tax[TaxOptions, OpenSipkdCredentials]):
    """The tax office, over openSIPKD."""

    protocol: ClassVar[str] = "opensipkd"

    def open(self, credentials: OpenSipkdCredentials) -> None:
        signer = HmacHeaders(
            credentials.user_id, credentials.rpc_key, clock=self.clock, names=("userid", "key", "signature")
        )
        self._http = Http(self.agency, signer, self.clock, self.throttle)

    async def aclose(self) -> None:
        await self._http.aclose()

    def probe(self) -> Read[tuple[Payment, ...]]:
        return self.payments(NOBODYS, self.clock.now().astimezone(self.zone).year)

    # Nobody may pay an old amount, so an older bill is never served.
    @read(ttl=timedelta(minutes=15), absent=timedelta(minutes=5))
    async def bill(self, nop: Nop, year: int, /) -> Bill | None:
        body = await self._ask("get_ipbb", nop, year)
        if isinstance(body, dict) and body.get("error"):
            self.findings.note("get_ipbb: an error where only the bill exists; get_profile asked instead")
            body = await self._ask("get_profile", nop, year)
        return self._one(body, nop, year, self._to_bill)

    @read(ttl=NEVER_KEPT)
    async def taxpayer(self, nop: Nop, year: int, /) -> Taxpayer | None:
        body = await self._ask("get_profile", nop, year)
        return self._one(body, nop, year, to_taxpayer)

    # Nobody may be told that a payment is missing, so older payments are never served.
    @read(ttl=timedelta(minutes=5))
    async def payments(self, nop: Nop, year: int, /) -> tuple[Payment, ...]:
        body = await self._ask("get_trx", nop, year)
        self._refuse_error(body)
        rows = MANY.open(body, self.agency.code)
        payments = await many_records(rows or [], _to_payment, agency=self.agency.code, findings=self.findings)
        return real_payments(payments)

    async def _ask(self, method: str, nop: Nop, year: int) -> object:
        call = {"jsonrpc": "2.0", "id": 1, "method": method, "params": [f"{nop.digits}{year:04d}"]}
        return await self._http.json(Call(method="POST", path="/pbb", json=call, safe=True))

    def _one(self, body: object, nop: Nop, year: int, to: Callable[[Row], T]) -> T | None:
        """The record from the answer, if the answer is about this bill."""
        self._refuse_error(body)
        result = ONE.open(body, self.agency.code)
        if result is None:
            return None

        def mapped(row: Row) -> T:
            if (nop_of(row), row.integer("thn_pajak_sppt")) != (nop, year):
                raise AgencyChanged(self.agency.code, "the bill of another object or year than was asked for")
            return to(row)

        return one_record(result, mapped, agency=self.agency.code, findings=self.findings)

    def _refuse_error(self, body: object) -> None:
        if isinstance(body, dict) and body.get("error"):
            raise AgencyChanged(self.agency.code, "a JSON-RPC error instead of a result")

    def _to_bill(self, row: Row) -> Bill:
        row.ignore(*NOT_OURS)
        return to_bill(row, self.findings)


def _to_payment(row: Row) -> Payment:
    row.ignore(*NOT_OURS_OF_PAYMENTS, *NOP_PARTS, "thn_pajak_sppt")
    return to_payment(row)
