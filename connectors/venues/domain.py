"""The protocols that this domain speaks."""

from connectors.kit.domains import ConnectorDomain
from connectors.venues.database import BookingDatabase
from connectors.venues.ical import SportCalendar
from connectors.venues.open_booking import OpenBooking
from connectors.venues.openactive import OpenActive

DOMAIN = ConnectorDomain(connectors=(BookingDatabase, SportCalendar, OpenBooking, OpenActive))
