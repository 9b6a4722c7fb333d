"""The root types of the regions, which are the hub's own data."""

from schema.kit.domains import SchemaDomain
from schema.regions.regions import CityType, KecamatanType, KelurahanType, RegionsQuery

DOMAIN = SchemaDomain(queries={RegionsQuery: None}, types=(CityType, KecamatanType, KelurahanType))
