"""The store as a whole: its database, what is known of its copies, and what each domain asks it for."""

from typing import Any, Protocol, TypeVar

from store.kit.copies import Copies
from store.kit.database import Database


class _OfDatabase(Protocol):
    def __init__(self, database: Database) -> None: ...


K = TypeVar("K", bound=_OfDatabase)


class Store:
    """What resolvers ask of it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.copies = Copies(database)
        self._made: dict[type[Any], Any] = {}

    def of(self, kind: type[K]) -> K:
        """What a domain asks the store by: `store.of(VenueCopies)`. There is one of each kind."""
        if kind not in self._made:
            self._made[kind] = kind(self.database)
        made: K = self._made[kind]
        return made
