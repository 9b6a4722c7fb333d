"""What can go wrong with an agency, named by what to do next.

AgencyError
├── AgencyUnavailable     try again later; meanwhile an older answer will do
│   ├── AgencyThrottled   the same, not before `retry_after`
│   ├── AgencyCopying     the hub's first copy of its collection is not complete yet
│   └── HubThrottled      the hub keeps to the pace that is configured for it; the agency was not asked
├── AgencyRejected        our credentials or our request are refused: trying again is no use, tell the owner
└── AgencyChanged         the answer is not what was promised: no retry, an older answer will do, raise an alarm

Absence is no error: a connector answers `None`.
"""

from typing import ClassVar, Self


class AgencyError(Exception):
    """One read of one agency failed.

    `agency` is its code. `reason` is for its operators and goes to the log: it may name keys, statuses and types,
    never a value that the agency sent or that a person asked for. `retry_after` is in seconds. `reached` is False where
    nothing was sent to the agency, so that what changes something there has certainly not been done.
    """

    code: ClassVar[str]
    retryable: ClassVar[bool]
    stale_allowed: ClassVar[bool]
    """Whether an answer past its time may be served instead (RFC 5861: not where access was refused)."""

    def __init__(self, agency: str, reason: str, *, retry_after: float | None = None, reached: bool = True) -> None:
        super().__init__(f"{agency}: {reason}")
        self.agency = agency
        self.reason = reason
        self.retry_after = retry_after
        self.reached = reached

    def again(self) -> Self:
        """The same error for one more caller, with a traceback of its own."""
        return type(self)(self.agency, self.reason, retry_after=self.retry_after, reached=self.reached)


class AgencyUnavailable(AgencyError):
    """Refused, reset, timed out, or answered that it cannot answer now."""

    code = "AGENCY_UNAVAILABLE"
    retryable = True
    stale_allowed = True


class AgencyThrottled(AgencyUnavailable):
    """It asks us to slow down; `retry_after` says for how long, where it told us."""

    code = "AGENCY_THROTTLED"


class AgencyCopying(AgencyUnavailable):
    """The hub's first copy of a collection is not complete yet: nothing is known to be missing from half of it."""

    code = "AGENCY_COPYING"


class HubThrottled(AgencyUnavailable):
    """The hub's own pace for this agency let no call through in time: not the agency's fault."""

    code = "HUB_THROTTLED"


class AgencyRejected(AgencyError):
    """It does not accept our credentials or our request."""

    code = "AGENCY_REJECTED"
    retryable = False
    stale_allowed = False


class AgencyChanged(AgencyError):
    """It answered something other than what its protocol promises."""

    code = "AGENCY_CHANGED"
    retryable = False
    stale_allowed = True


BY_CODE: dict[str, type[AgencyError]] = {
    error.code: error
    for error in (AgencyUnavailable, AgencyThrottled, AgencyCopying, HubThrottled, AgencyRejected, AgencyChanged)
}
