"""The city's agencies, each behind the connector that speaks its protocol."""

import asyncio
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from connectors.beds.aplicares import Aplicares
from connectors.beds.mapped_rest import MappedRest
from connectors.beds.rs_online import RsOnline
from connectors.identity.dukcapil import Dukcapil
from connectors.jdih.jdihn import Jdihn
from connectors.jobs.ak1 import Ak1
from connectors.jobs.ical import FairCalendar
from connectors.jobs.job_posting import JobPosting
from connectors.jobs.karirhub import Karirhub
from connectors.jobs.maganghub import MagangHub
from connectors.jobs.rss import Rss
from connectors.kit.connector import AnyConnector
from connectors.kit.feed import Feed, names_of_feeds
from connectors.prices.pihps import Pihps
from connectors.prices.sp2kp import Sp2kp
from connectors.prices.survey import Survey
from connectors.tax.bphtb import Bphtb
from connectors.tax.opensipkd import OpenSipkd
from connectors.tax.retribusi import Retribusi
from connectors.tax.sismiop import Sismiop
from connectors.venues.database import Database
from connectors.venues.ical import SportCalendar
from connectors.venues.open_booking import OpenBooking
from connectors.venues.openactive import OpenActive

CONNECTORS: tuple[type[AnyConnector], ...] = (
    Ak1,
    Aplicares,
    Database,
    Bphtb,
    Dukcapil,
    FairCalendar,
    Jdihn,
    JobPosting,
    Karirhub,
    MagangHub,
    MappedRest,
    OpenActive,
    OpenBooking,
    OpenSipkd,
    Pihps,
    RsOnline,
    Rss,
    Retribusi,
    Sismiop,
    Sp2kp,
    SportCalendar,
    Survey,
)
"""Every protocol that the hub speaks."""

K = TypeVar("K", bound=AnyConnector)


class Agencies:
    """All configured connectors, in the order of the file."""

    def __init__(self, connectors: Iterable[AnyConnector]) -> None:
        self._connectors = {connector.agency.code: connector for connector in connectors}

    def __iter__(self) -> Iterator[AnyConnector]:
        return iter(self._connectors.values())

    def of(self, kind: type[K]) -> tuple[K, ...]:
        """Those of one domain: `of(Beds)`."""
        return tuple(connector for connector in self._connectors.values() if isinstance(connector, kind))

    def with_code(self, kind: type[K], code: str) -> K | None:
        """The one of this domain with this code."""
        connector = self._connectors.get(code)
        return connector if isinstance(connector, kind) else None

    def feeds(self) -> list[Feed[Any]]:
        """All feeds of all of them."""
        return [
            getattr(connector, name)()
            for connector in self._connectors.values()
            for name in names_of_feeds(type(connector))
        ]

    def name(self, code: str) -> str:
        """What people call the agency; its code, where it is none of this configuration."""
        return self._connectors[code].agency.name if code in self._connectors else code

    async def aclose(self) -> None:
        """Let go of all connections."""
        await asyncio.gather(*(connector.aclose() for connector in self._connectors.values()))
