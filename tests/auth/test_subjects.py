"""Subjects have a kind: who is called like somebody's number by the identity provider reaches nothing of theirs."""

import json
from datetime import timedelta

import pytest
from joserfc import jws

from auth.audit_entry import Reader
from auth.caller import Audience, Person
from auth.keyed_hasher import KeyedHasher
from auth.subject import HashedSubject, Subject, SubjectKind, nik, sub
from sandbox.identity.issuer import issuer_of
from sandbox.tax.bphtb import DEEDS
from sandbox.tax.parcels import with_story
from store.audit.audit_log import AuditLog
from store.kit.database import Database

SEAL = KeyedHasher(b"a secret of tests, and of tests alone")
NIK = "9907014001900001"
SUB = "6f0c1a52-0000-4000-8000-000000000001"
DEED = f"2026.{DEEDS['with the land office'].number:06d}.01"
NAMELESS = f"2026.{DEEDS['of somebody without a NIK'].number:06d}.01"
ALL = """query All($deed: String!, $nop: NOP!) {
  bphtbDeed(number: $deed) { ownerName(unmasked: true) nop(unmasked: true) amounts { value } }
  taxObject(nop: $nop) { ownerName(unmasked: true) }
  me { nik(unmasked: true) yellowCard { __typename } }
}"""
USAGE = "{ me { dataUsage(first: 50) { nodes { code categories } } } }"


@pytest.fixture
def called(sandbox, clock):
    """The headers of somebody whom the provider calls so, and of whom it says no NIK unless that is given."""

    def headers(subject, nik=None):
        token = issuer_of(sandbox.control).token(
            "citizen", f"{sandbox.url}/identity", clock.now(), sub=subject, nik=nik
        )
        return {"Authorization": f"Bearer {token}"}

    return headers


async def usage(hub, headers):
    answer = await hub.ask(USAGE, **headers)
    assert "errors" not in answer
    return [(each["code"], each["categories"]) for each in answer["data"]["me"]["dataUsage"]["nodes"]]


async def test_a_sub_that_reads_as_anothers_number_reaches_nothing_of_theirs(hub, headers_of, called):
    asked = {"deed": DEED, "nop": with_story("this year unpaid")}
    mine = await hub.ask(ALL, asked, **headers_of(Audience.CITIZEN))
    assert "errors" not in mine
    assert mine["data"]["bphtbDeed"]["ownerName"] == mine["data"]["taxObject"]["ownerName"] == "WAJIB PAJAK CONTOH 0001"
    stranger = called(NIK)
    answer = await hub.ask(ALL, asked, **stranger)
    assert answer["data"] == {
        "bphtbDeed": {"ownerName": None, "nop": None, "amounts": None},
        "taxObject": {"ownerName": None},
        "me": {"nik": None, "yellowCard": None},
    }
    assert [each["extensions"]["code"] for each in answer["errors"]] == ["FORBIDDEN"] * 4
    assert await usage(hub, stranger) == []
    found = await usage(hub, headers_of(Audience.CITIZEN))
    assert {kind for _, kinds in found for kind in kinds} == {"DEED", "TAXPAYER", "NIK", "YELLOW_CARD"}


async def test_an_entry_calls_its_reader_by_no_number_and_the_reader_still_knows_it(hub, called, store_url):
    """That nothing of it is in the store is looked at where the hub ends (tests/identifiers.py)."""
    oneself = called(NIK, nik=NIK)
    await hub.ask("{ me { nik(unmasked: true) } }", **oneself)
    answer = await hub.ask("{ me { dataUsage { nodes { byOneself text } } } }", accept_language="en", **oneself)
    assert answer["data"]["me"]["dataUsage"]["nodes"] == [{"byOneself": True, "text": "You yourself read your NIK."}]
    database = Database(store_url)
    readers = {each.reader.person async for each in AuditLog(database, SEAL).all_of(SEAL.subjects([nik(NIK)]))}
    await database.aclose()
    assert readers == {SEAL.subject(sub(NIK))}


async def test_nor_does_one_that_reads_as_a_thing(hub, headers_of, called):
    officer = {"simpul_purpose": "pelayanan-pajak", "simpul_case": "LKT/1", **headers_of(Audience.OFFICER)}
    read = await hub.ask(ALL, {"deed": NAMELESS, "nop": with_story("padded")}, **officer)
    assert read["data"]["bphtbDeed"]["amounts"] is not None
    assert read["data"]["taxObject"]["ownerName"] is not None
    digits = "".join(filter(str.isdecimal, with_story("padded")))
    for subject in (f"nop:{digits}", f"deed:{NAMELESS}", "deed:2026.{:06d}.1".format(int(NAMELESS.split(".")[1]))):
        stranger = called(subject)
        answer = await hub.ask(ALL, {"deed": NAMELESS, "nop": with_story("padded")}, **stranger)
        assert (answer["data"]["bphtbDeed"]["amounts"], answer["data"]["taxObject"]["ownerName"]) == (None, None)
        assert await usage(hub, stranger) == []


