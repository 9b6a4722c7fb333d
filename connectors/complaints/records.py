"""What is said of a complaint, and what every desk that takes complaints can be asked.

Who complained stands in no complaint: it is a record of its own, that a desk is asked for by itself and no cache keeps.
"""

from abc import abstractmethod
from datetime import datetime
from enum import Enum
from typing import Annotated, ClassVar, TypeVar

import msgspec

from connectors.kit.command import Command
from connectors.kit.connector import Connector, Credentials, Options
from connectors.kit.read import Read


class FieldType(Enum):
    """What a field of a topic takes."""

    TEXT = "TEXT"
    LONG_TEXT = "LONG_TEXT"
    NUMBER = "NUMBER"
    MOMENT = "MOMENT"
    ONE_OF = "ONE_OF"
    SOME_OF = "SOME_OF"


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One value of a field that has a list of them."""

    code: str
    name: str


class TopicField(msgspec.Struct, frozen=True, kw_only=True):
    """One more thing that a topic asks for."""

    code: str
    label: str
    type: FieldType
    required: bool
    hint: str | None
    choices: tuple[Choice, ...]


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """What can be complained about at a desk. `asks_more`: it has fields of its own.

    `gives_number`: whether a complaint of it gets one, by which it can be followed.
    """

    code: str
    name: str
    description: str | None
    group: str | None
    keywords: tuple[str, ...]
    asks_more: bool
    gives_number: bool = True


class ComplaintState(Enum):
    """How far a desk is with a complaint."""

    OPEN = "OPEN"
    """Open, and the desk does not say how far."""
    VERIFIED = "VERIFIED"
    FORWARDED = "FORWARDED"
    IN_PROGRESS = "IN_PROGRESS"
    DONE = "DONE"
    REJECTED = "REJECTED"
    CLOSED = "CLOSED"
    """Closed, and the desk does not say how."""

    @property
    def is_open(self) -> bool:
        """Whether somebody has still to see to it."""
        return self not in (ComplaintState.DONE, ComplaintState.REJECTED, ComplaintState.CLOSED)


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to a complaint."""

    happened_at: datetime
    state: ComplaintState | None
    note: str | None


class Complaint(msgspec.Struct, frozen=True, kw_only=True):
    """A complaint as its desk tells of it, without who complained.

    `owner` is the agency that has to see to it, by name, `due_at` when it wants to have done so. `anonymous` and
    `secret` are the flags under which it was made, as far as the desk gives them back. `key` is the hub's own name for
    what was sent through it, where the desk gives that back.
    """

    reference: str
    topic: str | None
    topic_name: str | None
    text: str | None
    state: ComplaintState | None
    note: str | None
    owner: str | None
    notice: str | None
    requested_at: datetime
    updated_at: datetime | None
    due_at: datetime | None
    address: str | None
    latitude: float | None
    longitude: float | None
    photo: str | None
    anonymous: bool
    secret: bool
    key: str | None
    history: tuple[Step, ...]


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """Who complains, in that person's own words, or as a desk has it. `phone` in E.164."""

    name: str | None
    email: str | None = None
    phone: str | None = None

    def __repr__(self) -> str:
        return "Contact(…)"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody fills in for a field of a topic; `several` where the field takes more than one value."""

    code: str
    values: tuple[str, ...]
    several: bool = False


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A complaint on its way to a desk. `key` is the hub's name for it, which says nothing of anybody.

    `answers` are those to the topic's fields. `gives_number` is the topic's. An anonymous one cannot be
    made with a contact.
    """

    key: str
    topic: str
    text: str
    address: str | None
    latitude: float | None
    longitude: float | None
    photo: str | None
    answers: tuple[Answer, ...]
    anonymous: bool
    secret: bool
    contact: Contact | None
    gives_number: bool = True

    def __post_init__(self) -> None:
        if self.anonymous and self.contact is not None:
            raise ValueError("an anonymous complaint has no contact")

    def __repr__(self) -> str:
        return "Letter(…)"


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What a desk says when it has taken a complaint: its number, or a token for one that is to come, or neither.

    `notice` is what it says will follow.
    """

    reference: str | None
    token: str | None = None
    notice: str | None = None


class Refusal(Enum):
    """Why a desk does not take a complaint."""

    NO_SUCH_TOPIC = "NO_SUCH_TOPIC"
    NOT_TAKEN = "NOT_TAKEN"


class ComplaintOptions(Options, frozen=True, kw_only=True):
    """`a_day`: how many complaints one person may send to this desk in 24 hours.

    `page`: where people follow a complaint at the desk itself.
    """

    a_day: Annotated[int, msgspec.Meta(ge=1)] = 10
    page: Annotated[str, msgspec.Meta(pattern="^https?://")] | None = None


O = TypeVar("O", bound=ComplaintOptions)  # noqa: E741
C = TypeVar("C", bound=Credentials)


class ComplaintDesk(Connector[O, C]):
    """A desk that takes complaints."""

    domain: ClassVar[str] = "complaints"

    @property
    @abstractmethod
    def keeps_secrets(self) -> bool:
        """Whether it can be told that a complaint is secret, so that it stays so."""

    @property
    @abstractmethod
    def recognises(self) -> bool:
        """Whether it can be asked if a complaint has arrived, when its answer was lost."""

    @abstractmethod
    def topics(self) -> Read[tuple[Topic, ...]]:
        """What can be complained about."""

    @abstractmethod
    def fields(self, topic: str) -> Read[tuple[TopicField, ...]]:
        """What a topic asks for besides, in its order."""

    @abstractmethod
    def send(self, letter: Letter) -> Command[Receipt | Refusal]:
        """Hand it over. Twice, it is two complaints."""

    @abstractmethod
    def find(self, letter: Letter, since: datetime) -> Command[tuple[Receipt, ...]]:
        """What has arrived since then and is this one, or may be; a desk that does not recognise it is not asked."""

    @abstractmethod
    def settle(self, token: str) -> Command[str | None]:
        """The number that a complaint has been given for its token; None while it has none."""


class TrackedDesk(ComplaintDesk[O, C]):
    """A desk that also tells what has become of complaints."""

    @abstractmethod
    def published(self) -> Read[tuple[Complaint, ...]]:
        """The latest complaints that everybody may read: those that are secret are left out before anything is kept."""

    @abstractmethod
    def published_one(self, reference: str) -> Read[Complaint | None]:
        """One of them, of any time."""

    @abstractmethod
    def these(self, references: tuple[str, ...]) -> Read[tuple[Complaint, ...] | None]:
        """Complaints by their numbers, secret or not; None where there are none of these. Never kept."""

    @abstractmethod
    def queue(self) -> Read[tuple[Complaint, ...]]:
        """The latest complaints, secret ones among them, for who works at the desk; never kept."""

    @abstractmethod
    def complainant(self, reference: str) -> Read[Contact | None]:
        """Who complained; None where it was anonymous, or the desk does not say. Never kept."""
