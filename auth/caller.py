"""The caller: a person, an app, an app for a person, or nobody who is known."""

from datetime import datetime
from enum import Enum

import msgspec

from auth.subject import Subject, nik, sub


class Audience(Enum):
    """The audiences. Each audience has its own schema, with only the fields that are declared for it."""

    PUBLIC = "PUBLIC"
    """Anybody."""
    PARTNER = "PARTNER"
    """An app of a third party with a key."""
    CITIZEN = "CITIZEN"
    """A person who has signed in."""
    OFFICER = "OFFICER"
    """A person who works for an agency."""
    ADMIN = "ADMIN"
    """A person who runs the hub."""


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A person who has signed in, as the identity provider describes them.

    `subject` is the provider's name for the person, which is no personal value by itself. `nik` has 16 digits; it is
    None if the provider does not give it. `agency` is the agency of an officer. An `auditor` may read who read what, in
    whatever audience. `until` is the end of the token.
    """

    subject: str
    nik: str | None
    agency: str | None
    audience: Audience
    auditor: bool = False
    until: datetime | None = None

    def __repr__(self) -> str:
        return f"Person({self.audience.value}, …)"

    @property
    def name(self) -> Subject:
        """The subject under which the audit log knows the person: the NIK, or else the provider's name."""
        return nik(self.nik) if self.nik else sub(self.subject)

    @property
    def names(self) -> tuple[Subject, ...]:
        """All subjects under which the audit log may know the person. The provider may have given no NIK at first."""
        return (nik(self.nik), sub(self.subject)) if self.nik else (sub(self.subject),)


class App(msgspec.Struct, frozen=True, kw_only=True):
    """An app of a third party, known by one of its keys.

    `scopes` are the categories of personal data that it may ask for when it acts for a person. `quota` is the cost that
    it may spend in a minute; None means the usual quota. `origins` are the web pages that may use the key; a key
    without origins is for no page. `until` is the end of the key.
    """

    code: str
    scopes: frozenset[str]
    quota: int | None = None
    origins: frozenset[str] = frozenset()
    until: datetime | None = None


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """Why the caller reads another person's data: the code of a purpose, and the reference of a case."""

    purpose: str
    case: str


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """The sender of a request.

    `token` is the person's own; with it the hub asks the identity provider for the person.
    """

    person: Person | None = None
    token: str | None = None
    app: App | None = None
    declared: Declared | None = None

    def __repr__(self) -> str:
        return f"Caller({self.audience.value}, …)"

    @property
    def audience(self) -> Audience:
        """The audience whose schema answers the request.

        A person who uses an app is a citizen there, whatever their role.
        """
        if self.person:
            return Audience.CITIZEN if self.app else self.person.audience
        return Audience.PARTNER if self.app else Audience.PUBLIC

    @property
    def audits(self) -> bool:
        """Whether an auditor asks, and not through an app."""
        return self.person is not None and self.person.auditor and self.app is None

    @property
    def until(self) -> datetime | None:
        """When the first of the caller's credentials ends; None if none does."""
        ends = (each.until for each in (self.person, self.app) if each)
        return min(filter(None, ends), default=None)


ANYBODY = Caller()
