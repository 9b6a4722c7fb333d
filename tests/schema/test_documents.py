"""Each ready document of docs/queries/, run as it stands by whom it is for."""

import asyncio
import json
import re
from functools import cache, partial

import pytest
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    NonNullTypeNode,
    build_schema,
    parse,
    validate,
)

from auth.caller import Audience
from engine.commands.generated import MANIFEST
from sandbox.server import running
from sandbox.sign_in import sign_in
from schema.root import build
from tests.complaints.asking import deliver
from tests.conftest import ACCOUNTS, configuration_for, listening
from tests.profiles import CITY, PROFILES
from tests.schema.caching import Kept, torn
from tests.schema.documents import (
    ASKED_KEY,
    COMPLAINT,
    DOCUMENTS,
    KEY,
    MAINTENANCE,
    QUERIES,
    RECOVERY,
    SLOT,
    documents_in,
)
from tests.test_house import committed

WHOLE = build_schema(build().as_str())


@cache
def schema_of(audience):
    """What this audience is shown."""
    return build_schema(build(audience).as_str())


QUIET = {"unavailable", "problem"}
"""What is answered only when an agency is ill."""
UNANSWERED = {
    "agencies": {"agencies.nodes.since"},
    "agency-health": {"agencies.nodes.cause"},
    "announcements": {"announcements.nodes.changedAt"},
    "api-key-requests": {f"apiKeyRequests.nodes.{name}" for name in ("origins", "scopes")},
    "api-keys": {"apiKeys.nodes.revokedAt"},
    "apps": {"apps.nodes.lastUsedAt"},
    "city-at-a-glance": {"vacancies.nodes.salary.maximum"},
    "commodities": {"commodities.nodes.price.market"},
    "commodity-detail": {"commodity.inCity.market"},
    "field-uses": {f"fieldUses.nodes.{name}" for name in ("app", "deprecatedOn", "worksUntilDay", "replacement")},
    "job-vacancies": {"vacancies.nodes.salary.maximum"},
    "my-data-usage": {f"me.dataUsage.nodes.{name}" for name in ("agency", "app", "purpose", "legalBasis", "case")},
    "my-api-keys": {
        *(f"me.apiKeyRequests.nodes.{name}" for name in ("origins", "scopes", "reason")),
        *(f"me.apiKeys.nodes.{name}" for name in ("lastUsedAt", "replacedBy")),
    },
    "my-app": {"app.fieldUses.nodes", "app.fieldUses.pageInfo.endCursor"},
    "my-booking": {"booking"},
    "my-complaint": {"sentComplaint"},
    "my-complaints": {"me.complaints.nodes.nextAttemptAt"},
    "my-bookings": {"me.bookings.nodes.readyAt", "me.bookings.nodes.readyBy"},
    "my-residence": {"me.residence.objectionUrl"},
    "record-of-access": {f"recordOfAccess.nodes.{name}" for name in ("agency", "app", "purpose", "case")},
    "regulation-detail": {"regulation.abstractUrl"},
    "retribution": {"retributionBill.paidOn"},
    "service-request": {
        *(f"{tax}.{day}" for tax in ("pbb", "bphtb") for day in ("finishedOn", "handedOverOn")),
        *("bphtb.section", "bphtb.kindName"),
    },
    "vacancy-detail": {"vacancy.applyUrl"},
    "what-runs": {"agencies.nodes.cause", "deprecated.nodes", "requests.nodes.origins"},
    "venue-bookings": {"venueBookings.nodes.readyAt"},
    "venue-search": {"venues.nodes.distance"},
}
"""What is null or empty wherever the sandbox answers it, by document."""


BEFORE = {
    "agencies": [("announce-maintenance", MAINTENANCE), ("announce-recovery", RECOVERY)],
    "agency-health": [("hospital-beds", None)],
    "api-key-requests": [("request-api-key", ASKED_KEY)],
    "api-keys": [("create-api-key", KEY)],
    "findings": [("hospital-beds", None)],
    "my-bookings": [("hold-slot", SLOT)],
    "my-complaints": [("send-complaint", COMPLAINT)],
    "my-data-usage": [("my-residence", None)],
    "what-runs": [("hospital-beds", None), ("create-api-key", KEY), ("request-api-key", ASKED_KEY)],
}
"""What is asked before, so that a query finds something."""


@pytest.fixture
def headers(sandbox):
    """The headers by which somebody of an audience asks who has signed in just now."""

    async def of(audience, account=""):
        if audience is Audience.PUBLIC:
            return {}
        token = await asyncio.to_thread(sign_in, f"{sandbox.url}/identity", account or ACCOUNTS[audience])
        return {"Authorization": f"Bearer {token}"}

    return of


