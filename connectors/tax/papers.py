"""What somebody asks for by the number on a paper: the tax on a deed (BPHTB), a bill of a retribution.

These numbers are counted up, so whoever has one can try the next: no record here has a name in it that is whole, and
what is personal is a read of its own that no cache keeps.
"""

import re
from abc import abstractmethod
from datetime import date
from enum import Enum
from typing import ClassVar, TypeVar

import msgspec

from connectors.kit.connector import Connector, Credentials, Options
from connectors.kit.read import Read
from connectors.tax.records import Nop


class DeedStage(Enum):
    """How far a deed's tax has come (`status_daftar` of bphtb_sspd), in the order of the numbers 0 to 7."""

    DRAFT = "DRAFT"
    PAYMENT = "PAYMENT"
    APPROVAL = "APPROVAL"
    EXAMINATION = "EXAMINATION"
    UNDERPAID = "UNDERPAID"
    OVERPAID = "OVERPAID"
    LAND_OFFICE = "LAND_OFFICE"
    DONE = "DONE"


class DeedFinding(Enum):
    """What the examination found (`hasil_penelitian`)."""

    NOT_EXAMINED = "NOT_EXAMINED"
    CORRECT = "CORRECT"
    UNDERPAID = "UNDERPAID"
    OVERPAID = "OVERPAID"
    UNKNOWN = "UNKNOWN"


class DeedTax(msgspec.Struct, frozen=True, kw_only=True):
    """The tax on one acquisition (SSPD BPHTB), without anybody's name, number or amounts.

    `stage` is None where the office says something that nobody knows. `paid`: nothing is owed on it, because the office
    calls it paid or because there is nothing to pay. Days are those on which a stage was reached, where the office
    keeps them. `owner_name` and `nop` are masked. `decision`: the step that it begins with, where it is no deed of a
    notary's but what the office has assessed after one (SKPD-KB, SKPD-LB).
    """

    acquired_by: str | None
    stage: DeedStage | None
    finding: DeedFinding
    paid: bool
    transacted_on: date | None
    due_on: date | None
    paid_on: date | None
    approved_on: date | None
    received_by_land_office_on: date | None
    done_on: date | None
    owner_name: str | None
    nop: str
    decision: DeedStage | None = None


class DeedParty(msgspec.Struct, frozen=True, kw_only=True):
    """Whose deed it is, on what, and for how much, in whole rupiah; no cache may hold it.

    `number` is the taxpayer's NIK; None where the row has none. `rate` is in per cent, `penalty` the office's own.
    """

    name: str
    number: str | None
    nop: Nop
    value: int
    exempt: int
    rate: float | None
    tax: int
    reduction: int
    penalty: int
    paid_before: int
    payable: int
    paid: int

    def __repr__(self) -> str:
        return "DeedParty(…)"


def numbered(typed: str) -> str:
    """A number of year, code and six digits as it is asked for, `2026.000036.1`; raises ValueError.

    Offices print the code before the six digits or behind them, with a leading zero or without.
    """
    groups = re.split(r"[.\-/ ]+", typed.strip())
    match [each for each in groups if re.fullmatch(r"[0-9]+", each)]:
        case [year, code, number] if len(year) == 4 and len(code) <= 2 and len(number) == 6:
            pass
        case [year, number, code] if len(year) == 4 and len(code) <= 2 and len(number) == 6:
            pass
        case _:
            groups = []
    if len(groups) != 3:
        raise ValueError("expected a number like 2026.000036.01")
    return f"{year}.{number}.{int(code)}"


class Retribution(msgspec.Struct, frozen=True, kw_only=True):
    """A bill of a retribution, found by its billing code; who owes it is not in it. Amounts in whole rupiah.

    `paid` is what the office's flag says, None for one that nobody knows; `settled` what its word says.
    """

    service: str | None
    number: str | None
    principal: int
    penalty: int
    total: int
    paid: bool | None
    settled: bool
    issued_on: date | None
    paid_on: date | None
    expires_on: date | None


O = TypeVar("O", bound=Options)  # noqa: E741
C = TypeVar("C", bound=Credentials)


class Deeds(Connector[O, C]):
    """A connector of this domain: who keeps the tax on acquisitions of land and buildings."""

    domain: ClassVar[str] = "tax"

    @abstractmethod
    def deed(self, number: str, /) -> Read[DeedTax | None]:
        """The deed of this number, `year.code.number`; None where there is none."""

    @abstractmethod
    def party(self, number: str, /) -> Read[DeedParty | None]:
        """What of it is personal. Never kept."""

    @classmethod
    @abstractmethod
    def deed_number(cls, typed: str, /) -> str:
        """The number as `deed` takes it; raises ValueError for what is none."""


class Retributions(Connector[O, C]):
    """A connector of this domain: who issues billing codes of retributions."""

    domain: ClassVar[str] = "tax"

    @abstractmethod
    def retribution(self, code: str, /) -> Read[Retribution | None]:
        """The bill of this code; None where there is none."""

    @classmethod
    @abstractmethod
    def billing_code(cls, typed: str, /) -> str:
        """The code as `retribution` takes it; raises ValueError for what is none."""
