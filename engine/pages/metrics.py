"""`/metrics`: the numbers of this hub, for Prometheus, and for nobody else."""

import asyncio
import hmac
import ipaddress
from collections.abc import Callable
from enum import Enum

from prometheus_client.exposition import choose_encoder
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from connectors.kit.agency import Agency
from connectors.kit.clock import Clock
from engine.telemetry.metrics import Metrics
from store.kit.copies import Copies, Copy
from store.kit.database import StoreBroken

FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")
"""Headers by which a proxy tells that it speaks for somebody else."""
PATIENCE = 1.0
"""Seconds for the state of the feeds. If the store does not say it, the last known state counts."""


class MetricsReaders(Enum):
    """Who may read the numbers."""

    OFF = "off"
    """Nobody: the page does not exist."""
    PRIVATE = "private"
    """Whoever asks from this machine or from a private network, and through no proxy."""
    TOKEN = "token"  # noqa: S105  the name of the choice
    """Whoever has the bearer token, from everywhere."""


class MetricsPage:
    """`token` is what a reader sends; it is needed for `TOKEN` alone."""

    def __init__(
        self,
        metrics: Metrics,
        copies: Copies,
        clock: Clock,
        *,
        agency_of: Callable[[str], Agency | None],
        readers: MetricsReaders,
        token: str,
    ) -> None:
        self._metrics = metrics
        self._copies = copies
        self._clock = clock
        self._agency_of = agency_of
        self._readers = readers
        self._token = token.encode()
        self._known: list[Copy] = []

    def routes(self) -> list[Route]:
        """The page, unless nobody may read it."""
        return [] if self._readers is MetricsReaders.OFF else [Route("/metrics", self._answer)]

    async def _answer(self, request: Request) -> Response:
        if self._readers is MetricsReaders.TOKEN and not self._has_token(request):
            return PlainTextResponse("A token is needed.\n", 401, {"www-authenticate": 'Bearer realm="metrics"'})
        if self._readers is MetricsReaders.PRIVATE and not _is_private(request):
            return PlainTextResponse("The metrics are not public.\n", 403)
        await self._look_at_feeds()
        encode, media = choose_encoder(request.headers.get("accept", ""))
        body = await asyncio.to_thread(encode, self._metrics.registry)
        return Response(body, headers={"content-type": media})

    def _has_token(self, request: Request) -> bool:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(token.strip().encode(), self._token)

    async def _look_at_feeds(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                self._known = list((await self._copies.recent()).values())
        except (StoreBroken, TimeoutError):
            pass
        now = self._clock.now()
        for copy in self._known:
            agency = self._agency_of(copy.agency)
            of = (copy.agency, agency.domain if agency else "-", copy.name)
            self._metrics.feed_failing.labels(*of).set(copy.problem is not None)
            self._metrics.feed_documents.labels(*of).set(copy.documents)
            if copy.fetched_at:
                self._metrics.feed_lag.labels(*of).set(max(0.0, (now - copy.fetched_at).total_seconds()))


def _is_private(request: Request) -> bool:
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        address = ipaddress.ip_address(request.client.host)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_loopback or any(address in network for network in PRIVATE if network.version == address.version)


PRIVATE = tuple(
    map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"))
)
"""Networks that have no way from outside (RFC 1918, 6598, 4193)."""
