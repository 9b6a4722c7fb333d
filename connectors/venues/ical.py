"""The sport office's calendar of events, as iCalendar. Source: RFC 5545; its habits in connectors/kit."""

from datetime import timedelta
from typing import ClassVar

from connectors.kit.calendar import Calendar, CalendarOptions, last_change
from connectors.kit.connector import Credentials
from connectors.kit.read import Read, read
from connectors.venues.events import SportEvent, SportEvents


class SportCalendar(SportEvents[CalendarOptions, Credentials]):
    """One calendar, all of whose events are of sport."""

    protocol: ClassVar[str] = "ical"

    def open(self, credentials: Credentials) -> None:  # noqa: ARG002  the base's signature
        self._calendar = Calendar(self)

    async def aclose(self) -> None:
        await self._calendar.aclose()

    def probe(self) -> Read[tuple[SportEvent, ...]]:
        return self.events()

    # A sports event is announced weeks before it takes place.
    @read(ttl=timedelta(minutes=30), revalidate=timedelta(hours=2), stale=timedelta(days=7), changed=last_change)
    async def events(self) -> tuple[SportEvent, ...]:
        return await self._calendar.records(SportEvent)
