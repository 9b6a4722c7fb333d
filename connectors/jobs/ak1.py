"""Yellow cards (AK-1) in a labour office's own database. Source: the tables of one public application for them.

Seen there: each request is one row, with religion, height and weight beside the number of the person. One person may
have several rows, some without days and some that end before they begin. `id_status_verifikasi` is 1 for not verified
and 2 for verified. Offices differ, so table, columns and codes are options. The hub reads only three columns, by the
person's own number, which is a bound parameter.
"""

from typing import Annotated, ClassVar

import msgspec
from sqlalchemy import Executable, bindparam, select
from sqlalchemy.sql import column, table

from connectors.jobs.records import CardStatus, JobsOptions, YellowCard, YellowCards
from connectors.kit.connector import Credentials
from connectors.kit.read import Read, read
from connectors.kit.reading import NEVER_KEPT
from connectors.kit.rows import Row, many_records
from connectors.kit.sql import SCHEMES, Sql

NOBODY = "0" * 16
"""The NIK of nobody: no province has the code 00."""
MOST = 100
"""If one person has more rows than this, the answer is refused."""

Name = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]


class Ak1Columns(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The names of the four columns."""

    nik: Name = "nik"
    status: Name = "id_status_verifikasi"
    valid_from: Name = "mulai_berlaku"
    valid_until: Name = "akhir_berlaku"


class Ak1Options(JobsOptions, frozen=True, kw_only=True):
    """`table`, `columns`: where the cards stand. `statuses`: the meaning of the office's codes; others are UNKNOWN."""

    table: Name = "user_detail"
    columns: Ak1Columns = Ak1Columns()
    statuses: dict[str, CardStatus] = msgspec.field(
        default_factory=lambda: {"1": CardStatus.PENDING, "2": CardStatus.VERIFIED}
    )


class Ak1Credentials(Credentials, frozen=True, kw_only=True):
    """An account that may read these columns and nothing else; a file needs none."""

    user: str | None = None
    password: str | None = None


class Ak1(YellowCards[Ak1Options, Ak1Credentials]):
    """The database of one labour office."""

    protocol: ClassVar[str] = "ak1"
    schemes: ClassVar[tuple[str, ...]] = SCHEMES

    def open(self, credentials: Ak1Credentials) -> None:
        self._sql = Sql(self.agency, self.clock, self.throttle, user=credentials.user, password=credentials.password)
        self._statement = statement(self.options)

    async def aclose(self) -> None:
        await self._sql.aclose()

    def probe(self) -> Read[tuple[YellowCard, ...]]:
        return self.cards(NOBODY)

    @read(ttl=NEVER_KEPT)
    async def cards(self, nik: str, /) -> tuple[YellowCard, ...]:
        rows = await self._sql.rows("cards", self._statement, {"nik": nik}, at_most=MOST)
        return await many_records(rows, self._to_card, agency=self.agency.code, findings=self.findings)

    def _to_card(self, row: Row) -> YellowCard:
        status = self.options.statuses.get(row.text("status"))
        if status is None:
            self.findings.note("status: a code that is not known")
        begins, ends = row.optional_day("valid_from"), row.optional_day("valid_until")
        if begins and ends and ends < begins:
            self.findings.note("valid_until: before valid_from")
            begins = ends = None
        return YellowCard(status=status or CardStatus.UNKNOWN, valid_from=begins, valid_until=ends)


def statement(options: Ak1Options) -> Executable:
    """The query for the cards of a person."""
    names = options.columns
    asked = (names.status, names.valid_from, names.valid_until)
    return (
        select(
            *(
                column(name).label(label)
                for name, label in zip(asked, ("status", "valid_from", "valid_until"), strict=True)
            )
        )
        .select_from(table(options.table))
        .where(column(names.nik) == bindparam("nik"))
    )
