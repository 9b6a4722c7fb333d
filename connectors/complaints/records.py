"""The records of this domain, and the questions that every complaint desk answers.

A complaint does not contain the person who complained. That person is a record of its own. The hub asks the desk for it
in a separate question, and no cache keeps the answer.
"""

from abc import abstractmethod
from datetime import datetime
from enum import Enum
from typing import Annotated, ClassVar, TypeVar

import msgspec

from connectors.kit.checks import checked, code, not_ahead, position
from connectors.kit.command import Command
from connectors.kit.connector import Connector, Credentials, Options
from connectors.kit.read import Read


class FieldType(Enum):
    """The kind of answer that a field of a topic takes."""

    TEXT = "TEXT"
    LONG_TEXT = "LONG_TEXT"
    NUMBER = "NUMBER"
    MOMENT = "MOMENT"
    ONE_OF = "ONE_OF"
    SOME_OF = "SOME_OF"


@checked(code("code"))
class FieldChoice(msgspec.Struct, frozen=True, kw_only=True):
    """One possible answer to a field that has a list of answers."""

    code: str
    name: str


@checked(code("code"))
class TopicField(msgspec.Struct, frozen=True, kw_only=True):
    """A question that a topic asks besides the text."""

    code: str
    label: str
    type: FieldType
    required: bool
    hint: str | None
    choices: tuple[FieldChoice, ...]


class Numbering(Enum):
    """When a desk gives a complaint its number, by which the complaint can be followed."""

    AT_ONCE = "AT_ONCE"
    LATER = "LATER"
    """The desk gives a token first, and lists the complaint when it has a number."""
    NEVER = "NEVER"


@checked(code("code"))
class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """A subject of complaints at a desk. `asks_more`: whether the topic has fields of its own."""

    code: str
    name: str
    description: str | None
    group: str | None
    keywords: tuple[str, ...]
    asks_more: bool
    numbering: Numbering = Numbering.AT_ONCE


class ComplaintState(Enum):
    """How far a desk is with a complaint."""

    OPEN = "OPEN"
    """Open. The desk does not say more."""
    VERIFIED = "VERIFIED"
    FORWARDED = "FORWARDED"
    IN_PROGRESS = "IN_PROGRESS"
    DONE = "DONE"
    REJECTED = "REJECTED"
    CLOSED = "CLOSED"
    """Closed. The desk does not say more."""

    @property
    def is_open(self) -> bool:
        """Whether there is still work to do."""
        return self not in (ComplaintState.DONE, ComplaintState.REJECTED, ComplaintState.CLOSED)


@checked(not_ahead("happened_at"))
class HistoryStep(msgspec.Struct, frozen=True, kw_only=True):
    """An event in the history of a complaint."""

    happened_at: datetime
    state: ComplaintState | None
    note: str | None


@checked(
    code("reference"),
    code("key"),
    not_ahead("requested_at"),
    not_ahead("updated_at"),
    *position(),
    free={"due_at": "The agency sets it, and it may be any day."},
)
class Complaint(msgspec.Struct, frozen=True, kw_only=True):
    """A complaint as its desk publishes it, without the person who complained.

    `owner` is the name of the responsible agency, `due_at` the time that the agency has set for itself. `anonymous` and
    `secret` are the flags of the complaint, if the desk returns them. `key` is the hub's own name for a complaint that
    was sent through the hub, if the desk returns it.
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
    history: tuple[HistoryStep, ...]


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """The person who complains, as the person or the desk says. `phone` is in E.164."""

    name: str | None
    email: str | None = None
    phone: str | None = None

    def __repr__(self) -> str:
        return "Contact(…)"


class FieldAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to a field of a topic. `several`: whether the field takes more than one value."""

    code: str
    values: tuple[str, ...]
    several: bool = False


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A complaint on its way to a desk. `key` is the hub's own name for it; it says nothing about the person.

    `answers` belong to the fields of the topic. `numbering` is copied from the topic. An anonymous letter cannot
    hold a contact.
    """

    key: str
    topic: str
    text: str
    address: str | None
    latitude: float | None
    longitude: float | None
    photo: str | None
    answers: tuple[FieldAnswer, ...]
    anonymous: bool
    secret: bool
    contact: Contact | None
    numbering: Numbering = Numbering.AT_ONCE

    def __post_init__(self) -> None:
        if self.anonymous and self.contact is not None:
            raise ValueError("an anonymous complaint has no contact")

    def __repr__(self) -> str:
        return "Letter(…)"


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """The desk's answer when it has accepted a complaint: a number, or a token for a later number, or neither.

    `notice` is what the desk announces.
    """

    reference: str | None
    token: str | None = None
    notice: str | None = None


class DeskRefusal(Enum):
    """Why a desk does not accept a complaint."""

    NO_SUCH_TOPIC = "NO_SUCH_TOPIC"
    NOT_TAKEN = "NOT_TAKEN"


class ComplaintOptions(Options, frozen=True, kw_only=True):
    """`a_day`: how many complaints one person may send to this desk in 24 hours.

    `page`: the page where people follow a complaint at the desk itself.
    """

    a_day: Annotated[int, msgspec.Meta(ge=1)] = 10
    page: Annotated[str, msgspec.Meta(pattern="^https?://")] | None = None


O = TypeVar("O", bound=ComplaintOptions)  # noqa: E741
C = TypeVar("C", bound=Credentials)


class ComplaintDesk(Connector[O, C]):
    """A desk that accepts complaints."""

    domain: ClassVar[str] = "complaints"

    @property
    @abstractmethod
    def keeps_secrets(self) -> bool:
        """Whether the desk can be told that a complaint is secret, and returns that flag."""

    @property
    @abstractmethod
    def recognises(self) -> bool:
        """Whether the desk can be asked if a complaint has arrived, after its answer was lost."""

    @abstractmethod
    def topics(self) -> Read[tuple[Topic, ...]]:
        """The topics of the desk."""

    @abstractmethod
    def fields(self, topic: str) -> Read[tuple[TopicField, ...]]:
        """The fields of a topic, in the order of the desk."""

    @abstractmethod
    def send(self, letter: Letter) -> Command[Receipt | DeskRefusal]:
        """Send it to the desk. Sent twice, it is two complaints."""

    @abstractmethod
    def find(self, letter: Letter, since: datetime) -> Command[tuple[Receipt, ...]]:
        """The complaints at the desk since then that are this one, or may be. Only for a desk that `recognises`."""

    @abstractmethod
    def settle(self, token: str) -> Command[str | None]:
        """The number that belongs to a token by now; None if there is none yet."""


class TrackedDesk(ComplaintDesk[O, C]):
    """A desk that also shows complaints and their state."""

    @abstractmethod
    def published(self) -> Read[tuple[Complaint, ...]]:
        """The latest complaints that everybody may read. Secret ones are left out here, so no cache keeps them."""

    @abstractmethod
    def published_one(self, reference: str) -> Read[Complaint | None]:
        """One complaint that everybody may read, of any time."""

    @abstractmethod
    def these(self, references: tuple[str, ...]) -> Read[tuple[Complaint, ...] | None]:
        """Complaints by their numbers, also secret ones; None if there are none of these. Never kept."""

    @abstractmethod
    def queue(self) -> Read[tuple[Complaint, ...]]:
        """The latest complaints, also secret ones, for the officers of the desk. Never kept."""

    @abstractmethod
    def complainant(self, reference: str) -> Read[Contact | None]:
        """The person who complained; None if the complaint is anonymous or the desk does not say. Never kept."""
