"""What apps use: counted on every way an answer goes, warned of where it is deprecated, and shown to whom it may be."""

import hashlib
from datetime import date

import pytest

from auth.caller import Audience
from connectors.kit.domains import DeclarationError
from resolvers.kit.deprecation import Deprecation
from schema.kit.declarations import check_deprecations
from schema.root import build
from store.kit.database import Database
from store.platform.key_uses import KeyUses
from store.platform.usage_reading import UsageReading
from tests.answers.asking import BYTES, counted, get, post, teach
from tests.conftest import listening
from tests.profiles import here

GIVEN_UP = Deprecation(since=date(2026, 11, 1), until=date(2027, 5, 31), instead="City.code")
WARNED = [{"coordinate": "City.name", "since": "2026-11-01", "until": "2027-05-31", "instead": "City.code"}]
HEADERS = {"Deprecation": "@1793491200", "Sunset": "Tue, 01 Jun 2027 00:00:00 GMT"}
CITY = "query Kota { city { name } }"
REGIONS = here('{ city { code } kecamatan(code: "${kecamatan}") { ...R } } fragment R on Kecamatan { name }')
USES = """
query ($coordinate: String, $app: String, $deprecated: Boolean! = false) {
  fieldUses(coordinate: $coordinate, app: $app, deprecated: $deprecated) {
    nodes { coordinate app count lastUsedOn deprecatedOn worksUntilDay replacement }
  }
}"""
OWN = """
{ app { code quota spentThisMinute spentToday operationsToday lastUsedAt
        keys { nodes { app } } fieldUses(deprecated: true) { nodes { coordinate count replacement worksUntilDay } }
        operationUses { nodes { name document count failed cost meanCost p50 p95 } } } }"""


@pytest.fixture
def given_up(monkeypatch):
    """A field that everybody may read is deprecated."""
    for schema in (build(), *map(build, Audience)):
        monkeypatch.setattr(schema._schema.type_map["City"].fields["name"], "deprecation_reason", GIVEN_UP.reason)


@pytest.fixture
async def hub(given_up, configuration, clock, store_url):
    settings = {"usage": True, "answer_bytes": BYTES, "wire": True, "quota": 100_000_000}
    async with listening(configuration, clock, store_url=store_url, **settings) as hub:
        yield hub


@pytest.fixture
def uses(hub, headers_of):
    """How often each app has used a field, as an administrator is told."""

    async def of(**variables):
        if hub.state.wire:
            hub.state.wire.tell()
        answer = await hub.ask(USES, variables, **headers_of(Audience.ADMIN))
        return {(each["coordinate"], each["app"]): each for each in answer["data"]["fieldUses"]["nodes"]}

    return of


async def test_each_way_of_an_answer_warns_and_counts_once(hub, headers_of, uses):
    partner = headers_of(Audience.PARTNER)
    answers = [await post(hub, CITY) for _ in range(8)]
    answers += [await post(hub, CITY, **partner) for _ in range(3)]
    await teach(hub, CITY)
    answers += [await get(hub, CITY) for _ in range(2)]
    for each in answers:
        assert each.json["extensions"]["deprecations"] == WARNED
        assert {name: each.headers[name] for name in HEADERS} == HEADERS
    assert {reason for _, reason in counted(hub)} >= {"made", "memory", "early", "wire"}
    url = hub.url.replace("http", "ws", 1) + "/graphql"
    async with hub.session.ws_connect(url, protocols=("graphql-transport-ws",), headers=partner) as socket:
        await socket.send_json({"type": "connection_init"})
        assert (await socket.receive_json())["type"] == "connection_ack"
        await socket.send_json({"type": "subscribe", "id": "1", "payload": {"query": CITY}})
        assert (await socket.receive_json())["payload"]["extensions"]["deprecations"] == WARNED
        assert (await socket.receive_json())["type"] == "complete"
    other = await post(hub, REGIONS)
    assert ("deprecations" in other.json["extensions"], other.headers.keys() & HEADERS.keys()) == (False, set())
    assert (await post(hub, "{ city { nothing } }")).json["errors"]
    found = await uses()
    assert {at: each["count"] for at, each in found.items() if "City" in at[0] or "ecamatan" in at[0]} == {
        ("City.name", None): 11,
        ("City.name", "notaris"): 4,
        ("City.code", None): 1,
        ("Query.kecamatan", None): 1,
        ("Query.kecamatan(code:)", None): 1,
        ("Kecamatan.name", None): 1,
    }
    named = await uses(deprecated=True, app="notaris")
    assert list(named.values()) == [
        {
            "coordinate": "City.name",
            "app": "notaris",
            "count": 4,
            "lastUsedOn": "2026-11-23",
            "deprecatedOn": "2026-11-01",
            "worksUntilDay": "2027-05-31",
            "replacement": "City.code",
        }
    ]
    assert set(await uses(coordinate="City.code")) == {("City.code", None)}
    listed = '{ operationUses(app: "notaris") { nodes { count cost meanCost mostCost } } }'
    (city,) = (await hub.ask(listed, **headers_of(Audience.ADMIN)))["data"]["operationUses"]["nodes"]
    assert city == {"count": 4, "cost": 4 * 170, "meanCost": 170, "mostCost": 170}  # by whatever way


