"""The whole schema: the root fields of all domains, as their folders declare them."""

import copy
import functools
from collections.abc import Callable, Iterable, Mapping
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

import schema
from auth.caller import Audience
from auth.policies import FieldAccess, Policy, public
from connectors.kit.connector import AnyConnector
from connectors.kit.domains import DeclarationError, declared, united
from connectors.registry import CONNECTORS, Agencies
from resolvers.kit.deprecation import Deprecation
from resolvers.registry import CATEGORIES, EXPORTS, NODES
from schema.kit.access import access, policy_of
from schema.kit.contract import check_records, objects_of
from schema.kit.declarations import check_categories, check_deprecations, check_nodes
from schema.kit.domains import SchemaDomain
from schema.kit.reach import reached
from schema.kit.scalars import SCALARS
from schema.kit.staleness import MAX_STALENESS

_DOMAINS = declared(schema, SchemaDomain)


def _fields_of(cls: type[Any]) -> list[StrawberryField]:
    definition: StrawberryObjectDefinition = getattr(cls, "__strawberry_definition__")  # noqa: B009  not in its type
    return definition.fields


def _fed_by(
    domains: Mapping[str, SchemaDomain], connectors: Iterable[type[AnyConnector]]
) -> dict[type[Any], type[AnyConnector] | None]:
    """The root types of queries, and the kind of agency that feeds each. Each connector must feed at least one."""
    found = united("schema", domains, lambda domain: domain.queries.items(), "the root type")
    kinds = tuple(filter(None, found.values()))
    for connector in connectors:
        if not issubclass(connector, kinds):
            mine = f"{connector.__module__}.{connector.__qualname__}"
            told = f"schema/{connector.domain}/domain.py has no query for its kind"
            raise DeclarationError(f"{mine} feeds no field of the schema: {told}")
    return found


def _root(name: str, types: Iterable[type[Any]], description: str) -> Any:
    """One root type from all parts; raises `DeclarationError` if two domains have a field with the same name."""
    parts = tuple(types)
    _refuse_twins(parts)
    made: Any = merge_types(name, parts)
    made.__strawberry_definition__.description = description
    made.__strawberry_definition__.directives = [access(public)]
    return made


def _refuse_twins(types: Iterable[type[Any]]) -> None:
    owner: dict[str, type[Any]] = {}
    for each in types:
        for field in _fields_of(each):
            other = owner.setdefault(field.python_name, each)
            if other is not each:
                both = " and ".join(f"{of.__module__}.{of.__qualname__}" for of in (other, each))
                raise DeclarationError(f"the field {to_camel_case(field.python_name)} is declared by {both}")


def _extend(domains: Mapping[str, SchemaDomain]) -> None:
    """Add the fields that domains declare for types of parts below."""
    extensions = [(of, by) for domain in domains.values() for of, by in domain.extensions.items()]
    for of in dict.fromkeys(of for of, _ in extensions):
        added = [by for each, by in extensions if each is of]
        _refuse_twins((of, *added))
        _fields_of(of).extend(field for by in added for field in _fields_of(by))


FED_BY = _fed_by(_DOMAINS, CONNECTORS)
"""The root types, and the kind of agency that feeds each; None if no agency does."""
_extend(_DOMAINS)

_ALWAYS = tuple(each for domain in _DOMAINS.values() for each in domain.types)
"""Types that are in every schema, whether a field leads to them or not."""

Query = _root(
    "Query",
    FED_BY,
    "Everything that can be read of the city (kota). Each field stands alone: if one fails, the others still answer.",
)
Mutation = _root(
    "Mutation",
    (each for domain in _DOMAINS.values() for each in domain.mutations),
    "Everything that changes something.",
)
Subscription = _root(
    "Subscription",
    (each for domain in _DOMAINS.values() for each in domain.subscriptions),
    "Events as they happen, over a WebSocket or as server-sent events.",
)


class Schema(strawberry.Schema):
    """What one audience sees; the whole of it without one.

    It is silent: Strawberry's own would log errors with the values in them; the engine logs what may be logged.
    """

    def __init__(self, audience: Audience | None = None, **kwargs: Any) -> None:
        self._audience = audience
        super().__init__(**kwargs)
        self._schema.directives = (*self._schema.directives, MAX_STALENESS)

    def get_fields(self, type_definition: StrawberryObjectDefinition) -> list[StrawberryField]:
        """The fields that this audience may know. A type to which no field leads is not in the schema either."""
        if self._audience is None or type_definition.is_input:
            return type_definition.fields
        audience, of = self._audience, type_definition.origin
        return [each for each in type_definition.fields if policy_of(each, of).shows(audience)]

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        pass


