"""What is promised of sports venues and sport events."""

from connectors.venues.events import SportEvents
from connectors.venues.records import Venues
from schema.kit.domains import SchemaDomain
from schema.venues.events import SportEventsQuery
from schema.venues.venues import VenuesQuery

DOMAIN = SchemaDomain(queries={VenuesQuery: Venues, SportEventsQuery: SportEvents})
