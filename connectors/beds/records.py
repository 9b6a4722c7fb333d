"""The records of hospital beds, and the base class of the connectors of this domain."""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, ClassVar, TypeVar

import msgspec

from connectors.kit.checks import at_least, at_most, between, checked, code, not_ahead
from connectors.kit.connector import Connector, Credentials, Mistake, Options
from connectors.kit.findings import Findings
from connectors.kit.read import Read
from connectors.kit.values import BadRow

LARGEST = 10_000
"""The most beds in a room. A larger number is an error, and would spoil the sum of the hospital."""


class Hospital(msgspec.Struct, frozen=True, kw_only=True):
    """A hospital as configured: `kelurahan` is a dotted Kemendagri code, `phone` is E.164, the position is WGS 84."""

    code: str
    name: str
    kelurahan: str | None
    address: str | None
    phone: str | None
    latitude: float | None
    longitude: float | None


@checked(code("code"))
class BedClass(msgspec.Struct, frozen=True, kw_only=True):
    """A class of care of BPJS, such as KL1 or ICU. A room that no class of BPJS fits keeps its own name for it."""

    code: str
    name: str


Bpjs = Annotated[str, msgspec.Meta(pattern=r"^[A-Z][A-Z0-9]{2}$")]
"""A code of BPJS, as `agencies.toml` may give it for a class that an agency calls by another name."""


@checked(
    code("code"),
    code("class_code"),
    between("capacity", 0, LARGEST),
    at_least("free", 0),
    at_most("free", "capacity"),
    at_least("free_for_men", 0),
    at_least("free_for_women", 0),
    at_least("free_for_either", 0),
    not_ahead("observed_at"),
)
class Room(msgspec.Struct, frozen=True, kw_only=True):
    """One room in one class. The pair (`class_code`, `code`) is its key.

    The counts are beds. `free_for_…` are None if the hospital's split contradicts its own total. `observed_at` is when
    the hospital last changed the row. It can be years ago, and it is None if nobody knows.
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
    observed_at: datetime | None


def last_change(rooms: tuple[Room, ...]) -> datetime | None:
    """When the newest of the dated counts was changed."""
    return max((room.observed_at for room in rooms if room.observed_at), default=None)


def observed(moment: Callable[[], datetime | None], findings: Findings) -> datetime | None:
    """When the count of a room was made. A room with an unknown date is kept, with a finding."""
    try:
        found = moment()
    except BadRow:
        findings.note("a room whose date cannot be read, and whose age is unknown")
        return None
    if found is None:
        findings.note("a room without a date, whose age is unknown")
    return found


def split_of(parts: Sequence[int], free: int, capacity: int, key: str, findings: Findings) -> Sequence[int | None]:
    """The free beds for men, women and either, as sent; each None, with a finding, if they contradict their sum.

    `key` is the agency's key of the sum. Of a room that cannot be they stay, for the checks to refuse it.
    """
    if not parts or sum(parts) == free or min(parts) < 0 or not 0 <= free <= capacity:
        return parts or (None, None, None)
    findings.note(f"{key} is not the sum of its parts")
    return None, None, None


class BedsOptions(Options, frozen=True, kw_only=True):
    """Options of a hospital, over any protocol.

    `hospital` is the code of another agency, if this one is a further source of the same hospital. That other agency
    then has the position. `stale_after_hours`: an older count of this source is not shown as free now.
    """

    hospital: str | None = None
    kelurahan: Annotated[str, msgspec.Meta(pattern=r"^\d{2}\.\d{2}\.\d{2}\.\d{4}$")] | None = None
    address: str | None = None
    phone: Annotated[str, msgspec.Meta(pattern=r"^\+\d{6,15}$")] | None = None
    latitude: Annotated[float, msgspec.Meta(ge=-90, le=90)] | None = None
    longitude: Annotated[float, msgspec.Meta(ge=-180, le=180)] | None = None
    stale_after_hours: Annotated[float, msgspec.Meta(gt=0)] = 12.0

    def mistakes(self, others: Mapping[str, Options]) -> Iterable[Mistake]:
        if self.latitude is None and self.longitude is not None:
            yield Mistake(("longitude",), "a position has a latitude too")
        if self.longitude is None and self.latitude is not None:
            yield Mistake(("latitude",), "a position has a longitude too")
        if self.hospital is None:
            return
        known = others.get(self.hospital)
        if not isinstance(known, BedsOptions):
            yield Mistake(("hospital",), f"{self.hospital} is no other agency of this domain")
        elif known.hospital is not None:
            yield Mistake(("hospital",), f"{self.hospital} is itself a source of {known.hospital}; name that one")
        for key in OF_THE_HOSPITAL:
            if getattr(self, key) is not None:
                yield Mistake((key,), f"said of {self.hospital}, whose source this is")


OF_THE_HOSPITAL = ("kelurahan", "address", "phone", "latitude", "longitude")
"""Options that only the first source of a hospital has."""


O = TypeVar("O", bound=BedsOptions)  # noqa: E741
C = TypeVar("C", bound=Credentials)


class Beds(Connector[O, C]):
    """A connector of this domain: one source about the beds of one hospital."""

    domain: ClassVar[str] = "beds"

    @property
    def belongs_to(self) -> str:
        """The code of the hospital."""
        return self.options.hospital or self.agency.code

    @property
    def hospital(self) -> Hospital:
        """What the configuration of the first source says of the hospital."""
        return Hospital(
            code=self.agency.code,
            name=self.agency.name,
            kelurahan=self.options.kelurahan,
            address=self.options.address,
            phone=self.options.phone,
            latitude=self.options.latitude,
            longitude=self.options.longitude,
        )

    @abstractmethod
    def rooms(self) -> Read[tuple[Room, ...]]:
        """All rooms of the hospital, each key once."""

    def classes(self) -> Read[tuple[BedClass, ...]] | None:
        """The classes of care that the service knows, the same for all its hospitals; None if it has no list."""
        return None
