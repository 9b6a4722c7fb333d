"""Who asks: a person, an app, an app for a person, or nobody that is known."""

from datetime import datetime
from enum import Enum

import msgspec

from auth.subject import Subject, nik, sub


class Audience(Enum):
    """Whose schema it is; each sees only what is declared for it."""

    PUBLIC = "PUBLIC"
    """Anybody."""
    PARTNER = "PARTNER"
    """An app of a third party that has a key."""
    CITIZEN = "CITIZEN"
    """A person who has signed in."""
    OFFICER = "OFFICER"
    """A person who works for an agency."""
    ADMIN = "ADMIN"
    """A person who runs the hub."""


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who has signed in, as the identity provider says.

    `subject` is the provider's name for the person, which is no personal value by itself. `nik` has 16 digits; None
    where the provider does not say it. `agency` is the code of the one that an officer works for. `until`: when the
    token ends that says so.
    """

    subject: str
    nik: str | None
    agency: str | None
    audience: Audience
    until: datetime | None = None

    def __repr__(self) -> str:
        return f"Person({self.audience.value}, …)"

    @property
    def name(self) -> Subject:
        """By what the person is known to the record: the NIK, or the provider's name where there is none."""
        return nik(self.nik) if self.nik else sub(self.subject)

    @property
    def names(self) -> tuple[Subject, ...]:
        """By what the person may be known there: a provider may come to say the NIK later."""
        return (nik(self.nik), sub(self.subject)) if self.nik else (sub(self.subject),)


class App(msgspec.Struct, frozen=True, kw_only=True):
    """An app of a third party, by one of its keys.

    `scopes` are the names of the categories of personal data that it may ask for in a person's name. `quota` is the
    cost that it may ask for in a minute; None for what everybody has. `origins`: pages of which origins may use the
    key; none for a key that no page has. `until`: when the key ends.
    """

    code: str
    scopes: frozenset[str]
    quota: int | None = None
    origins: frozenset[str] = frozenset()
    until: datetime | None = None


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """What for somebody reads another person's data: the code of a purpose, and the reference of the case."""

    purpose: str
    case: str


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who is behind a request. `token` is the person's own, for what the identity provider is asked in their name."""

    person: Person | None = None
    token: str | None = None
    app: App | None = None
    declared: Declared | None = None

    def __repr__(self) -> str:
        return f"Caller({self.audience.value}, …)"

    @property
    def audience(self) -> Audience:
        """Whose schema the request is answered from; who comes through an app is a citizen there, whoever it is."""
        if self.person:
            return Audience.CITIZEN if self.app else self.person.audience
        return Audience.PARTNER if self.app else Audience.PUBLIC

    @property
    def until(self) -> datetime | None:
        """When the first of its credentials ends; None where none does."""
        ends = (each.until for each in (self.person, self.app) if each)
        return min(filter(None, ends), default=None)


ANYBODY = Caller()
