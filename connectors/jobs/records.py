"""What is said of work to be had, and what every connector of this domain can be asked.

A vacancy is after schema.org's JobPosting, an internship after MagangHub, a yellow card after a labour office's table.
"""

from abc import abstractmethod
from datetime import date, datetime
from enum import Enum
from typing import Annotated, ClassVar, TypeVar

import msgspec

from connectors.kit.connector import Connector, Credentials, Options
from connectors.kit.read import Read


class JobType(Enum):
    """How one is employed."""

    FULL_TIME = "FULL_TIME"
    PART_TIME = "PART_TIME"
    CONTRACT = "CONTRACT"
    DAILY = "DAILY"
    INTERNSHIP = "INTERNSHIP"
    UNKNOWN = "UNKNOWN"


class Education(Enum):
    """The least schooling that is asked for, from least to most."""

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
    """For how much work a pay is."""

    HOUR = "HOUR"
    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    YEAR = "YEAR"
    UNKNOWN = "UNKNOWN"


class Salary(msgspec.Struct, frozen=True, kw_only=True):
    """What is paid, in whole rupiah; one of the two may be unsaid."""

    minimum: int | None
    maximum: int | None
    period: PayPeriod = PayPeriod.MONTH


class VacancyText(msgspec.Struct, frozen=True, kw_only=True):
    """What a vacancy says at length, as plain text."""

    description: str | None
    qualification: str | None


class Vacancy(msgspec.Struct, frozen=True, kw_only=True):
    """One vacancy at one place; names of regions are as the agency spells them.

    `code` is the agency's own, and no other agency's: where codes are not unique by themselves, the agency's stands
    before it. `salary` is None where the employer hides it: an amount that is sent all the same is not even read. `url`
    is its page for people, `apply_url` another site where one applies. `company` is None where it wants to stay
    unnamed. `text` is there where the list has it already. `counts_until` is for one that does not say its end: when
    nobody takes it seriously any more; it is told to nobody as its end.
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
        """From when on it is not open; None where that never is."""
        return self.expires_at or self.counts_until


class Internship(msgspec.Struct, frozen=True, kw_only=True):
    """A place to learn at work. `quota` is how many are taken, `registered` how many have asked for it so far.

    `studies` and `levels` are what one should have learnt and how far, as the agency spells them.
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
    """How far the labour office is with a yellow card."""

    PENDING = "PENDING"
    VERIFIED = "VERIFIED"
    REJECTED = "REJECTED"
    UNKNOWN = "UNKNOWN"


class YellowCard(msgspec.Struct, frozen=True, kw_only=True):
    """A yellow card (AK-1), or the request for one: how it stands and how long it holds. No more of it is read."""

    status: CardStatus
    valid_from: date | None
    valid_until: date | None


class Text(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text for people, in both languages."""

    id: str
    en: str


class Office(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where one goes. `kelurahan` is its Kemendagri code, dotted, `phone` in E.164."""

    name: str
    address: str
    hours: Text
    kelurahan: Annotated[str, msgspec.Meta(pattern=r"^\d{2}\.\d{2}\.\d{2}\.\d{4}$")] | None = None
    phone: Annotated[str, msgspec.Meta(pattern=r"^\+\d{6,15}$")] | None = None
    url: Annotated[str, msgspec.Meta(pattern=r"^https?://")] | None = None


PagePath = Annotated[str, msgspec.Meta(pattern=r"^/[^{}\s]*$")]
AtLeastOne = Annotated[int, msgspec.Meta(ge=1)]


class YellowCardGuide(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one gets a yellow card in this city. It holds for `months`; every `report_months` one reports."""

    purpose: Text
    requirements: tuple[Text, ...]
    offices: Annotated[tuple[Office, ...], msgspec.Meta(min_length=1)]
    months: AtLeastOne = 24
    report_months: AtLeastOne = 6


class JobsOptions(Options, frozen=True, kw_only=True):
    """`yellow_card`: how to get one, told by the agency that gives them, whichever way it is connected."""

    yellow_card: YellowCardGuide | None = None


O = TypeVar("O", bound=JobsOptions)  # noqa: E741
C = TypeVar("C", bound=Credentials)


class LabourAgency(Connector[O, C]):
    """Any agency of this domain."""

    domain: ClassVar[str] = "jobs"


class Jobs(LabourAgency[O, C]):
    """One publisher of vacancies."""

    @abstractmethod
    def vacancies(self) -> Read[tuple[Vacancy, ...]]:
        """All that it publishes, each once for each place where it is; some of them may have expired."""

    def text(self, code: str, /) -> Read[VacancyText | None] | None:  # noqa: ARG002
        """What one of them says at length, None in it where it is gone; no question where the list has said it."""
        return None


class Internships(LabourAgency[O, C]):
    """One publisher of internships."""

    @abstractmethod
    def internships(self) -> Read[tuple[Internship, ...]]:
        """All that it publishes, each code once; some of them may have closed."""


class YellowCards(LabourAgency[O, C]):
    """The labour office's register of yellow cards."""

    @abstractmethod
    def cards(self, nik: str, /) -> Read[tuple[YellowCard, ...]]:
        """Those of the person of this NIK, and requests for them. Never kept."""
