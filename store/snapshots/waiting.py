"""The changes of snapshots that wait to be written, bounded in bytes."""

from collections.abc import Iterable

from store.snapshots.statements import Change

MOST = 32_000_000
"""Bytes of records that wait at most. If there are more, the oldest changes are dropped."""
BATCH = 1_000_000
"""Bytes of records that one transaction writes, so that other writers do not wait long."""


class WaitingChanges:
    """The newest change of each snapshot, the oldest first."""

    def __init__(self) -> None:
        self._changes: dict[str, Change] = {}
        self._size = 0

    def __len__(self) -> int:
        return len(self._changes)

    def add(self, change: Change) -> None:
        """Let this change wait instead of an older one of the same snapshot."""
        self._take(change.key)
        self._changes[change.key] = change
        self._size += change.size
        while self._size > MOST:
            self._take(next(iter(self._changes)))

    def again(self, changes: Iterable[Change]) -> None:
        """Let these wait once more, unless a newer change of the same snapshot waits."""
        for change in changes:
            if change.key not in self._changes:
                self.add(change)

    def clear(self) -> None:
        """Drop all."""
        self._changes.clear()
        self._size = 0

    def batch(self) -> list[Change]:
        """As many of the oldest as one transaction writes, in the order of their keys. They wait no longer."""
        batch, size = list[Change](), 0
        while self._changes and size < BATCH:
            change = self._changes[next(iter(self._changes))]
            self._take(change.key)
            batch.append(change)
            size += change.size
        return sorted(batch, key=lambda each: each.key)

    def _take(self, key: str) -> None:
        if change := self._changes.pop(key, None):
            self._size -= change.size
