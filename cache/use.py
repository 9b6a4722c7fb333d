"""What a cache of this process has done, and what it has."""

import msgspec


class CacheUse(msgspec.Struct, frozen=True, kw_only=True):
    """The use of one cache since the process began. `code` says which one it is.

    `entries` and `kept_bytes` are None where other hubs share it, `most_bytes` where it has no bound of its own.
    """

    code: str
    entries: int | None
    kept_bytes: int | None
    most_bytes: int | None
    hits: int
    misses: int

    @property
    def hit_ratio(self) -> float | None:
        """The part of all questions that it answered, from 0 to 1; None if nobody has asked."""
        asked = self.hits + self.misses
        return self.hits / asked if asked else None
