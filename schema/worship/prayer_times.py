"""Prayer times (jadwal salat)."""

from datetime import date, datetime, time

from auth.policies import public
from resolvers.worship import prayer_times as times
from resolvers.worship import rules
from schema.kit.access import object_type
from schema.kit.enums import enum
from schema.kit.fields import field
from schema.kit.node import NodeType, node_of
from schema.kit.paging import ConnectionType
from schema.kit.provenance import SourceType
from schema.regions.regions import KelurahanType

enum(
    rules.PrayerName,
    "PrayerName",
    "The five prayers of a day (salat wajib).",
    {
        "FAJR": "At dawn (subuh).",
        "DHUHR": "At noon (zuhur).",
        "ASR": "In the afternoon (asar).",
        "MAGHRIB": "At sunset (magrib).",
        "ISHA": "At night (isya).",
    },
)

enum(
    rules.Basis,
    "PrayerTimesBasis",
    "Whose prayer times are given (dasar waktu salat).",
    {
        "PUBLISHED": "Those of the published schedule of the city.",
        "COMPUTED": "Those that the hub has computed, by the ministry's method.",
    },
)

enum(
    rules.ScheduleCheck,
    "PrayerTimesCheck",
    "What came of comparing the computed times with the published ones (pencocokan jadwal).",
    {
        "AGREES": "They are no more than a minute apart. The published times are given.",
        "DIFFERS": "They are further apart than a minute. The published times are given.",
        "IMPLAUSIBLE": "They are more than ten minutes apart, so the schedule cannot be this city's. The computed "
        "times are given.",
        "UNPUBLISHED": "The publisher answers and has no times of this day. The computed times are given.",
        "UNCHECKED": "Nothing was compared: no publisher answers, the day is more than five years away, or nothing is "
        "computed here.",
    },
)

enum(
    rules.Fasting,
    "RamadanState",
    "Whether a day is one of Ramadan (bulan Ramadan).",
    {
        "RAMADAN": "It is, by the decree that `decree` names.",
        "OTHER": "It is not: a Ramadan that is known is less than eleven months away.",
        "UNKNOWN": "Nobody knows yet: the hub does not guess before it is announced.",
    },
)


@object_type(public, "Whether a day is one of Ramadan (bulan Ramadan), as announced and put into the configuration.")
class RamadanDayType:
    state: rules.Fasting = field("Whether it is.")
    day_number: int | None = field("Which day of the month it is, from 1 on; null outside of Ramadan.")
    hijri_year: int | None = field("The Hijri year (tahun Hijriah); null outside of Ramadan.")
    decree: str | None = field("By which decree it is known (penetapan); null outside of Ramadan.")


@object_type(
    public,
    "The prayer times (waktu salat) of one day, by the city's clock, safety minutes included. The ministry publishes "
    "one schedule for the whole city; where it can be had, it wins.",
)
@node_of(times.PrayerTimes)
class PrayerTimesType(NodeType):
    code: str = field("Its code in the hub, such as `2026-11-23` or `2026-11-23/99.07.01.2001`.")
    day: date = field("The day (tanggal).")
    imsak: time = field("When one stops eating before a fast: imsak, some minutes before dawn.")
    fajr: time = field("Dawn (subuh).")
    sunrise: time = field("Sunrise (terbit), with which the time of `fajr` ends.")
    duha: time = field("From when the prayer of the forenoon is prayed (waktu dhuha).")
    dhuhr: time = field("Noon (zuhur).")
    asr: time = field("The afternoon (asar).")
    maghrib: time = field("Sunset (magrib).")
    isha: time = field("Night (isya).")
    basis: rules.Basis = field("Whose times these are.")
    check: rules.ScheduleCheck = field("What came of comparing what is computed with what is published.")
    difference: int | None = field(
        "How many minutes the published times are from the computed ones at most; null where nothing is compared."
    )
    ramadan: RamadanDayType = field("Whether it is a day of Ramadan; then one fasts from `imsak` to `maghrib`.")
    kelurahan: KelurahanType | None = field("The kelurahan that was asked for; null for the city.")
    source: SourceType = field(
        "Who says these times, and how old the answer is; what is computed here is new each time."
    )
    publisher: SourceType | None = field(
        "The publisher of the schedule that was compared, or its `problem`; null where nobody publishes."
    )


@object_type(public, "One of the five prayers (salat wajib) of one day.")
@node_of(times.Prayer)
class PrayerType(NodeType):
    code: str = field("Its code in the hub, such as `2026-11-23/ASR`.")
    name: rules.PrayerName = field("Which one it is.")
    begins_at: datetime = field("When its time begins, in the city's time.")
    minutes_until: int = field("In how many minutes that is, begun ones counted; negative if it has begun.")
    imsak_at: datetime | None = field("When the fast of its day begins, in the city's time; null outside of Ramadan.")
    times: PrayerTimesType = field("All times of its day.")


@object_type(public, "The days of a month, in order.")
class PrayerTimesConnectionType(ConnectionType[PrayerTimesType]):
    unavailable: list[SourceType] = field(
        "Publishers of the schedule that did not answer; the times are there without them."
    )
    ics: str = field("Where the prayers of this month are had as iCalendar: a path at this hub (docs/calendars.md).")


WHERE = "The kelurahan that they are for, such as `99.07.01.2001`; the city if not given."


@object_type(public)
class PrayerTimesQuery:
    prayer_times: PrayerTimesType | None = field(
        "The prayer times (waktu salat) of one day. They are computed here, so they are there when nobody answers.",
        resolver=times.prayer_times,
        arguments={"day": "The day, such as `2026-11-23`; today if not given.", "kelurahan": WHERE},
        weight=200,
    )
    monthly_prayer_times: PrayerTimesConnectionType | None = field(
        "The prayer times (jadwal salat bulanan) of each day of a month.",
        resolver=times.monthly_prayer_times,
        arguments={
            "year": "The year, such as `2026`; this year if not given.",
            "month": "The month, `1` to `12`; this month if not given.",
            "kelurahan": WHERE,
        },
        weight=400,
    )
    next_prayer: PrayerType | None = field(
        "The prayer that comes next (salat berikutnya), today or tomorrow.",
        resolver=times.next_prayer,
        arguments={"kelurahan": WHERE},
        weight=200,
    )
