"""Sport events, past and to come."""

from datetime import date

import msgspec

from connectors.venues.events import SportEvents
from resolvers.calendar.agenda import Agenda, CalendarPage, Listing, PublishedEvent
from resolvers.kit.context import Context
from resolvers.kit.paging import PageArguments
from resolvers.kit.readings import configured
from resolvers.kit.texts import has_words, words_of


class PublishedSportEvent(PublishedEvent, frozen=True, kw_only=True):
    """A sport event, as the graph has it."""


EVENTS = Agenda(
    "sport-events",
    PublishedSportEvent,
    lambda ctx: [
        each.events() for each in configured(ctx, SportEvents, id="agenda olahraga", en="a calendar of sport events")
    ],
)


async def sport_events(
    _: None,
    ctx: Context,
    *,
    since: date | None = None,
    until: date | None = None,
    sport: str | None = None,
    venue: str | None = None,
    page: PageArguments,
) -> CalendarPage[PublishedSportEvent]:
    asked = {"since": since, "until": until, "sport": sport, "venue": venue}
    found = await sport_listing(ctx, since, until, venue=venue)
    folded = sport and sport.casefold()
    return EVENTS.page(found, page, asked, lambda each: _is_of(each, folded))


async def sport_event(_: None, ctx: Context, *, code: str) -> PublishedSportEvent | None:
    return await EVENTS.find(ctx, code)


def sports(root: PublishedSportEvent | CalendarPage[PublishedSportEvent], _: Context) -> list[str]:
    return list(root.categories)


async def sport_listing(
    ctx: Context, since: date | None, until: date | None, *, sport: str | None = None, venue: str | None = None
) -> Listing[PublishedSportEvent]:
    """The whole list, narrowed as the graph narrows it."""
    found = await EVENTS.listing(ctx, since, until)
    folded, words = sport and sport.casefold(), words_of(venue or "")
    events = [each for each in found.events if _is_of(each, folded) and has_words(each.place or "", words)]
    return msgspec.structs.replace(found, events=events)


def _is_of(event: PublishedEvent, sport: str | None) -> bool:
    return sport is None or sport in {each.casefold() for each in event.categories}
