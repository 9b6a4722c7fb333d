"""To which trace the work under way belongs, if the hub is traced.

What a trace is, only its maker knows. The kit carries it from a caller to the shared work that the caller began.
"""

from contextvars import ContextVar
from typing import Protocol


class Trace(Protocol):
    """One operation that is traced."""

    def joined(self, other: "Trace") -> None:
        """This operation waits for work that the other one began."""

    def ids(self) -> dict[str, str]:
        """What a line in the log says of it."""


TRACE: ContextVar[Trace | None] = ContextVar("trace", default=None)
"""The operation for which the current work was begun."""
