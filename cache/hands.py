"""What is at hand: kept answers that nobody has to wait for, with what follows from each of them, found in one look."""

from typing import Any

from cache.backend import Backend
from cache.cache_keys import CacheKeys
from cache.entry import Entry
from connectors.kit.clock import Clock
from connectors.kit.read import Read
from connectors.kit.reading import Reading


class Hand:
    """A kept answer that is fresh `until` a moment of the monotonic clock, on which it was `born`.

    `noted` is what whoever gives the answer out has made for it: it is made once, and given up with the answer.
    """

    __slots__ = ("born", "noted", "reading", "tags", "until")

    def __init__(self, reading: Reading[Any], born: float, until: float, tags: tuple[str, ...]) -> None:
        self.reading = reading
        self.born = born
        self.until = until
        self.tags = tags
        self.noted: Any = None


class Hands:
    """Those of one place. They are looked up anew after each change of it, so that the place knows what is used."""

    def __init__(self, store: Backend, keys: CacheKeys, clock: Clock) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock
        self._known: dict[Read[Any] | str, Hand] = {}
        self._changes = store.changes

    def of(self, read: Read[Any], now: float) -> Hand | None:
        """The one that answers this read at this moment."""
        if self._changes != self._store.changes:
            self._changes = self._store.changes
            self._known = {}
        if not (read.again or read.freshness.kept):
            return None
        named = read if read.again else self._keys.key(read)
        hand = self._known.get(named) or self._found(read, named, now)
        return None if hand is None or now >= hand.until else hand

    def _found(self, read: Read[Any], named: Read[Any] | str, now: float) -> Hand | None:
        key, tags = self._keys.key(read) if isinstance(named, Read) else named, read.tags
        entry: Entry[Any] | None = self._store.at_hand(key, tags)
        if entry is None:
            return None
        reading = entry.reading
        if reading.born is None:
            born = now - reading.age(self._clock)
            return Hand(reading, born, born + entry.fresh_for, tags)
        hand = self._known[named] = Hand(reading, reading.born, reading.born + entry.fresh_for, tags)
        return hand
