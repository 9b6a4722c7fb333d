"""The world around an operation, recorded once and played to each side alike: agencies, the store, who signs in, the record.

What answers, what fails and how long it takes follows from the question and a seed, and not from who asks first. So two
ways to run an operation see the same world, and what they have asked of it can be compared.
"""

import asyncio
import inspect
from collections import Counter
from dataclasses import fields
from datetime import timedelta
from typing import NamedTuple
from zlib import crc32

import msgspec

from connectors.kit.errors import (
    AgencyChanged,
    AgencyError,
    AgencyRejected,
    AgencyThrottled,
    AgencyUnavailable,
    HubThrottled,
)
from connectors.kit.feed import Feed
from resolvers.kit.context import Context
from resolvers.kit.live import Live
from store.audit.audit_log import PendingEntries
from store.kit.database import StoreBroken

FAILURES = (AgencyUnavailable, AgencyThrottled, AgencyRejected, AgencyChanged, HubThrottled)
MOST = 20_000
"""So many answers are remembered; then all are forgotten."""


class Weather(NamedTuple):
    """What goes wrong in one operation: of a hundred agencies, reads and pieces of work of the store, so many.

    After `turns` seconds it is others that fail: what is subscribed to has changed.
    """

    seed: int = 0
    agencies: int = 0
    reads: int = 0
    store: int = 0
    audit: int = 0
    turns: float = 70.0

    @classmethod
    def of(cls, random):
        """Mostly fair."""
        few = random.choice
        return cls(
            random.getrandbits(32),
            few((0, 0, 0, 30, 100)),
            few((0, 0, 20)),
            few((0,) * 9 + (50,)),
            few((0,) * 9 + (50,)),
        )