def kinds_of_roots() -> dict[str, type[AnyConnector] | None]:
    """The kind of agency that feeds each root field, by the name of the field in a query."""
    found: dict[str, type[AnyConnector] | None] = {}
    for query, kind in FED_BY.items():
        found |= {to_camel_case(each.python_name): kind for each in _fields_of(query)}
    return found


def unconnected_roots(agencies: Agencies) -> frozenset[str]:
    """The root fields of queries that no agency feeds in this city, by the name of the field: `NOT_CONFIGURED`."""
    return frozenset(name for name, kind in kinds_of_roots().items() if kind and not agencies.of(kind))


def domains_of_roots() -> dict[str, str]:
    """The domain that declares each root field, by the name of the field in a query, a mutation or a subscription."""
    return {
        to_camel_case(each.python_name): name
        for name, domain in _DOMAINS.items()
        for root in (*domain.queries, *domain.mutations, *domain.subscriptions)
        for each in _fields_of(root)
    }


def root_fields(connector: type[AnyConnector]) -> list[str]:
    """The names of the root fields that this connector feeds, as they are written in a query."""
    return [name for name, kind in kinds_of_roots().items() if kind and issubclass(connector, kind)]


@functools.cache
def build(audience: Audience | None = None) -> Schema:
    """The schema of one audience, or the whole schema. It has no state, so each is built once.

    What an audience sees is a part of the whole, so the whole alone is held to records and declarations.
    """
    built = Schema(
        audience,
        query=Query,
        mutation=Mutation if audience is None or _shows_any(Mutation, audience) else None,
        subscription=Subscription if audience is None or _shows_any(Subscription, audience) else None,
        types=_ALWAYS,
        config=StrawberryConfig(scalar_map=SCALARS),
    )
    if audience is None:
        check_records(built)
        check_nodes(built, NODES)
        check_categories(built, CATEGORIES, EXPORTS.values())
        check_deprecations(built._schema)  # noqa: SLF001  graphql-core's
    return built


@functools.cache
def running(
    audience: Audience,
    extension: type[SchemaExtension],
    executor: type[Executor[Any]],
    source: Callable[[Audience], Schema] = build,
) -> Schema:
    """The schema of one audience from this source, which runs operations in this way. It shares all its types."""
    made = copy.copy(source(audience))
    made.extensions, made.execution_context_class = (extension,), executor
    return made


def _shows_any(root: Any, audience: Audience) -> bool:
    """Whether a root type has a field for this audience. A type without fields is left out."""
    return any(policy_of(each, root).shows(audience) for each in root.__strawberry_definition__.fields)


def deprecations() -> dict[str, Deprecation]:
    """What is deprecated of the whole schema, by its coordinate."""
    return check_deprecations(build()._schema)  # noqa: SLF001  graphql-core's own


def access_matrix() -> tuple[FieldAccess, ...]:
    """Every field of the whole schema, and the audiences whose schema has it, by type and name."""
    return _matrix(build())


@functools.lru_cache(maxsize=1)
def _matrix(whole: Schema) -> tuple[FieldAccess, ...]:
    always = [whole.config.name_converter.from_type(each.__strawberry_definition__) for each in _ALWAYS]
    seen = {audience: reached(whole._schema, always, audience) for audience in Audience}  # noqa: SLF001  graphql-core's
    made = []
    for at, policy in sorted(_fields(whole).items(), key=itemgetter(0)):
        audiences = tuple(audience for audience in Audience if at in seen[audience])
        unreached = any(policy.shows(audience) for audience in Audience if audience not in audiences)
        reason = "Only these audiences can reach it." if unreached else policy.reason
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
    """The fields of the objects and interfaces of a schema, each with its policy."""
    name_of = schema.config.name_converter.get_graphql_name
    return {
        (name, name_of(each)): policy_of(each, definition.origin)
        for name, definition in objects_of(schema).items()
        for each in schema.get_fields(definition)
    }
