"""Requests to the tax office, found by their number: the subject and the status, but not the person."""

from abc import abstractmethod
from collections.abc import Iterable
from datetime import date
from enum import Enum
from typing import ClassVar, TypeVar

import msgspec

from connectors.kit.checks import at_least, at_most, checked, not_ahead
from connectors.kit.connector import Connector, Credentials, Options
from connectors.kit.read import Read


class TaxKind(Enum):
    """The tax of a request."""

    PBB = "PBB"
    BPHTB = "BPHTB"


class RequestKind(Enum):
    """What the tax office is asked to do."""

    NEW_OBJECT = "NEW_OBJECT"
    TRANSFER = "TRANSFER"
    CORRECTION = "CORRECTION"
    CANCELLATION = "CANCELLATION"
    COPY = "COPY"
    OBJECTION = "OBJECTION"
    REDUCTION = "REDUCTION"
    PENALTY_REDUCTION = "PENALTY_REDUCTION"
    REFUND = "REFUND"
    POSTPONEMENT = "POSTPONEMENT"
    INFORMATION = "INFORMATION"
    EXAMINATION = "EXAMINATION"
    OTHER = "OTHER"


class RequestStatus(Enum):
    """The status of a request."""

    IN_PROGRESS = "IN_PROGRESS"
    FINISHED = "FINISHED"
    HANDED_OVER = "HANDED_OVER"
    UNKNOWN = "UNKNOWN"


BEHIND = (RequestStatus.UNKNOWN, RequestStatus.IN_PROGRESS, RequestStatus.FINISHED, RequestStatus.HANDED_OVER)
"""The order of the statuses, from the least advanced one."""
DONE = (RequestStatus.FINISHED, RequestStatus.HANDED_OVER)


@checked(
    not_ahead("received_on"),
    not_ahead("finished_on"),
    not_ahead("handed_over_on"),
    at_least("objects", 1),
    at_least("finished", 0),
    at_most("finished", "objects"),
    free={"promised_on": "It may be any day."},
)
class ServiceRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request to the tax office for one or several objects, without the person who made it.

    `status` is that of the least advanced object. `section` is the section that has the papers.
    """

    kind: RequestKind
    kind_name: str | None
    status: RequestStatus
    received_on: date | None
    promised_on: date | None
    finished_on: date | None
    handed_over_on: date | None
    section: str | None
    objects: int
    finished: int


class RequestPart(msgspec.Struct, frozen=True, kw_only=True):
    """The data of one object of a request."""

    kind: RequestKind
    kind_name: str | None
    status: RequestStatus
    received_on: date | None
    promised_on: date | None
    finished_on: date | None
    handed_over_on: date | None
    section: str | None


def whole_request(parts: tuple[RequestPart, ...]) -> ServiceRequest:
    """The request from its parts. The least advanced part decides the status."""
    last = min(parts, key=lambda part: BEHIND.index(part.status))
    done = last.status in DONE
    return ServiceRequest(
        kind=last.kind,
        kind_name=last.kind_name,
        status=last.status,
        received_on=last.received_on,
        promised_on=last.promised_on,
        finished_on=_latest(part.finished_on for part in parts) if done else None,
        handed_over_on=_latest(part.handed_over_on for part in parts) if done else None,
        section=last.section,
        objects=len(parts),
        finished=sum(part.status in DONE for part in parts),
    )


def _latest(days: Iterable[date | None]) -> date | None:
    return max((day for day in days if day), default=None)


O = TypeVar("O", bound=Options)  # noqa: E741
C = TypeVar("C", bound=Credentials)


class Requests(Connector[O, C]):
    """A connector of this domain: an agency that takes requests about one tax."""

    domain: ClassVar[str] = "tax"
    takes: ClassVar[TaxKind]
    """The tax of the requests."""

    @abstractmethod
    def request(self, number: str, /) -> Read[ServiceRequest | None]:
        """The request with this number; None if there is none."""

    @classmethod
    @abstractmethod
    def request_number(cls, typed: str, /) -> str:
        """The number in the form of `request`; raises ValueError for a wrong number."""
