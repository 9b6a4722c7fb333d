"""What takes place (kegiatan): the part that is the same for all of it."""

from datetime import datetime
from typing import Generic, TypeVar

from auth.policies import public
from schema.kit.access import interface, object_type
from schema.kit.fields import field
from schema.kit.node import NodeType
from schema.kit.paging import ConnectionType
from schema.kit.provenance import SourceType
from schema.kit.scalars import URL
from schema.regions.regions import KecamatanType

T = TypeVar("T")

DAYS = {
    "since": "Only what takes place on this day or later; today if not given, or all that has been if `until` is past.",
    "until": "Only what takes place on this day or earlier.",
}


@interface(public, "Something that takes place (kegiatan), once; what recurs is as many of these.")
class CalendarEventType(NodeType):
    code: str = field("Its code in the hub; the same as long as it is the same event.")
    title: str = field("What it is called (judul).")
    description: str | None = field("What it is, as plain text (keterangan).")
    starts_at: datetime = field("From when, in the city's time.")
    ends_at: datetime | None = field(
        "Until when, in the city's time; null where it does not say. Of whole days, the midnight after the last."
    )
    all_day: bool = field("Whether it takes whole days (sepanjang hari): then its times are midnights.")
    cancelled: bool = field("Whether it is called off (batal). It stays in the list, so that people learn of it.")
    place: str | None = field("Where, as its calendar spells it (tempat).")
    kecamatan: KecamatanType | None = field("The kecamatan that it lies in, where the hub is told.")
    latitude: float | None = field("Its latitude (lintang), WGS 84.")
    longitude: float | None = field("Its longitude (bujur), WGS 84.")
    url: URL | None = field("Its page for people.")
    changed_at: datetime | None = field("When the agency last changed it, where it says so.")
    source: SourceType = field("Whose calendar says so, and how old the answer is.")


@object_type(public, "A page of what takes place, in the order in which it begins.")
class CalendarConnectionType(ConnectionType[T], Generic[T]):
    unavailable: list[SourceType] = field("Calendars that did not answer: what they have is missing.")
    ics: str = field("Where the whole of this list is had as iCalendar: a path at this hub (docs/calendars.md).")
