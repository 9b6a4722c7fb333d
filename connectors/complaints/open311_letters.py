"""How a complaint is sent over Open311, and how it is recognised among the requests of a desk. No I/O in here."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta

from connectors.complaints.open311_rows import CarrierAttributes
from connectors.complaints.records import Complaint, Contact, Letter

SECOND = timedelta(seconds=1)
SAME_PLACE = 0.00005
"""Degrees, some five metres."""


def form_of(letter: Letter, carried: CarrierAttributes, own: Collection[str]) -> Iterator[tuple[str, str]]:
    """The form of a letter. Attributes of the hub's `own` have what the protocol has no field for."""
    yield "service_code", letter.topic
    if letter.latitude is not None and letter.longitude is not None:
        yield "lat", str(letter.latitude)
        yield "long", str(letter.longitude)
    if letter.address:
        yield "address_string", letter.address
    yield "description", letter.text
    if letter.photo:
        yield "media_url", letter.photo
    if letter.contact is not None:
        yield from _contact(letter.contact)
    for answer in letter.answers:
        if answer.code not in own:
            name = f"attribute[{answer.code}]{'[]' if answer.several else ''}"
            yield from ((name, value) for value in answer.values)
    for attribute, said in (
        (carried.key, letter.key),
        (carried.anonymous, "1" if letter.anonymous else "0"),
        (carried.secret, "1" if letter.secret else "0"),
    ):
        if attribute:
            yield f"attribute[{attribute}]", said


def is_of(letter: Letter, found: Complaint, *, by_key: bool) -> bool:
    """Whether it is the same complaint: by the key, if the desk returns it, else by topic, text and place."""
    if by_key:
        return found.key == letter.key
    if (found.topic, _words(found.text)) != (letter.topic, _words(letter.text)):
        return False
    if letter.latitude is None or letter.longitude is None:
        return _words(found.address) == _words(letter.address)
    if found.latitude is None or found.longitude is None:
        return False
    away = max(abs(found.latitude - letter.latitude), abs(found.longitude - letter.longitude))
    return away < SAME_PLACE


def span_of(start: datetime, end: datetime) -> dict[str, str]:
    """A span as the protocol writes it. It includes the seconds in which it begins and ends."""
    up_to = end + SECOND
    return {"start_date": _moment(start), "end_date": _moment(up_to)}


def _contact(contact: Contact) -> Iterator[tuple[str, str]]:
    first, _blank, last = (contact.name or "").strip().partition(" ")
    pairs = (("first_name", first), ("last_name", last), ("email", contact.email), ("phone", contact.phone))
    for name, value in pairs:
        if value:
            yield name, value.strip()


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _words(text: str | None) -> str:
    return " ".join((text or "").split())
