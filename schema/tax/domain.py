"""The root types of property tax and of the papers of the tax office."""

from connectors.tax.papers import Deeds, Retributions
from connectors.tax.records import Tax
from connectors.tax.requests import Requests
from schema.kit.domains import SchemaDomain
from schema.tax.objects import TaxQuery
from schema.tax.papers import DeedsQuery, RetributionsQuery, TaxRequestsQuery

DOMAIN = SchemaDomain(
    queries={
        TaxQuery: Tax,
        DeedsQuery: Deeds,
        TaxRequestsQuery: Requests,
        RetributionsQuery: Retributions,
    },
)