async def test_an_app_sees_what_it_spends_and_uses_and_nothing_of_others(hub, headers_of, create_key, clock):
    partner, other = headers_of(Audience.PARTNER), {"x-api-key": (await create_key(app="lain", quota=9_000))["key"]}
    for headers in (partner, partner, other):
        await hub.ask(CITY, **headers)
    await hub.ask("{ hospitals(first: 1) { nodes { name } } }", **partner)
    own = (await hub.ask(OWN, **partner))["data"]["app"]
    spent, cost = own.pop("spentThisMinute"), own.pop("spentToday")
    beds, city = sorted(own.pop("operationUses")["nodes"], key=lambda each: each["name"] or "")
    assert own == {
        "code": "notaris",
        "quota": 100_000_000,
        "operationsToday": 3,
        "lastUsedAt": clock.now().isoformat(),
        "keys": {"nodes": [{"app": "notaris"}]},
        "fieldUses": {
            "nodes": [
                {"coordinate": "City.name", "count": 2, "replacement": "City.code", "worksUntilDay": "2027-05-31"}
            ]
        },
    }
    assert (cost, city["name"], city["count"]) == (beds["cost"] + city["cost"], "Kota", 2)
    assert spent > cost
    assert city["document"] == hashlib.sha256(CITY.encode()).hexdigest()
    assert (beds["failed"], beds["p50"] is not None, city["meanCost"]) == (0, True, city["cost"] // 2)
    listed = await hub.ask("{ apps { nodes { code quota operationsToday } } }", **headers_of(Audience.ADMIN))
    assert listed["data"]["apps"]["nodes"] == [
        {"code": "lain", "quota": 9_000, "operationsToday": 1},
        {"code": "notaris", "quota": 100_000_000, "operationsToday": 4},
    ]
    dear = "{ operationUses(orderBy: DEAREST) { nodes { name mostCost } } }"
    nodes = (await hub.ask(dear, **headers_of(Audience.ADMIN)))["data"]["operationUses"]["nodes"]
    assert [each["mostCost"] for each in nodes] == sorted((each["mostCost"] for each in nodes), reverse=True)


async def test_what_was_counted_is_written_when_the_hub_stops_and_nothing_where_it_is_switched_off(
    configuration, clock, store_url, headers_of
):
    found = []
    for usage in (False, True):
        async with listening(configuration, clock, store_url=store_url, usage=usage) as hub:
            await hub.ask(CITY, **headers_of(Audience.PARTNER))
        database = Database(store_url)
        found.append({each.coordinate: each.count for each in await UsageReading(database).fields(clock.now())})
        keys = await KeyUses(database).of(["partner"])
        await database.aclose()
    assert (found, keys) == ([{}, {"Query.city": 1, "City.name": 1}], {"partner": clock.now()})


DENIED = {
    "{ app { code } }": set(Audience) - {Audience.PARTNER},
    "{ apps { totalCount } }": set(Audience) - {Audience.ADMIN},
    "{ fieldUses { totalCount } }": set(Audience) - {Audience.ADMIN},
    "{ operationUses { totalCount } }": set(Audience) - {Audience.ADMIN},
}


async def test_nobody_else_sees_it(hub, headers_of):
    for document, audiences in DENIED.items():
        for audience in Audience:
            answer = await hub.ask(document, **headers_of(audience))
            assert ("data" in answer) is (audience not in audiences), (document, audience)
    for days in (0, 401):
        answer = await hub.ask(f"{{ fieldUses(days: {days}) {{ totalCount }} }}", **headers_of(Audience.ADMIN))
        assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_a_reason_says_until_when_and_what_to_use(monkeypatch):
    """By its form, which the schema is held to when it is built; whatever is deprecated, now or later."""
    schema = build()._schema
    assert check_deprecations(schema).keys() == {
        f"{name}.{at}"
        for name, of in schema.type_map.items()
        for at, each in getattr(of, "fields", {}).items()
        if getattr(each, "deprecation_reason", None)
    }
    field = schema.type_map["City"].fields["name"]
    for reason in ("Old.", GIVEN_UP.reason.replace("City.code", "City.nothing"), GIVEN_UP.reason.replace("2027", "27")):
        monkeypatch.setattr(field, "deprecation_reason", reason)
        with pytest.raises(DeclarationError, match=r"^City\.name: "):
            check_deprecations(schema)
    monkeypatch.setattr(field, "deprecation_reason", GIVEN_UP.reason)
    assert check_deprecations(schema)["City.name"] == GIVEN_UP
    with pytest.raises(ValueError, match="180 days"):
        Deprecation(since=date(2026, 11, 1), until=date(2026, 12, 1), instead="City.code")
