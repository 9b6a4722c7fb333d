"""The reference of the public schema, as a model: which domain each type belongs to, and how dear each field is."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter

from auth.caller import Audience
from auth.policies import FieldAccess
from connectors.registry import Agencies
from engine.execution.weights import Weights
from schema.root import access_matrix, build, domains_of_roots

SHARED = "shared"
"""The section of what several domains use."""
ROOTS = ("Query", "Mutation", "Subscription")


def is_of_list(name: str) -> bool:
    """Whether a type only pages through another one, as Relay has it: `HospitalConnection`, `HospitalEdge`."""
    return name.endswith(("Connection", "Edge"))


class ReferenceRoot(NamedTuple):
    """A field with which a question begins, such as `Query.hospitals`."""

    root: str
    name: str
    field: GraphQLField

    @property
    def anchor(self) -> str:
        """By which a page is jumped to."""
        return f"{self.root}.{self.name}"


class ReferenceSection(NamedTuple):
    """One domain: with what its questions begin, and its types by name."""

    domain: str
    roots: tuple[ReferenceRoot, ...]
    types: tuple[GraphQLNamedType, ...]


class SchemaReference:
    """The schema by domains. `domains` has the domain of each root field, `access` all fields with their policies."""

    def __init__(
        self,
        schema: GraphQLSchema,
        domains: Mapping[str, str],
        weights: Weights,
        access: Iterable[FieldAccess] = (),
    ) -> None:
        self.schema = schema
        self._domains = domains
        self._weights = weights
        self._access = {(each.type_name, each.field_name): each for each in access}

    def cost(self, type_name: str, field_name: str) -> int:
        """What a field costs by itself, in units of the quota."""
        return self._weights.of_field(type_name, field_name)

    def access(self, type_name: str, field_name: str) -> FieldAccess | None:
        """Who may read a field."""
        return self._access.get((type_name, field_name))

    @cached_property
    def sections(self) -> dict[str, ReferenceSection]:
        """The domains that have a root field, by name, and last what they share."""
        roots = defaultdict(list)
        for each in self.roots:
            roots[self._domains[each.name]].append(each)
        types = defaultdict(list)
        for name, domain in self.places.items():
            types[domain].append(self.schema.type_map[name])
        return {
            name: ReferenceSection(name, tuple(roots[name]), tuple(sorted(types[name], key=lambda each: each.name)))
            for name in (*sorted(roots), SHARED)
        }

    @cached_property
    def roots(self) -> tuple[ReferenceRoot, ...]:
        """All root fields."""
        found = [self.schema.query_type, self.schema.mutation_type, self.schema.subscription_type]
        return tuple(ReferenceRoot(of.name, name, field) for of in found if of for name, field in of.fields.items())

    @cached_property
    def sections_of(self) -> dict[str, str]:
        """The section of each root field, by its name."""
        return {each.name: self._domains[each.name] for each in self.roots}

    @cached_property
    def places(self) -> dict[str, str]:
        """The section of each type: the domain that declares it, or the only one that uses it, else what is shared."""
        users: dict[str, set[str]] = defaultdict(set)
        for each in self.roots:
            for name in self._reached(each):
                users[name].add(self._domains[each.name])
        known = set(self._domains.values())
        places = {}
        for name, of in self.schema.type_map.items():
            if name.startswith("__") or name in ROOTS:
                continue
            mine, used = _declared_in(of), users[name]
            places[name] = mine if mine in known else min(used) if len(used) == 1 else SHARED
        shown = {self._domains[each.name] for each in self.roots}
        return {name: domain if domain in shown else SHARED for name, domain in places.items()}

    def _reached(self, root: ReferenceRoot) -> set[str]:
        """The names of all types that a question which begins here may lead to, and of those that it is asked with."""
        found: set[str] = set()
        left = [*_named_of(root.field)]
        while left:
            at = left.pop()
            if at.name not in found:
                found.add(at.name)
                left += _next(at)
        return found


def public_reference(agencies: Agencies) -> SchemaReference:
    """The reference of what everybody may read, in a hub of these agencies."""
    built = build(Audience.PUBLIC)._schema  # noqa: SLF001  graphql-core's own
    return SchemaReference(built, domains_of_roots(), Weights.of(built, agencies), access_matrix())


def _named_of(field: GraphQLField) -> Iterator[GraphQLNamedType]:
    yield get_named_type(field.type)
    for argument in field.args.values():
        yield get_named_type(argument.type)


def _next(at: GraphQLNamedType) -> Iterator[GraphQLNamedType]:
    if isinstance(at, GraphQLObjectType | GraphQLInterfaceType):
        yield from at.interfaces
        for field in at.fields.values():
            yield from _named_of(field)
    elif isinstance(at, GraphQLInputObjectType):
        for given in at.fields.values():
            yield get_named_type(given.type)
    elif isinstance(at, GraphQLUnionType):
        yield from at.types


def _declared_in(of: GraphQLNamedType) -> str | None:
    """The domain in whose folder it stands, if it stands in a folder of a domain."""
    definition = (of.extensions or {}).get(GraphQLCoreConverter.DEFINITION_BACKREF)
    origin = definition and getattr(definition, "wrapped_cls" if isinstance(of, GraphQLEnumType) else "origin", None)
    room, _, rest = origin.__module__.partition(".") if origin else ("", "", "")
    return rest.partition(".")[0] if room else None
