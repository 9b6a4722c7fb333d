"""What is said of a vacancy, after schema.org's JobPosting, and what every connector of this domain can be asked."""

from abc import abstractmethod
from datetime import datetime
from enum import Enum
from typing import ClassVar, TypeVar

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


class Salary(msgspec.Struct, frozen=True, kw_only=True):
    """What is paid a month, in whole rupiah; one of the two may be unsaid."""

    minimum: int | None
    maximum: int | None


class Vacancy(msgspec.Struct, frozen=True, kw_only=True):
    """One vacancy. `code` is the agency's own; names of regions are as the agency spells them.

    `salary` is None where the employer hides it: an amount that is sent all the same is not even read. `url` is its
    page for people, `apply_url` another site where one applies. `company` is None where it wants to stay unnamed.
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


class VacancyText(msgspec.Struct, frozen=True, kw_only=True):
    """What a vacancy says at length, as plain text."""

    description: str | None
    qualification: str | None


O = TypeVar("O", bound=Options)  # noqa: E741
C = TypeVar("C", bound=Credentials)


class Jobs(Connector[O, C]):
    """A connector of this domain: one publisher of vacancies."""

    domain: ClassVar[str] = "jobs"

    @abstractmethod
    def vacancies(self) -> Read[tuple[Vacancy, ...]]:
        """All that it publishes, each code once; some of them may have expired."""

    @abstractmethod
    def text(self, code: str, /) -> Read[VacancyText | None]:
        """What one of them says at length; None where it is gone."""
