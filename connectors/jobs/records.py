"""The records of vacancies, internships and yellow cards, and the base classes of the connectors of this domain.

A vacancy follows schema.org's JobPosting, an internship MagangHub, and a yellow card a labour office's table.
"""

from abc import abstractmethod
from datetime import date, datetime
from enum import Enum
from typing import Annotated, ClassVar, TypeVar

import msgspec

from connectors.kit.checks import at_least, at_most, between, checked, code, in_order, not_ahead
from connectors.kit.connector import Connector, Credentials, Options
from connectors.kit.read import Read
from connectors.kit.values import EARLIEST, LATEST


class JobType(Enum):
    """The kind of employment."""

    FULL_TIME = "FULL_TIME"
    PART_TIME = "PART_TIME"
    CONTRACT = "CONTRACT"
    DAILY = "DAILY"
    INTERNSHIP = "INTERNSHIP"
    UNKNOWN = "UNKNOWN"


class Education(Enum):
    """The lowest education that is required, in ascending order."""

    ANY = "ANY"
    PRIMARY = "PRIMARY"
    JUNIOR_SECONDARY = "JUNIOR_SECONDARY"
    SENIOR_SECONDARY = "SENIOR_SECONDARY"
    DIPLOMA = "DIPLOMA"
    BACHELOR = "BACHELOR"
    MASTER = "MASTER"
    DOCTORATE = "DOCTORATE"
    UNKNOWN = "UNKNOWN"


class PayPeriod(Enum):
    """The period of a salary."""

    HOUR = "HOUR"
    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    YEAR = "YEAR"
    UNKNOWN = "UNKNOWN"


@checked(at_least("minimum", 0), at_least("maximum", 0), at_most("minimum", "maximum"))
class Salary(msgspec.Struct, frozen=True, kw_only=True):
    """The salary in whole rupiah. One of the two amounts may be missing."""

    minimum: int | None
    maximum: int | None
    period: PayPeriod = PayPeriod.MONTH


class VacancyText(msgspec.Struct, frozen=True, kw_only=True):
    """The long texts of a vacancy, as plain text."""

    description: str | None
    qualification: str | None


@checked(
    code("code"),
    not_ahead("published_at"),
    free={
        "expires_at": "Karirhub publishes vacancies again that have ended. They stay ended, and are not shown.",
        "counts_until": "The hub computes it.",
    },
)
class Vacancy(msgspec.Struct, frozen=True, kw_only=True):
    """One vacancy at one place. Names of regions are as the agency spells them.

    `code` is unique among all agencies: if the agency's own code is not, the code of the agency stands before it.
    `salary` is None if the employer hides it; an amount that is sent all the same is not read. `url` is the page for
    people; `apply_url` is another site for applications. `company` is None if the employer stays anonymous. `text` is
    set if the list already has it. `counts_until` is for a vacancy without an end: after it, the vacancy is no longer
    shown. It is never shown as the end.
    """

    code: str
    title: str
    company: str | None
    category: str | None
    industry: str | None
    type: JobType
    education: Education
    province: str | None
    city: str | None
    district: str | None
    salary: Salary | None
    skills: tuple[str, ...]
    published_at: datetime
    expires_at: datetime | None
    url: str | None
    apply_url: str | None
    text: VacancyText | None = None
    counts_until: datetime | None = None

    @property
    def ends_at(self) -> datetime | None:
        """From when on the vacancy is closed; None if nobody knows."""
        return self.expires_at or self.counts_until


@checked(
    code("code"),
    at_least("quota", 0),
    at_least("registered", 0),
    between("year", EARLIEST, LATEST),
    free={"closes_at": "It may be any day."},
)
class Internship(msgspec.Struct, frozen=True, kw_only=True):
    """An internship. `quota` is the number of places; `registered` is how many people have applied so far.

    `studies` and `levels` are the required fields and levels of education, as the agency spells them.
    """

    code: str
    title: str
    company: str | None
    description: str | None
    province: str | None
    city: str | None
    quota: int
    registered: int | None
    studies: tuple[str, ...]
    levels: tuple[str, ...]
    closes_at: datetime | None
    batch: str | None
    year: int | None
    url: str | None


class CardStatus(Enum):
    """The status of a yellow card at the labour office."""

    PENDING = "PENDING"
    VERIFIED = "VERIFIED"
    REJECTED = "REJECTED"
    UNKNOWN = "UNKNOWN"


@checked(in_order("valid_from", "valid_until"))
class YellowCard(msgspec.Struct, frozen=True, kw_only=True):
    """A yellow card (AK-1), or the request for one: its status and its validity. Nothing else is read."""

    status: CardStatus
    valid_from: date | None
    valid_until: date | None


class Text(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text in both languages."""

    id: str
    en: str


class Office(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An office for yellow cards. `kelurahan` is a dotted Kemendagri code; `phone` is E.164."""

    name: str
    address: str
    hours: Text
    kelurahan: Annotated[str, msgspec.Meta(pattern=r"^\d{2}\.\d{2}\.\d{2}\.\d{4}$")] | None = None
    phone: Annotated[str, msgspec.Meta(pattern=r"^\+\d{6,15}$")] | None = None
    url: Annotated[str, msgspec.Meta(pattern=r"^https?://")] | None = None


PagePath = Annotated[str, msgspec.Meta(pattern=r"^/[^{}\s]*$")]
AtLeastOne = Annotated[int, msgspec.Meta(ge=1)]


class YellowCardGuide(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to get a yellow card in this city. It is valid for `months`; the holder reports every `report_months`."""

    purpose: Text
    requirements: tuple[Text, ...]
    offices: Annotated[tuple[Office, ...], msgspec.Meta(min_length=1)]
    months: AtLeastOne = 24
    report_months: AtLeastOne = 6


class JobsOptions(Options, frozen=True, kw_only=True):
    """`yellow_card`: how to get a yellow card, from the agency that issues them, whatever its protocol."""

    yellow_card: YellowCardGuide | None = None


O = TypeVar("O", bound=JobsOptions)  # noqa: E741
C = TypeVar("C", bound=Credentials)


class LabourAgency(Connector[O, C]):
    """Any agency of this domain."""

    domain: ClassVar[str] = "jobs"


class Jobs(LabourAgency[O, C]):
    """A publisher of vacancies."""

    @abstractmethod
    def vacancies(self) -> Read[tuple[Vacancy, ...]]:
        """All its vacancies, once for each place. Some may have expired."""

    def text(self, code: str, /) -> Read[VacancyText | None] | None:  # noqa: ARG002  the base's signature
        """The long texts of a vacancy; the answer is None if it is gone. There is no read if the list has the texts."""
        return None


class Internships(LabourAgency[O, C]):
    """A publisher of internships."""

    @abstractmethod
    def internships(self) -> Read[tuple[Internship, ...]]:
        """All its internships, each code once. Some may have closed."""


class YellowCards(LabourAgency[O, C]):
    """The labour office's register of yellow cards."""

    @abstractmethod
    def cards(self, nik: str, /) -> Read[tuple[YellowCard, ...]]:
        """The yellow cards of the person with this NIK, and the requests for them. Never kept."""
