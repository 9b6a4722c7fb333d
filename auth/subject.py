"""Whose data an entry of the audit log is about: a person, by a number or name, or a thing if no person is known."""

import re
from enum import Enum

import msgspec


class SubjectKind(Enum):
    """The kinds of subject. Subjects of two kinds are never the same, even if their values are."""

    NIK = "nik"
    """The number of a resident."""
    SUB = "sub"
    """The identity provider's name for a person."""
    NOP = "nop"
    """A tax object, if its owner's number is not known."""
    DEED = "deed"
    """A deed, if the number of its party is not known."""
    BOOKING = "booking"
    """A booking that was not made through the hub."""


class Subject(msgspec.Struct, frozen=True):
    """A person or a thing, by a kind and a value."""

    kind: SubjectKind
    value: str

    def __repr__(self) -> str:
        return f"Subject({self.kind.value}, …)"

    @property
    def untold(self) -> str | None:
        """The name of this subject in old entries, which did not distinguish kinds.

        None if the name could also belong to another subject, because a provider may choose any name.
        """
        if self.kind in {SubjectKind.NIK, SubjectKind.SUB}:
            return None if self.kind is SubjectKind.SUB and AMBIGUOUS.fullmatch(self.value) else self.value
        return f"{self.kind.value}:{self.value}"


class HashedSubject(msgspec.Struct, frozen=True):
    """A subject that is known only by its keyed hash."""

    name: str


AMBIGUOUS = re.compile(r"[0-9]{16}|(nop|deed|booking):.*", re.DOTALL)
"""A provider's name that looks like the old name of another kind."""


def nik(value: str) -> Subject:
    """The resident with this number."""
    return Subject(SubjectKind.NIK, value)


def sub(value: str) -> Subject:
    """The person with this name at the identity provider."""
    return Subject(SubjectKind.SUB, value)
