"""What a caller looks up by the number on a paper: the tax on a deed (BPHTB), or a bill of a retribution.

These numbers are consecutive, so anybody with one number can try the next. For that reason no record here has a full
name, and personal values are a separate read that no cache keeps.
"""

import re
from abc import abstractmethod
from datetime import date
from enum import Enum
from typing import ClassVar, TypeVar

import msgspec

from connectors.kit.checks import at_least, between, checked, not_ahead
from connectors.kit.connector import Connector, Credentials, Options
from connectors.kit.read import Read
from connectors.tax.records import Nop


class DeedStage(Enum):
    """The stage of a deed's tax (`status_daftar` of bphtb_sspd), in the order of the numbers 0 to 7."""

    DRAFT = "DRAFT"
    PAYMENT = "PAYMENT"
    APPROVAL = "APPROVAL"
    EXAMINATION = "EXAMINATION"
    UNDERPAID = "UNDERPAID"
    OVERPAID = "OVERPAID"
    LAND_OFFICE = "LAND_OFFICE"
    DONE = "DONE"


class DeedFinding(Enum):
    """The result of the examination (`hasil_penelitian`)."""

    NOT_EXAMINED = "NOT_EXAMINED"
    CORRECT = "CORRECT"
    UNDERPAID = "UNDERPAID"
    OVERPAID = "OVERPAID"
    UNKNOWN = "UNKNOWN"


@checked(
    not_ahead("transacted_on"),
    not_ahead("paid_on"),
    not_ahead("approved_on"),
    not_ahead("received_by_land_office_on"),
    not_ahead("done_on"),
    free={"due_on": "It may be any day."},
)
class DeedTax(msgspec.Struct, frozen=True, kw_only=True):
    """The tax on one acquisition (SSPD BPHTB), without anybody's full name, number or amounts.

    `stage` is None if the office's value is not known. `paid`: nothing is owed, because the office calls it paid or
    because nothing is due. The days are when a stage was reached, if the office keeps them. `owner_name` and `nop` are
    masked. `decision` is the first step of an assessment by the office (SKPD-KB, SKPD-LB); it is None for a deed of a
    notary.
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


@checked(
    at_least("value", 0),
    at_least("exempt", 0),
    between("rate", 0.0, 100.0),
    at_least("tax", 0),
    at_least("reduction", 0),
    at_least("penalty", 0),
    at_least("paid_before", 0),
    at_least("paid", 0),
    free={"payable": "It is less than 0 if too much was paid."},
)
class DeedParty(msgspec.Struct, frozen=True, kw_only=True):
    """The person of a deed, the object, and the amounts in whole rupiah. No cache may hold it.

    `number` is the taxpayer's NIK; None if the row has none. `rate` is in per cent. `penalty` is as the office computed
    it.
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
    """A number of year, six digits and code in one form, `2026.000036.1`; raises ValueError.

    Offices print the code before the six digits or after them, with a leading zero or without.
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


@checked(
    at_least("principal", 0),
    at_least("penalty", 0),
    at_least("total", 0),
    not_ahead("issued_on"),
    not_ahead("paid_on"),
    free={"expires_on": "It may be any day."},
)
class Retribution(msgspec.Struct, frozen=True, kw_only=True):
    """A bill of a retribution, found by its billing code, without its debtor. Amounts are in whole rupiah.

    `paid` is the office's flag; None if the flag is not known. `settled` is the office's word for paid.
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
    """A connector of this domain: an agency for the tax on acquisitions (BPHTB) of land and buildings."""

    domain: ClassVar[str] = "tax"

    @abstractmethod
    def deed(self, number: str, /) -> Read[DeedTax | None]:
        """The deed with this number, `year.code.number`; None if there is none."""

    @abstractmethod
    def party(self, number: str, /) -> Read[DeedParty | None]:
        """The personal part of the deed. Never kept."""

    @classmethod
    @abstractmethod
    def deed_number(cls, typed: str, /) -> str:
        """The number in the form of `deed`; raises ValueError for a wrong number."""


class Retributions(Connector[O, C]):
    """A connector of this domain: an agency that issues billing codes of retributions."""

    domain: ClassVar[str] = "tax"

    @abstractmethod
    def retribution(self, code: str, /) -> Read[Retribution | None]:
        """The bill with this code; None if there is none."""

    @classmethod
    @abstractmethod
    def billing_code(cls, typed: str, /) -> str:
        """The code in the form of `retribution`; raises ValueError for a wrong code."""
