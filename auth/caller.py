"""Who asks: a person, or nobody that is known."""

from enum import Enum

import msgspec


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
    where the provider does not say it. `agency` is the code of the one that an officer works for.
    """

    subject: str
    nik: str | None
    agency: str | None
    audience: Audience

    def __repr__(self) -> str:
        return f"Person({self.audience.value}, …)"


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who is behind a request. `token` is the person's own, for what the identity provider is asked in their name."""

    person: Person | None = None
    token: str | None = None

    def __repr__(self) -> str:
        return f"Caller({self.audience.value}, …)"

    @property
    def audience(self) -> Audience:
        """Whose schema the request is answered from."""
        return self.person.audience if self.person else Audience.PUBLIC


ANYBODY = Caller()
