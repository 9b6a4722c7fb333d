"""The root types of market prices."""

from connectors.prices.records import Prices
from schema.kit.domains import SchemaDomain
from schema.prices.commodities import PricesQuery, PricesSubscription

DOMAIN = SchemaDomain(queries={PricesQuery: Prices}, subscriptions=(PricesSubscription,))
