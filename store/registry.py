"""The copy tables of all feeds and the background work of all domains, collected from their declarations."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import store
from connectors.kit.connector import AnyConnector
from connectors.kit.domains import DeclarationError, declared, united
from connectors.kit.feed import names_of_feeds
from connectors.registry import CONNECTORS
from store.kit.copy_table import CopyTable
from store.kit.domains import Background, StoreDomain, Surroundings

_DOMAINS = declared(store, StoreDomain)


def _collected(
    domains: Mapping[str, StoreDomain], connectors: Iterable[type[AnyConnector]]
) -> dict[tuple[str, str], CopyTable[Any]]:
    found = {(name, feed): table for name, domain in domains.items() for feed, table in domain.copies.items()}
    united("store", domains, lambda domain: ((each.table.name, each) for each in domain.copies.values()), "the table")
    fed = {(connector.domain, feed): connector for connector in connectors for feed in names_of_feeds(connector)}
    for (domain, feed), connector in fed.items():
        if (domain, feed) not in found:
            where = f"store/{domain}/domain.py has no copy table of this name"
            raise DeclarationError(f"{connector.__module__}: the feed {feed} is kept nowhere; {where}")
    for domain, feed in found.keys() - fed.keys():
        told = f"store/{domain}/domain.py: no connector of connectors/{domain}/ has the feed {feed} of this copy table"
        raise DeclarationError(told)
    return found


COPY_TABLES: Mapping[tuple[str, str], CopyTable[Any]] = _collected(_DOMAINS, CONNECTORS)
"""The table for the records of each feed, by domain and feed."""

BACKGROUND: tuple[Callable[[Surroundings], Background], ...] = tuple(
    each for domain in _DOMAINS.values() for each in domain.background
)
"""What makes the background work of each domain."""
