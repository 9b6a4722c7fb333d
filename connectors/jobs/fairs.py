"""The record of a job fair, and the base class of connectors of job fairs."""

from abc import abstractmethod
from typing import ClassVar, TypeVar

from connectors.kit.calendar import CalendarEvent
from connectors.kit.connector import Connector, Credentials, Options
from connectors.kit.read import Read

O = TypeVar("O", bound=Options)  # noqa: E741
C = TypeVar("C", bound=Credentials)


class JobFair(CalendarEvent, frozen=True, kw_only=True):
    """A job fair; each time that it is held is one record."""


class JobFairs(Connector[O, C]):
    """A connector for job fairs only. It has no vacancies."""

    domain: ClassVar[str] = "jobs"

    @abstractmethod
    def fairs(self) -> Read[tuple[JobFair, ...]]:
        """The fairs of about a year back and ahead, in order, with the cancelled ones."""
