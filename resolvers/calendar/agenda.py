"""Calendars of events: the events of some days, in order, and the address of their export."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec

from connectors.kit.calendar import CalendarEvent
from connectors.kit.read import Read
from connectors.kit.reading import Reading
from connectors.kit.structs import extended
from connectors.regions.records import Kecamatan
from resolvers.kit.context import Context, Source
from resolvers.kit.errors import UserError
from resolvers.kit.paging import Page, PageArguments, paginate
from resolvers.kit.readings import readings
from resolvers.regions.regions import kecamatan_of, kelurahan_with_code

BASE = "/calendar"
"""The path below which lists are exported."""
FARTHEST = timedelta(days=366)
"""The farthest day that may be asked for, back and ahead."""


class PublishedEvent(CalendarEvent, frozen=True, kw_only=True):
    """One event on one date, and the calendar that has it. Moments are in the city's time. Each domain has a subclass.

    `tentative` means that it may still be cancelled.
    """

    code: str
    tentative: bool = False
    kecamatan: Kecamatan | None
    source: Source


P = TypeVar("P", bound=PublishedEvent)


class Listing(msgspec.Struct, Generic[P], frozen=True, kw_only=True):
    """A whole list: the events, the calendars that answered (`sources`), and those that did not (`unavailable`)."""

    events: list[P]
    sources: list[Source]
    unavailable: list[Source]


class CalendarPage(Page[P], Generic[P], frozen=True, kw_only=True):
    """A page of such a list. `categories` are the values for a filter; `ics` is the path of its export."""

    categories: list[str]
    unavailable: list[Source]
    ics: str


class Agenda(Generic[P]):
    """All calendars of one kind as one list with one name. `reads` gives the questions to the calendars."""

    def __init__(self, name: str, kind: type[P], reads: Callable[[Context], Sequence[Read[Any]]]) -> None:
        self.name = name
        self._kind = kind
        self._reads = reads

    async def listing(self, ctx: Context, since: date | None, until: date | None) -> Listing[P]:
        """The events that touch these days, in order; raises `AgencyError` if no calendar answers."""
        begins, ends = _days(ctx, since, until)
        answers, unavailable = await readings(ctx, self._reads(ctx))
        events = [each for answer in answers for each in self._of(ctx, answer) if _touches(each, begins, ends)]
        sources = [ctx.source(answer) for answer in answers]
        return Listing(events=in_order(events), sources=sources, unavailable=unavailable)

    async def find(self, ctx: Context, code: str) -> P | None:
        """The event with this code. Only its own calendar is asked."""
        for read in self._reads(ctx):
            if code.startswith(f"{read.agency.code}/"):
                return next((each for each in self._of(ctx, await ctx.reading(read)) if each.code == code), None)
        return None

    def page(
        self,
        listing: Listing[P],
        page: PageArguments,
        asked: Mapping[str, object],
        wanted: Callable[[P], bool] = lambda _: True,
    ) -> CalendarPage[P]:
        """A page of the events that are `wanted`. `asked` are the filters, which the export gets too."""
        found = paginate(filter(wanted, listing.events), _place, page, order=self.name)
        return extended(
            CalendarPage,
            found,
            categories=sorted({category for each in listing.events for category in each.categories}),
            unavailable=listing.unavailable,
            ics=export_path(self.name, asked),
        )

    def _of(self, ctx: Context, answer: Reading[Any]) -> Iterator[P]:
        """The events of one calendar."""
        source, zone = ctx.source(answer), ZoneInfo(ctx.regions.city.timezone)
        for each in answer.records:
            yield extended(
                self._kind,
                each,
                starts_at=each.starts_at.astimezone(zone),
                ends_at=each.ends_at.astimezone(zone) if each.ends_at else None,
                code="/".join(filter(None, (source.agency, each.uid, each.recurrence))),
                kecamatan=kecamatan_of(ctx, kelurahan_with_code(ctx, each.kelurahan)),
                source=source,
            )


def export_path(name: str, asked: Mapping[str, object]) -> str:
    """The path of the export with the same filters."""
    query = urlencode({key: str(value) for key, value in asked.items() if value is not None})
    return f"{BASE}/{name}.ics" + (f"?{query}" if query else "")


def in_order(events: Iterable[P]) -> list[P]:
    """The events in the order of their beginning."""
    return sorted(events, key=_place)


def _days(ctx: Context, since: date | None, until: date | None) -> tuple[datetime, datetime]:
    """The first and the last moment of the list; raises `UserError`.

    By default it begins today. If only a last day in the past is named, it begins in the past.
    """
    today, zone = ctx.today(), ZoneInfo(ctx.regions.city.timezone)
    last = until or today + FARTHEST
    first = since or (today if last >= today else today - FARTHEST)
    if max(abs(first - today), abs(last - today)) > FARTHEST or last < first:
        raise UserError(
            "BAD_USER_INPUT",
            id=f"since dan until paling jauh {FARTHEST.days} hari dari hari ini, dan until tidak sebelum since.",
            en=f"since and until are at most {FARTHEST.days} days from today, and until is not before since.",
        )
    begins, ends = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
    return begins, ends


def _touches(event: PublishedEvent, begins: datetime, ends: datetime) -> bool:
    return event.starts_at < ends and (event.starts_at >= begins or (event.ends_at or begins) > begins)


def _place(event: PublishedEvent) -> tuple[int, str]:
    return int(event.starts_at.timestamp()), event.code
