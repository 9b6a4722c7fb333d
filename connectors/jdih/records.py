"""What is said of a regulation, and what every connector of this domain keeps a copy of."""

from abc import abstractmethod
from datetime import date, time
from enum import Enum
from typing import Annotated, ClassVar, Literal, TypeVar

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


class Verb(Enum):
    """What a publisher says that one regulation does to another, or suffers from it."""

    AMENDS = "AMENDS"
    REVOKES = "REVOKES"
    AMENDED_BY = "AMENDED_BY"
    REVOKED_BY = "REVOKED_BY"

    @property
    def inverse(self) -> "Verb":
        """What it is to the other regulation."""
        return _INVERSE[self]


_INVERSE = {
    Verb.AMENDS: Verb.AMENDED_BY,
    Verb.REVOKES: Verb.REVOKED_BY,
    Verb.AMENDED_BY: Verb.AMENDS,
    Verb.REVOKED_BY: Verb.REVOKES,
}


class Citation(msgspec.Struct, frozen=True):
    """A regulation as another names it: the kind by its abbreviation; `place`, folded, where one is named with it."""

    kind: str
    number: str
    year: int
    place: str = ""


class Statement(msgspec.Struct, frozen=True):
    """One thing that is said, in the publisher's own words, and which regulation they name if that is certain."""

    verb: Verb
    text: str
    cited: Citation | None


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A file of it; `url` is None where what is sent is no address."""

    name: str
    url: str | None


class Regulation(msgspec.Struct, frozen=True, kw_only=True):
    """One regulation. `key` is its publisher's `idData`; `number` without year and leading zeros, where it is a number.

    `status_text` is what the publisher says, in its own words; `statements` what of that is about other regulations.
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
    statements: tuple[Statement, ...] = ()


class Worded(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text for people, in both languages."""

    id: str
    en: str


class Opening(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From when to when on these days, local time."""

    days: tuple[Literal["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"], ...]
    opens: time
    closes: time


class LegalService(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to ask about the law: an office, who answers for it, and when that was last checked.

    `requirements`: what one has to bring, or to be; `phone` in E.164; `legal_basis` such as UU 16/2011.
    """

    kind: Literal["CONSULTATION", "AID"]
    name: Worded
    owner: str
    about: Worded
    requirements: tuple[Worded, ...] = ()
    legal_basis: str | None = None
    free: bool
    address: str
    phone: Annotated[str, msgspec.Meta(pattern=r"^\+[1-9][0-9]{6,14}$")] | None = None
    email: Annotated[str, msgspec.Meta(pattern=r"^[^@\s]+@[^@\s]+$")] | None = None
    url: Annotated[str, msgspec.Meta(pattern=r"^https?://")] | None = None
    hours: tuple[Opening, ...]
    checked_on: date


class JdihOptions(Options, frozen=True, kw_only=True):
    """`level`: whose regulations this publisher has. `legal_services`: whom its agency tells people to ask."""

    level: Literal["CITY", "PROVINCE", "STATE"]
    legal_services: tuple[LegalService, ...] = ()


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
