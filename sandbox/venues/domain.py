"""The stand-ins of the systems that take bookings of sports venues, and of the sport office's agenda."""

from sandbox.kit.domains import SandboxDomain
from sandbox.venues import agenda, city_courts, open_booking, openactive

DOMAIN = SandboxDomain(
    routes=(openactive.routes, open_booking.routes, agenda.routes),
    databases={city_courts.AGENCY: city_courts.fill},
    renamed=frozenset({"nama", "id", "state", "modified", "DTSTART"}),
)
