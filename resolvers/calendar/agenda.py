"""Calendars of events: the events of some days, in order, and the address of their export."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Generic, NamedTuple, TypeVar
from urllib.parse import urlencode

import msgspec

from connectors.kit.calendar import CalendarEvent
from connectors.kit.read import Read
from connectors.kit.reading import Reading
from connectors.kit.structs import extended
from connectors.regions.records import Kecamatan
from resolvers.kit.bits import below
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.paging import Page, PageArguments, cut_to
from resolvers.kit.readings import readings
from resolvers.kit.sorted_items import Column, SortedItems
from resolvers.kit.source import Source, told, untold
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


class Listed(NamedTuple, Generic[P]):
    """The same list as it is kept: which of its events are `chosen`, and by agency the source of this operation."""

    events: SortedItems[P]
    chosen: int
    sources: Mapping[str, Source]
    unavailable: list[Source]


class CalendarPage(Page[P], Generic[P], frozen=True, kw_only=True):
    """A page of such a list. `categories` are the values for a filter; `ics` is the path of its export.

    `asked` is by what the list was narrowed.
    """

    listed: Listed[P]
    asked: Mapping[str, object]
    unavailable: list[Source]

    @property
    def categories(self) -> list[str]:
        return sorted(categories_of(self.listed.events).counts(self.listed.chosen))

    @property
    def ics(self) -> str:
        return export_path(self.order, self.asked)


class Agenda(Generic[P]):
    """All calendars of one kind as one list with one name. `reads` gives the questions to the calendars."""

    def __init__(self, name: str, kind: type[P], reads: Callable[[Context], Sequence[Read[Any]]]) -> None:
        self.name = name
        self._kind = kind
        self._reads = reads

    async def listed(self, ctx: Context, since: date | None, until: date | None) -> Listed[P]:
        """The events that touch these days; raises `AgencyError` if no calendar answers."""
        begins, ends = _days(ctx, since, until)
        answers, unavailable = await readings(ctx, self._reads(ctx))
        events = ctx.views.of(
            ("calendar", self.name, begins, ends, *(answer.agency for answer in answers)),
            [answer.records for answer in answers],
            lambda: SortedItems(
                (each for answer in answers for each in self._of(ctx, answer) if _touches(each, begins, ends)), _place
            ),
        )
        sources = {answer.agency: ctx.source(answer) for answer in answers}
        return Listed(events, below(len(events.items)), sources, unavailable)

    async def listing(self, ctx: Context, since: date | None, until: date | None) -> Listing[P]:
        """The whole list of these days, in order."""
        return whole(await self.listed(ctx, since, until))

    async def find(self, ctx: Context, code: str) -> P | None:
        """The event with this code. Only its own calendar is asked."""
        for read in self._reads(ctx):
            if code.startswith(f"{read.agency.code}/"):
                answer = await ctx.reading(read)
                found = self._by_code(ctx, answer).get(code)
                return told(found, {answer.agency: ctx.source(answer)}) if found else None
        return None

    def page(
        self, listed: Listed[P], page: PageArguments, asked: Mapping[str, object], chosen: int | None = None
    ) -> CalendarPage[P]:
        """A page of these events, or of the `chosen` ones. `asked` are the filters, which the export gets too."""
        found = cut_to(
            listed.events,
            page,
            lambda each: told(each, listed.sources),
            order=self.name,
            chosen=listed.chosen if chosen is None else chosen,
        )
        return extended(CalendarPage, found, listed=listed, asked=asked, unavailable=listed.unavailable)

    def _by_code(self, ctx: Context, answer: Reading[Any]) -> Mapping[str, P]:
        name = ("calendar", self.name, "by code", answer.agency)
        return ctx.views.of(
            name, [answer.records], lambda: {each.code: each for each in reversed([*self._of(ctx, answer)])}
        )

    def _of(self, ctx: Context, answer: Reading[Any]) -> Iterator[P]:
        """The events of one calendar."""
        zone = ctx.regions.zone
        for each in answer.records:
            yield extended(
                self._kind,
                each,
                starts_at=each.starts_at.astimezone(zone),
                ends_at=each.ends_at.astimezone(zone) if each.ends_at else None,
                code="/".join(filter(None, (answer.agency, each.uid, each.recurrence))),
                kecamatan=kecamatan_of(ctx, kelurahan_with_code(ctx, each.kelurahan)),
                source=untold(answer.agency),
            )


def categories_of(events: SortedItems[P]) -> Column[str]:
    """The categories of events."""
    return events.column("category", lambda each: each.categories)


def whole(listed: Listed[P]) -> Listing[P]:
    """All events of a list that are chosen, in order."""
    return Listing(
        events=[told(each, listed.sources) for each in listed.events.those(listed.chosen)],
        sources=[*listed.sources.values()],
        unavailable=listed.unavailable,
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
    today, zone = ctx.today(), ctx.regions.zone
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
