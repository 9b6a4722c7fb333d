"""What the tax office says of an object's bills, and what every connector of this domain can be asked."""

import re
from abc import abstractmethod
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, ClassVar, Literal, Self, TypeVar

import msgspec

from connectors.kit.connector import Connector, Credentials, Options
from connectors.kit.read import Read

_PARTS = (2, 2, 3, 3, 3, 4, 1)


class Nop(msgspec.Struct, frozen=True):
    """Nomor Objek Pajak: 18 digits, in seven codes that are the tax office's own.

    `str()` is the printed form `PP.DD-KKK.LLL-BBB.UUUU-J`; `repr()` keeps it to itself, for logs.
    """

    digits: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read it however it is typed, with points, dashes, blanks or none; raises ValueError."""
        digits = re.sub(r"[\s.\-]", "", text)
        if not re.fullmatch(r"[0-9]{18}", digits):
            raise ValueError("a NOP has 18 digits, like 36.75-010.001-001.0001-0")
        return cls(digits)

    @property
    def parts(self) -> tuple[str, ...]:
        """Its seven codes, as texts: leading zeros count."""
        ends = [sum(_PARTS[: index + 1]) for index in range(len(_PARTS))]
        return tuple(self.digits[end - size : end] for size, end in zip(_PARTS, ends, strict=True))

    @property
    def masked(self) -> str:
        """Enough to recognise one's own: the office, and the number within a block that is not told."""
        province, regency, *_, number, kind = self.parts
        return f"{province}.{regency}-•••.•••-•••.{number}-{kind}"

    def __str__(self) -> str:
        province, regency, kecamatan, kelurahan, block, number, kind = self.parts
        return f"{province}.{regency}-{kecamatan}.{kelurahan}-{block}.{number}-{kind}"

    def __repr__(self) -> str:
        return "Nop(…)"


class Flag(Enum):
    """What the bill itself says of its payment (`STATUS_PEMBAYARAN_SPPT`), before the payments are looked at."""

    UNPAID = "UNPAID"
    PAID = "PAID"
    CANCELLED = "CANCELLED"
    UNKNOWN = "UNKNOWN"


class Property(msgspec.Struct, frozen=True, kw_only=True):
    """The object as one year's bill describes it. Areas in m², values in whole rupiah.

    The owner's name is masked where it enters the hub: nobody may read it here, so nobody keeps it. Names of regions
    are the tax office's; its codes are its own and name no region of Kemendagri or BPS. All address fields are None
    where only the bill exists.
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


class Bill(msgspec.Struct, frozen=True, kw_only=True):
    """The bill (SPPT) of the object that was asked for; `amount` is what is to be paid, in whole rupiah."""

    year: int
    amount: int
    due_on: date | None
    flag: Flag
    property: Property


class Taxpayer(msgspec.Struct, frozen=True, kw_only=True):
    """Who pays the tax on an object, as one year's bill names them; no cache may hold it.

    `number` has 16 digits: the taxpayer's number, which is a resident's NIK (PMK 112/2022). None where the bill has
    none of that kind.
    """

    name: str
    number: str | None

    def __repr__(self) -> str:
        return "Taxpayer(…)"


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """One payment on a bill; `principal` and `penalty` in whole rupiah."""

    sequence: int
    principal: int
    penalty: int
    paid_on: date | None


class Rate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A penalty rate for each begun month, from a day on, as a fraction: "0.01" is one per cent."""

    since: date
    monthly: Decimal


class Amnesty(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A time in which a share of penalties is waived (pemutihan): "1" is all of it, "0.5" half.

    `from_year`, `to_year`: only on bills of these tax years, the last one included.
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
    rupiah. `applies`: whether each month has the rate of the day on which it begins, or all have today's.
    `months`: whether a month is late from the day after the due day of each month, or from each 30th day. The region
    decides. `nearest` rounds half a rupiah up. Of several amnesties on one day the most generous counts.
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
    """`years`: how many years back, the current one included, bills are looked for.

    `penalty` is the city's, not the system's: of several tax offices in the file the first that has it says it for all.
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
        """The bill of this year, or None where there is none: that says nothing of a debt."""

    @abstractmethod
    def taxpayer(self, nop: Nop, year: int, /) -> Read[Taxpayer | None]:
        """Whom the bill of this year names, whole; None where there is no bill or no name. Never kept."""

    @abstractmethod
    def payments(self, nop: Nop, year: int, /) -> Read[tuple[Payment, ...]]:
        """What was paid on it, in the order of payment, without reversed rows."""
