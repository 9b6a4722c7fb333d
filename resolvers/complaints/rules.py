"""Rules of complaints: what is late, what has happened, and how a desk orders its work. No I/O in here."""

import math
from collections.abc import Iterable
from datetime import datetime
from enum import Enum

from connectors.complaints.records import Complaint, ComplaintState, HistoryStep, Topic
from resolvers.kit.source import Source
from store.complaints.outbox import Delivery, StoredComplaint


class Timeliness(Enum):
    """Whether a complaint is handled within the time that its desk has set."""

    ON_TIME = "ON_TIME"
    LATE = "LATE"
    CLOSED_ON_TIME = "CLOSED_ON_TIME"
    CLOSED_LATE = "CLOSED_LATE"
    UNKNOWN = "UNKNOWN"


class DeskTopic(Topic, frozen=True, kw_only=True):
    """A topic of a desk. `service` is its code there. `takes_secret`: whether the desk keeps complaints secret."""

    service: str
    takes_secret: bool
    source: Source


class DeskComplaint(Complaint, frozen=True, kw_only=True):
    """A complaint of a desk. `distance` is in km from the point of the list; None without a point."""

    code: str
    timeliness: Timeliness
    distance: float | None
    source: Source


class SentComplaint(StoredComplaint, frozen=True, kw_only=True):
    """A complaint that the person has sent. `siblings`: all numbers of its page at the same desk, for one question."""

    code: str
    desk: str
    delivery: Delivery
    page: str | None
    next_attempt_at: datetime | None
    siblings: tuple[str, ...]


def timeliness(complaint: Complaint, now: datetime) -> Timeliness:
    """An open complaint is late after `due_at`. A closed one was closed when it was last changed."""
    if complaint.due_at is None or complaint.state is None:
        return Timeliness.UNKNOWN
    if complaint.state.is_open:
        return Timeliness.LATE if now > complaint.due_at else Timeliness.ON_TIME
    if complaint.updated_at is None:
        return Timeliness.UNKNOWN
    return Timeliness.CLOSED_LATE if complaint.updated_at > complaint.due_at else Timeliness.CLOSED_ON_TIME


def by_due_time(complaint: DeskComplaint) -> tuple[int, int, str]:
    """The order of a queue: open complaints by `due_at`, then closed ones, the latest first."""
    if complaint.state is None or complaint.state.is_open:
        due = complaint.due_at.timestamp() if complaint.due_at else math.inf
        return (0, int(min(due, 2**53)), complaint.code)
    return (1, -int((complaint.updated_at or complaint.requested_at).timestamp()), complaint.code)


def history(sent: StoredComplaint | None, complaint: Complaint | None) -> list[HistoryStep]:
    """All known events, in their order."""
    steps = list(complaint.history) if complaint else []
    if complaint and complaint.updated_at and not any(each.happened_at >= complaint.updated_at for each in steps):
        steps.append(HistoryStep(happened_at=complaint.updated_at, state=complaint.state, note=complaint.note))
    if complaint and not any(each.happened_at <= complaint.requested_at for each in steps):
        steps.append(HistoryStep(happened_at=complaint.requested_at, state=None, note=None))
    if sent and not any(each.happened_at <= sent.made_at for each in steps):
        steps.append(HistoryStep(happened_at=sent.made_at, state=None, note=None))
    return sorted(steps, key=lambda each: (each.happened_at, each.note or ""))


def words(text: str | None) -> str:
    """The text with one blank between its words, for comparing."""
    return " ".join((text or "").split())


def of_state(
    complaints: Iterable[DeskComplaint], state: ComplaintState | None, wanted: Timeliness | None
) -> list[DeskComplaint]:
    """The complaints in this state and of this timeliness."""
    return [
        each
        for each in complaints
        if (state is None or each.state is state) and (wanted is None or each.timeliness is wanted)
    ]
