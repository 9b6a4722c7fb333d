"""Each domain that uses this part promises its own events."""

from schema.kit.domains import SchemaDomain

DOMAIN = SchemaDomain()
