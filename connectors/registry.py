"""The agencies of the city, each behind the connector of its protocol."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

import connectors
from connectors.kit.agency import Agency
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
        self._next: Agencies | None = None

    def newest(self) -> "Agencies":
        """Those that are configured by now: these, or others in their place since the configuration changed."""
        newest = self
        while newest._next is not None:
            newest = newest._next
        return newest

    def give_way(self, others: "Agencies") -> None:
        """From now on, others are configured in the place of these."""
        self._next = others

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
        return [each for connector in self for each in feeds_of(connector)]

    def agency(self, code: str) -> Agency | None:
        """The agency of this code; None if it is not configured."""
        return self._connectors[code].agency if code in self._connectors else None

    def name(self, code: str) -> str:
        """The name of an agency; its code, if the agency is not configured."""
        return self._connectors[code].agency.name if code in self._connectors else code

    def terms(self, code: str) -> Terms:
        """Under which terms the data of an agency may be used."""
        return self._connectors[code].terms_of_use if code in self._connectors else UNSAID

    async def aclose(self) -> None:
        """Close all connections."""
        await together(connector.aclose() for connector in self._connectors.values())


class CurrentAgencies(Agencies):
    """Those that are configured now, for what outlives a change of the configuration.

    An operation takes `now` when it begins, and ends with that.
    """

    def __init__(self, now: Agencies) -> None:
        super().__init__(())
        self.take(now)

    def take(self, now: Agencies) -> None:
        """Be these from now on."""
        self.now = now
        self._connectors, self._of = {each.agency.code: each for each in now}, {}


def feeds_of(connector: AnyConnector) -> list[Feed[Any]]:
    """The feeds of one connector."""
    return [getattr(connector, name)() for name in names_of_feeds(type(connector))]
