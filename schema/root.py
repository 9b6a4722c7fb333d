"""The whole promise: every domain's root fields, one line each."""

import functools
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types
from strawberry.types import ExecutionContext
from strawberry.utils.str_converters import to_camel_case

from schema.beds import BedsQuery
from schema.jdih import JdihQuery
from schema.jobs import JobsQuery
from schema.node import NodeQuery
from schema.prices import PricesQuery
from schema.regions import City, Kecamatan, Kelurahan, RegionsQuery
from schema.scalars import SCALARS
from schema.tax import TaxQuery
from schema.venues import VenuesQuery

DOMAINS: dict[str, type] = {
    "regions": RegionsQuery,
    "beds": BedsQuery,
    "tax": TaxQuery,
    "jobs": JobsQuery,
    "prices": PricesQuery,
    "jdih": JdihQuery,
    "venues": VenuesQuery,
}
"""The root fields of each domain."""

Query: Any = merge_types("Query", (NodeQuery, *DOMAINS.values()))
Query.__strawberry_definition__.description = (
    "What can be asked of the city (kota). Each field stands alone: one may fail, the others stay."
)


class Schema(strawberry.Schema):
    """Strawberry's, but silent: it would log errors with the values in them; the engine logs what may be logged."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        pass


def root_fields(domain: str) -> list[str]:
    """The names of a domain's root fields, as they are asked for."""
    definition: Any = getattr(DOMAINS[domain], "__strawberry_definition__")  # noqa: B009
    return [to_camel_case(each.python_name) for each in definition.fields]


@functools.cache
def build() -> Schema:
    """The schema, ready to run; it has no state, so there is one."""
    return Schema(query=Query, types=[City, Kecamatan, Kelurahan], config=StrawberryConfig(scalar_map=SCALARS))
