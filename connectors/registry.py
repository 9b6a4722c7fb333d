"""The agencies of the city, each behind the connector of its protocol."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

import connectors
from connectors.kit.connector import AnyConnector, Terms
from connectors.kit.domains import ConnectorDomain, DeclarationError, by_name, declared
from connectors.kit.feed import Feed, names_of_feeds
from connectors.kit.together import together


def _collected(domains: Mapping[str, ConnectorDomain]) -> tuple[type[AnyConnector], ...]:
    found = []
    for name, domain in domains.items():
        for connector in domain.connectors:
            if connector.domain != name:
                told = (
                    f"connectors/{name}/domain.py: {connector.__qualname__} says that its domain is {connector.domain}"
                )
                raise DeclarationError(told)
            found.append(connector)
    return tuple(by_name(found, lambda each: (each.domain, each.protocol), "the protocol").values())


CONNECTORS = _collected(declared(connectors, ConnectorDomain))
"""The connectors of all protocols."""

UNSAID = Terms(None, None)

K = TypeVar("K", bound=AnyConnector)


class Agencies:
    """The connectors of all configured agencies, in the order of the file."""

    def __init__(self, connectors: Iterable[AnyConnector]) -> None:
        self._connectors = {connector.agency.code: connector for connector in connectors}
        self._of: dict[type[AnyConnector], tuple[Any, ...]] = {}

    def __iter__(self) -> Iterator[AnyConnector]:
        return iter(self._connectors.values())

    def of(self, kind: type[K]) -> tuple[K, ...]:
        """The connectors of one kind, such as `of(Beds)`: the same tuple each time."""
        found = self._of.get(kind)
        if found is None:
            found = self._of[kind] = tuple(each for each in self._connectors.values() if isinstance(each, kind))
        return found

    def with_code(self, kind: type[K], code: str) -> K | None:
        """The connector of this kind and code."""
        connector = self._connectors.get(code)
        return connector if isinstance(connector, kind) else None

    def feeds(self) -> list[Feed[Any]]:
        """All feeds of all connectors."""
        return [
            getattr(connector, name)()
            for connector in self._connectors.values()
            for name in names_of_feeds(type(connector))
        ]

    def name(self, code: str) -> str:
        """The name of an agency; its code, if the agency is not configured."""
        return self._connectors[code].agency.name if code in self._connectors else code

    def terms(self, code: str) -> Terms:
        """Under which terms the data of an agency may be used."""
        return self._connectors[code].terms_of_use if code in self._connectors else UNSAID

    async def aclose(self) -> None:
        """Close all connections."""
        await together(connector.aclose() for connector in self._connectors.values())
