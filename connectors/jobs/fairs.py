"""What is said of a job fair, and what every connector that gives fairs can be asked."""

from abc import abstractmethod
from typing import ClassVar, TypeVar

from connectors.kit.calendar import CalendarEvent
from connectors.kit.connector import Connector, Credentials, Options
from connectors.kit.read import Read

O = TypeVar("O", bound=Options)  # noqa: E741
C = TypeVar("C", bound=Credentials)


class JobFair(CalendarEvent, frozen=True, kw_only=True):
    """A fair, each time that it is held."""


class JobFairs(Connector[O, C]):
    """A connector of job fairs alone: nobody asks it for vacancies."""

    domain: ClassVar[str] = "jobs"

    @abstractmethod
    def fairs(self) -> Read[tuple[JobFair, ...]]:
        """Those of a good year back and ahead, in order, the cancelled ones too."""
