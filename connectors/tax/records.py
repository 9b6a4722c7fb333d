"""The records of property tax, and the base class of the connectors of the tax office."""

import re
from abc import abstractmethod
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, ClassVar, Literal, Self, TypeVar

import msgspec

from connectors.kit.checks import at_least, between, checked, like, not_ahead
from connectors.kit.connector import Connector, Credentials, Options
from connectors.kit.read import Read
from connectors.kit.values import EARLIEST, LATEST

_PARTS = (2, 2, 3, 3, 3, 4, 1)


@checked(like("digits", "[0-9]{18}"))
class Nop(msgspec.Struct, frozen=True):
    """Nomor Objek Pajak: 18 digits, in seven codes of the tax office.

    `str()` is the printed form `PP.DD-KKK.LLL-BBB.UUUU-J`. `repr()` does not show it, so that no log holds it.
    """

    digits: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a NOP with points, dashes, blanks or none; raises ValueError."""
        digits = re.sub(r"[\s.\-]", "", text)
        if not re.fullmatch(r"[0-9]{18}", digits):
            raise ValueError("a NOP has 18 digits, like 99.07-010.001-001.0001-0")
        return cls(digits)

    @property
    def parts(self) -> tuple[str, ...]:
        """The seven codes as texts, with leading zeros."""
        ends = [sum(_PARTS[: index + 1]) for index in range(len(_PARTS))]
        return tuple(self.digits[end - size : end] for size, end in zip(_PARTS, ends, strict=True))

    @property
    def masked(self) -> str:
        """Enough to recognise one's own: the office and the last number. The middle is hidden."""
        province, regency, *_, number, kind = self.parts
        return f"{province}.{regency}-•••.•••-•••.{number}-{kind}"

    def __str__(self) -> str:
        province, regency, kecamatan, kelurahan, block, number, kind = self.parts
        return f"{province}.{regency}-{kecamatan}.{kelurahan}-{block}.{number}-{kind}"

    def __repr__(self) -> str:
        return "Nop(…)"


class Flag(Enum):
    """The payment status on the bill itself (`STATUS_PEMBAYARAN_SPPT`), without a look at the payments."""

    UNPAID = "UNPAID"
    PAID = "PAID"
    CANCELLED = "CANCELLED"
    UNKNOWN = "UNKNOWN"


@checked(at_least("land_area", 0), at_least("building_area", 0), at_least("assessed_value", 0))
class Property(msgspec.Struct, frozen=True, kw_only=True):
    """The object as the bill of one year describes it. Areas are in m², values in whole rupiah.

    The owner's name is masked when it enters the hub, so nothing behind the connector holds the full name. Names of
    regions are those of the tax office; its codes are its own, and are neither of Kemendagri nor of BPS. All address
    fields are None if only the bill exists.
    """

    owner_name: str | None
    street: str | None
    block: str | None
    rt: str | None
    rw: str | None
    kelurahan_name: str | None
    kecamatan_name: str | None
    land_area: int | None
    building_area: int | None
    assessed_value: int | None


@checked(between("year", EARLIEST, LATEST), at_least("amount", 0), free={"due_on": "It may be any day."})
class Bill(msgspec.Struct, frozen=True, kw_only=True):
    """A bill (SPPT) of the object. `amount` is the amount to pay, in whole rupiah."""

    year: int
    amount: int
    due_on: date | None
    flag: Flag
    property: Property


@checked(like("number", "[0-9]{16}"))
class Taxpayer(msgspec.Struct, frozen=True, kw_only=True):
    """The taxpayer of an object, as the bill of one year names them. No cache may hold it.

    `number` is a taxpayer number of 16 digits, which is a resident's NIK (PMK 112/2022). None if the bill has no such
    number.
    """

    name: str
    number: str | None

    def __repr__(self) -> str:
        return "Taxpayer(…)"


@checked(at_least("sequence", 0), at_least("principal", 0), at_least("penalty", 0), not_ahead("paid_on"))
class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """One payment on a bill. `principal` and `penalty` are in whole rupiah."""

    sequence: int
    principal: int
    penalty: int
    paid_on: date | None


class Rate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A penalty rate for each begun month, from a day on, as a fraction: "0.01" is one per cent."""

    since: date
    monthly: Decimal


class Amnesty(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A period in which a share of penalties is waived (pemutihan): "1" is all of it, "0.5" half.

    `from_year` and `to_year` limit it to bills of these tax years, both included.
    """

    since: date
    until: date
    waives: Decimal
    from_year: int = 0
    to_year: int = 9999

    def __post_init__(self) -> None:
        if self.until < self.since or self.to_year < self.from_year:
            raise ValueError("an amnesty ends on a day, and with a year, that is not before its first")
        if not 0 < self.waives <= 1:
            raise ValueError("an amnesty waives a share: more than 0, 1 at most")


class PenaltyRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the region computes a penalty that the source does not give.

    Defaults: 2 % a month until the end of 2023 and 1 % from 2024 (UU 1/2022), at most 24 months, rounded up to the
    rupiah. `applies`: each month has the rate of the day on which it begins, or all months have today's rate. `months`:
    a month begins on the day after the due day, or on each 30th day. The region decides. `nearest` rounds half a rupiah
    up. If several amnesties apply on one day, the largest counts.
    """

    rates: tuple[Rate, ...] = (
        Rate(since=date(1994, 1, 1), monthly=Decimal("0.02")),
        Rate(since=date(2024, 1, 1), monthly=Decimal("0.01")),
    )
    most_months: Annotated[int, msgspec.Meta(ge=0)] = 24
    months: Literal["by_date", "by_30_days"] = "by_date"
    rounding: Literal["up", "down", "nearest"] = "up"
    applies: Literal["to_each_month", "to_all"] = "to_each_month"
    amnesties: tuple[Amnesty, ...] = ()


class TaxOptions(Options, frozen=True, kw_only=True):
    """`years`: for how many years bills are looked up, the current year included.

    `penalty` holds for the city. If there are several tax offices, the first one with this option decides for all.
    """

    years: Annotated[int, msgspec.Meta(ge=1, le=30)] = 10
    penalty: PenaltyRules | None = None


O = TypeVar("O", bound=TaxOptions)  # noqa: E741
C = TypeVar("C", bound=Credentials)


class Tax(Connector[O, C]):
    """A connector of this domain: the tax office of one city."""

    domain: ClassVar[str] = "tax"

    @abstractmethod
    def bill(self, nop: Nop, year: int, /) -> Read[Bill | None]:
        """The bill of this year; None if there is none, which does not mean that nothing is owed."""

    @abstractmethod
    def taxpayer(self, nop: Nop, year: int, /) -> Read[Taxpayer | None]:
        """The taxpayer on the bill of this year, with the full name; None without a bill or a name. Never kept."""

    @abstractmethod
    def payments(self, nop: Nop, year: int, /) -> Read[tuple[Payment, ...]]:
        """The payments on the bill of this year, in order, without reversed rows."""
