"""The root types of the regions, which are the hub's own data."""

from schema.kit.domains import SchemaDomain
from schema.regions.regions import City, Kecamatan, Kelurahan, RegionsQuery

DOMAIN = SchemaDomain(queries={RegionsQuery: None}, types=(City, Kecamatan, Kelurahan))
