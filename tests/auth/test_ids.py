"""Everything with an `id` is found again by it, by whom it may be found, and the id says nothing of anybody."""

import asyncio
import base64
import importlib
import re

import pytest

from auth.caller import Audience
from auth.cover import Cover
from connectors.tax.records import Nop
from resolvers.registry import NODES as KINDS
from resolvers.registry import NODES_BY_NAME as BY_NAME
from sandbox.identity.issuer import issuer_of
from sandbox.sign_in import sign_in
from tests.auth.conftest import CREATE
from tests.conftest import ROOT, listening
from tests.profiles import EXAMPLES, here
from tests.schema.documents import DOCUMENTS

CITIZEN, OFFICER, ADMIN, PUBLIC = Audience.CITIZEN, Audience.OFFICER, Audience.ADMIN, Audience.PUBLIC
PARTNER = Audience.PARTNER
HELD = """mutation { holdSlot(slot: "gor-kota/1-20261124T0300Z", idempotencyKey: "a wish") { id code } }"""
AGAIN = "query ($id: ID!) { node(id: $id) { __typename id } }"
ASKED_KEY = """mutation {
  requestApiKey(app: "jadwal", purpose: "Tests", contact: "team@office.example") { id }
}"""
COVERED = {each.name for each in KINDS.values() if each.covered}

ASKED = {
    "City": (PUBLIC, "{ city { id } }"),
    "Kecamatan": (PUBLIC, here('{ kecamatan(code: "${kecamatan}") { id } }')),
    "Kelurahan": (PUBLIC, here('{ kelurahan(code: "${kelurahan}") { id } }')),
    "Hospital": (PUBLIC, '{ hospital(code: "rs-contoh-benda") { id } }'),
    "HospitalBeds": (PUBLIC, '{ hospital(code: "rs-contoh-benda") { beds { id } } }'),
    "Vacancy": (PUBLIC, "{ vacancies(first: 1) { nodes { id } } }"),
    "Internship": (PUBLIC, "{ internships(first: 1) { nodes { id } } }"),
    "JobFair": (PUBLIC, "{ jobFairs(first: 1) { nodes { id } } }"),
    "SportEvent": (PUBLIC, "{ sportEvents(first: 1) { nodes { id } } }"),
    "Regulation": (PUBLIC, "{ regulations(first: 1) { nodes { id } } }"),
    "Venue": (PUBLIC, '{ venue(code: "gor-contoh/17") { id } }'),
    "Slot": (PUBLIC, '{ venue(code: "gor-contoh/17") { slots(first: 1) { nodes { id } } } }'),
    "Market": (PUBLIC, '{ market(code: "9101") { id } }'),
    "Commodity": (PUBLIC, '{ commodity(code: "67") { id } }'),
    "TaxObject": (PUBLIC, here('{ taxObject(nop: "${nop}") { id } }')),
    "TaxBill": (PUBLIC, here('{ taxObject(nop: "${nop}") { bills(last: 1) { nodes { id } } } }')),
    "BphtbDeed": (CITIZEN, '{ bphtbDeed(number: "2026.000001.01") { id } }'),
    "TaxServiceRequest": (PUBLIC, '{ taxServiceRequest(of: PBB, number: "2026.0001.001") { id } }'),
    "RetributionBill": (PUBLIC, '{ retributionBill(billingCode: "99360000000001") { id } }'),
    "Me": (CITIZEN, "{ me { id } }"),
    "DeviceSession": (CITIZEN, "{ me { devices(first: 1) { nodes { id } } } }"),
    "Booking": (CITIZEN, HELD),
    "ApiKey": (ADMIN, "{ apiKeys(first: 1) { nodes { id } } }"),
    "ApiKeyRequest": (CITIZEN, ASKED_KEY),
    "App": (PARTNER, "{ app { id } }"),
}
for path in sorted((ROOT / "tests").glob("*/nodes.py")):
    ASKED |= importlib.import_module(f"tests.{path.parent.name}.nodes").ASKED
"""By the name of each kind of node: who asks, and the query that has the id of one of them first. A domain that is not
named here says it of its own in `tests/<domain>/nodes.py`."""


def said(of):
    """What stands in an id, as anybody can read it."""
    return base64.urlsafe_b64decode(of + "=" * (-len(of) % 4)).decode()


