"""Kept answers that several hubs share through Redis, with the tags of the readings that they were made of."""

from typing import TYPE_CHECKING

import msgspec

from cache.ages import Stamp
from cache.envelope import ANY_TAG
from connectors.kit.clock import Clock
from engine.answers.kept import KeptAnswer, KeptContent

if TYPE_CHECKING:
    from cache.redis import RedisStore

CHECKED_FOR = 1.0
"""Seconds for which a process trusts that no other one has made an answer void."""


class _SharedAnswer(msgspec.Struct, frozen=True, array_like=True):
    """An answer as other hubs read it. Its moments count from its `stamp`; `versions` are those of its tags."""

    stamp: Stamp
    versions: tuple[str, ...]
    content: KeptContent


_DECODER = msgspec.msgpack.Decoder(_SharedAnswer)


class SharedAnswers:
    """The answers of all hubs that share a Redis. Without it, it is as if nothing were kept."""

    def __init__(self, store: "RedisStore", clock: Clock, version: str) -> None:
        self._store = store
        self._clock = clock
        self.version = version

    async def find(self, key: bytes) -> tuple[KeptAnswer | None, str | None]:
        """The answer of another hub, and the version that all tags together have now."""
        raw, (now,) = await self._store.find_body(self._name(key), (ANY_TAG,))
        if now is None:
            (now,) = await self._store.versions((ANY_TAG,)) or (None,)
        if raw is None:
            return None, now
        try:
            shared = _DECODER.decode(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return None, now
        born = self._store.ages.born(self._name(key), shared.stamp)
        if born is None:
            return None, now
        kept = KeptAnswer(key, _moved(shared.content, born))
        kept.versions = shared.versions
        return (kept if await self.valid(kept) else None), now

    async def valid(self, kept: KeptAnswer) -> bool:
        """Whether no hub has made it void."""
        if self._clock.monotonic() < kept.trusted:
            return True
        _, now = await self._store.find_body("answer:", tuple(sorted(kept.content.tags)))
        if not kept.versions or now != kept.versions:
            return False
        kept.trusted = self._clock.monotonic() + CHECKED_FOR
        return True

    async def begin(self, kept: KeptAnswer, before: str | None) -> bool:
        """Take the versions of its tags; False without Redis, or if something was made void since `before`."""
        versions = await self._store.versions((*sorted(kept.content.tags), ANY_TAG))
        if not versions or versions[-1] != before:
            return False
        kept.versions = versions[:-1]
        kept.trusted = self._clock.monotonic() + CHECKED_FOR
        return True

    async def share(self, kept: KeptAnswer) -> None:
        """Let other hubs have it."""
        content = kept.content
        stamp = self._store.ages.stamp(self._name(kept.key), content.begun)
        body = msgspec.msgpack.encode(_SharedAnswer(stamp, kept.versions, _moved(content, 0.0)))
        await self._store.put_body(self._name(kept.key), body, content.ends - self._clock.monotonic())

    def _name(self, key: bytes) -> str:
        return f"answer:{self.version}:{key.hex()}"


def _moved(content: KeptContent, begun: float) -> KeptContent:
    """The same, as if it had been made at this moment."""
    by = begun - content.begun
    return msgspec.structs.replace(
        content,
        begun=begun,
        ends=content.ends + by,
        born=tuple(each + by for each in content.born),
        oldest=tuple(each + by for each in content.oldest),
        readings=tuple(each._replace(born=each.born + by) for each in content.readings),
    )
