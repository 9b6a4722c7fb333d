"""How much a client may ask for in a minute, by what its documents cost."""

import ipaddress
from collections.abc import Callable

import msgspec
from starlette.requests import HTTPConnection

from auth.caller import Caller
from auth.rate_limiter import RateLimiter, account_of_app
from engine.execution.request import BadRequest

WINDOW = 60
"""Seconds; after so many a client that was refused may ask again."""


class Charged(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one operation: whether it may run, and what is left of the minute's quota."""

    allowed: bool
    quota: int
    remaining: int

    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers-10 has them."""
        return {
            "ratelimit-policy": f'"cost";q={self.quota};w={WINDOW}',
            "ratelimit": f'"cost";r={self.remaining};t={WINDOW}',
        }


class QuotaAccount:
    """What one client has left."""

    def __init__(
        self, counter: RateLimiter, client: str, quota: int, heard: Callable[[str, int], None] | None = None
    ) -> None:
        self._counter = counter
        self._client = client
        self.quota = quota
        self._heard = heard

    async def charge(self, cost: int, *, done: bool = False) -> Charged:
        """Take it from what is left, if that is enough; of what is `done` already, as much as there is."""
        taken = await self._counter.hit("quota", self._client, most=self.quota, seconds=WINDOW, cost=cost, done=done)
        return self._said(allowed=taken.allowed, remaining=taken.remaining)

    async def give_back(self, cost: int) -> Charged:
        """What was charged and is not needed."""
        taken = await self._counter.hit("quota", self._client, most=self.quota, seconds=WINDOW, cost=-cost)
        return self._said(allowed=True, remaining=taken.remaining)

    def _said(self, *, allowed: bool, remaining: int) -> Charged:
        if self._heard:
            self._heard(self._client, remaining)
        return Charged(allowed=allowed, quota=self.quota, remaining=remaining)


class Quota:
    """So much cost a minute for each client. Each time that it is known what one has left, `heard` is told."""

    def __init__(self, per_minute: int, counter: RateLimiter) -> None:
        self.per_minute = per_minute
        self._counter = counter
        self.heard: Callable[[str, int], None] | None = None

    def of(self, request: HTTPConnection, caller: Caller) -> QuotaAccount:
        """The account of who asks."""
        client, per_minute = client_of(request, caller)
        return QuotaAccount(self._counter, client, per_minute or self.per_minute, self.heard)

    def at(self, network: str) -> QuotaAccount:
        """The account of nobody in particular at this address."""
        return QuotaAccount(self._counter, f"at:{network}", self.per_minute, self.heard)


async def charge(quota: Quota | None, request: HTTPConnection, caller: Caller, cost: int) -> dict[str, str]:
    """Take a cost from what who asks has left, and say so in headers; raises `BadRequest` where it is not enough."""
    charged = await quota.of(request, caller).charge(cost) if quota else None
    if charged is None:
        return {}
    if not charged.allowed and cost > charged.quota:
        told = f"This costs {cost}, and your minute allows {charged.quota}."
        raise BadRequest(403, "COST_EXCEEDS_QUOTA", told, charged.headers())
    if not charged.allowed:
        headers = charged.headers() | {"retry-after": str(WINDOW)}
        raise BadRequest(429, "QUOTA_EXCEEDED", "The minute's quota is used up.", headers)
    return charged.headers()


def client_of(request: HTTPConnection, caller: Caller) -> tuple[str, int | None]:
    """Who is charged, and its own quota: an app whoever it asks for, a person wherever they are, else an address."""
    if caller.app:
        return account_of_app(caller.app.code), caller.app.quota
    if caller.person:
        return f"person:{caller.person.subject}", None
    return f"at:{address_of(request)}", None


def address_of(request: HTTPConnection) -> str:
    """Where it comes from."""
    return network_of(request.client.host if request.client else "")


def network_of(host: str) -> str:
    """The address; of IPv6 the network, since who has one address has all of a /64."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Network((address, 64), strict=False).network_address)
