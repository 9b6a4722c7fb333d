"""The record of the civil registry, and the base class of the connectors of this domain."""

from abc import abstractmethod
from enum import Enum
from typing import Annotated, ClassVar, TypeVar

import msgspec

from connectors.kit.connector import Connector, Credentials, Options
from connectors.kit.read import Read


class Residence(Enum):
    """Whether a person lives in a region, by the registry."""

    CONFIRMED = "CONFIRMED"
    """The registry has the person there."""
    ELSEWHERE = "ELSEWHERE"
    """The registry has the person in another region."""
    NOT_FOUND = "NOT_FOUND"
    """The registry has no valid entry for the number: none, two, or one of a person who has died."""


class Objection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a person can object to what the registry says, in words, and where."""

    id: str
    en: str
    url: str | None = None


class IdentityOptions(Options, frozen=True, kw_only=True):
    """`objection`: how to object. `checks_a_day`: how often one person may be checked in 24 hours."""

    objection: Objection
    checks_a_day: Annotated[int, msgspec.Meta(ge=1)] = 10


O = TypeVar("O", bound=IdentityOptions)  # noqa: E741
C = TypeVar("C", bound=Credentials)


class Identity(Connector[O, C]):
    """A connector of this domain: the civil registry of one city."""

    domain: ClassVar[str] = "identity"

    @abstractmethod
    def residence(self, nik: str, region: str, /) -> Read[Residence]:
        """Whether the person with this NIK lives in this region (a dotted Kemendagri code). Never kept."""
