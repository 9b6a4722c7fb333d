"""What the envelope asks of the place where entries are kept."""

from collections.abc import Sequence
from typing import Any, Protocol

from cache.entry import Entry
from connectors.kit.errors import AgencyError


class Backend(Protocol):
    """A place for entries. None of these raises because the place is out of order: then there is just nothing in it."""

    async def find(self, key: str, tags: Sequence[str], records: Any) -> Entry[Any] | None:
        """The entry under this key, unless one of its tags was invalidated since; `records` is their type."""
        ...

    async def versions(self, tags: Sequence[str]) -> tuple[str, ...]:
        """The versions that the tags have now."""
        ...

    async def keep(self, key: str, entry: Entry[Any], seconds: float) -> None:
        """Keep it for so long at the most."""
        ...

    async def invalidate(self, tags: Sequence[str]) -> None:
        """Give the tags new versions: entries under the old ones are void."""
        ...

    async def clear(self) -> None:
        """Throw away the hub's own entries, and nothing else."""
        ...

    async def take_lease(self, key: str, token: str, seconds: float) -> str | None:
        """Ask to be the one who loads this key: None if so, otherwise the token of who is."""
        ...

    async def await_lease(self, key: str, holder: str, agency: str) -> AgencyError | None:
        """Wait until this holder is done; its error if it failed."""
        ...

    async def end_lease(self, key: str, token: str, error: AgencyError | None) -> None:
        """Done: wake who waits, with the error where there was one."""
        ...

    async def aclose(self) -> None:
        """Let go of connections."""
        ...
