"""An agency's calendar (iCalendar), over HTTP: what takes place within a horizon."""

import asyncio
from datetime import timedelta

import msgspec

from connectors.kit.connector import AnyConnector, Options
from connectors.kit.errors import AgencyChanged
from connectors.kit.events import Occurrence, occurrences
from connectors.kit.http import Call, Http
from connectors.kit.rows import BadRow
from connectors.kit.signatures import unsigned


class CalendarOptions(Options, frozen=True, kw_only=True):
    """`path`: where the calendar stands below the address. `content_type`: what it is sent as.

    `places`: by a place as the calendar spells it, the kelurahan that it lies in, dotted.
    """

    path: str = ""
    content_type: str = "text/calendar"
    places: dict[str, str] = msgspec.field(default_factory=dict)


class Calendar:
    """The calendar of one agency, over HTTP."""

    def __init__(self, connector: AnyConnector) -> None:
        self._connector = connector
        self._options: CalendarOptions = connector.options
        self._http = Http(connector.agency, unsigned(), connector.clock)

    async def occurrences(self, horizon: timedelta) -> tuple[Occurrence, ...]:
        """What takes place within so much of now, in order; raises `AgencyError`."""
        of = self._connector
        body = await self._http.body(Call(path=self._options.path, accepts=(self._options.content_type,)))
        now = of.clock.now()
        since, until = now - horizon, now + horizon
        try:
            return await asyncio.to_thread(occurrences, body or b"", since, until, zone=of.zone, findings=of.findings)
        except BadRow as bad:
            raise AgencyChanged(of.agency.code, str(bad)) from None

    def kelurahan(self, each: Occurrence) -> str | None:
        """Where it lies, if the configuration says so."""
        return self._options.places.get(each.place) if each.place else None

    async def aclose(self) -> None:
        """Let go of connections."""
        await self._http.aclose()