@pytest.fixture
def run(hub, headers):
    """The data of a document, asked by whom it is for; without a token at hand, that one signs in."""

    async def of(name, variables=None, **who):
        document = DOCUMENTS[name]
        given = {**document.variables, **(variables or {})}
        answer = await hub.ask(document.written, given, **(who or await headers(document.audience, document.account)))
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    return of


def silent(document, data):
    """The paths that a document asks for and that have nothing in the answer: no value, or only empty lists."""
    fragments = {
        each.name.value: each for each in document.parsed.definitions if isinstance(each, FragmentDefinitionNode)
    }

    def below(selections, values, at):
        for each in selections.selections:
            if isinstance(each, FragmentSpreadNode):
                yield from below(fragments[each.name.value].selection_set, values, at)
            elif not isinstance(each, FieldNode):
                yield from below(each.selection_set, values, at)
            elif (key := (each.alias or each.name).value) not in QUIET:
                path = f"{at}.{key}" if at else key
                found = [inner for value in values if key in value for inner in flat(value[key])]
                asked = any(key in value for value in values)
                if asked and not found:
                    yield path
                elif each.selection_set:
                    yield from below(each.selection_set, found, path)

    return set(below(document.operation.selection_set, [data], ""))


def flat(value):
    if isinstance(value, list):
        return [inner for each in value for inner in flat(each)]
    return [] if value is None else [value]


def test_every_root_field_is_asked_for_by_a_document():
    asked = {
        f"{document.operation.operation.value.capitalize()}.{each.name.value}"
        for document in DOCUMENTS.values()
        for each in document.operation.selection_set.selections
    }
    whole = build_schema(build().as_str())
    roots = (whole.query_type, whole.mutation_type, whole.subscription_type)
    assert {f"{root.name}.{field}" for root in roots for field in root.fields} - asked == set()


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=lambda each: each.name)
def test_a_document_is_named_by_its_operation_says_what_it_is_and_is_valid_for_whom_it_is(document):
    words = re.findall(r"[A-Z][a-z]*", document.operation.name.value)
    assert document.name == "-".join(words).lower()
    for_whom = "" if document.audience is Audience.PUBLIC else r"# As an? \w+\.\n"
    assert re.match(rf"# [A-Z].+[.?]\n{for_whom}(query|mutation|subscription) ", document.written)
    assert validate(schema_of(document.audience), document.parsed) == []


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=lambda each: each.name)
def test_a_document_asks_each_thing_for_its_id_and_no_variable_with_a_default_is_non_null(document):
    """Relay's compiler refuses the second."""
    assert Kept(WHOLE, document.parsed).without_id == []
    given = document.operation.variable_definitions or ()
    assert [each for each in given if each.default_value and isinstance(each.type, NonNullTypeNode)] == []


def test_all_documents_can_be_read_back_from_one_normalising_cache():
    assert torn(WHOLE, {each.name: parse(each.text) for each in DOCUMENTS.values()}) == {}


def test_a_document_that_would_tear_another_is_found():
    one = parse('query A($c: String = "x") { venue(code: $c) { id source { name } day { hours } } }')
    other = parse(
        '{ venue(code: "x") { id ...S day(on: "2026-11-24") { day } } } fragment S on Venue { source { state } }'
    )
    nameless = parse('{ venue(code: "x") { name slots { nodes { startsAt } } } }')
    assert torn(WHOLE, {"one": one, "other": other}) == {"Venue.source": {"one", "other"}}
    assert Kept(WHOLE, nameless).without_id == ["Venue", "Slot"]


def test_what_only_some_may_ask_says_so():
    everybodys = schema_of(Audience.PUBLIC)
    hidden = {each.name for each in DOCUMENTS.values() if validate(everybodys, each.parsed)}
    refused = {"my-property"}  # in everybody's schema, but what it asks is given to its owner
    declared = {each.name for each in DOCUMENTS.values() if each.audience is not Audience.PUBLIC}
    assert hidden | refused == declared


