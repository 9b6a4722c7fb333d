"""An agency's calendar (iCalendar), over HTTP: what takes place within a horizon."""

import asyncio
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from connectors.kit.connector import AnyConnector, Options
from connectors.kit.errors import AgencyChanged
from connectors.kit.http import Call, Http
from connectors.kit.ical.events import Occurrence, occurrences
from connectors.kit.signatures import unsigned
from connectors.kit.values import BadRow

HORIZON = timedelta(days=400)
"""How far back and ahead a calendar is read: a good year, so that an answer that is kept still has a year."""


class CalendarOptions(Options, frozen=True, kw_only=True):
    """`path`: where the calendar stands below the address. `content_type`: what it is sent as.

    `places`: by a place as the calendar spells it, the kelurahan that it lies in, dotted.
    """

    path: str = ""
    content_type: str = "text/calendar"
    places: dict[str, str] = msgspec.field(default_factory=dict)


class CalendarEvent(Occurrence, frozen=True, kw_only=True):
    """The same with its kelurahan, dotted, where the configuration says so; each domain has its kind."""

    kelurahan: str | None


E = TypeVar("E", bound=CalendarEvent)


def last_change(events: tuple[CalendarEvent, ...]) -> datetime | None:
    """When the agency last changed one of them, where it says so."""
    return max((each.changed_at for each in events if each.changed_at), default=None)


class Calendar:
    """The calendar of one agency, over HTTP."""

    def __init__(self, connector: AnyConnector) -> None:
        self._connector = connector
        self._options: CalendarOptions = connector.options
        self._http = Http(connector.agency, unsigned(), connector.clock)

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
        return tuple(kind(**msgspec.structs.asdict(each), kelurahan=places.get(each.place or "")) for each in found)

    async def aclose(self) -> None:
        """Let go of connections."""
        await self._http.aclose()
