"""What the cache needs of the place where the last good answers outlive the process and the cache."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from connectors.kit.read import Read
from connectors.kit.reading import Reading


class Archived(NamedTuple):
    """An answer in the archive: the reading, which knows when it was born, and its records as bytes."""

    reading: Reading[Any]
    body: bytes


class Archive(Protocol):
    """A place for the last good answers. If it is out of order, no method raises: it is as if nothing were kept.

    Only `find` and `void` are waited for, and not for long.
    """

    async def find(self, read: Read[Any]) -> Archived | None:
        """The last good answer."""
        ...

    def keep(self, read: Read[Any], answer: Archived) -> None:
        """Keep this answer instead of the one before."""
        ...

    def forget(self, read: Read[Any]) -> None:
        """There is no such thing any more."""
        ...

    async def void(self, tags: Sequence[str]) -> None:
        """Forget the answers with one of these tags; all answers if no tag is named."""
        ...