@pytest.mark.parametrize("city", PROFILES, ids=lambda each: each.name)
async def test_each_query_answers_everything_that_it_asks_for_in_each_city(clock, tmp_path, store_url, city):
    """Over one hub, because a hub for each document takes a minute."""
    if city != CITY:
        store_url = f"sqlite:///{tmp_path}/other.db"
    async with running(port=0, now=clock.now, city=city) as sandbox:
        configuration = configuration_for(sandbox, tmp_path, city=city)
        if city != CITY:
            async with listening(configuration, clock, store_url=store_url) as hub:
                await hub.follow()
        async with listening(configuration, clock, store_url=store_url, usage=True) as hub:
            documents = documents_in(city)
            run = partial(asked, hub, sandbox, {}, documents)
            found = {}
            for name in [each.name for each in QUERIES]:
                for before, variables in BEFORE.get(name, ()):
                    await run(before, variables)
                if name == "my-api-keys":
                    waiting = (await run("api-key-requests"))["apiKeyRequests"]["nodes"]
                    code = {"code": waiting[0]["code"]}
                    await run("grant-api-key", code)
                    await run("collect-api-key", code)
                if name == "my-app":
                    made = await run("create-api-key", {"app": "contoh-app", "label": "Tests"})
                    run.args[2]["app"] = made["createApiKey"]["key"]
                    await run("my-app")
                if name == "my-complaints":
                    await deliver(hub)
                found[name] = silent(documents[name], await run(name))
    assert {name: paths for name, paths in found.items() if paths} == UNANSWERED


async def asked(hub, sandbox, tokens, documents, name, variables=None):
    """The data of a document, asked by whom it is for, with the variables of the city."""
    document, who = documents[name], {}
    if document.audience is Audience.PARTNER:
        who = {"x-api-key": tokens["app"]}
    elif document.account:
        if document.account not in tokens:
            tokens[document.account] = await asyncio.to_thread(sign_in, f"{sandbox.url}/identity", document.account)
        who = {"Authorization": f"Bearer {tokens[document.account]}"}
    answer = await hub.ask(document.written, {**document.variables, **(variables or {})}, **who)
    assert "errors" not in answer, (name, answer["errors"])
    return answer["data"]


@pytest.mark.parametrize(
    ("data", "paths"),
    [
        ({"node": None}, {"node"}),
        ({"node": {"__typename": "Market", "id": "x", "name": None}}, {"node.name"}),
        ({"node": {"__typename": "Market", "id": "x", "name": "Pasar Contoh"}}, set()),
    ],
)
def test_what_is_not_answered_is_noticed(data, paths):
    assert silent(DOCUMENTS["saved-item"], data) == paths


