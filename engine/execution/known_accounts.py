"""What clients have left of their quotas, as far as this process knows. The counter is told behind what is taken here.

A process that counts by itself knows what is left to the unit. It adds up what operations take and give back, and tells
the counter within a tenth of a second. Where several hubs count together, an operation asks the counter once: what it
costs to come in is told with that, and what it gives back is told behind it. Near the end of a quota only the counter
knows, so there it is told each step.
"""

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from engine.execution.quota import Quota

WINDOW = 60
"""Seconds; after so many a client that was refused may ask again."""
FRESH = 1.0
"""Seconds for which this process goes by what it knows of a quota."""
ENOUGH = 100_000
"""Where hubs count together and less than this is left, only the counter knows whether an operation may run."""


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
    """What one client has `left`, as it is known `until` a moment, and what it `owes`: less than nothing is its credit.

    `_telling` is what the counter is being told, and may not know yet.
    """

    __slots__ = ("_all", "_client", "_telling", "left", "owes", "quota", "until")

    def __init__(self, of: "Quota", client: str, quota: int) -> None:
        self._all = of
        self._client = client
        self._telling = 0
        self.quota = quota
        self.left = self.owes = 0
        self.until = 0.0

    async def charge(self, cost: int, *, done: bool = False, later: bool = False) -> Charged:
        """Take it from what is left, if that is enough; of what is `done` already, as much as there is.

        A negative cost gives back. `later`: the counter may be told with what the client is charged next.
        """
        shared = self._all.counter.is_shared
        if later or not shared:
            left = self.take(cost, self._all.now(), ENOUGH if shared else 0)
            if left is not None:
                return Charged(allowed=True, quota=self.quota, remaining=left)
        owed, self.owes = self.owes, 0
        try:
            charged = await self._counted(cost + owed, done=done)
        except BaseException:
            self._owe(max(0, owed))
            raise
        if charged.allowed or done or not owed:
            return charged
        rest = await self._counted(owed, done=owed > 0)
        return Charged(allowed=False, quota=self.quota, remaining=rest.remaining)

    def take(self, cost: int, now: float, least: int | None = None) -> int | None:
        """Take it, and say what is left; None where only the counter knows whether there is enough.

        Who gives an answer that is there already asks for `least` so much before it.
        """
        if now >= self.until or self.left < max(cost, ENOUGH if least is None else least):
            return None
        self.left -= cost
        self._owe(cost)
        return self.left

    async def settle(self) -> None:
        """Charge what is owed."""
        owed, self.owes = self.owes, 0
        if owed:
            await self._counted(owed, done=owed > 0)

    def _owe(self, cost: int) -> None:
        self.owes += cost
        self._all.settle_soon(self)

    async def _counted(self, cost: int, *, done: bool) -> Charged:
        """Take it by the counter, which says what is left without what it has not been told."""
        self._telling += cost
        try:
            taken = await self._all.counter.hit(
                "quota", self._client, most=self.quota, seconds=WINDOW, cost=cost, done=done
            )
        finally:
            self._telling -= cost
        self.left = taken.remaining - self.owes - self._telling
        self.until = self._all.now() + FRESH
        return Charged(allowed=taken.allowed, quota=self.quota, remaining=taken.remaining)
