"""Who may read a field. A field without a policy is for nobody."""

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec

from auth.agreements import Agreements
from auth.caller import Audience, Caller
from auth.category import Category
from auth.lacks import Lack, Lacking, LackKind
from auth.subject import HashedSubject, Subject


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The question to a rule: who wants to read which field of whose record. None means that it is not known yet.

    `agency` keeps the record. `subject` is the person whose data they are.
    """

    caller: Caller
    field: str
    agreements: Agreements
    today: date
    agency: str | None = None
    subject: Subject | HashedSubject | None = None


class Rule(msgspec.Struct, frozen=True):
    """A condition. `holds` answers None if only the record could decide. `lacks` says what is missing if it fails."""

    words: str
    holds: Callable[[Asked], bool | None]
    lacks: Callable[[Asked], Lack]


class Personal(msgspec.Struct, frozen=True, kw_only=True):
    """The policy of a personal field. `rules` are alternatives; all rules of one alternative must hold.

    The audit log records each reading under `category`. `mask` makes the value that is given unless the caller asks for
    the whole value. Without a mask, the field is given in full or not at all.
    """

    category: Category
    rules: tuple[tuple[Rule, ...], ...]
    mask: Callable[[Any], Any] | None = None

    def allows(self, asked: Asked) -> bool | None:
        """Whether one of the alternatives holds; None if only the record could decide."""
        found = {_all(rule.holds(asked) for rule in rules) for rules in self.rules}
        return True if True in found else None if None in found else False

    def lacking(self, asked: Asked) -> Lacking:
        """What the caller lacks in each alternative, where none of them holds: what fails, or else what is unknown."""
        return Lacking.of(
            tuple(rule.lacks(asked) for rule in rules if rule.holds(asked) is False)
            or tuple(rule.lacks(asked) for rule in rules if not rule.holds(asked))
            for rules in self.rules
        )

    @property
    def words(self) -> list[list[str]]:
        """The rules in words."""
        return [[rule.words for rule in rules] for rules in self.rules]


class Policy(msgspec.Struct, frozen=True):
    """The audiences whose schema has a field, and the reason. PUBLIC means every schema."""

    who: frozenset[Audience]
    reason: str
    personal: Personal | None = None

    def shows(self, audience: Audience) -> bool:
        """Whether the schema of this audience has the field."""
        return Audience.PUBLIC in self.who or audience in self.who


class FieldAccess(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the access matrix: a field, the audiences whose schema has it, and the rules under which it is given.

    `category` is the category of personal data, if the field is personal.
    """

    type_name: str
    field_name: str
    audiences: tuple[Audience, ...]
    reason: str
    category: str | None
    masked: bool
    rules: list[list[str]]


def audience(*who: Audience, because: str) -> Policy:
    """A policy for these audiences only."""
    return Policy(frozenset(who), because)


def personal(
    policy: Policy, category: Category, *rules: tuple[Rule, ...], mask: Callable[[Any], Any] | None = None
) -> Policy:
    """The same audiences, but the value is given by these rules or masked, and each reading is recorded."""
    return msgspec.structs.replace(policy, personal=Personal(category=category, rules=rules, mask=mask))


def scope(needed: Category) -> Rule:
    """An app needs this scope. A caller without an app needs none."""
    return Rule(
        f"an app has the scope {needed.name}",
        lambda asked: asked.caller.app is None or needed.name in asked.caller.app.scopes,
        lambda _: Lack(LackKind.SCOPE, needed.name),
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


def _lacks_ownership(asked: Asked) -> Lack:
    return Lack(LackKind.OWNER if asked.caller.person else LackKind.SIGN_IN)


def _lacks_the_agency(asked: Asked) -> Lack:
    return Lack(LackKind.AGENCY if asked.caller.audience is Audience.OFFICER else LackKind.ROLE)


def _lacks_an_agreement(asked: Asked) -> Lack:
    caller = asked.caller
    if caller.app is None and caller.audience is not Audience.OFFICER:
        return Lack(LackKind.ROLE)
    if caller.declared is None:
        return Lack(LackKind.PURPOSE)
    return Lack(LackKind.AGREEMENT, caller.declared.purpose)


owner = Rule("it is about the caller", _is_owner, _lacks_ownership)
own_agency = Rule("the officer's agency keeps it", _is_of_the_agency, _lacks_the_agency)
agreement = Rule("an agreement with the agency covers the declared purpose", _is_agreed, _lacks_an_agreement)

public = audience(Audience.PUBLIC, because="It is public.")
nobody = audience(because="No policy is declared.")
signed_in = audience(
    Audience.CITIZEN,
    Audience.OFFICER,
    Audience.ADMIN,
    because="It is about the person who has signed in, and nobody else.",
)
officers = audience(Audience.OFFICER, because="Officers need it for the work of their agency.")
administrators = audience(Audience.ADMIN, because="It is about the running of the hub, not about people.")
