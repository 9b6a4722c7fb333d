"""What people ask for: how many operations in the busiest second, and of which kinds."""

from typing import Annotated

import msgspec

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Demand(msgspec.Struct, frozen=True, kw_only=True):
    """The assumptions, each of which is an option of the command line."""

    people: int
    cities: int = 1
    """Cities and regencies that have agencies of their own."""
    active: Share = 0.05
    """Who uses it on a day, of all people."""
    operations: float = 10
    """By one of them on a day."""
    busiest_hour: Share = 0.12
    """The part of a day's operations in its busiest hour."""
    burst: float = 3
    """The busiest second, in averages of the busiest hour."""
    citizen: Share = 0.08
    """Operations of people who are signed in and ask for what is public too: each is executed."""
    personal: Share = 0.05
    """Personal reads: each is asked of an agency and recorded."""
    booking: Share = 0.02
    """Orders: each is asked of an agency and written."""
    documents: int = 2_000
    """Different public questions of one city: documents with their variables."""
    exponent: float = 0.9
    """How unequal they are (Zipf)."""
    life: float = 60
    """Seconds for which the answer to a public question is kept."""
    reads: int = 400
    """Different public questions to agencies of one city."""
    agency_seats: int = 8
    """Calls that an agency takes at once (`concurrency`)."""
    agency_seconds: float = 0.15
    """How long it takes for one."""

    @property
    def public(self) -> float:
        """The share of operations without credentials."""
        return 1 - self.citizen - self.personal - self.booking

    @property
    def peak(self) -> float:
        """Operations in the busiest second."""
        return self.people * self.active * self.operations * self.busiest_hour / 3600 * self.burst


class Costs(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured: CPU ms an answer, and recorded reads a second. What has a default here is an assumption."""

    command: str
    date: str
    kept: float
    executed: float
    citizen: float
    personal: float
    booking: float
    recorded_a_second: float
    redis_a_second: float = 80_000
    """Operations of one Redis process."""
    commits_a_second: float = 2_000
    """Transactions that one PostgreSQL writes to its disk."""
    redis_an_operation: float = 3
    """Operations of Redis for one of the hub: the quota, a lease or a kept answer."""
    entries_a_commit: float = 10
    """Recorded reads that are written together while others wait."""
