"""One view of the breakers for all hubs that share a Redis: what one hub has seen fail, no other hub has to try.

A hub that opens a breaker leaves a key in Redis, and the others open theirs. One hub at a time holds the lease to
probe. If its probe is answered, it removes the key, and all half open. Without Redis each hub goes by its own view.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

import structlog

from connectors.kit.agency import Agency
from connectors.kit.breaker import LONGEST_REST
from connectors.kit.connector import AnyConnector
from connectors.kit.late import late
from connectors.kit.observer import BreakerState, Observer
from connectors.kit.redis_presence import PATIENCE
from connectors.kit.together import cancel_all
from connectors.kit.waiting import set_within

if TYPE_CHECKING:
    import redis.asyncio as redis
else:
    redis = late("redis.asyncio")

log = structlog.get_logger()

OPENED, PROBES = "simpul:breaker:{}", "simpul:breaker:{}:probes"
LOOK = 1.0
"""Seconds between two looks at what other hubs have seen."""
KEPT = 30
"""Seconds after which an opening is forgotten, if no hub that goes by it is left to prolong it."""
LEASE = int(LONGEST_REST) + 10
"""Seconds for which a hub probes alone. It prolongs the lease with each probe."""


class CommonView(Observer):
    """What this hub tells the others of its breakers, and learns of theirs."""

    def __init__(self, url: str, connectors: Iterable[AnyConnector]) -> None:
        self._client = redis.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
        self._hub = secrets.token_hex(8).encode()
        self._changed: dict[str, BreakerState] = {}
        self._open = frozenset[str]()
        self._holds = set[str]()
        self._learning = False
        self._alone = False
        self._told = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self.know(connectors)

    def know(self, connectors: Iterable[AnyConnector]) -> None:
        """Share the breakers of these from now on."""
        self._throttles = {each.agency.code: each.throttle for each in connectors if each.agency.url}
        for code, throttle in self._throttles.items():
            throttle.prober.turn = partial(self._turn, code)

    def breaker_changed(self, agency: Agency, state: BreakerState, cause: str | None) -> None:  # noqa: ARG002  it is read when it is told
        if not self._learning and agency.code in self._throttles:
            self._changed[agency.code] = state
            self._told.set()

    def start(self) -> None:
        """Begin to tell and to look."""
        self._running = asyncio.create_task(self._run())

    async def exchange(self) -> None:
        """Tell what has changed here, then take over what has changed elsewhere."""
        told, self._changed = self._changed, {}
        codes = list(self._throttles)
        try:
            await self._tell(told)
            kept = await self._client.mget([OPENED.format(code) for code in codes])
        except (redis.RedisError, OSError):
            self._changed = told | self._changed
            self._be(alone=True)
            return
        self._be(alone=False)
        self._learn({code: cause for code, cause in zip(codes, kept, strict=True) if isinstance(cause, bytes)})

    async def aclose(self) -> None:
        """Give back the leases, and close the connections."""
        if self._running:
            await cancel_all([self._running])
        with contextlib.suppress(redis.RedisError, OSError):
            if self._holds:
                await self._client.delete(*(PROBES.format(code) for code in self._holds))
        await self._client.aclose()

    async def _run(self) -> None:
        while True:
            await self.exchange()
            await set_within(self._told, LOOK)
            self._told.clear()

    async def _tell(self, changed: dict[str, BreakerState]) -> None:
        async with self._client.pipeline(transaction=False) as told:
            for code, throttle in self._throttles.items():
                state = changed.get(code)
                if state is BreakerState.OPEN:
                    told.set(OPENED.format(code), throttle.breaker.cause or "", ex=KEPT)
                elif state is not None:
                    told.delete(OPENED.format(code))
                elif throttle.is_open:
                    told.expire(OPENED.format(code), KEPT)
            await told.execute()

    def _learn(self, causes: dict[str, bytes]) -> None:
        """Open what others have opened, and half open what another hub's probe has half opened."""
        self._learning = True
        try:
            for code, throttle in self._throttles.items():
                if code in self._changed:  # in the meantime, here
                    continue
                if code in causes and not throttle.is_open:
                    throttle.breaker.open(causes[code].decode() or None)
                elif code not in causes and code in self._open and throttle.is_open:
                    throttle.breaker.half_open()
        finally:
            self._learning = False
        self._open = frozenset(causes)

    async def _turn(self, code: str) -> bool:
        """Whether this hub probes the agency now."""
        name = PROBES.format(code)
        try:
            if not await self._client.set(name, self._hub, nx=True, ex=LEASE):
                if await self._client.get(name) != self._hub:
                    return False
                await self._client.expire(name, LEASE)
        except (redis.RedisError, OSError):
            return True
        self._holds.add(code)
        return True

    def _be(self, *, alone: bool) -> None:
        if alone and not self._alone:
            log.warning("breakers.alone", reason="Redis does not answer: this hub goes by what it sees itself")
        elif self._alone and not alone:
            log.info("breakers.shared")
        self._alone = alone
