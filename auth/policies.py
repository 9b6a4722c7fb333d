"""Who may read a field, in few words. What declares nothing is read by nobody."""

import msgspec

from auth.caller import Audience


class Policy(msgspec.Struct, frozen=True):
    """The audiences in whose schema a field is, PUBLIC among them meaning everybody's; and why."""

    who: frozenset[Audience]
    reason: str

    def shows(self, audience: Audience) -> bool:
        """Whether it is in the schema of this audience."""
        return Audience.PUBLIC in self.who or audience in self.who


class FieldAccess(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the matrix: a field of the schema, and in whose schema it is."""

    type_name: str
    field_name: str
    audiences: tuple[Audience, ...]
    reason: str


def audience(*who: Audience, because: str) -> Policy:
    """Only these."""
    return Policy(frozenset(who), because)


public = audience(Audience.PUBLIC, because="It is public.")
nobody = audience(because="Nothing is declared.")
signed_in = audience(
    Audience.CITIZEN, Audience.OFFICER, Audience.ADMIN, because="It is about the person who asks, and nobody else."
)
officers = audience(Audience.OFFICER, because="It is about the work for an agency.")
administrators = audience(Audience.ADMIN, because="It is about the running of the hub, not about people.")
