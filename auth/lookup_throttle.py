"""How many different things somebody has looked up by their numbers lately, so that asking one after the other ends.

A number that is asked again within the window costs nothing; what is refused is not counted. With Redis the hubs count
together; while Redis is gone each counts by itself. Neither who asks nor a number is kept, but keyed hashes of them.
"""

import hashlib
import hmac
from collections import OrderedDict
from typing import Any, cast

import msgspec
import structlog
from redis.asyncio import ConnectionPool, Redis
from redis.exceptions import RedisError

from auth.caller import Audience, Caller
from auth.rate_limiter import PATIENCE
from connectors.kit.clock import Clock

log = structlog.get_logger()

CALLERS = 100_000
"""Of how many callers one process remembers what they asked; then those that asked last are the ones it knows."""

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
"""In one step, so that of many at once none slips through: (now, window, most, thing) → allowed, and which one it is,
0 for one that was asked before; or refused, and when the oldest was asked."""


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """How many different numbers may be looked up within `window` seconds.

    After `free` of them each further one waits `delay` seconds longer than the one before it, `longest` at most; beyond
    `most` it is refused. An app by itself and an officer are known to the city and may ask `known_times` as many.
    """

    free: int = 20
    most: int = 60
    window: int = 3600
    delay: float = 0.1
    longest: float = 5.0
    known_times: int = 20

    def times(self, times: int) -> "Bounds":
        """So many times as many."""
        return msgspec.structs.replace(self, free=self.free * times, most=self.most * times)

    def wait(self, count: int) -> float:
        """How long the so many-th one waits."""
        return min(max(0, count - self.free) * self.delay, self.longest)


class Lookup(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of one: after how many seconds it goes on, or after how many it may be tried again."""

    allowed: bool
    wait: float = 0.0
    retry_after: float = 0.0


class LookupThrottle:
    """Counts what is looked up, by whom."""

    def __init__(self, bounds: Bounds, *, clock: Clock, redis_url: str | None, secret: bytes) -> None:
        self._bounds = bounds
        self._clock = clock
        self._secret = secret
        self._own: OrderedDict[str, dict[str, float]] = OrderedDict()
        self._pool = (
            ConnectionPool.from_url(redis_url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
            if redis_url
            else None
        )
        self._shared = Redis(connection_pool=self._pool) if self._pool else None

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
        """Let go of connections."""
        if self._pool:
            await self._pool.aclose()

    async def _count(self, who: str, thing: str, bounds: Bounds) -> tuple[bool, float]:
        if self._shared:
            given: list[Any] = [self._now(), bounds.window, bounds.most, thing]
            try:
                told = await cast(Any, self._shared.eval(COUNT, 1, f"simpul-lookups:{who}", *given))
                return bool(told[0]), float(told[1])
            except (RedisError, OSError) as error:
                log.warning("counted_alone", what="lookups", error=type(error).__name__)
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
    """A person, also where an app asks for them: one cannot use up what another has; else the app, else an address."""
    if caller.person:
        return f"person:{caller.person.subject}"
    return f"app:{caller.app.code}" if caller.app else f"at:{address}"
