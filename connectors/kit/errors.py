"""What can go wrong with an agency. The names say what to do next.

AgencyError
├── AgencyUnavailable     try again later; meanwhile an older answer may be served
│   ├── AgencyThrottled   the same, not before `retry_after`
│   ├── AgencyCopying     the hub's first copy of the collection is not complete yet
│   ├── HubThrottled      the hub has reached its own limit of calls; the agency was not asked
│   └── DeadlineExceeded  the operation had no time left to wait; the load may go on for others
├── AgencyRejected        the agency refuses the credentials or the request: do not retry, tell the administrators
├── AgencyChanged         the answer is not what the protocol promises: do not retry, an older answer may be served
└── TooStale              the only answer that can be had now is older than the caller accepts: try again later

Absence is no error: a connector answers `None`.
"""

from typing import ClassVar, Self

from connectors.kit.outcome import Outcome


class AgencyError(Exception):
    """One read of one agency failed.

    `agency` is its code. `reason` is for the administrators and goes to the log. It may name keys, statuses and types,
    but never a value that the agency sent or that a person asked for. `cause` is the part of it that an operator acts
    on, without the question. `retry_after` is in seconds. `reached` is False if nothing was sent to the agency. Then a
    command has certainly not been executed. `outcome` is how the call ended.
    """

    code: ClassVar[str]
    retryable: ClassVar[bool]
    stale_allowed: ClassVar[bool]
    """Whether an older answer may be served instead (RFC 5861). It may not where access was refused."""
    means: ClassVar[Outcome] = Outcome.FAILED
    """How a call ended that ended so, unless the error says it itself."""

    def __init__(
        self,
        agency: str,
        reason: str,
        *,
        retry_after: float | None = None,
        reached: bool = True,
        cause: str | None = None,
        outcome: Outcome | None = None,
    ) -> None:
        super().__init__(f"{agency}: {reason}")
        self.agency = agency
        self.reason = reason
        self.retry_after = retry_after
        self.reached = reached
        self.cause = cause or reason
        self.outcome = outcome or (self.means if reached else Outcome.UNREACHABLE)

    def again(self) -> Self:
        """The same error with a traceback of its own, for one more caller."""
        return type(self)(
            self.agency,
            self.reason,
            retry_after=self.retry_after,
            reached=self.reached,
            cause=self.cause,
            outcome=self.outcome,
        )


class AgencyUnavailable(AgencyError):
    """The agency refused or reset the connection, timed out, or answered that it cannot answer now."""

    code = "AGENCY_UNAVAILABLE"
    retryable = True
    stale_allowed = True


class AgencyThrottled(AgencyUnavailable):
    """The agency asked the hub to wait; `retry_after` says for how long, if the agency said it."""

    code = "AGENCY_THROTTLED"
    means = Outcome.THROTTLED


class AgencyCopying(AgencyUnavailable):
    """The hub's first copy of a collection is not complete yet, so nobody can say what is missing."""

    code = "AGENCY_COPYING"


class HubThrottled(AgencyUnavailable):
    """The hub's own limit for this agency let no call through in time. It is not the agency's fault."""

    code = "HUB_THROTTLED"


class DeadlineExceeded(AgencyUnavailable):
    """The operation could wait no longer for the agency. It is the caller's deadline, not the agency's limit."""

    code = "DEADLINE_EXCEEDED"


class AgencyRejected(AgencyError):
    """The agency does not accept the credentials or the request."""

    code = "AGENCY_REJECTED"
    retryable = False
    stale_allowed = False
    means = Outcome.REJECTED


class AgencyChanged(AgencyError):
    """The agency answered something that its protocol does not promise."""

    code = "AGENCY_CHANGED"
    retryable = False
    stale_allowed = True
    means = Outcome.CHANGED


class TooStale(AgencyError):
    """The agency gives no newer answer now, and the kept one is older than the caller accepts.

    `age` and `at_most` are in whole seconds.
    """

    code = "TOO_STALE"
    retryable = True
    stale_allowed = False

    def __init__(
        self,
        agency: str,
        reason: str,
        *,
        age: int = 0,
        at_most: int = 0,
        retry_after: float | None = None,
        reached: bool = True,
    ) -> None:
        super().__init__(agency, reason, retry_after=retry_after, reached=reached)
        self.age = age
        self.at_most = at_most

    def again(self) -> Self:
        return type(self)(
            self.agency,
            self.reason,
            age=self.age,
            at_most=self.at_most,
            retry_after=self.retry_after,
            reached=self.reached,
        )


BY_CODE: dict[str, type[AgencyError]] = {
    error.code: error
    for error in (
        AgencyUnavailable,
        AgencyThrottled,
        AgencyCopying,
        HubThrottled,
        DeadlineExceeded,
        AgencyRejected,
        AgencyChanged,
        TooStale,
    )
}
