"""What all domains declare in this room: nodes, categories of personal data, and exports."""

from collections.abc import Mapping
from typing import Any

import resolvers
from auth.category import Category
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
