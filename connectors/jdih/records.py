"""What is said of a regulation, and what every connector of this domain keeps a copy of."""

from abc import abstractmethod
from datetime import date
from enum import Enum
from typing import ClassVar, Literal, TypeVar

import msgspec

from connectors.kit.connector import Connector, Credentials, Options
from connectors.kit.feed import Feed


class RegulationLevel(Enum):
    """Whose regulations they are."""

    CITY = "CITY"
    PROVINCE = "PROVINCE"
    STATE = "STATE"


class RegulationStatus(Enum):
    """Whether it holds. What the publisher does not say in words that are known is UNKNOWN, never guessed."""

    IN_FORCE = "IN_FORCE"
    AMENDED = "AMENDED"
    REVOKED = "REVOKED"
    UNKNOWN = "UNKNOWN"


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A file of it; `url` is None where what is sent is no address."""

    name: str
    url: str | None


class Regulation(msgspec.Struct, frozen=True, kw_only=True):
    """One regulation. `key` is its publisher's `idData`; `number` without year and leading zeros, where it is a number.

    `status_text` is what the publisher says, in its own words.
    """

    key: str
    level: RegulationLevel
    title: str
    kind: str
    abbreviation: str | None
    number: str | None
    year: int | None
    enacted_on: date | None
    status: RegulationStatus
    status_text: str | None
    subjects: tuple[str, ...]
    legal_field: str | None
    place: str | None
    publisher: str | None
    gazette: str | None
    author: str | None
    language: str | None
    abstract: str | None
    abstract_url: str | None
    url: str | None
    attachments: tuple[Attachment, ...]


class JdihOptions(Options, frozen=True, kw_only=True):
    """`level`: whose regulations this publisher has."""

    level: Literal["CITY", "PROVINCE", "STATE"]


O = TypeVar("O", bound=JdihOptions)  # noqa: E741
C = TypeVar("C", bound=Credentials)


class Jdih(Connector[O, C]):
    """A connector of this domain: one publisher of regulations."""

    domain: ClassVar[str] = "jdih"

    @property
    def level(self) -> RegulationLevel:
        """Whose regulations it has."""
        return RegulationLevel(self.options.level)

    @abstractmethod
    def regulations(self) -> Feed[Regulation]:
        """All that it publishes."""
