"""How many different numbers a caller may look up, so that nobody can try all numbers one after the other.

A number that is asked again within the window costs nothing, and a refused number is not counted. With Redis all hubs
count together; without it each hub counts by itself. Only keyed hashes of the caller and of the numbers are kept.
"""

import hashlib
import hmac
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, cast

import msgspec

from auth.caller import Audience, Caller
from connectors.kit.clock import Clock
from connectors.kit.late import late
from connectors.kit.redis_presence import PATIENCE, RedisPresence

if TYPE_CHECKING:
    import redis.asyncio as redis
else:
    redis = late("redis.asyncio")

CALLERS = 100_000
"""How many callers one process remembers. The callers that asked least recently are forgotten first."""

COUNT = """
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1] - ARGV[2])
if redis.call('ZSCORE', KEYS[1], ARGV[4]) then return {1, 0} end
local count = redis.call('ZCARD', KEYS[1])
if count >= tonumber(ARGV[3]) then
    return {0, redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]}
end
redis.call('ZADD', KEYS[1], ARGV[1], ARGV[4])
redis.call('EXPIRE', KEYS[1], math.ceil(ARGV[2]))
return {1, count + 1}
"""
"""One step, so that of many requests at the same time none slips through: (now, window, most, thing) → the result.

Allowed is {1, its number}; the number is 0 for a thing that was asked before. Refused is {0, time of the oldest}.
"""


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """How many different numbers may be looked up within `window` seconds.

    The first `free` ones are answered at once. Each further one waits `delay` seconds longer than the one before, at
    most `longest`. After `most` it is refused. For an officer, or an app by itself, `free` and `most` are multiplied
    by `known_times`, because the city knows them.
    """

    free: int = 20
    most: int = 60
    window: int = 3600
    delay: float = 0.1
    longest: float = 1.5
    known_times: int = 20

    def times(self, times: int) -> "Bounds":
        """The same with larger numbers."""
        return msgspec.structs.replace(self, free=self.free * times, most=self.most * times)

    def wait(self, count: int) -> float:
        """How many seconds a lookup waits, by its number in the window."""
        return min(max(0, count - self.free) * self.delay, self.longest)


class Lookup(msgspec.Struct, frozen=True, kw_only=True):
    """The result for one lookup: the seconds until it goes on, or the seconds until it may be tried again."""

    allowed: bool
    wait: float = 0.0
    retry_after: float = 0.0


class LookupThrottle:
    """Counts the lookups of each caller."""

    def __init__(
        self,
        bounds: Bounds,
        *,
        clock: Clock,
        redis_url: str | None,
        secret: bytes,
        presence: RedisPresence | None = None,
    ) -> None:
        self._bounds = bounds
        self._clock = clock
        self._secret = secret
        self._presence = presence or RedisPresence(clock)
        self._own: OrderedDict[str, dict[str, float]] = OrderedDict()
        self._pool = (
            redis.ConnectionPool.from_url(redis_url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
            if redis_url
            else None
        )
        self._shared = redis.Redis(connection_pool=self._pool) if self._pool else None

    async def look(self, caller: Caller, address: str, thing: str) -> Lookup:
        """Whether this caller, at this address, may look this thing up."""
        bounds, who = self._bounds, _name(caller, address)
        if who.startswith("app:") or caller.audience is Audience.OFFICER:
            bounds = bounds.times(bounds.known_times)
        allowed, told = await self._count(self._hash("who", who), self._hash("thing", thing), bounds)
        if allowed:
            return Lookup(allowed=True, wait=bounds.wait(int(told)))
        return Lookup(allowed=False, retry_after=max(1.0, told + bounds.window - self._now()))

    async def aclose(self) -> None:
        """Close the connections."""
        if self._pool:
            await self._pool.aclose()

    async def _count(self, who: str, thing: str, bounds: Bounds) -> tuple[bool, float]:
        if shared := self._shared:
            given: list[Any] = [self._now(), bounds.window, bounds.most, thing]
            name = f"simpul-lookups:{who}"
            told = await self._presence.ask(lambda: cast(Any, shared.eval(COUNT, 1, name, *given)), None)
            if told:
                return bool(told[0]), float(told[1])
        return self._count_alone(who, thing, bounds)

    def _count_alone(self, who: str, thing: str, bounds: Bounds) -> tuple[bool, float]:
        now = self._now()
        known = self._own.setdefault(who, {})
        self._own.move_to_end(who)
        for old in [each for each, at in known.items() if at <= now - bounds.window]:
            del known[old]
        while len(self._own) > CALLERS:
            self._own.popitem(last=False)
        if thing in known:
            return True, 0
        if len(known) >= bounds.most:
            return False, min(known.values())
        known[thing] = now
        return True, len(known)

    def _now(self) -> float:
        return self._clock.now().timestamp()

    def _hash(self, what: str, value: str) -> str:
        return hmac.new(self._secret, f"lookups:{what}:{value}".encode(), hashlib.sha256).hexdigest()[:32]


def _name(caller: Caller, address: str) -> str:
    """Who is counted: the person, also behind an app, so that one person cannot use up what another has.

    Without a person it is the app, and without an app the address.
    """
    if caller.person:
        return f"person:{caller.person.subject}"
    return f"app:{caller.app.code}" if caller.app else f"at:{address}"
