"""Events (kegiatan): the fields that all events share."""

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
    "since": "Only events on this day or later; the default is today, or the whole past if `until` is in the past.",
    "until": "Only events on this day or earlier.",
}


@interface(public, "An event (kegiatan) on one date. An event that recurs is several of these.")
class CalendarEventType(NodeType):
    code: str = field("Its code in the hub, which stays the same as long as it is the same event.")
    title: str = field("Its title (judul).")
    description: str | None = field("Its description, as plain text (keterangan).")
    starts_at: datetime = field("Its beginning, in the city's time.")
    ends_at: datetime | None = field(
        "Its end, in the city's time; null if the calendar does not say it. For whole days it is the "
        "midnight after the last day."
    )
    all_day: bool = field("Whether it takes whole days (sepanjang hari). Then it begins and ends at midnight.")
    cancelled: bool = field("Whether it is cancelled (batal). It stays in the list, so that people learn of it.")
    place: str | None = field("Its place, as the calendar spells it (tempat).")
    kecamatan: KecamatanType | None = field("The kecamatan in which it lies, if the configuration names it.")
    latitude: float | None = field("Its latitude (lintang), WGS 84.")
    longitude: float | None = field("Its longitude (bujur), WGS 84.")
    url: URL | None = field("Its web page.")
    changed_at: datetime | None = field("When the agency last changed it, if the agency says so.")
    source: SourceType = field("The calendar, and the age of its answer.")


@object_type(public, "A page of events, in the order of their beginning.")
class CalendarConnectionType(ConnectionType[T], Generic[T]):
    unavailable: list[SourceType] = field("Calendars that did not answer. Their events are missing.")
    ics: str = field("The path at this hub to the whole list as iCalendar (docs/calendars.md).")
