"""The whole promise: every domain's root fields, one line each."""

import functools
from operator import itemgetter
from typing import Any

import strawberry
from graphql import Executor, GraphQLError
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types
from strawberry.types import ExecutionContext
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from auth.caller import Audience
from auth.policies import FieldAccess, Policy, public
from connectors.beds.records import Beds
from connectors.identity.records import Identity
from connectors.jdih.records import Jdih
from connectors.jobs.fairs import JobFairs
from connectors.jobs.records import Internships, Jobs, YellowCards
from connectors.kit.connector import AnyConnector
from connectors.prices.records import Prices
from connectors.tax.papers import Deeds, Retributions
from connectors.tax.records import Tax
from connectors.tax.requests import Requests
from connectors.venues.bookings import Bookable
from connectors.venues.events import SportEvents
from connectors.venues.records import Venues
from schema.beds.hospitals import BedsQuery
from schema.booking.bookings import BookingsMutation, BookingsQuery
from schema.identity.account import IdentityMutation, IdentityQuery, IdentitySubscription
from schema.jdih.regulations import JdihQuery
from schema.jobs.fairs import JobFairsQuery
from schema.jobs.internships import InternshipsQuery
from schema.jobs.vacancies import JobsQuery
from schema.jobs.yellow_card import YellowCardQuery
from schema.kit.access import access, policy_of
from schema.kit.node import NodeQuery
from schema.kit.scalars import SCALARS
from schema.platform.access_policy import AccessQuery
from schema.platform.api_keys import ApiKeysMutation, ApiKeysQuery
from schema.platform.findings import FindingsQuery
from schema.prices.commodities import PricesQuery
from schema.regions.regions import City, Kecamatan, Kelurahan, RegionsQuery
from schema.tax.objects import TaxQuery
from schema.tax.papers import DeedsQuery, RetributionsQuery, TaxRequestsQuery
from schema.venues.events import SportEventsQuery
from schema.venues.venues import VenuesQuery

FED_BY: dict[type, type[AnyConnector] | None] = {
    IdentityQuery: Identity,
    RegionsQuery: None,
    BedsQuery: Beds,
    TaxQuery: Tax,
    DeedsQuery: Deeds,
    TaxRequestsQuery: Requests,
    RetributionsQuery: Retributions,
    JobsQuery: Jobs,
    JobFairsQuery: JobFairs,
    InternshipsQuery: Internships,
    YellowCardQuery: YellowCards,
    PricesQuery: Prices,
    JdihQuery: Jdih,
    VenuesQuery: Venues,
    BookingsQuery: Bookable,
    SportEventsQuery: SportEvents,
}
"""The root fields of the domains, and which kind of agency feeds them; the regions are the hub's own."""

Query: Any = merge_types("Query", (NodeQuery, AccessQuery, ApiKeysQuery, FindingsQuery, *FED_BY))
Query.__strawberry_definition__.description = (
    "What can be asked of the city (kota). Each field stands alone: one may fail, the others stay."
)


Mutation: Any = merge_types("Mutation", (IdentityMutation, ApiKeysMutation, BookingsMutation))
Mutation.__strawberry_definition__.description = "What can be done, and not only asked."

Subscription: Any = merge_types("Subscription", (IdentitySubscription,))
Subscription.__strawberry_definition__.description = "What can be told as it happens, over a WebSocket."

for root in (Query, Mutation, Subscription):
    root.__strawberry_definition__.directives = [access(public)]


class Schema(strawberry.Schema):
    """What one audience sees; the whole of it without one.

    It is silent: Strawberry's own would log errors with the values in them; the engine logs what may be logged.
    """

    def __init__(self, audience: Audience | None = None, **kwargs: Any) -> None:
        self._audience = audience
        super().__init__(**kwargs)

    def get_fields(self, type_definition: StrawberryObjectDefinition) -> list[StrawberryField]:
        """Those that this audience may know; a type that nothing leads to any more is not in its schema either."""
        if self._audience is None or type_definition.is_input:
            return type_definition.fields
        audience, of = self._audience, type_definition.origin
        return [each for each in type_definition.fields if policy_of(each, of).shows(audience)]

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        pass


def kinds_of_roots() -> dict[str, type[AnyConnector] | None]:
    """Which kind of agency feeds each root field of the domains, by the name by which it is asked for."""
    found: dict[str, type[AnyConnector] | None] = {}
    for query, kind in FED_BY.items():
        definition: Any = getattr(query, "__strawberry_definition__")  # noqa: B009  its type does not know it
        found |= {to_camel_case(each.python_name): kind for each in definition.fields}
    return found


def root_fields(connector: type[AnyConnector]) -> list[str]:
    """The names of the root fields that such connectors feed, as they are asked for."""
    return [name for name, kind in kinds_of_roots().items() if kind and issubclass(connector, kind)]


@functools.cache
def build(
    audience: Audience | None = None,
    *,
    extensions: tuple[type[SchemaExtension], ...] = (),
    executor: type[Executor[Any]] | None = None,
) -> Schema:
    """The schema of an audience, or the whole, ready to run; it has no state, so there is one of each."""
    return Schema(
        audience,
        query=Query,
        mutation=Mutation if audience is None or _shows_any(Mutation, audience) else None,
        subscription=Subscription if audience is None or _shows_any(Subscription, audience) else None,
        types=[City, Kecamatan, Kelurahan],
        config=StrawberryConfig(scalar_map=SCALARS),
        extensions=extensions,
        execution_context_class=executor,
    )


def _shows_any(root: Any, audience: Audience) -> bool:
    """Whether a root type has a field for this audience; a type without fields is none."""
    return any(policy_of(each, root).shows(audience) for each in root.__strawberry_definition__.fields)


def access_matrix() -> tuple[FieldAccess, ...]:
    """Every field of the whole schema, and in whose schemas it really is, by type and name."""
    return _matrix(build())


@functools.lru_cache(maxsize=1)
def _matrix(whole: Schema) -> tuple[FieldAccess, ...]:
    seen = {audience: set(_fields(build(audience))) for audience in Audience}
    made = []
    for at, policy in sorted(_fields(whole).items(), key=itemgetter(0)):
        audiences = tuple(audience for audience in Audience if at in seen[audience])
        unreached = any(policy.shows(audience) for audience in Audience if audience not in audiences)
        reason = "Only they reach what leads to it." if unreached else policy.reason
        made.append(
            FieldAccess(
                type_name=at[0],
                field_name=at[1],
                audiences=audiences,
                reason=reason,
                category=policy.personal.category.name if policy.personal else None,
                masked=bool(policy.personal and policy.personal.mask),
                rules=policy.personal.words if policy.personal else [],
            )
        )
    return tuple(made)


def _fields(schema: Schema) -> dict[tuple[str, str], Policy]:
    """The fields of a schema's objects and interfaces, each with what it declares."""
    name_of = schema.config.name_converter.get_graphql_name
    return {
        (name, name_of(each)): policy_of(each, concrete.definition.origin)
        for name, concrete in schema.schema_converter.type_map.items()
        if isinstance(concrete.definition, StrawberryObjectDefinition) and not concrete.definition.is_input
        for each in schema.get_fields(concrete.definition)
    }
