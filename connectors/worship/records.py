"""What the domain knows of prayer times, mosques and zakat, and what its connectors can be asked."""

from abc import abstractmethod
from datetime import date, datetime, time
from enum import Enum
from itertools import pairwise
from typing import Annotated, Any, ClassVar, TypeVar

import msgspec

from connectors.kit.checks import Check, at_least, between, checked, code, in_order, not_ahead, position, positive
from connectors.kit.connector import Connector, Credentials, Options, Terms
from connectors.kit.read import Read

NAMES = ("imsak", "fajr", "sunrise", "duha", "dhuhr", "asr", "maghrib", "isha")
"""The names of the times, in the order in which they come on each day."""


def is_a_day(times: Any, _: datetime) -> bool:
    """Whether each of the times comes after the one before it."""
    clock = [getattr(times, name) for name in NAMES]
    return all(one < other for one, other in pairwise(clock))


@checked(
    Check("times that are not in the order of the day", is_a_day, NAMES, {"imsak": time(23, 59)}),
    free={"day": "The connector compares it with the month that was asked for."},
)
class DayTimes(msgspec.Struct, frozen=True, kw_only=True):
    """The prayer times of one day, by the city's clock. The time of fajr ends with `sunrise`."""

    day: date
    imsak: time
    fajr: time
    sunrise: time
    duha: time
    dhuhr: time
    asr: time
    maghrib: time
    isha: time


@checked(between("year", 1300, 1600), in_order("first", "last"))
class Ramadan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One Ramadan as it was announced: its Hijri year, its first and last day, and by which decree."""

    year: Annotated[int, msgspec.Meta(ge=1300, le=1600)]
    first: date
    last: date
    decree: Annotated[str, msgspec.Meta(min_length=3)]


@checked(*position(), free={"changed_at": "The city configures it."})
class ComputedMonth(msgspec.Struct, frozen=True, kw_only=True):
    """The days of a month, computed for one place. `kelurahan` is None if that place is the point of the city.

    `changed_at` is when somebody last changed the options from which they are computed.
    """

    days: tuple[DayTimes, ...]
    latitude: float
    longitude: float
    kelurahan: str | None
    ramadan: tuple[Ramadan, ...]
    changed_at: datetime


@checked(code("code"))
class PublishedPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A place for which a publisher has a schedule; `code` is the publisher's own."""

    code: str
    name: str


def same_name(one: str, other: str) -> bool:
    """Whether both are the same whole name, whatever their case and blanks: several governments may share one."""
    return one.casefold().split() == other.casefold().split()


class MosqueKind(Enum):
    """A masjid, where the Friday prayer is held too, or a mushalla."""

    MOSQUE = "MOSQUE"
    PRAYER_ROOM = "PRAYER_ROOM"


@checked(code("code"), *position(), not_ahead("observed_at"))
class Mosque(msgspec.Struct, frozen=True, kw_only=True):
    """A mosque as one source has it. `register` is its number in the ministry's register. Positions are WGS 84.

    `observed_at` is the age of the source's own data, if the source tells it.
    """

    code: str
    kind: MosqueKind | None
    name: str | None
    typology: str | None = None
    address: str | None = None
    kecamatan: str | None = None
    register: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    observed_at: datetime | None = None


class Attribution(msgspec.Struct, frozen=True, kw_only=True):
    """Whom an answer must name, and under which licence it may be used."""

    text: str
    licence: str | None
    url: str


class ZakatKind(Enum):
    """What zakat is paid on."""

    INCOME = "INCOME"
    WEALTH = "WEALTH"
    FITRAH = "FITRAH"


class ZakatPeriod(Enum):
    """Over which time a sum is counted."""

    MONTH = "MONTH"
    YEAR = "YEAR"


@checked(
    code("code"),
    at_least("nisab", 0),
    between("rate", 0.0, 100.0),
    at_least("per_person", 0),
    positive("gold_grams"),
    positive("rice_kg"),
    in_order("from_day", "until_day"),
    free={"decreed_on": "The city configures it."},
)
class ZakatRule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule of a decree. `nisab` is the least sum on which something is owed, and `rate` how many percent that is.

    Zakat fitrah has neither; each person owes `per_person`. The decree holds from `from_day` until `until_day`.
    """

    code: str
    kind: ZakatKind
    period: ZakatPeriod | None
    nisab: int | None
    rate: float | None
    per_person: int | None
    gold_grams: float | None
    rice_kg: float | None
    decree: str
    decreed_on: date
    url: str | None
    from_day: date
    until_day: date | None


@checked(free={"code": "The city configures it."})
class ZakatOffice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where zakat is paid."""

    code: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    name: str
    address: str | None = None
    phone: Annotated[str, msgspec.Meta(pattern=r"^\+\d{6,15}$")] | None = None
    url: Annotated[str, msgspec.Meta(pattern=r"^https://[^\s]+$")] | None = None


@checked(free={"changed_at": "The city configures it."})
class ZakatRules(msgspec.Struct, frozen=True, kw_only=True):
    """The rules and offices of one agency; `changed_at` is the day of its newest decree."""

    rules: tuple[ZakatRule, ...]
    offices: tuple[ZakatOffice, ...]
    changed_at: datetime


O = TypeVar("O", bound=Options)  # noqa: E741
C = TypeVar("C", bound=Credentials)


class PrayerTimeSource(Connector[O, C]):
    """A connector that says when to pray."""

    domain: ClassVar[str] = "worship"


class ComputedTimes(PrayerTimeSource[O, C]):
    """One that computes it and asks nobody."""

    @abstractmethod
    def month(self, kelurahan: str | None, year: int, month: int) -> Read[ComputedMonth]:
        """Each day of this month, for this kelurahan or for the city."""


class PublishedTimes(PrayerTimeSource[O, C]):
    """One that asks for a published schedule."""

    @property
    @abstractmethod
    def place(self) -> str:
        """The whole name of the city, as the publisher spells it."""

    @abstractmethod
    def places(self) -> Read[tuple[PublishedPlace, ...]]:
        """The places that the publisher finds by the city's name. Neighbours with a similar name are among them."""

    @abstractmethod
    def month(self, place: str, year: int, month: int) -> Read[tuple[DayTimes, ...]]:
        """Each published day of this month, at the place with this code."""


class Mosques(Connector[O, C]):
    """A connector to a list of mosques."""

    domain: ClassVar[str] = "worship"
    attributed: ClassVar[Attribution]
    """As the protocol knows it; the agency's own table in the file goes before it."""

    @property
    def attribution(self) -> Attribution:
        """Whom an answer must name."""
        text = self.agency.attribution or self.attributed.text
        return Attribution(text=text, licence=self.agency.licence or self.attributed.licence, url=self.attributed.url)

    @property
    def terms_of_use(self) -> Terms:
        """The same."""
        return Terms(self.attribution.licence, self.attribution.text)

    @abstractmethod
    def lists(self) -> tuple[Read[tuple[Mosque, ...]], ...]:
        """The questions whose answers together have all mosques of the city."""


class Zakat(Connector[O, C]):
    """A connector to what zakat is owed, and where it is paid."""

    domain: ClassVar[str] = "worship"

    @abstractmethod
    def rules(self) -> Read[ZakatRules]:
        """All rules and offices."""


def changed_at(records: ComputedMonth | ZakatRules) -> datetime:
    """When they were last changed."""
    return records.changed_at


def last_observed(mosques: tuple[Mosque, ...]) -> datetime | None:
    """The age of the newest of them, of those that tell it."""
    return max((mosque.observed_at for mosque in mosques if mosque.observed_at), default=None)
