"""The store as a whole: the database, the states of the copies, and the store objects of the domains."""

from typing import Any, Protocol, TypeVar

from store.kit.copies import Copies
from store.kit.database import Database


class _OfDatabase(Protocol):
    def __init__(self, database: Database) -> None: ...


K = TypeVar("K", bound=_OfDatabase)


class Store:
    """What resolvers use of the store."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.copies = Copies(database)
        self._made: dict[type[Any], Any] = {}

    def of(self, kind: type[K]) -> K:
        """The store object of a domain, such as `store.of(VenueCopies)`. There is one object of each class.

        A class that reads nothing but copies of feeds says so: it `holds_copies`.
        """
        if kind not in self._made:
            self._made[kind] = kind(self.database)
        made: K = self._made[kind]
        return made