async def test_entries_from_before_kinds_were_told_apart_stay_their_owners(hub, headers_of, called, store_url, clock):
    """As they were written then: the name of the bare value under the same key."""
    database = Database(store_url)
    reader = Reader(
        audience=Audience.OFFICER, person="x", agency="bapenda", app=None, purpose=None, case=None, operation=None, digest=None
    )  # fmt: skip
    for minute, (value, category) in enumerate([(NIK, "DEED"), (SUB, "SESSIONS")]):
        name = SEAL._name("subject", value)
        await AuditLog(database, SEAL).append({name: [category]}, reader, clock.now() + timedelta(minutes=minute))
    await database.aclose()
    assert await usage(hub, called(NIK)) == []
    assert await usage(hub, headers_of(Audience.CITIZEN)) == [("2", ["SESSIONS"]), ("1", ["DEED"])]
    assert [each for each in await usage(hub, called(SUB)) if each[1] != ["RECORD"]] == [("2", ["SESSIONS"])]


KINDS = {
    "": {nik(NIK), sub(NIK), sub(f"nik:{NIK}"), sub(f"nop:{NIK}"), sub(f"deed:{NIK}"), sub(f"booking:{NIK}")},
    "things": {Subject(kind, NIK) for kind in (SubjectKind.NOP, SubjectKind.DEED, SubjectKind.BOOKING)},
}


def test_no_two_subjects_have_one_name_and_no_sub_has_anothers_old_name():
    every = [each for group in KINDS.values() for each in group]
    assert len({SEAL.subject(each) for each in every}) == len(every) == 9
    names = {each: set(SEAL.subjects([each])) for each in every}
    for one in every:
        for other in every:
            assert one == other or not names[one] & names[other], (one.kind, other.kind)
    assert not any(NIK in repr(each) for each in every)
    assert HashedSubject(SEAL.subject(nik(NIK))) not in every


def test_a_person_has_both_names_each_by_its_kind():
    person = Person(subject=NIK, nik=NIK, agency=None, audience=Audience.CITIZEN)
    assert (person.name, person.names) == (nik(NIK), (nik(NIK), sub(NIK)))
    nameless = Person(subject=NIK, nik=None, agency=None, audience=Audience.CITIZEN)
    assert (nameless.name, nameless.names) == (sub(NIK), (sub(NIK),))


@pytest.fixture
def odd(sandbox, clock):
    """The headers of the citizen with these claims, in which JSON may escape what no text can hold."""

    def headers(**changes):
        issuer = issuer_of(sandbox.control)
        token = issuer.token("citizen", f"{sandbox.url}/identity", clock.now())
        claims = jws.extract_compact(token.encode()).payload
        payload = json.dumps({**json.loads(claims), **changes}).encode()
        head = {"alg": "ES256", "typ": "JWT", "kid": issuer.keys[0].kid}
        return {"Authorization": f"Bearer {jws.serialize_compact(head, payload, issuer.keys[0])}"}

    return headers


@pytest.mark.parametrize("subject", ["\ud83d", "x" * 256, "a\x00b"])
async def test_a_sub_that_cannot_be_kept_names_nobody(hub, odd, subject):
    async with hub.session.post(f"{hub.url}/graphql", json={"query": USAGE}, headers=odd(sub=subject)) as response:
        assert response.status == 401


async def test_a_name_of_an_agency_that_cannot_be_kept_names_none(hub, odd):
    headers = odd(agency="bapenda\ud83d", realm_access={"roles": ["officer"]})
    answer = await hub.ask("{ me { audience nik(unmasked: true) } }", **headers)
    assert answer["data"] == {"me": {"audience": "CITIZEN", "nik": NIK}}


async def test_an_operations_name_has_a_hundred_letters_in_an_entry(hub, headers_of, store_url):
    await hub.ask(f"query {'N' * 90_000} {{ me {{ nik(unmasked: true) }} }}", **headers_of(Audience.CITIZEN))
    database = Database(store_url)
    (entry,) = [each async for each in AuditLog(database, SEAL).all_of(SEAL.subjects([nik(NIK)]))]
    await database.aclose()
    assert entry.reader.operation == "N" * 100
