"""The permit office's bills of retributions, `tmretribusi`. Source: the public code of a bank's forwarder for the city.

Seen there: a bill is found by its billing code (`kode_bayar`, 14 characters). Once it is paid, `is_bayar` is 1 and
`status_pembayaran` is the word Lunas. A reversal empties both and the day of payment. Amounts are floats of whole
rupiah. The debtor stands in tables that are not read. The office uses MySQL, for which the hub has no driver, so the
hub asks a copy in PostgreSQL.
"""

import re
from datetime import timedelta
from typing import Any, ClassVar

from sqlalchemy import Select, select

from connectors.kit.connector import Options
from connectors.kit.read import Read, read
from connectors.kit.rows import Row, one_record
from connectors.kit.sql import Sql
from connectors.kit.values import nearest
from connectors.tax.database import DatabaseConnector, ReadOnlyCredentials, bound, made
from connectors.tax.papers import Retribution, Retributions
from connectors.tax.sppt import reckoned, rupiah

NOBODYS = "0" * 14
PAID = {0: False, 1: True}


class RetribusiOptions(Options, frozen=True, kw_only=True):
    """`schema`: the schema of the tables."""

    schema: str | None = None


class Retribusi(DatabaseConnector, Retributions[RetribusiOptions, ReadOnlyCredentials]):
    """An agency that issues billing codes, over its database."""

    protocol: ClassVar[str] = "retribusi"

    def open(self, credentials: ReadOnlyCredentials) -> None:
        self._sql = Sql(self.agency, self.clock, self.throttle, user=credentials.user, password=credentials.password)
        self._bill = _bill(self.options.schema)

    async def aclose(self) -> None:
        await self._sql.aclose()

    def probe(self) -> Read[Retribution | None]:
        return self.retribution(NOBODYS)

    @classmethod
    def billing_code(cls, typed: str, /) -> str:
        code = re.sub(r"[\s.\-]", "", typed).upper()
        if not re.fullmatch(r"[0-9A-Z]{8,14}", code):
            raise ValueError("a billing code has 8 to 14 letters and digits")
        return code

    # Nobody may pay an old amount, so an older one is never served.
    @read(ttl=timedelta(minutes=5), absent=timedelta(minutes=1))
    async def retribution(self, code: str, /) -> Retribution | None:
        rows = await self._sql.rows("tmretribusi", self._bill, {"kode_bayar": code}, at_most=1)
        return one_record(rows[0], self._to_record, agency=self.agency.code, findings=self.findings) if rows else None

    def _to_record(self, row: Row) -> Retribution:
        flag, word = row.optional_integer("is_bayar"), row.optional_text("status_pembayaran")
        if flag is not None and flag not in PAID:
            self.findings.note("is_bayar: a flag that is not known")
        return Retribution(
            service=row.optional_text("n_perizinan"),
            number=row.optional_text("no_skrd"),
            principal=rupiah(row, "nominal"),
            penalty=nearest(reckoned(row, "denda", null=0)),
            total=nearest(reckoned(row, "jumlah")),
            paid=PAID.get(flag or 0),
            settled=(word or "").casefold() == "lunas",
            issued_on=row.optional_day("date_skrd"),
            paid_on=row.optional_day("date_bayar"),
            expires_on=row.optional_day("date_expire"),
        )


def _bill(schema: str | None) -> Select[Any]:
    told = "nominal denda jumlah no_skrd date_skrd is_bayar status_pembayaran date_bayar date_expire"
    bill = made("tmretribusi", f"kode_bayar tmpermohonan_id {told}", schema)
    asked_for = made("tmpermohonan", "id trperizinan_id", schema)
    permit = made("trperizinan", "id n_perizinan", schema)
    joined = bill.outerjoin(asked_for, bill.c.tmpermohonan_id == asked_for.c.id).outerjoin(
        permit, asked_for.c.trperizinan_id == permit.c.id
    )
    asked = select(*(bill.c[each] for each in told.split()), permit.c.n_perizinan).select_from(joined)
    return asked.where(*bound(bill, ["kode_bayar"])).limit(2)
