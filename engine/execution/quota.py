"""How much a client may ask for in a minute, by what its documents cost."""

import asyncio
import ipaddress
from collections.abc import Callable
from functools import lru_cache

from starlette.requests import HTTPConnection

from auth.caller import Caller
from auth.rate_limiter import RateLimiter, account_of_app
from engine.execution.known_accounts import WINDOW, QuotaAccount
from engine.execution.request import BadRequest

BEHIND = 0.1
"""Seconds within which the counter is told what was taken."""
KNOWN = 10_000
"""Clients of which a process knows what they have left."""


class Quota:
    """So much cost a minute for each client, by the moments `now` of a monotonic clock."""

    def __init__(self, per_minute: int, counter: RateLimiter, now: Callable[[], float]) -> None:
        self.per_minute = per_minute
        self.counter = counter
        self.now = now
        counter.before = self._tell
        self.policy = f'"cost";q={per_minute};w={WINDOW}'.encode()
        self._owing: set[QuotaAccount] = set()
        self._known: dict[tuple[str, int], QuotaAccount] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def of(self, request: HTTPConnection, caller: Caller) -> QuotaAccount:
        """The account of who asks."""
        client, per_minute = client_of(request, caller)
        return self._account(client, per_minute or self.per_minute)

    def at(self, host: str) -> QuotaAccount:
        """The account of nobody in particular at this address."""
        return self._account(f"at:{network_of(host)}", self.per_minute)

    def settle_soon(self, account: QuotaAccount) -> None:
        """Tell the counter shortly what this account owes."""
        self._owing.add(account)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(BEHIND, self._settle)

    async def aclose(self) -> None:
        """Tell it the rest."""
        while self._tasks or self._owing:
            self._settle()
            await asyncio.wait(self._tasks)

    async def _tell(self, client: str, quota: int) -> None:
        """Tell the counter what this client owes."""
        if account := self._known.get((client, quota)):
            await account.settle()

    def _account(self, client: str, quota: int) -> QuotaAccount:
        account = self._known.get((client, quota))
        if account is None:
            if len(self._known) >= KNOWN:
                self._known = {key: each for key, each in self._known.items() if each in self._owing}
            account = self._known[client, quota] = QuotaAccount(self, client, quota)
        return account

    def _settle(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        owing, self._owing = self._owing, set()
        for account in owing:
            task = asyncio.get_running_loop().create_task(account.settle())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)


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


@lru_cache(maxsize=KNOWN)
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
