"""What a refusal says: for each rule of each personal field, and each kind of caller, what is missing, in both languages."""

import itertools
from datetime import date

import pytest

from auth.agreements import Agreement, Agreements, Purpose
from auth.caller import App, Audience, Caller, Declared, Person
from auth.lacks import WORDS, Lack, Lacking, LackKind
from auth.policies import Asked, agreement, auditor, own_agency, owner, scope
from auth.subject import nik
from resolvers.identity.policies import NIK
from resolvers.kit.errors import forbidden
from schema.root import _fields, build

TODAY = date(2026, 11, 23)
AGREED = Agreements(
    purposes={"tax-service": Purpose(id="Pelayanan pajak", en="Tax service", legal_basis="UU 1/2022")},
    agreements={
        "a": Agreement(
            client="agency:bapenda", purposes=("tax-service",), fields=("T.f",), until=TODAY, signed_by="bapenda"
        )
    },
)
DECLARED = Declared(purpose="tax-service", case="PLY-1")


def person(audience, agency=None):
    return Person(subject="s-1", nik="9907014001900001", agency=agency, audience=audience)


APP = App(code="notaris", scopes=frozenset())
CALLERS = {
    "nobody": Caller(),
    "an app": Caller(app=APP),
    "an app with a purpose": Caller(app=APP, declared=DECLARED),
    "a citizen": Caller(person=person(Audience.CITIZEN)),
    "a citizen through an app": Caller(person=person(Audience.CITIZEN), app=APP),
    "an officer": Caller(person=person(Audience.OFFICER, "dishub")),
    "an officer with a purpose": Caller(person=person(Audience.OFFICER, "dishub"), declared=DECLARED),
    "an administrator": Caller(person=person(Audience.ADMIN)),
}


def asked(caller, **known):
    return Asked(caller=caller, field="T.f", agreements=AGREED, today=TODAY, **known)


EXPECTED = {
    owner: {
        "nobody": LackKind.SIGN_IN,
        "an app": LackKind.SIGN_IN,
        "an app with a purpose": LackKind.SIGN_IN,
        "a citizen": LackKind.OWNER,
        "a citizen through an app": LackKind.OWNER,
        "an officer": LackKind.OWNER,
        "an officer with a purpose": LackKind.OWNER,
        "an administrator": LackKind.OWNER,
    },
    auditor: {name: LackKind.AUDITOR if each.person else LackKind.SIGN_IN for name, each in CALLERS.items()},
    own_agency: {name: LackKind.AGENCY if name.startswith("an officer") else LackKind.ROLE for name in CALLERS},
    agreement: {
        "nobody": LackKind.ROLE,
        "an app": LackKind.PURPOSE,
        "an app with a purpose": LackKind.AGREEMENT,
        "a citizen": LackKind.ROLE,
        "a citizen through an app": LackKind.PURPOSE,
        "an officer": LackKind.PURPOSE,
        "an officer with a purpose": LackKind.AGREEMENT,
        "an administrator": LackKind.ROLE,
    },
}


@pytest.mark.parametrize("rule", EXPECTED, ids=lambda rule: rule.words)
def test_each_rule_says_what_each_caller_lacks(rule):
    other = {"agency": "bapenda", "subject": nik("9907014001900002")}
    assert {name: rule.lacks(asked(caller, **other)).kind for name, caller in CALLERS.items()} == EXPECTED[rule]
    assert not any(rule.holds(asked(caller, **other)) for caller in CALLERS.values())
    assert scope(NIK).lacks(asked(CALLERS["an app"])) == Lack(LackKind.SCOPE, "NIK")


def test_every_refusal_of_every_personal_field_says_what_is_missing_and_names_no_file():
    """All policies of the schema, all callers, before and after it is known whose the data are."""
    found = {at: policy.personal for at, policy in _fields(build()).items() if policy.personal}
    assert len(found) > 15
    told = set()
    unknown, other = {}, {"agency": "bapenda", "subject": nik("9907014001900002")}
    for (at, personal), caller, known in itertools.product(found.items(), CALLERS.values(), (unknown, other)):
        about = asked(caller, **known)
        if personal.allows(about) or (personal.allows(about) is None and known is unknown):
            continue
        error = forbidden(personal.lacking(about))
        missing = error.told["missing"]
        assert missing, at
        assert all(missing), at
        kinds = {each["kind"] for way in missing for each in way}
        told |= kinds
        for language in ("id", "en"):
            text = error.texts[language]
            named = [LackKind(each) for each in kinds]
            assert all(WORDS[each][language].partition("{}")[0] in text for each in named), (at, text)
            assert not any(word in text for word in ("docs/", ".md", "{}", "None", "9907")), text
    assert told >= {"SIGN_IN", "ROLE", "OWNER", "AGENCY", "PURPOSE", "AGREEMENT", "SCOPE"}


def test_a_way_that_needs_more_than_another_is_not_told():
    role, purpose, scoped = Lack(LackKind.ROLE), Lack(LackKind.PURPOSE), Lack(LackKind.SCOPE, "NIK")
    found = Lacking.of([(role, scoped), (purpose, scoped), (scoped,), (purpose, role), (role, purpose)])
    assert found.ways == ((scoped,), (purpose, role))
    assert found.text.en == (
        "You may not read this. Missing: the scope NIK of the app's key; or a purpose and a case (the headers "
        "simpul-purpose and simpul-case) and a sign-in as an officer of an agency in charge."
    )