class Replay:
    """`asked`: what was asked since `begin`, how often. `pending`: what was to be written into the record."""

    def __init__(self):
        self._known = {}
        self._weather = Weather()
        self.begin(Weather())

    def begin(self, weather):
        """Begin an operation."""
        if len(self._known) > MOST:
            self._known.clear()
        self._weather = weather
        self.asked = Counter()
        self.pending = []
        self._began = None

    @property
    def entries(self):
        """Who has read which categories of whose data, as it was to be written."""
        return Counter(
            (subject, *sorted(categories), msgspec.json.encode(each.reader))
            for each in self.pending
            for subject, categories in each.read.items()
        )

    def chance(self, *of):
        """A number below 2^32 that follows from these and the seed."""
        return crc32(repr((self._weather.seed, *of)).encode())

    def delay(self, *of):
        """Seconds, exact in the base of two."""
        return (self.chance("delay", *of) % 2**20 + 1) / 2**21

    async def ask(self, key, really, failure=None):
        """The answer to this question: that of the world outside the first time, and ever after the same."""
        self.asked[key] += 1
        if failure:
            await asyncio.sleep(self.delay(key))
            raise failure
        outcome = self._known.get(key)
        if outcome is None:
            # Who asks may leave; the world outside goes on in its own time.
            outcome = await asyncio.shield(asyncio.ensure_future(self._record(key, really)))
        else:
            await asyncio.sleep(self.delay(key))
        error, value = outcome
        if error:
            raise error.again() if isinstance(error, AgencyError) else error.with_traceback(None)
        return value

    async def _record(self, key, really):
        with asyncio.get_running_loop().outside():
            try:
                outcome = None, await really()
            except Exception as error:  # noqa: BLE001  it is played as it came
                outcome = error, None
        self._known[key] = outcome
        return outcome

    def failing(self, agency, read):
        """How this agency fails; None if it answers."""
        now = asyncio.get_running_loop().time()
        self._began = now if self._began is None else self._began
        turn = (now - self._began) // self._weather.turns
        down, slip = self.chance("agency", agency, turn), self.chance("read", agency, read, turn)
        if down % 100 < self._weather.agencies:
            return FAILURES[down // 100 % len(FAILURES)](
                agency, "as the seed wants it", retry_after=down // 500 % 3 or None
            )
        if slip % 100 < self._weather.reads:
            return FAILURES[slip // 100 % len(FAILURES)](agency, "as the seed wants it")
        return None

    def broken(self, name):
        """How the store fails at this work; None if it does it."""
        return StoreBroken("as the seed wants it") if self.chance("store", name) % 100 < self._weather.store else None

    def unwritten(self, number):
        """Whether this entry of the record cannot be written."""
        return self.chance("audit", number) % 100 < self._weather.audit

    def around(self, ctx):
        """The surroundings of an operation, in this world."""
        given = {each.name: getattr(ctx, each.name) for each in fields(ctx) if each.init}
        ctx.auditor._audit_log = _RecordedAuditLog(self, ctx.auditor._audit_log)
        given |= {
            "cache": _PlayedCache(self, ctx.cache),
            "store": _PlayedStore(self, ctx.store),
            "identity": ctx.identity and Played(self, "identity", ctx.identity, fails=False, inner=("account",)),
            "api_keys": ctx.api_keys and Played(self, "api keys", ctx.api_keys),
            "counter": Played(self, "counter", ctx.counter, fails=False),
            "lookup_throttle": ctx.lookup_throttle and Played(self, "lookups", ctx.lookup_throttle, fails=False),
            "live": Live(),
        }
        return PlayedContext(**given)


class PlayedContext(Context):
    """A context whose commands are played too."""

    async def execute(self, command):
        return await super().execute(_PlayedCommand(self.cache.replay, command))


class _PlayedCommand:
    def __init__(self, replay, command):
        self.agency, self.name = command.agency, command.name
        self._replay, self._command = replay, command

    async def execute(self):
        told = inspect.getclosurevars(self._command._do).nonlocals
        key = ("command", self.agency.code, self.name, repr((told.get("args"), told.get("kwargs"))))
        failure = self._replay.failing(self.agency.code, self.name)
        return await self._replay.ask(key, self._command.execute, failure)


class _PlayedCache:
    def __init__(self, replay, cache):
        self.replay, self._cache = replay, cache

    async def get(self, read, *, at_most=None, ahead=timedelta(0)):
        key = ("read", read.agency.code, read.name, read.arguments, at_most, ahead)
        failure = self.replay.failing(read.agency.code, read.name)
        return await self.replay.ask(key, lambda: self._cache.get(read, at_most=at_most, ahead=ahead), failure)

    def __getattr__(self, name):
        return getattr(self._cache, name)


class Played:
    """An object whose asynchronous methods are played."""

    def __init__(self, replay, name, real, *, fails=True, inner=()):
        self._replay, self._name, self._real, self._fails, self._inner = replay, name, real, fails, inner

    def __getattr__(self, name):
        found = getattr(self._real, name)
        if name in self._inner:
            return Played(self._replay, f"{self._name}.{name}", found, fails=self._fails)
        if not inspect.iscoroutinefunction(found):
            return found

        async def played(*given, **named):
            key = (self._name, name, repr([*map(_told, given)]), repr(named))
            failure = self._replay.broken(self._name) if self._fails else None
            return await self._replay.ask(key, lambda: found(*given, **named), failure)

        return played


def _told(argument):
    """The argument itself, or the name of what has one."""
    return (argument.agency.code, argument.name) if isinstance(argument, Feed) else argument


class _PlayedStore:
    def __init__(self, replay, store):
        self._replay, self._store = replay, store
        self.copies = Played(replay, "copies", store.copies)
        self._made = {}

    def of(self, kind):
        if kind not in self._made:
            self._made[kind] = Played(self._replay, kind.__name__, self._store.of(kind))
        return self._made[kind]

    def __getattr__(self, name):
        return getattr(self._store, name)


class _RecordedAuditLog(Played):
    """An audit log that remembers what would be written: who, about whom, which category."""

    def __init__(self, replay, real):
        super().__init__(replay, "audit log", real)

    def begin(self, reader, at):
        pending, loop = PendingEntries(reader, at), asyncio.get_running_loop()

        def take():
            pending.taken = True

        number = len(self._replay.pending)
        failure = "as the seed wants it" if self._replay.unwritten(number) else None
        self._replay.pending.append(pending)
        loop.call_soon(take)
        loop.call_later(self._replay.delay("audit log", number), pending.ends, failure)
        return pending
