"""What is said of a sport event, and what every connector that gives events can be asked."""

from abc import abstractmethod
from typing import ClassVar, TypeVar

from connectors.kit.calendar import CalendarEvent
from connectors.kit.connector import Connector, Credentials, Options
from connectors.kit.read import Read

O = TypeVar("O", bound=Options)  # noqa: E741
C = TypeVar("C", bound=Credentials)


class SportEvent(CalendarEvent, frozen=True, kw_only=True):
    """An event, each time that it is held; its categories are the sports that it is about."""


class SportEvents(Connector[O, C]):
    """A connector of sport events alone: nobody asks it for venues."""

    domain: ClassVar[str] = "venues"

    @abstractmethod
    def events(self) -> Read[tuple[SportEvent, ...]]:
        """Those of a good year back and ahead, in order, the cancelled ones too."""
