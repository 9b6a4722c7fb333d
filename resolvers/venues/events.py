"""Sport events, past and to come."""

from datetime import date

from connectors.venues.events import SportEvents
from resolvers.calendar.agenda import Agenda, CalendarPage, Listed, Listing, PublishedEvent, categories_of, whole
from resolvers.kit.context import Context
from resolvers.kit.paging import PageArguments
from resolvers.kit.readings import configured
from resolvers.kit.texts import words_of


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
    found = await _listed(ctx, since, until, venue)
    return EVENTS.page(found, page, asked, _of_sport(found, sport))


async def sport_event(_: None, ctx: Context, *, code: str) -> PublishedSportEvent | None:
    return await EVENTS.find(ctx, code)


def sports(root: PublishedSportEvent | CalendarPage[PublishedSportEvent], _: Context) -> list[str]:
    return list(root.categories)


async def sport_listing(
    ctx: Context, since: date | None, until: date | None, *, sport: str | None = None, venue: str | None = None
) -> Listing[PublishedSportEvent]:
    """The whole list, narrowed as the graph narrows it."""
    found = await _listed(ctx, since, until, venue)
    return whole(found._replace(chosen=_of_sport(found, sport)))


async def _listed(
    ctx: Context, since: date | None, until: date | None, venue: str | None
) -> Listed[PublishedSportEvent]:
    """The events of these days, at a place that is called so."""
    found = await EVENTS.listed(ctx, since, until)
    return found._replace(chosen=found.events.with_words(lambda each: each.place or "", words_of(venue or "")))


def _of_sport(listed: Listed[PublishedSportEvent], sport: str | None) -> int:
    """Which of the chosen events are of this sport, by its name in any case."""
    if sport is None:
        return listed.chosen
    folded = sport.casefold()
    return listed.chosen & categories_of(listed.events).where(folded, lambda own: own.casefold() == folded)