def made(name, code):
    return base64.urlsafe_b64encode(f"{name}:{code}".encode()).decode().rstrip("=")


def leaf(data):
    while not isinstance(data, str):
        data = data[0] if isinstance(data, list) else next(iter(data.values()))
    return data


@pytest.fixture
async def headers_of(headers_of, sandbox):
    """The citizen has signed in just now, and so has a session."""
    token = await asyncio.to_thread(sign_in, f"{sandbox.url}/identity", "citizen")
    return lambda who: {"Authorization": f"Bearer {token}"} if who is CITIZEN else headers_of(who)


@pytest.fixture
def id_of(hub, headers_of):
    """The id of one of a kind."""

    async def of(name):
        who, query = ASKED[name]
        answer = await hub.ask(query, **headers_of(who))
        assert "errors" not in answer, answer["errors"]
        return leaf(answer["data"])

    return of


@pytest.fixture
def refetch(hub, headers_of):
    """What somebody finds by an id: the type and the id again, None, or the code of the refusal."""

    async def of(who, of, **headers):
        answer = await hub.ask(AGAIN, {"id": of}, **(headers_of(who) | headers))
        if "errors" in answer:
            assert answer["data"] == {"node": None}
            return answer["errors"][0]["extensions"]["code"]
        found = answer["data"]["node"]
        return found and (found["__typename"], found["id"])

    return of


@pytest.fixture
def neighbour(sandbox, clock):
    token = issuer_of(sandbox.control).token("neighbour", f"{sandbox.url}/identity", clock.now())
    return {"Authorization": f"Bearer {token}"}


def test_each_kind_is_asked_for_here():
    assert ASKED.keys() == BY_NAME.keys()
    assert len(BY_NAME) == len(KINDS)


async def test_what_has_an_id_is_found_again_by_it(id_of, refetch):
    found = {name: await id_of(name) for name in ASKED}
    assert {name: await refetch(ASKED[name][0], of) for name, of in found.items()} == {
        name: (name, of) for name, of in found.items()
    }
    assert {name: await id_of(name) for name in ASKED} == found
    assert {name: said(of).partition(":")[0] for name, of in found.items()} == {name: name for name in ASKED}
    telling = [name for name in COVERED if re.search(r"\d{8}|gor|@", said(found[name]))]
    assert telling == []


async def test_a_covered_id_is_made_by_the_hub_alone_and_names_one_kind(id_of, refetch):
    """What was made by hand, or of another kind, is told like an id of nowhere."""
    plain = ["990701099900200010", "990701099900200010/2026", "PBB/20260001001", "gor-kota/1", "", "%", "A" * 40]
    for name in COVERED:
        covered = said(await id_of(name)).partition(":")[2]
        other = next(each for each in sorted(COVERED) if each != name)
        forged = [made(name, each) for each in plain] + [made(other, covered), made(name, covered[:-3] + "AAA")]
        assert {await refetch(ADMIN, each) for each in forged} == {"BAD_USER_INPUT"}, name


async def test_what_is_not_in_somebodys_schema_is_not_found_by_them(id_of, refetch):
    hidden = [(name, each) for name in ASKED for each in Audience if not BY_NAME[name].policy.shows(each)]
    assert {name for name, _ in hidden} >= {"Me", "DeviceSession", "Booking", "BphtbDeed", "ApiKey"}
    for name, who in hidden:
        assert await refetch(who, await id_of(name)) == "BAD_USER_INPUT", (name, who)


async def test_what_is_somebody_elses_is_not_there(id_of, refetch, neighbour):
    for name in ("Booking", "DeviceSession", "Me"):
        found = await id_of(name)
        assert await refetch(CITIZEN, found) == (name, found)
        assert await refetch(CITIZEN, found, **neighbour) is None, name


async def test_an_officer_finds_the_bookings_of_the_own_agency(hub, sandbox, clock, id_of, refetch):
    found = await id_of("Booking")
    keeper = issuer_of(sandbox.control).token("keeper", f"{sandbox.url}/identity", clock.now())
    assert await refetch(OFFICER, found, Authorization=f"Bearer {keeper}") == ("Booking", found)
    assert await refetch(OFFICER, found) is None  # of another agency
    there = await hub.ask(DOCUMENTS["venue-bookings"].text, {"day": "2026-11-24"}, Authorization=f"Bearer {keeper}")
    assert [each["id"] for each in there["data"]["venueBookings"]["nodes"]] == [found]


