"""The rules of personal fields: an OR of ANDs, decided before a fetch where that is possible."""

from datetime import date

import pytest

from auth.agreements import Agreement, Agreements, Purpose
from auth.caller import App, Audience, Caller, Declared, Person
from auth.keyed_hasher import KeyedHasher
from auth.policies import Asked, Personal, agreement, own_agency, owner, scope
from auth.subject import HashedSubject, Subject, SubjectKind, nik, sub
from resolvers.identity.policies import NIK, RECORD
from resolvers.tax.policies import TAXPAYER

TODAY = date(2026, 11, 23)
FIELD = "TaxObject.ownerName"
AGREED = Agreements(
    purposes={"tax-service": Purpose(id="Pelayanan pajak", en="Tax service", legal_basis="UU 1/2022")},
    agreements={
        "a": Agreement(
            client="agency:bapenda", purposes=("tax-service",), fields=(FIELD,), until=TODAY, signed_by="bapenda"
        )
    },
)
DECLARED = Declared(purpose="tax-service", case="PLY-1")


def person(audience, agency=None):
    return Person(subject="s-1", nik="9907014001900001", agency=agency, audience=audience)


CITIZEN = Caller(person=person(Audience.CITIZEN))
OFFICER = Caller(person=person(Audience.OFFICER, "bapenda"), declared=DECLARED)


def allows(caller, *rules, today=TODAY, field=FIELD, **known):
    asked = Asked(caller=caller, field=field, agreements=AGREED, today=today, **known)
    return Personal(category=TAXPAYER, rules=rules).allows(asked)


@pytest.mark.parametrize(
    ("subject", "found"),
    [
        (None, None),
        (nik("9907014001900001"), True),
        (sub("s-1"), True),
        (nik("9907014001900002"), False),
        (nik("s-1"), False),
        (sub("9907014001900001"), False),
        (Subject(SubjectKind.NOP, "9907014001900001"), False),
        (HashedSubject("s-1"), False),
    ],
)
def test_an_owner_is_known_by_the_record(subject, found):
    assert allows(CITIZEN, (owner,), subject=subject) is found


def test_nobody_owns_anything():
    assert allows(Caller(), (owner,)) is False


@pytest.mark.parametrize(("agency", "found"), [(None, None), ("bapenda", True), ("dishub", False)])
def test_an_officers_agency_keeps_the_record_or_not(agency, found):
    assert allows(OFFICER, (own_agency,), agency=agency) is found
    assert allows(CITIZEN, (own_agency,), agency=agency) is False


def test_an_agreement_is_for_a_client_a_purpose_a_field_and_a_time():
    assert allows(OFFICER, (agreement,)) is None
    assert allows(OFFICER, (agreement,), agency="bapenda") is True
    assert allows(OFFICER, (agreement,), agency="dishub") is False
    assert allows(OFFICER, (agreement,), today=date(2026, 11, 24)) is False
    assert allows(OFFICER, (agreement,), field="Me.nik") is False
    assert allows(Caller(person=OFFICER.person), (agreement,)) is False
    assert allows(Caller(person=OFFICER.person, declared=Declared(purpose="x", case="1")), (agreement,)) is False
    assert allows(Caller(person=person(Audience.OFFICER, "dishub"), declared=DECLARED), (agreement,)) is False


def test_who_comes_through_an_app_is_a_citizen_and_bound_by_its_scopes_and_agreements():
    through = Caller(person=OFFICER.person, app=App(code="notaris", scopes=frozenset({"NIK"})), declared=DECLARED)
    assert through.audience is Audience.CITIZEN
    assert allows(through, (scope(NIK),)) is True
    assert allows(through, (scope(RECORD),)) is False
    assert allows(through, (own_agency,), agency="bapenda") is False
    assert allows(through, (agreement,)) is False
    assert allows(CITIZEN, (scope(RECORD),)) is True


def test_one_alternative_is_enough_and_each_needs_all_of_its_conditions():
    assert allows(OFFICER, (owner, agreement), (own_agency, agreement), agency="bapenda", subject=nik("x")) is True
    assert allows(CITIZEN, (own_agency,), (owner, agreement)) is False
    assert allows(CITIZEN, (own_agency,), (owner, scope(NIK))) is None


def test_names_under_the_seal_are_stable_and_of_no_use_to_each_other():
    seal = KeyedHasher(b"a key for tests, and for tests only")
    assert seal.pseudonym("a", "p") == seal.pseudonym("a", "p")
    assert (
        len(
            {
                seal.pseudonym("a", "p"),
                seal.pseudonym("b", "p"),
                seal.subject(nik("p")),
                seal.subject(sub("p")),
                seal.api_key("p"),
            }
        )
        == 5
    )
    assert seal.pseudonym("ab", "c") != seal.pseudonym("a", "bc")
