"""Prayer times as a calendar, for the apps that people already have."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from connectors.kit.bilingual import Bilingual
from connectors.regions.records import DottedCode, RegionCode
from resolvers.calendar.agenda import Listing, PublishedEvent
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.regions.regions import kecamatan_of
from resolvers.worship.prayer_times import PrayerTimes, kelurahan_named, times_of
from resolvers.worship.rules import Fasting, PrayerName, prayers_of

A_MONTH = timedelta(days=30)
LONGEST = timedelta(days=62)
"""How many days one calendar has at most."""

TITLES = {
    PrayerName.FAJR: Bilingual(id="Subuh", en="Fajr"),
    PrayerName.DHUHR: Bilingual(id="Zuhur", en="Dhuhr"),
    PrayerName.ASR: Bilingual(id="Asar", en="Asr"),
    PrayerName.MAGHRIB: Bilingual(id="Magrib", en="Maghrib"),
    PrayerName.ISHA: Bilingual(id="Isya", en="Isha"),
}
IMSAK = Bilingual(id="Imsak", en="Imsak")
RAMADAN = Bilingual(id="Hari ke-{} Ramadan {} H", en="Day {} of Ramadan {} AH")


class PublishedPrayer(PublishedEvent, frozen=True, kw_only=True):
    """A prayer, or imsak in Ramadan, as an entry of a calendar."""


def region_code(text: str) -> DottedCode:
    """The code of a region, dotted; raises ValueError with what it has to be."""
    return DottedCode(RegionCode.kemendagri(text).code)


async def prayer_listing(
    ctx: Context, since: date | None, until: date | None, *, kelurahan: DottedCode | None = None
) -> Listing[PublishedPrayer]:
    """The prayers of these days in order; the coming month where none are named."""
    first = since or ctx.today()
    last = until or first + A_MONTH
    if not first <= last <= first + LONGEST:
        raise UserError(
            "BAD_USER_INPUT",
            id=f"until tidak sebelum since, dan paling jauh {LONGEST.days} hari sesudahnya.",
            en=f"until is not before since, and at most {LONGEST.days} days after it.",
        )
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    found = await times_of(ctx, days, kelurahan_named(ctx, kelurahan))
    publishers = {each.publisher.agency: each.publisher for each in found if each.publisher}
    return Listing(
        events=[event for times in found for event in _events(ctx, times)],
        sources=list({each.source.agency: each.source for each in found}.values()),
        unavailable=[publisher for publisher in publishers.values() if publisher.state is None],
    )


def _events(ctx: Context, times: PrayerTimes) -> Iterator[PublishedPrayer]:
    ramadan, zone = times.ramadan, ctx.regions.zone
    fasting = ramadan.state is Fasting.RAMADAN
    entries = [(name.value, TITLES[name], clock) for name, clock in prayers_of(times)]
    if fasting:
        entries.insert(0, ("IMSAK", IMSAK, times.imsak))
    for name, title, clock in entries:
        code = f"{times.code}/{name}"
        yield PublishedPrayer(
            uid=code,
            recurrence=None,
            sequence=0,
            title=title[ctx.language],
            description=RAMADAN[ctx.language].format(ramadan.day_number, ramadan.hijri_year) if fasting else None,
            place=times.kelurahan.name if times.kelurahan else ctx.regions.city.name,
            latitude=None,
            longitude=None,
            url=None,
            categories=(),
            starts_at=datetime.combine(times.day, clock, zone),
            ends_at=None,
            all_day=False,
            cancelled=False,
            changed_at=times.source.changed_at,
            kelurahan=times.kelurahan.code if times.kelurahan else None,
            code=code,
            kecamatan=kecamatan_of(ctx, times.kelurahan),
            source=times.source,
        )
