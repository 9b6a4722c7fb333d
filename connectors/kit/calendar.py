"""The calendar of an agency (iCalendar), read over HTTP."""

import asyncio
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from connectors.kit.call import Call
from connectors.kit.connector import AnyConnector, Options
from connectors.kit.errors import AgencyChanged
from connectors.kit.http import Http
from connectors.kit.ical.events import Occurrence, occurrences
from connectors.kit.signatures import unsigned
from connectors.kit.structs import extended
from connectors.kit.values import BadRow

HORIZON = timedelta(days=400)
"""How far back and ahead a calendar is read.

It is more than a year, so that an answer from the cache still covers one.
"""


class CalendarOptions(Options, frozen=True, kw_only=True):
    """Options of a calendar.

    `path`: the path of the calendar below the address of the agency. `content_type`: its content type. `places`: the
    dotted code of the kelurahan for each place, as the calendar spells the place.
    """

    path: str = ""
    content_type: str = "text/calendar"
    places: dict[str, str] = msgspec.field(default_factory=dict)


class CalendarEvent(Occurrence, frozen=True, kw_only=True):
    """An occurrence with the dotted code of its kelurahan, if the configuration names it.

    Each domain has its own subclass.
    """

    kelurahan: str | None


E = TypeVar("E", bound=CalendarEvent)


def last_change(events: tuple[CalendarEvent, ...]) -> datetime | None:
    """When the agency last changed one of the events, if it says so."""
    return max((each.changed_at for each in events if each.changed_at), default=None)


class Calendar:
    """The calendar of one agency, over HTTP."""

    def __init__(self, connector: AnyConnector) -> None:
        self._connector = connector
        self._options: CalendarOptions = connector.options
        self._http = Http(connector.agency, unsigned(), connector.clock, connector.throttle)

    async def records(self, kind: type[E]) -> tuple[E, ...]:
        """What takes place within the horizon, in order; raises `AgencyError`."""
        of = self._connector
        body, charset = await self._http.sent(Call(path=self._options.path, accepts=(self._options.content_type,)))
        now = of.clock.now()
        since, until = now - HORIZON, now + HORIZON
        try:
            found = await asyncio.to_thread(
                occurrences, body, since, until, zone=of.zone, findings=of.findings, charset=charset
            )
        except BadRow as bad:
            raise AgencyChanged(of.agency.code, str(bad)) from None
        places = self._options.places
        return tuple(extended(kind, each, kelurahan=places.get(each.place or "")) for each in found)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()
