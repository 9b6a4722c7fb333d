"""The root types of hospitals and their beds."""

from connectors.beds.records import Beds
from schema.beds.hospitals import BedsQuery, BedsSubscription
from schema.kit.domains import SchemaDomain

DOMAIN = SchemaDomain(queries={BedsQuery: Beds}, subscriptions=(BedsSubscription,))
