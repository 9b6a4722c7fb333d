"""Replies that are given again without asking the app: a bounded number of them, counted when they are given.

What was given is told to the quotas, the metrics and the log behind it: within `BEHIND` seconds, before anything else
of the process is asked, and before anybody reads the metrics.
"""

import asyncio
from collections import Counter, OrderedDict
from typing import Generic, TypeVar

from connectors.kit.clock import Clock
from engine.execution.quota import Quota
from engine.http.kept_reply import KeptReply

BYTES = 64_000_000
"""Bytes of all requests that are remembered, with their answers."""
PLACE = 16_000
"""Bytes that one counts at least, so that there are 4,000 of them at most."""
SHARE = 8
"""The requests that one address has taught have this part of the bytes."""
LARGEST = 500_000
"""Bytes of an answer that is given here."""
BEHIND = 0.1
"""Seconds after which what was given has been told, and after which an answer is put together anew."""
IDLE = 10.0
"""Seconds after which a request is forgotten that nobody repeats, and whose answer is not kept any more."""


class RememberedReply:
    """The reply to the requests that are `asked` so, as the address of its `owner` has taught it.

    `kept` is what it was last put together of, and `until` when it is right. It was given so many `times` since this
    was last told, in so many `seconds` together.
    """

    __slots__ = ("asked", "cost", "kept", "last", "owner", "reply", "seconds", "size", "times", "until")

    def __init__(self, asked: bytes, owner: str, reply: KeptReply) -> None:
        self.asked = asked
        self.owner = owner
        self.reply = reply
        self.kept = reply.kept
        self.cost = reply.cost
        self.until = self.last = self.seconds = 0.0
        self.size = self.times = 0

    def count(self) -> None:
        """Tell how often it was given of what it was last put together of; before that changes, too."""
        if self.times:
            times, seconds = self.times, self.seconds
            self.times, self.seconds = 0, 0.0
            self.reply.told(times, seconds / times)


R = TypeVar("R", bound=RememberedReply)


class RememberedReplies(Generic[R]):
    """Of one process. Without a `quota` nobody is charged."""

    def __init__(self, clock: Clock, quota: Quota | None) -> None:
        self.now = clock.monotonic
        self.quota = quota
        self._known: OrderedDict[bytes, R] = OrderedDict()
        self._sizes: Counter[str] = Counter()
        self._size = 0
        self._untold: list[R] = []
        self._timer: asyncio.TimerHandle | None = None
        self._swept = 0.0
        self.find = self._known.get

    @property
    def remembered(self) -> int:
        """How many there are."""
        return len(self._known)

    def given(self, known: R, seconds: float = 0.0) -> None:
        """It was given, and is told behind this."""
        if not known.times:
            self._untold.append(known)
            if self._timer is None:
                self._timer = asyncio.get_running_loop().call_later(BEHIND, self.tell)
        known.times += 1
        known.seconds += seconds

    def put(self, known: R, body: int, now: float) -> None:
        """In place of the one that this address, or anybody, has not asked for longest, where there is no room."""
        if before := self._known.get(known.asked):
            self._forget(before)
        if body > LARGEST:
            return
        known.last = now
        known.size = max(PLACE, len(known.asked) + 2 * body)  # the bytes here, and those of the kept answer
        while self._sizes[known.owner] + known.size > BYTES // SHARE:
            self._forget(next(each for each in self._known.values() if each.owner == known.owner))
        while self._size + known.size > BYTES:
            self._forget(next(iter(self._known.values())))
        self._known[known.asked] = known
        self._sizes[known.owner] += known.size
        self._size += known.size

    def pass_on(self) -> None:
        """Something else comes. What was given is told first."""
        if self._untold:
            self.tell()

    def tell(self) -> None:
        """Tell what was given since this was last told."""
        self.count()
        now = self.now()
        if now - self._swept >= IDLE:
            self._swept = now
            idle = [each for each in self._known.values() if now - each.last >= IDLE and not each.kept.holds(now)]
            for known in idle:
                self._forget(known)

    def count(self) -> None:
        """Tell the metrics and the log."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        untold, self._untold = self._untold, []
        for known in untold:
            known.last = self.now()
            known.count()
            if self._known.get(known.asked) is known:
                self._known.move_to_end(known.asked)

    async def aclose(self) -> None:
        """Tell the rest, and charge for it."""
        self.tell()
        if self.quota:
            await self.quota.aclose()

    def _forget(self, known: R) -> None:
        del self._known[known.asked]
        self._size -= known.size
        self._sizes[known.owner] -= known.size
        if not self._sizes[known.owner]:
            del self._sizes[known.owner]
