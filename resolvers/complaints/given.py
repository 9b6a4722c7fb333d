"""What may be sent: the complaint of an input, checked, and the letter that is made of it. No I/O in here."""

import re
from collections.abc import Iterable, Sequence
from typing import Protocol

import msgspec
from yarl import URL

from connectors.complaints.records import Contact, FieldAnswer, FieldType, Letter, Numbering, Topic, TopicField
from resolvers.complaints.refusals import bad_input
from resolvers.kit.moments import moment
from resolvers.kit.places import Position, check_near

LONGEST_TEXT = 4_000
"""Letters of a complaint, the limit of Open311."""
LONGEST_LINE = 200
LONGEST_ADDRESS = 1_000
"""Letters of the address of a photo."""
MOST_ANSWERS = 50

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,200}")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,10})?", re.ASCII)


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
        raise bad_input("complaint", "isi point atau address.", "give `point` or `address`.")
    check_near(given.point or None, None, by_distance=False)
    if given.anonymous and given.contact:
        raise bad_input(
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
        raise bad_input("photo", "alamat web dengan http atau https.", "an address on the web, http or https.")
    if len(given.answers) > MOST_ANSWERS or any(len(each.values) > MOST_ANSWERS for each in given.answers):
        raise bad_input("answers", f"paling banyak {MOST_ANSWERS}.", f"{MOST_ANSWERS} at most.")
    if len({each.field for each in given.answers}) < len(given.answers):
        raise bad_input("answers", "satu untuk setiap isian.", "one for each field.")
    for each in given.answers:
        for value in (each.field, *each.values):
            _length("answers", value, LONGEST_LINE, least=1)


def _contact(given: GivenContact) -> Contact:
    _length("contact.name", given.name, LONGEST_LINE, least=1)
    if given.email and not _EMAIL.fullmatch(given.email):
        raise bad_input("contact.email", "alamat email.", "an email address.")
    if given.phone and not _PHONE.fullmatch(given.phone):
        raise bad_input(
            "contact.phone", "nomor telepon, seperti +62215550001.", "a telephone number, like +62215550001."
        )
    return Contact(name=given.name.strip(), email=given.email or None, phone=given.phone or None)


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
        raise bad_input("answers", f"topik ini hanya menanyakan: {asked}.", f"this topic asks for these only: {asked}.")
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
            raise bad_input(at, "wajib diisi.", "has to be answered.")
        return
    if len(values) > 1 and field.type is not FieldType.SOME_OF:
        raise bad_input(at, "satu nilai saja.", "takes one value.")
    choices = {each.code for each in field.choices}
    if choices and not choices.issuperset(values):
        listed = ", ".join(sorted(choices))
        raise bad_input(at, f"salah satu dari {listed}.", f"one of {listed}.")
    if field.type is FieldType.NUMBER and not _NUMBER.fullmatch(values[0]):
        raise bad_input(at, "bilangan.", "a number.")
    if field.type is FieldType.MOMENT:
        try:
            moment(values[0])
        except ValueError:
            raise bad_input(at, "waktu dengan zonanya.", "a moment with its zone.") from None


def _length(at: str, text: str | None, most: int, *, least: int = 0) -> None:
    if not least <= len((text or "").strip()) <= most:
        raise bad_input(at, f"{least} sampai {most} huruf.", f"{least} to {most} characters.")
    if "\0" in (text or ""):
        raise bad_input(at, "teks tanpa karakter nol.", "a text without NUL.")


def _of_the_web(address: str) -> bool:
    try:
        found = URL(address)
    except ValueError:
        return False
    return found.scheme in ("http", "https") and bool(found.host) and not found.user
