"""What a hospital says of its beds, and what every connector of this domain can be asked."""

from abc import abstractmethod
from datetime import datetime
from typing import Annotated, ClassVar, TypeVar

import msgspec

from connectors.kit.connector import Connector, Credentials, Options
from connectors.kit.read import Read


class Hospital(msgspec.Struct, frozen=True, kw_only=True):
    """A hospital as it is configured. `kelurahan` is a dotted Kemendagri code, `phone` is in E.164.

    `stale_after_hours`: a count older than this is not shown as free now.
    """

    code: str
    name: str
    kelurahan: str | None
    address: str | None
    phone: str | None
    stale_after_hours: float


class BedClass(msgspec.Struct, frozen=True, kw_only=True):
    """A class of care in the reference of BPJS, such as KL1 or ICU."""

    code: str
    name: str


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """One room in one class; the pair (`class_code`, `code`) is its key.

    Counts are beds. `free_for_…` are None where the hospital's split contradicts its own total. `observed_at` is when
    the hospital last changed the row: it can be years ago.
    """

    code: str
    name: str
    class_code: str
    class_name: str | None
    capacity: int
    free: int
    free_for_men: int | None
    free_for_women: int | None
    free_for_either: int | None
    observed_at: datetime


class BedsOptions(Options, frozen=True, kw_only=True):
    """What `agencies.toml` says of a hospital, whatever it speaks."""

    kelurahan: Annotated[str, msgspec.Meta(pattern=r"^\d{2}\.\d{2}\.\d{2}\.\d{4}$")] | None = None
    address: str | None = None
    phone: Annotated[str, msgspec.Meta(pattern=r"^\+\d{6,15}$")] | None = None
    stale_after_hours: Annotated[float, msgspec.Meta(gt=0)] = 12.0


O = TypeVar("O", bound=BedsOptions)  # noqa: E741
C = TypeVar("C", bound=Credentials)


class Beds(Connector[O, C]):
    """A connector of this domain: one hospital."""

    domain: ClassVar[str] = "beds"

    @property
    def hospital(self) -> Hospital:
        """What is known of it without asking."""
        return Hospital(
            code=self.agency.code,
            name=self.agency.name,
            kelurahan=self.options.kelurahan,
            address=self.options.address,
            phone=self.options.phone,
            stale_after_hours=self.options.stale_after_hours,
        )

    @abstractmethod
    def rooms(self) -> Read[tuple[Room, ...]]:
        """All rooms of the hospital, each key once."""

    @abstractmethod
    def classes(self) -> Read[tuple[BedClass, ...]]:
        """The classes of care that its protocol knows; the same for all who speak to the same service."""
