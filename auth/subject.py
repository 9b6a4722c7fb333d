"""Whom a record is about: a person by one of their numbers or names, or a thing where nobody's is known."""

import re
from enum import Enum

import msgspec


class Kind(Enum):
    """What a subject is known by. Two kinds never mean the same, whatever their values."""

    NIK = "nik"
    """A resident's number."""
    SUB = "sub"
    """The identity provider's name for a person."""
    NOP = "nop"
    """A tax object, whose owner has no number there."""
    DEED = "deed"
    """A deed, whose party has no number there."""
    BOOKING = "booking"
    """A booking that was not made through the hub."""


class Subject(msgspec.Struct, frozen=True):
    """Somebody or something, by its kind and its value there."""

    kind: Kind
    value: str

    def __repr__(self) -> str:
        return f"Subject({self.kind.value}, …)"

    @property
    def untold(self) -> str | None:
        """By what the record knew it when it did not tell kinds apart.

        None where that could be another's: a provider may call anybody anything.
        """
        if self.kind in {Kind.NIK, Kind.SUB}:
            return None if self.kind is Kind.SUB and AMBIGUOUS.fullmatch(self.value) else self.value
        return f"{self.kind.value}:{self.value}"


class HashedSubject(msgspec.Struct, frozen=True):
    """A subject by the record's own name, which was reckoned earlier and says nothing."""

    name: str


AMBIGUOUS = re.compile(r"[0-9]{16}|(nop|deed|booking):.*", re.DOTALL)
"""A provider's name that reads as another kind's did before kinds were told apart."""


def nik(value: str) -> Subject:
    """The resident of this number."""
    return Subject(Kind.NIK, value)


def sub(value: str) -> Subject:
    """The person whom the identity provider calls so."""
    return Subject(Kind.SUB, value)
