"""The kept answers of one process, bounded by their bytes. A flood of questions that nobody repeats moves nothing."""

from cachetools import LRUCache

from engine.answers.kept import KeptAnswer

NEW = 0.2
"""The part of the room that is for answers that nobody has asked for again."""
AROUND = 1_000
"""About so many bytes any answer has beside its body."""
A_PART = 120
"""About so many bytes each of its parts has."""


class Shelf:
    """Answers by their keys: new ones in a small part, and those that were asked for again in a large one."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self._new: LRUCache[bytes, KeptAnswer] = LRUCache(int(max_bytes * NEW), getsizeof=_size)
        self._again: LRUCache[bytes, KeptAnswer] = LRUCache(max_bytes - int(max_bytes * NEW), getsizeof=_size)

    @property
    def bytes_kept(self) -> int:
        """The size of all answers."""
        return int(self._new.currsize + self._again.currsize)

    def __len__(self) -> int:
        return len(self._new) + len(self._again)

    def put(self, kept: KeptAnswer) -> None:
        """Keep this answer instead of the one before; one that is larger than its part is not kept."""
        place = self._again if self._again.pop(kept.key, None) else self._new
        self._new.pop(kept.key, None)
        if _size(kept) <= place.maxsize:
            place[kept.key] = kept

    def find(self, key: bytes) -> KeptAnswer | None:
        """The answer under this key. One that is asked for again moves to the large part."""
        found: KeptAnswer | None = self._again.get(key)
        if found is None and (found := self._new.pop(key, None)):
            self._again[key] = found
        return found

    def remove(self, kept: KeptAnswer) -> None:
        """Keep it no longer."""
        for place in (self._new, self._again):
            if place.get(kept.key) is kept:
                del place[kept.key]

    def all(self) -> list[KeptAnswer]:
        """All answers."""
        return [*self._new.values(), *self._again.values()]

    def clear(self) -> None:
        """Keep nothing."""
        self._new.clear()
        self._again.clear()


def _size(kept: KeptAnswer) -> int:
    """About so many bytes an answer takes: its pieces, its variants, what it was made of, and its operation."""
    content = kept.content
    parts = len(content.pieces) + len(content.readings) + 4 * len(content.touched) + len(content.tags)
    asked = kept.asked.size if kept.asked else 0
    return kept.size * 5 // 2 + parts * A_PART + 2 * asked + AROUND
