"""Each domain with calendars declares its own event types."""

from schema.kit.domains import SchemaDomain

DOMAIN = SchemaDomain()
