"""The root types of regulations."""

from connectors.jdih.records import Jdih
from schema.jdih.regulations import JdihQuery
from schema.kit.domains import SchemaDomain

DOMAIN = SchemaDomain(queries={JdihQuery: Jdih})
