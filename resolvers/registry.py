"""What all domains declare in this room: nodes, personal categories, exports, and what shared parts are told."""

from collections.abc import Mapping
from typing import Any

import resolvers
from auth.category import Category
from connectors.kit.bilingual import Bilingual
from connectors.kit.connector import AnyConnector
from connectors.kit.domains import declared, united
from resolvers.kit.domains import Export, NodeKind, ResolverDomain

_DOMAINS = declared(resolvers, ResolverDomain)


def _nodes(domains: Mapping[str, ResolverDomain]) -> dict[type[Any], NodeKind]:
    united(ROOM, domains, lambda domain: ((each.name, each) for each in domain.nodes.values()), "the node")
    return united(ROOM, domains, lambda domain: domain.nodes.items(), "the node of the struct")


def _categories(domains: Mapping[str, ResolverDomain]) -> dict[str, Category]:
    return united(ROOM, domains, lambda domain: ((each.name, each) for each in domain.categories), "the category")


def _exports(domains: Mapping[str, ResolverDomain]) -> dict[str, Export]:
    return united(ROOM, domains, lambda domain: ((each.name, each) for each in domain.exports), "the export")


ROOM = resolvers.__name__
NODES: Mapping[type[Any], NodeKind] = _nodes(_DOMAINS)
"""The nodes, by their structs."""
NODES_BY_NAME: Mapping[str, NodeKind] = {kind.name: kind for kind in NODES.values()}
CATEGORIES: Mapping[str, Category] = _categories(_DOMAINS)
"""The categories of personal data, by name."""
EXPORTS: Mapping[str, Export] = _exports(_DOMAINS)
"""The exports, by the name of the file."""
TITLES: Mapping[str, Bilingual] = {name: domain.title for name, domain in _DOMAINS.items() if domain.title}
"""What people call the subject of each domain, by the name of its folder."""
ABOUT: Mapping[str, Bilingual] = {name: domain.about for name, domain in _DOMAINS.items() if domain.about}
"""What can be asked of each domain, in a sentence."""

CONTRIBUTIONS: dict[type[AnyConnector], object] = united(
    ROOM, _DOMAINS, lambda domain: domain.contributions.items(), "the contribution of"
)
"""What shared parts are told, by the kind of connector that it is about."""

for _domain in _DOMAINS.values():
    if _domain.check:
        _domain.check(CONTRIBUTIONS)