async def test_an_app_needs_the_scope_and_each_app_is_told_another_id_of_a_person(
    hub, headers_of, id_of, refetch, create_key
):
    booking, me = await id_of("Booking"), await id_of("Me")
    ids = {}
    for app, scopes in (("notaris", []), ("lapangan", ["BOOKINGS"])):
        key = (await create_key(app=app, scopes=scopes))["key"]
        ids[app] = leaf((await hub.ask("{ me { id } }", **headers_of(CITIZEN), x_api_key=key))["data"])
        expected = ("Booking", booking) if scopes else "FORBIDDEN"
        assert await refetch(CITIZEN, booking, x_api_key=key) == expected
        assert await refetch(CITIZEN, ids[app], x_api_key=key) == ("Me", ids[app])
        assert await refetch(CITIZEN, me, x_api_key=key) is None
    assert len({me, *ids.values()}) == 3


async def test_a_reading_by_an_id_is_on_record_like_any_other(hub, headers_of, id_of, refetch):
    await refetch(CITIZEN, await id_of("DeviceSession"))
    usage = "{ me { dataUsage(first: 5) { nodes { categories } } } }"
    nodes = (await hub.ask(usage, **headers_of(CITIZEN)))["data"]["me"]["dataUsage"]["nodes"]
    assert [each["categories"] for each in nodes] == [["SESSIONS"], ["SESSIONS"]]


@pytest.mark.parametrize("name", ["TaxObject", "TaxBill"])
async def test_who_asks_by_ids_is_counted_like_who_asks_by_numbers(configuration, clock, store_url, name):
    settings = {"lookups": {"free": 0, "most": 1}, "store_url": store_url, "secret": "s" * 32}
    async with listening(configuration, clock, **settings) as hub:
        first = leaf(await hub.data(ASKED[name][1]))
        assert (await hub.data(AGAIN, {"id": first}))["node"]["id"] == first
        cover, nop = hub._app.state.cover, Nop.parse(EXAMPLES["owed_nop"]).digits
        other = made(name, cover.put(name, nop if name == "TaxObject" else f"{nop}/2026"))
        (error,) = (await hub.ask(AGAIN, {"id": other}))["errors"]
    assert error["extensions"]["code"] == "LOOKUPS_EXCEEDED"


async def test_a_booking_that_was_given_back_is_so_wherever_it_was_asked(hub, headers_of):
    who = headers_of(CITIZEN)
    held = (await hub.ask(DOCUMENTS["hold-slot"].text, {"slot": "gor-kota/1-20261124T0300Z", "idempotencyKey": "a"}, **who))["data"]["holdSlot"]  # fmt: skip
    given_back = await hub.ask(DOCUMENTS["cancel-booking"].text, {"booking": held["code"]}, **who)
    assert given_back["data"]["cancelBooking"] == {"id": held["id"], "code": held["code"], "state": "CANCELLED"}
    mine = (await hub.ask(DOCUMENTS["my-bookings"].text, **who))["data"]["me"]["bookings"]["nodes"]
    assert [(each["id"], each["state"]) for each in mine] == [(held["id"], "CANCELLED")]


async def test_a_key_that_was_revoked_has_its_id_still(hub, headers_of, refetch):
    who = headers_of(ADMIN)
    asked = CREATE.replace("apiKey {", "apiKey { id")
    made_key = (await hub.ask(asked, {"app": "a", "label": "b"}, **who))["data"]["createApiKey"]["apiKey"]
    revoked = await hub.ask(DOCUMENTS["revoke-api-key"].text, {"code": made_key["code"]}, **who)
    assert revoked["data"]["revokeApiKey"]["id"] == made_key["id"]
    assert await refetch(ADMIN, made_key["id"]) == ("ApiKey", made_key["id"])


def test_a_cover_holds_as_long_as_its_key_and_no_longer():
    covered = Cover(b"one key").put("TaxObject", "990701099900200010")
    assert Cover(b"one key").put("TaxObject", "990701099900200010") == covered
    assert Cover(b"one key").lifted("TaxObject", covered) == "990701099900200010"
    assert Cover(b"another").lifted("TaxObject", covered) is None
