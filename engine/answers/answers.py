"""The kept answers of one hub: found by what determines them, made once for all, and dropped when that changes."""

import hashlib
from collections.abc import Callable, Collection
from typing import Self

import msgspec
from cachetools import LRUCache

from auth.caller import Caller
from cache.use import CacheUse
from connectors.kit.clock import Clock
from connectors.kit.urgency import Urgency
from engine.answers.asked import AskedOperation
from engine.answers.flights import AnswerFlights
from engine.answers.kept import KeptAnswer, KeptContent
from engine.answers.shared import SharedAnswers
from engine.answers.shelf import Shelf
from engine.execution.request import OperationRequest
from engine.telemetry.answer_metrics import AnswerMetrics
from store.kit.copies import Copies
from store.kit.database import StoreBroken

OFTEN = 3
"""After so many hits an answer is made anew before its life ends."""
SOON = 0.1
"""The last part of its life, in which it is made anew."""
LEAST_LIFE = 5.0
"""Seconds of a life below which an answer is not made anew behind the scenes."""

SHORT = 16_000
"""Bytes of an answer that is kept at once. A longer one takes time to keep, so it has to be asked for again."""
ONCE = 10_000
"""Questions with long answers of which a process remembers that they were asked."""


class Answers:
    """The answers that one process keeps, within `max_bytes`; with `shared`, together with other hubs.

    `version` says which schema and which configuration made them. `refresh` is called with what is asked for often, and
    with the seconds that are left of its life.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        copies: Copies,
        secret: bytes,
        version: str,
        max_bytes: int,
        metrics: AnswerMetrics,
        shared: SharedAnswers | None = None,
    ) -> None:
        self._clock = clock
        self._copies = copies
        self._secret = hashlib.sha256(secret).digest()
        self._version = version
        self._shelf = Shelf(max_bytes)
        self.flights = AnswerFlights()
        self._once: LRUCache[bytes, None] = LRUCache(ONCE)
        self._shared = shared
        self.metrics = metrics
        self.drops = 0
        self.refresh: Callable[[AskedOperation, float], None] | None = None
        metrics.watch(lambda: len(self._shelf), lambda: self._shelf.bytes_kept)

    def asked(self, document: str, operation: OperationRequest, caller: Caller, language: str) -> AskedOperation:
        """The operation of this caller, under the key of its answer. The key says nothing of what was asked."""
        grants = sorted(caller.app.scopes) if caller.app else ()
        determined = (
            self._version,
            document,
            operation.operation_name,
            msgspec.json.encode(operation.variables, order="deterministic"),
            caller.audience.value,
            caller.app is not None,
            grants,
            caller.declared,
            language,
        )
        encoded = msgspec.msgpack.encode(determined)
        key, size = self._hash(encoded), len(encoded)
        anybody = caller.app is None and caller.person is None and caller.declared is None
        return AskedOperation(
            key=key, size=size, document=document, operation=operation, language=language, anybody=anybody
        )

    def use(self) -> CacheUse:
        """What they have done in this process, and what they are."""
        shelf, counted = self._shelf, self.metrics
        return CacheUse(
            code="ANSWERS",
            entries=len(shelf),
            kept_bytes=shelf.bytes_kept,
            most_bytes=shelf.max_bytes,
            hits=counted.hits,
            misses=counted.misses,
        )

    def again(self, kept: KeptAnswer) -> KeptAnswer | None:
        """The answer that is kept in its place now, if it can be given at once."""
        return self._found(kept.key)

    async def find(self, asked: AskedOperation) -> KeptAnswer | None:
        """The answer that is kept for this operation, of this process or of another."""
        await self._check(self._shelf.find(asked.key))
        kept, place = self._found(asked.key), "memory"
        if kept is None and self._shared:
            place = "shared"
            found, asked.before = await self._shared.find(asked.key)
            if found:
                self._put(found, asked)
                kept = self._found(asked.key)
        if kept:
            self.metrics.count("hit", place)
            self._renew(kept)
            if self._shared and kept.hits == 1:
                await self._shared.share(kept)
        return kept

    async def wait(self, asked: AskedOperation, urgency: Urgency, seconds: float | None) -> KeptAnswer | None:
        """The answer that is being made for somebody as urgent; None if nobody makes one that others may have."""
        kept = await self.flights.wait(asked.key, urgency, seconds)
        if kept:
            self.metrics.count("hit", "flight")
        return kept

    def begin(self, asked: AskedOperation, urgency: Urgency, cost: int) -> "Making":
        """Make the answer; whoever asks for it meanwhile waits for it. So much it has cost already to come in."""
        return Making(self, asked, urgency, cost)

    def is_wanted(self, key: bytes, size: int, *, live: bool) -> bool:
        """Whether anybody will have an answer of so many bytes. A `live` one is only for those who wait for it."""
        if self.flights.is_waited_for(key):
            return True
        if live:
            return False
        if size <= SHORT or key in self._once:
            self._once.pop(key, None)
            return True
        self._once[key] = None
        return False

    async def keep(self, asked: AskedOperation, content: KeptContent, drops: int) -> KeptAnswer:
        """The answer as others may have it. It is kept unless an agency was just asked, or something was dropped."""
        kept = KeptAnswer(asked.key, content)
        lives = not content.live and content.ends > self._clock.monotonic()
        if lives and (self._shared is None or await self._shared.begin(kept, asked.before)) and drops == self.drops:
            self._put(kept, asked)
        return kept

    def forget(self, tags: Collection[str] | None) -> None:
        """Forget the answers that were made of something with one of these tags; all answers for None."""
        self.drops += 1
        for kept in self._shelf.all():
            if tags is None or not kept.content.tags.isdisjoint(tags):
                self._drop(kept)

    def made_by(self, version: str) -> None:
        """Another configuration makes them from now on: forget all that were made before."""
        self._version = version
        if self._shared:
            self._shared.version = version
        self.forget(None)

    def now(self) -> float:
        """The moment by which answers are given."""
        return self._clock.monotonic()

    def _found(self, key: bytes) -> KeptAnswer | None:
        """The answer in this process, if it is certain by now that it still holds."""
        kept, now = self._shelf.find(key), self._clock.monotonic()
        if kept is None or not kept.holds(now):
            if kept and now >= kept.content.ends:
                self._drop(kept)
            return None
        kept.hits += 1
        return kept

    def _put(self, kept: KeptAnswer, asked: AskedOperation) -> None:
        kept.asked = asked
        kept.certain = self._is_certain
        self._shelf.put(kept)

    def _is_certain(self, kept: KeptAnswer, now: float) -> bool:
        """Whether it is known that nothing has changed of what it was made of."""
        if kept.content.copies:
            known = self._copies.known()
            if known is None:
                return False
            if any(known.get((each.agency, each.name)) != each for each in kept.content.copies):
                self._drop(kept)
                return False
        return self._shared is None or now < kept.trusted

    def _drop(self, kept: KeptAnswer) -> None:
        kept.dropped = True
        self._shelf.remove(kept)

    async def _check(self, kept: KeptAnswer | None) -> None:
        """Ask whether it still holds, if that is not known; if nobody can say, it does not."""
        if kept is None:
            return
        if kept.content.copies:
            try:
                await self._copies.recent()
            except StoreBroken:
                self._drop(kept)
        if self._shared and not await self._shared.valid(kept):
            self._drop(kept)

    def used(self, kept: KeptAnswer, times: int) -> None:
        """It was given so often without being looked for."""
        kept.hits += times
        self._renew(kept)

    def _renew(self, kept: KeptAnswer) -> None:
        """Have it made anew, if it is asked for often and its life ends soon."""
        life, left = kept.content.ends - kept.content.begun, kept.content.ends - self._clock.monotonic()
        if kept.hits >= OFTEN and life >= LEAST_LIFE and left <= SOON * life and not kept.renewed:
            kept.renewed = True
            if self.refresh and kept.asked and kept.asked.anybody:
                self.refresh(kept.asked, left)

    def _hash(self, what: bytes) -> bytes:
        return hashlib.blake2b(what, key=self._secret, digest_size=16).digest()


class Making:
    """One answer on its way. The block in which it is made is `with` this."""

    def __init__(self, answers: Answers, asked: AskedOperation, urgency: Urgency, cost: int) -> None:
        self._answers = answers
        self._before = cost
        self.asked = asked
        self._landed = answers.flights.begin(asked.key, urgency)
        self._drops = answers.drops
        self.kept: KeptAnswer | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._landed:
            self._answers.flights.end(self.asked.key, self._landed, self.kept)

    def cost(self, cost: int) -> int:
        """What it cost to make it, of all that the operation has cost."""
        return cost - self._before

    def refused(self, why: str) -> None:
        """It is not kept, and nobody waits for the next one."""
        self._answers.flights.ask_alone(self.asked.key)
        self._answers.metrics.count("bypass", why)

    def is_wanted(self, size: int, *, live: bool) -> bool:
        """Whether anybody will have this answer of so many bytes; else it is counted, and not kept."""
        wanted = self._answers.is_wanted(self.asked.key, size, live=live)
        if not wanted:
            self._answers.metrics.count("miss", "live" if live else "once")
        return wanted

    async def made(self, content: KeptContent) -> KeptAnswer:
        """It may be given to others."""
        self._answers.metrics.count("miss", "live" if content.live else "made")
        self.kept = await self._answers.keep(self.asked, content, self._drops)
        return self.kept
