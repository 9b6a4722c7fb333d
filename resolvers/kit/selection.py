"""What an operation selects below a field, so that a resolver need not make what nobody asked for."""

from collections.abc import Callable


class Selection:
    """The fields below a field, by their names in the schema: `totalCount`, `edges.cursor`. Two levels are known.

    The names are looked up when a resolver asks for the first of them, and then kept.
    """

    __slots__ = ("_known", "_names")

    def __init__(self, names: Callable[[], frozenset[str]] | None) -> None:
        self._names = names
        self._known: frozenset[str] | None = None

    @classmethod
    def of(cls, names: Callable[[], frozenset[str]]) -> "Selection":
        """The selection of these names."""
        return cls(names)

    def has(self, name: str) -> bool:
        """Whether the operation selects this field."""
        if self._names is None:
            return True
        if self._known is None:
            self._known = self._names()
        return name in self._known


EVERYTHING = Selection(None)
"""The selection of a caller that is no operation: it may want any field."""
