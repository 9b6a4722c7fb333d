"""The records of regulations, and the base class of the connectors of this domain."""

from abc import abstractmethod
from datetime import date, time
from enum import Enum
from typing import Annotated, ClassVar, Literal, TypeVar

import msgspec

from connectors.kit.checks import between, checked, code, not_ahead
from connectors.kit.connector import Connector, Credentials, Options
from connectors.kit.feed import Feed
from connectors.kit.values import EARLIEST, LATEST


class RegulationLevel(Enum):
    """Whose regulation it is."""

    CITY = "CITY"
    PROVINCE = "PROVINCE"
    STATE = "STATE"


class RegulationStatus(Enum):
    """Whether a regulation is in force. If the publisher's words are not known, it is UNKNOWN, never guessed."""

    IN_FORCE = "IN_FORCE"
    AMENDED = "AMENDED"
    REVOKED = "REVOKED"
    UNKNOWN = "UNKNOWN"


class Verb(Enum):
    """What a publisher says that one regulation does to another, or what the other does to it."""

    AMENDS = "AMENDS"
    REVOKES = "REVOKES"
    AMENDED_BY = "AMENDED_BY"
    REVOKED_BY = "REVOKED_BY"

    @property
    def inverse(self) -> "Verb":
        """The same relation seen from the other regulation."""
        return _INVERSE[self]


_INVERSE = {
    Verb.AMENDS: Verb.AMENDED_BY,
    Verb.REVOKES: Verb.REVOKED_BY,
    Verb.AMENDED_BY: Verb.AMENDS,
    Verb.REVOKED_BY: Verb.REVOKES,
}


@checked(between("year", EARLIEST, LATEST))
class Citation(msgspec.Struct, frozen=True):
    """A regulation as another one names it.

    `kind` is an abbreviation; `place` is folded, and empty if none is named.
    """

    kind: str
    number: str
    year: int
    place: str = ""


class Statement(msgspec.Struct, frozen=True):
    """One statement in the publisher's own words, and the regulation that it names, if that is certain."""

    verb: Verb
    text: str
    cited: Citation | None


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a regulation. `url` is None if the publisher sent no valid address."""

    name: str
    url: str | None


@checked(code("key"), between("year", EARLIEST, LATEST), not_ahead("enacted_on"))
class Regulation(msgspec.Struct, frozen=True, kw_only=True):
    """One regulation. `key` is the publisher's `idData`. `number` has no year and no leading zeros.

    `status_text` is the publisher's own text. `statements` are the parts of it about other regulations.
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
    """A text in both languages."""

    id: str
    en: str


class Opening(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Opening hours on these days, in local time."""

    days: tuple[Literal["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"], ...]
    opens: time
    closes: time


class LegalService(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where people can ask about the law: an office, its owner, and when the entry was last checked.

    `requirements`: what a person must bring or fulfil. `phone` is E.164. `legal_basis` is a law, such as UU 16/2011.
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
    """`level`: whose regulations this publisher has. `legal_services`: where people can ask about the law."""

    level: Literal["CITY", "PROVINCE", "STATE"]
    legal_services: tuple[LegalService, ...] = ()


O = TypeVar("O", bound=JdihOptions)  # noqa: E741
C = TypeVar("C", bound=Credentials)


class Jdih(Connector[O, C]):
    """A connector of this domain: one publisher of regulations."""

    domain: ClassVar[str] = "jdih"

    @property
    def level(self) -> RegulationLevel:
        """Whose regulations it publishes."""
        return RegulationLevel(self.options.level)

    @abstractmethod
    def regulations(self) -> Feed[Regulation]:
        """All regulations that it publishes."""