class TestWhatIsDone:
    """Mutations and the subscription: no variables of theirs can stand in the document. A domain has such tests too."""

    async def test_a_key_is_made_listed_and_revoked(self, run):
        made = (await run("create-api-key", KEY))["createApiKey"]
        code = made["apiKey"]["code"]
        assert made["key"]
        listed = {each["code"]: each for each in (await run("api-keys", {"app": KEY["app"]}))["apiKeys"]["nodes"]}
        assert {name: listed[code][name] for name in KEY} == KEY
        revoked = (await run("revoke-api-key", {"code": code}))["revokeApiKey"]
        assert (revoked["code"], revoked["app"]) == (code, KEY["app"])
        assert revoked["revokedAt"]

    async def test_a_key_is_asked_for_granted_collected_and_rotated_and_another_is_refused(self, run):
        wanted = (ASKED_KEY, ASKED_KEY | {"purpose": "Peta"})
        codes = [{"code": (await run("request-api-key", each))["requestApiKey"]["code"]} for each in wanted]
        granted = (await run("grant-api-key", codes[0] | {"quota": 5000}))["grantApiKey"]
        refused = (await run("refuse-api-key", codes[1] | {"reason": "Sudah ada"}))["refuseApiKey"]
        assert (granted["state"], granted["quota"], refused["state"]) == ("GRANTED", 5000, "REFUSED")
        first = (await run("collect-api-key", codes[0]))["collectApiKey"]
        second = (await run("rotate-api-key", {"code": first["apiKey"]["code"]}))["rotateApiKey"]
        assert first["key"] != second["key"]
        assert second["apiKey"]["expiresAt"] == granted["expiresAt"]

    async def test_maintenance_is_announced_changed_and_withdrawn(self, run):
        made = (await run("announce-maintenance", MAINTENANCE))["announceMaintenance"]
        later = {name: value for name, value in MAINTENANCE.items() if name != "agency"}
        later |= {"code": made["code"], "endsAt": "2026-11-24T05:00:00+07:00"}
        changed = (await run("change-maintenance", later))["changeMaintenance"]
        assert (changed["endsAt"], changed["text"]) == ("2026-11-23T22:00:00+00:00", "Pemeliharaan basis data")
        assert (changed["changedBy"], made["madeBy"]) == (made["madeBy"], changed["changedBy"])
        (there,) = (await run("announcements"))["announcements"]["nodes"]
        assert (there["code"], there["endsAt"]) == (made["code"], changed["endsAt"])
        expected = (await run("announce-recovery", RECOVERY))["announceRecovery"]
        for each in (made, expected):
            assert (await run("withdraw-announcement", {"code": each["code"]}))["withdrawAnnouncement"]["withdrawnAt"]
        assert (await run("announcements"))["announcements"]["nodes"] == []

    async def test_a_session_on_another_device_is_ended(self, run, headers):
        here, _there = await headers(Audience.CITIZEN), await headers(Audience.CITIZEN)
        listed = (await run("my-devices", **here))["me"]["devices"]["nodes"]
        (other,) = (each["code"] for each in listed if not each["current"])
        left = (await run("end-my-session", {"code": other}, **here))["endDeviceSession"]["devices"]["nodes"]
        assert [each["current"] for each in left] == [True]

    async def test_a_court_is_held_booked_made_ready_and_given_back(self, run):
        held = (await run("hold-slot", SLOT))["holdSlot"]
        mine = {"booking": held["code"]}
        booked = (await run("confirm-booking", mine))["confirmBooking"]
        assert (held["state"], booked["state"], booked["readiness"]) == ("HELD", "CONFIRMED", "UNCONFIRMED")
        (there,) = (await run("venue-bookings", {"day": "2026-11-24"}))["venueBookings"]["nodes"]
        assert (there["code"], there["readiness"]) == (held["code"], "UNCONFIRMED")
        ready = (await run("confirm-venue-ready", mine))["confirmVenueReady"]
        assert (ready["readiness"], ready["readyBy"]) == ("READY", "gor-kota")
        one = (await run("my-booking", {"code": held["code"]}))["booking"]
        assert (one["readyAt"], one["keeper"]) == (ready["readyAt"], booked["keeper"])
        assert (await run("cancel-booking", mine))["cancelBooking"]["state"] == "CANCELLED"

    async def test_a_complaint_is_sent_delivered_and_found_again(self, hub, run):
        sent = (await run("send-complaint", COMPLAINT))["sendComplaint"]
        await deliver(hub)
        mine = (await run("my-complaint", {"code": sent["code"]}))["sentComplaint"]
        assert (sent["delivery"], mine["delivery"], mine["number"]) == ("WAITING", "DELIVERED", "00041")
        assert (mine["text"], mine["complaint"]["state"]) == (sent["text"], "OPEN")
        queue = (await run("complaint-queue", {"state": "OPEN"}))["complaintDesk"]["complaints"]["nodes"]
        assert "laksa/00041" in [each["code"] for each in queue]

    async def test_a_reading_is_told_as_it_happens(self, hub, run, headers):
        who = await headers(Audience.CITIZEN)
        url = hub.url.replace("http", "ws", 1) + "/graphql"
        async with hub.session.ws_connect(url, protocols=("graphql-transport-ws",), headers=who) as socket:
            await socket.send_json({"type": "connection_init"})
            assert (await socket.receive_json())["type"] == "connection_ack"
            payload = {"query": DOCUMENTS["my-data-read"].text}
            await socket.send_json({"type": "subscribe", "id": "1", "payload": payload})
            await socket.send_json({"type": "subscribe", "id": "2", "payload": {"query": "{ city { name } }"}})
            while await socket.receive_json() != {"type": "complete", "id": "2"}:
                pass  # what came before it has begun
            await run("my-property", **who)
            async with asyncio.timeout(10):
                told = (await socket.receive_json())["payload"]["data"]["dataRead"]
        assert (told["categories"], told["byOneself"]) == (["TAXPAYER"], True)


def test_each_mutation_and_subscription_is_run_by_a_test():
    tests = "".join(path.read_text(encoding="utf-8") for path in committed("tests/*.py"))
    done = DOCUMENTS.keys() - {each.name for each in QUERIES}
    assert {name for name in done if f'("{name}"' not in tests and f'["{name}"]' not in tests} == set()


def test_the_manifest_names_each_operation_by_its_kind():
    held = json.loads(MANIFEST.read_text(encoding="utf-8"))["operations"]
    named = [(each.operation.name.value, each.operation.operation.value) for each in DOCUMENTS.values()]
    assert [(each["name"], each["type"]) for each in held] == named


def test_no_two_documents_name_an_operation_or_a_fragment_alike():
    """Apollo's tools and Relay's compiler read all of them as one."""
    names = [each.name.value for document in DOCUMENTS.values() for each in document.parsed.definitions]
    assert sorted(set(names)) == sorted(names)
