"""Rules of complaints: what may be sent, what is late, and how a desk orders its work. No I/O in here."""

import math
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum
from typing import Protocol

import msgspec
from yarl import URL

from auth.lacks import LackKind
from connectors.complaints.records import (
    Complaint,
    ComplaintState,
    Contact,
    FieldAnswer,
    FieldType,
    HistoryStep,
    Letter,
    Numbering,
    Topic,
    TopicField,
)
from resolvers.kit.context import Source
from resolvers.kit.errors import UserError, forbidden_because
from resolvers.kit.moments import moment
from resolvers.kit.places import Position, check_near
from store.complaints.outbox import Delivery, StoredComplaint

LONGEST_TEXT = 4_000
"""Letters of a complaint, the limit of Open311."""
LONGEST_LINE = 200
LONGEST_ADDRESS = 1_000
"""Letters of the address of a photo."""
MOST_ANSWERS = 50

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,200}")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,10})?", re.ASCII)


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


class GivenContact(Protocol):
    """The contact of an input."""

    name: str
    email: str | None
    phone: str | None


class GivenAnswer(Protocol):
    """An answer of an input."""

    field: str
    values: list[str]


class GivenComplaint(Protocol):
    """The complaint of an input."""

    topic: str
    text: str
    address: str | None
    point: Position | None
    photo: str | None
    anonymous: bool
    secret: bool
    contact: GivenContact | None
    answers: list[GivenAnswer]


class CheckedComplaint(msgspec.Struct, frozen=True, kw_only=True):
    """The complaint of an input, checked."""

    topic: str
    text: str
    address: str | None
    latitude: float | None
    longitude: float | None
    photo: str | None
    anonymous: bool
    secret: bool
    contact: Contact | None
    answers: tuple[FieldAnswer, ...]

    def __repr__(self) -> str:
        return "CheckedComplaint(…)"


def filled(given: GivenComplaint) -> CheckedComplaint:
    """Check the complaint of an input. A part that is not given is None, or another value that is false.

    Raises BAD_USER_INPUT before anybody is asked.
    """
    _check_texts(given)
    if not given.point and not (given.address or "").strip():
        raise _bad("complaint", "isi point atau address.", "give `point` or `address`.")
    check_near(given.point or None, None, by_distance=False)
    if given.anonymous and given.contact:
        raise _bad(
            "contact",
            "pengaduan anonim tidak membawa kontak; kosongkan.",
            "an anonymous complaint carries no contact; leave it out.",
        )
    return CheckedComplaint(
        topic=given.topic,
        text=given.text.strip(),
        address=(given.address or "").strip() or None,
        latitude=given.point.latitude if given.point else None,
        longitude=given.point.longitude if given.point else None,
        photo=given.photo or None,
        anonymous=given.anonymous,
        secret=given.secret,
        contact=_contact(given.contact) if given.contact else None,
        answers=tuple(FieldAnswer(code=each.field, values=tuple(each.values)) for each in given.answers if each.values),
    )


def _check_texts(given: GivenComplaint) -> None:
    _length("text", given.text, LONGEST_TEXT, least=1)
    _length("address", given.address, LONGEST_LINE)
    _length("photo", given.photo, LONGEST_ADDRESS)
    if given.photo and not _of_the_web(given.photo):
        raise _bad("photo", "alamat web dengan http atau https.", "an address on the web, http or https.")
    if len(given.answers) > MOST_ANSWERS or any(len(each.values) > MOST_ANSWERS for each in given.answers):
        raise _bad("answers", f"paling banyak {MOST_ANSWERS}.", f"{MOST_ANSWERS} at most.")
    if len({each.field for each in given.answers}) < len(given.answers):
        raise _bad("answers", "satu untuk setiap isian.", "one for each field.")
    for each in given.answers:
        for value in (each.field, *each.values):
            _length("answers", value, LONGEST_LINE, least=1)


def _contact(given: GivenContact) -> Contact:
    _length("contact.name", given.name, LONGEST_LINE, least=1)
    if given.email and not _EMAIL.fullmatch(given.email):
        raise _bad("contact.email", "alamat email.", "an email address.")
    if given.phone and not _PHONE.fullmatch(given.phone):
        raise _bad("contact.phone", "nomor telepon, seperti +62215550001.", "a telephone number, like +62215550001.")
    return Contact(name=given.name.strip(), email=given.email or None, phone=given.phone or None)


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


