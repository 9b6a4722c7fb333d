"""What the cache needs of the place where it keeps entries."""

from collections.abc import Sequence
from typing import Any, Protocol

from cache.entry import Entry
from connectors.kit.errors import AgencyError


class Backend(Protocol):
    """A place for entries. If the place is out of order, no method raises: it is as if nothing were kept."""

    @property
    def size(self) -> tuple[int | None, int | None, int | None]:
        """How many entries it has, how many bytes they are, and how many they may be; None for what it cannot say."""
        ...

    @property
    def changes(self) -> int:
        """It is another number once anything that is at hand was kept, removed or made void."""
        ...

    async def find(self, key: str, tags: Sequence[str], records: Any) -> Entry[Any] | None:
        """The entry under this key, unless one of its tags was invalidated since. Its reading knows when it was born.

        `records` is the type of the records.
        """
        ...

    def at_hand(self, key: str, tags: Sequence[str]) -> Entry[Any] | None:
        """The same where nobody has to be waited for; None where the place has to be asked."""
        ...

    async def versions(self, tags: Sequence[str]) -> tuple[str, ...]:
        """The current versions of the tags."""
        ...

    async def keep(self, key: str, entry: Entry[Any], body: bytes, seconds: float) -> None:
        """Keep an entry, whose encoded records are `body`, for at most so many seconds."""
        ...

    async def invalidate(self, tags: Sequence[str]) -> None:
        """Give the tags new versions. Entries with an old version are void."""
        ...

    async def clear(self) -> None:
        """Remove the entries of the hub, and nothing else."""
        ...

    async def take_lease(self, key: str, token: str, seconds: float) -> str | None:
        """Ask for the lease to load this key: None if the caller gets it, otherwise the token of the holder."""
        ...

    async def await_lease(self, key: str, holder: str, agency: str) -> AgencyError | None:
        """Wait until the holder of the lease is done; its error if it failed."""
        ...

    async def end_lease(self, key: str, token: str, error: AgencyError | None) -> None:
        """Give the lease back and wake those who wait, with the error if there was one."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...
