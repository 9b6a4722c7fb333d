"""How much a client may ask for in a minute, by what its documents cost."""

import ipaddress

import msgspec
from starlette.requests import HTTPConnection

from auth.caller import Caller
from auth.counter import Counter

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


class Quota:
    """So much cost a minute for each client."""

    def __init__(self, per_minute: int, counter: Counter) -> None:
        self._per_minute = per_minute
        self._counter = counter

    async def charge(self, client: str, cost: int, *, per_minute: int | None = None) -> Charged:
        """Take it from what the client has left, if there is enough; `per_minute` is its own quota, if it has one."""
        quota = per_minute or self._per_minute
        counted = await self._counter.take("quota", client, most=quota, seconds=WINDOW, cost=cost)
        return Charged(allowed=counted.allowed, quota=quota, remaining=counted.remaining)


def client_of(request: HTTPConnection, caller: Caller) -> tuple[str, int | None]:
    """Who is charged, and its own quota: an app whoever it asks for, a person wherever they are, else an address."""
    if caller.app:
        return f"app:{caller.app.code}", caller.app.quota
    if caller.person:
        return f"person:{caller.person.subject}", None
    return f"at:{address_of(request)}", None


def address_of(request: HTTPConnection) -> str:
    """Where it comes from; of IPv6 the network, since who has one address has all of a /64."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Network((address, 64), strict=False).network_address)
