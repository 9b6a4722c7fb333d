"""Who may read a field, in few words. What declares nothing is read by nobody."""

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec

from auth.agreements import Agreements
from auth.caller import Audience, Caller
from auth.category import Category
from auth.subject import HashedSubject, Subject


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule is asked about: who wants which field, of whose record. None where that is not known yet.

    `agency` keeps the record, `subject` is the person that it is about.
    """

    caller: Caller
    field: str
    agreements: Agreements
    today: date
    agency: str | None = None
    subject: Subject | HashedSubject | None = None


class Rule(msgspec.Struct, frozen=True):
    """A condition. `holds` answers None where only the record could tell."""

    words: str
    holds: Callable[[Asked], bool | None]


class Personal(msgspec.Struct, frozen=True, kw_only=True):
    """That a field is personal: given by these rules, an OR of ANDs, and each reading recorded as this category.

    `mask` makes, of the record, what is given instead where nobody asks for the whole; without one it is all or
    nothing.
    """

    category: Category
    rules: tuple[tuple[Rule, ...], ...]
    mask: Callable[[Any], Any] | None = None

    def allows(self, asked: Asked) -> bool | None:
        """Whether one of the alternatives holds; None where only the record could tell."""
        found = {_all(rule.holds(asked) for rule in rules) for rules in self.rules}
        return True if True in found else None if None in found else False

    @property
    def words(self) -> list[list[str]]:
        """The rules as they are read."""
        return [[rule.words for rule in rules] for rules in self.rules]


class Policy(msgspec.Struct, frozen=True):
    """The audiences in whose schema a field is, PUBLIC among them meaning everybody's; and why."""

    who: frozenset[Audience]
    reason: str
    personal: Personal | None = None

    def shows(self, audience: Audience) -> bool:
        """Whether it is in the schema of this audience."""
        return Audience.PUBLIC in self.who or audience in self.who


class FieldAccess(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the matrix: a field of the schema, in whose schema it is, and by which rules it is given there.

    `category` is the name of the category of personal data, where the field is personal.
    """

    type_name: str
    field_name: str
    audiences: tuple[Audience, ...]
    reason: str
    category: str | None
    masked: bool
    rules: list[list[str]]


def audience(*who: Audience, because: str) -> Policy:
    """Only these."""
    return Policy(frozenset(who), because)


def personal(
    policy: Policy, category: Category, *rules: tuple[Rule, ...], mask: Callable[[Any], Any] | None = None
) -> Policy:
    """The same audiences, by one of these rules, or masked; each reading is recorded."""
    return msgspec.structs.replace(policy, personal=Personal(category=category, rules=rules, mask=mask))


def scope(needed: Category) -> Rule:
    """What an app may do must be agreed on with it; who comes without an app is not meant."""
    return Rule(
        f"an app has the scope {needed.name}",
        lambda asked: asked.caller.app is None or needed.name in asked.caller.app.scopes,
    )


def _all(found: Any) -> bool | None:
    known = set(found)
    return False if False in known else None if None in known else True


def _is_owner(asked: Asked) -> bool | None:
    mine = asked.caller.person.names if asked.caller.person else ()
    if not mine:
        return False
    return None if asked.subject is None else asked.subject in mine


def _is_of_the_agency(asked: Asked) -> bool | None:
    person = asked.caller.person
    if person is None or asked.caller.audience is not Audience.OFFICER:
        return False
    return None if asked.agency is None else asked.agency == person.agency


def _is_agreed(asked: Asked) -> bool | None:
    signers = asked.agreements.signers(asked.caller, asked.field, asked.today)
    if not signers:
        return False
    return None if asked.agency is None else asked.agency in signers


owner = Rule("it is about who asks", _is_owner)
own_agency = Rule("the officer's agency keeps it", _is_of_the_agency)
agreement = Rule("an agreement with the agency covers the declared purpose", _is_agreed)

public = audience(Audience.PUBLIC, because="It is public.")
nobody = audience(because="Nothing is declared.")
signed_in = audience(
    Audience.CITIZEN, Audience.OFFICER, Audience.ADMIN, because="It is about the person who asks, and nobody else."
)
officers = audience(Audience.OFFICER, because="It is about the work for an agency.")
administrators = audience(Audience.ADMIN, because="It is about the running of the hub, not about people.")
