"""What the civil registry says of a person, and what every connector of this domain can be asked."""

from abc import abstractmethod
from enum import Enum
from typing import Annotated, ClassVar, TypeVar

import msgspec

from connectors.kit.connector import Connector, Credentials, Options
from connectors.kit.read import Read


class Residence(Enum):
    """Whether somebody lives in a region, by the registry."""

    CONFIRMED = "CONFIRMED"
    """The registry has the person there."""
    ELSEWHERE = "ELSEWHERE"
    """The registry has the person, and not there."""
    NOT_FOUND = "NOT_FOUND"
    """The registry has no valid entry for the number: none at all, a double one, or of somebody who has died."""


class Objection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a person can object to what the registry says, in words, and where."""

    id: str
    en: str
    url: str | None = None


class IdentityOptions(Options, frozen=True, kw_only=True):
    """`objection`: how to object. `checks_a_day`: how often one person may be asked about in 24 hours."""

    objection: Objection
    checks_a_day: Annotated[int, msgspec.Meta(ge=1)] = 10


O = TypeVar("O", bound=IdentityOptions)  # noqa: E741
C = TypeVar("C", bound=Credentials)


class Identity(Connector[O, C]):
    """A connector of this domain: the civil registry of one city."""

    domain: ClassVar[str] = "identity"

    @abstractmethod
    def residence(self, nik: str, region: str, /) -> Read[Residence]:
        """Whether the person of this NIK lives in this region, by its Kemendagri code, dotted. Never kept."""
