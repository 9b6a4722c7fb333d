"""For whom an agency is called. Where calls have to wait, the classes share what there is by their weights."""

from contextvars import ContextVar
from enum import Enum


class Urgency(Enum):
    """The class of the one who asks, the heaviest first. The value is the weight."""

    EMERGENCY = 16
    STAFF = 8
    CITIZEN = 4
    PARTNER = 2
    CRAWLER = 1


URGENCY: ContextVar[Urgency] = ContextVar("urgency", default=Urgency.CITIZEN)
"""The class for which the current question is asked. A shared load takes the class of the caller that began it."""
