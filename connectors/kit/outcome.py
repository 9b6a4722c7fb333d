"""How a call to an agency can end."""

from enum import Enum


class Outcome(Enum):
    """How one call to an agency ended."""

    OK = "ok"
    """The agency answered, also with "there is no such thing"."""
    TIMEOUT = "timeout"
    """The agency did not answer in time."""
    UNREACHABLE = "unreachable"
    """There was no connection: name, port, certificate."""
    FAILED = "failed"
    """The agency answered that it cannot answer now, or closed the connection."""
    CHANGED = "changed"
    """The answer is not what the protocol promises."""
    REJECTED = "rejected"
    """The agency does not accept the credentials or the request."""
    THROTTLED = "throttled"
    """The agency asked the hub to wait."""
    CANCELLED = "cancelled"
    """Nobody waited for the answer any more."""
