"""The employment office's calendar of job fairs, as iCalendar (RFC 5545). `connectors/kit/ical` reads it."""

from datetime import timedelta
from typing import ClassVar

from connectors.jobs.fairs import JobFair, JobFairs
from connectors.kit.calendar import Calendar, CalendarOptions, last_change
from connectors.kit.connector import Credentials
from connectors.kit.read import Read, read


class FairCalendar(JobFairs[CalendarOptions, Credentials]):
    """One calendar. All of its events are job fairs."""

    protocol: ClassVar[str] = "ical"

    def open(self, credentials: Credentials) -> None:  # noqa: ARG002  the base's signature
        self._calendar = Calendar(self)

    async def aclose(self) -> None:
        await self._calendar.aclose()

    def probe(self) -> Read[tuple[JobFair, ...]]:
        return self.fairs()

    # A job fair is announced weeks before it takes place.
    @read(ttl=timedelta(minutes=30), revalidate=timedelta(hours=2), stale=timedelta(days=7), changed=last_change)
    async def fairs(self) -> tuple[JobFair, ...]:
        return await self._calendar.records(JobFair)
