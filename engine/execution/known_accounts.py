"""What addresses have left of their quotas, as far as this process knows. What is taken here is charged behind it.

Each charge of this process says what is left then. For a second, and while that is much, an answer that is there
already is given without asking the counter. What it costs is charged within a tenth of a second, and before any other
operation of the same address begins.
"""

import asyncio
from collections.abc import Callable
from weakref import WeakValueDictionary

from engine.execution.quota import WINDOW, Charged, Quota, QuotaAccount, network_of

FRESH = 1.0
"""Seconds for which this process goes by what it knows of a quota."""
ENOUGH = 100_000
"""Of a quota that has less than this left, only the counter knows whether an operation may run."""
HOSTS = 10_000
"""Addresses whose accounts are found at once."""


class KnownAccount:
    """What one address has `left`, as it is known `until` a moment, and what it owes."""

    __slots__ = ("__weakref__", "_all", "_quota", "left", "owed", "until")

    def __init__(self, quota: QuotaAccount, all_of: "KnownAccounts") -> None:
        self._quota = quota
        self._all = all_of
        self.left = self.owed = 0
        self.until = 0.0

    def take(self, cost: int, now: float) -> int | None:
        """Take it, and say what is left; None if only the counter knows whether there is enough."""
        if now >= self.until or self.left < ENOUGH:
            return None
        if not self.owed:
            self._all.owing.append(self)
        self.owed += cost
        self.left -= cost
        return self.left

    async def charge(self, cost: int) -> Charged:
        """Take it by the counter."""
        await self.settle()
        return await self._quota.charge(cost)

    async def settle(self) -> None:
        """Charge what is owed."""
        owed, self.owed = self.owed, 0
        if owed:
            await self._quota.charge(owed, done=True)


class KnownAccounts:
    """Of one process, by the moments of this monotonic clock. From here on, it hears of each charge of the quota."""

    def __init__(self, quota: Quota, now: Callable[[], float]) -> None:
        self._quota = quota
        self._now = now
        self._of: WeakValueDictionary[str, KnownAccount] = WeakValueDictionary()
        self._hosts: dict[str, KnownAccount] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.owing: list[KnownAccount] = []
        self.policy = f'"cost";q={quota.per_minute};w={WINDOW}'.encode()
        quota.heard = self._heard

    def at(self, host: str) -> KnownAccount:
        """The account of this address, or of its network."""
        account = self._hosts.get(host)
        if account is None:
            network = network_of(host)
            account = self._of.get(f"at:{network}") or KnownAccount(self._quota.at(network), self)
            self._of[f"at:{network}"] = account
            if len(self._hosts) >= HOSTS:
                self._hosts.clear()
            self._hosts[host] = account
        return account

    def settle(self) -> None:
        """Charge what all owe, behind the scenes, before what is begun after this."""
        owing, self.owing = self.owing, []
        for account in owing:
            task = asyncio.get_running_loop().create_task(account.settle())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def aclose(self) -> None:
        """Charge the rest."""
        while self._tasks or self.owing:
            self.settle()
            await asyncio.wait(self._tasks)

    def _heard(self, client: str, remaining: int) -> None:
        kind, _, network = client.partition(":")
        if kind == "at":
            account = self._of.get(client) or self.at(network)
            account.left = remaining - account.owed
            account.until = self._now() + FRESH
