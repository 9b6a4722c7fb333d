"""What all domains declare in this room: nodes, personal categories, exports, and what shared parts are told."""

from collections.abc import Mapping
from typing import Any

import resolvers
from auth.category import Category
from connectors.kit.connector import AnyConnector
from connectors.kit.domains import by_name, declared, united
from resolvers.kit.domains import Export, NodeKind, ResolverDomain

_DOMAINS = declared(resolvers, ResolverDomain)

NODES: Mapping[type[Any], NodeKind] = united(_DOMAINS, lambda domain: domain.nodes, "the node")
"""The nodes, by their structs."""
NODES_BY_NAME = by_name(NODES.values(), lambda kind: kind.name, "the node")

CATEGORIES: Mapping[str, Category] = united(
    _DOMAINS, lambda domain: {each.name: each for each in domain.categories}, "the category"
)
"""The categories of personal data, by name."""

EXPORTS: Mapping[str, Export] = united(
    _DOMAINS, lambda domain: {each.name: each for each in domain.exports}, "the export"
)
"""The exports, by the name of the file."""

CONTRIBUTIONS: dict[type[AnyConnector], object] = united(
    _DOMAINS, lambda domain: domain.contributions, "the contribution of"
)
"""What shared parts are told, by the kind of connector that it is about."""

for _domain in _DOMAINS.values():
    if _domain.check:
        _domain.check(CONTRIBUTIONS)