def letter(
    filled: CheckedComplaint, key: str, service: str, topic: Topic | None, fields: Sequence[TopicField] | None
) -> Letter:
    """The letter to the desk. If the desk does not say its fields now, the answers are sent as they are."""
    return Letter(
        key=key,
        topic=service,
        text=filled.text,
        address=filled.address,
        latitude=filled.latitude,
        longitude=filled.longitude,
        photo=filled.photo,
        answers=filled.answers if fields is None else _checked(filled.answers, fields),
        anonymous=filled.anonymous,
        secret=filled.secret,
        contact=filled.contact,
        numbering=topic.numbering if topic else Numbering.AT_ONCE,
    )


def _checked(answers: Iterable[FieldAnswer], fields: Sequence[TopicField]) -> tuple[FieldAnswer, ...]:
    """The answers in the order of the fields. Raises BAD_USER_INPUT if they do not fit the fields."""
    given, known = {each.code: each for each in answers}, {each.code: each for each in fields}
    if given.keys() - known.keys():
        asked = ", ".join(known) or "-"
        raise _bad("answers", f"topik ini hanya menanyakan: {asked}.", f"this topic asks for these only: {asked}.")
    for code, each in known.items():
        _check_answer(each, given[code].values if code in given else ())
    return tuple(
        msgspec.structs.replace(given[code], several=each.type is FieldType.SOME_OF)
        for code, each in known.items()
        if code in given
    )


def _check_answer(field: TopicField, values: Sequence[str]) -> None:
    at = f"answers.{field.code}"
    if not values:
        if field.required:
            raise _bad(at, "wajib diisi.", "has to be answered.")
        return
    if len(values) > 1 and field.type is not FieldType.SOME_OF:
        raise _bad(at, "satu nilai saja.", "takes one value.")
    choices = {each.code for each in field.choices}
    if choices and not choices.issuperset(values):
        listed = ", ".join(sorted(choices))
        raise _bad(at, f"salah satu dari {listed}.", f"one of {listed}.")
    if field.type is FieldType.NUMBER and not _NUMBER.fullmatch(values[0]):
        raise _bad(at, "bilangan.", "a number.")
    if field.type is FieldType.MOMENT:
        try:
            moment(values[0])
        except ValueError:
            raise _bad(at, "waktu dengan zonanya.", "a moment with its zone.") from None


def _length(at: str, text: str | None, most: int, *, least: int = 0) -> None:
    if not least <= len((text or "").strip()) <= most:
        raise _bad(at, f"{least} sampai {most} huruf.", f"{least} to {most} characters.")
    if "\0" in (text or ""):
        raise _bad(at, "teks tanpa karakter nol.", "a text without NUL.")


def _of_the_web(address: str) -> bool:
    try:
        found = URL(address)
    except ValueError:
        return False
    return found.scheme in ("http", "https") and bool(found.host) and not found.user


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


def no_such_topic() -> UserError:
    """The error for a topic that no desk has."""
    return UserError("NOT_FOUND", id="Tidak ada topik dengan kode ini.", en="There is no topic with this code.")


def key_used() -> UserError:
    """The error for a key that was used for another complaint."""
    return UserError(
        "IDEMPOTENCY_CONFLICT",
        id="idempotencyKey ini sudah dipakai untuk permintaan lain.",
        en="This idempotencyKey was used for another request.",
    )


def not_kept_secret() -> UserError:
    """The error for a desk that cannot keep a complaint secret."""
    return UserError(
        "SECRET_NOT_KEPT",
        id="Kanal ini tidak dapat merahasiakan pengaduan; pilih topik lain atau jangan minta dirahasiakan.",
        en="This desk cannot keep a complaint secret; choose another topic, or do not ask for it.",
    )


def too_many(most: int) -> UserError:
    """The error for a person who has sent too many complaints in a day."""
    return UserError(
        "TOO_MANY_COMPLAINTS",
        id=f"Paling banyak {most} pengaduan dalam 24 jam ke kanal ini.",
        en=f"At most {most} complaints to this desk in 24 hours.",
    )


def of_another_agency() -> UserError:
    """The error for an officer whose agency is no desk."""
    return forbidden_because(
        LackKind.ROLE, id="Instansi Anda bukan kanal pengaduan.", en="Your agency is not a complaint desk."
    )


def _bad(at: str, indonesian: str, english: str) -> UserError:
    return UserError("BAD_USER_INPUT", id=f"{at}: {indonesian}", en=f"{at}: {english}")
