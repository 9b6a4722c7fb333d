"""A key that somebody asks for: requested, decided, collected once, rotated, revoked, on record, and shown to nobody else."""

import sqlite3
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from auth.caller import Audience
from tests.conftest import listening

APP = "https://app.example"
REQUEST = """
mutation ($app: String!, $purpose: String!, $contact: String!, $origins: [String!], $scopes: [ApiScope!]) {
  requestApiKey(app: $app, purpose: $purpose, contact: $contact, origins: $origins, scopes: $scopes) { id code state }
}"""
GRANT = """
mutation ($code: String!, $quota: Int, $scopes: [ApiScope!]) {
  grantApiKey(code: $code, quota: $quota, scopes: $scopes) { state quota scopes decidedBy contact }
}"""
REFUSE = "mutation ($code: String!, $reason: String!) { refuseApiKey(code: $code, reason: $reason) { state reason } }"
COLLECT = """
mutation ($code: String!) {
  collectApiKey(code: $code) { key apiKey { id code app label quota origins scopes expiresAt } }
}"""
ROTATE = """
mutation ($code: String!, $hours: Int = 24) {
  rotateApiKey(code: $code, overlapHours: $hours) { key apiKey { code app quota expiresAt } }
}"""
REVOKE = "mutation ($code: String!) { revokeApiKey(code: $code) { code revokedAt } }"
MINE = "{ me { apiKeyRequests { nodes { code state apiKey { code } } } apiKeys { nodes { code lastUsedAt replacedBy } } } }"
WANTED = {"app": "jadwal", "purpose": "Jadwal di balai warga", "contact": "tim@kantor.example", "origins": [APP]}


def codes(answer):
    return [each["extensions"]["code"] for each in answer.get("errors", ())]


@pytest.fixture
def ask(hub, headers_of):
    async def asking(audience, document, variables=None, **headers):
        return await hub.ask(document, variables, **headers_of(audience), **headers)

    return asking


@pytest.fixture
def status(hub):
    async def of(key, **headers):
        asked = {"query": "{ city { name } }"}
        async with hub.session.post(f"{hub.url}/graphql", json=asked, headers={"x-api-key": key, **headers}) as answer:
            return answer.status

    return of


@pytest.fixture
async def granted(ask):
    """The code of a request of the citizen that an administrator has granted."""
    made = await ask(Audience.CITIZEN, REQUEST, WANTED)
    code = made["data"]["requestApiKey"]["code"]
    assert "errors" not in await ask(Audience.ADMIN, GRANT, {"code": code, "quota": 4000})
    return {"code": code}


async def test_a_key_goes_from_the_request_to_its_end_and_only_the_person_sees_it(
    ask, status, granted, clock, store_url
):
    with capture_logs() as logs:
        made = (await ask(Audience.CITIZEN, COLLECT, granted))["data"]["collectApiKey"]
    key, entry = made["key"], made["apiKey"]
    assert entry | {"id": "", "code": ""} == {
        "id": "",
        "code": "",
        "app": "jadwal",
        "label": WANTED["purpose"],
        "quota": 4000,
        "origins": [APP],
        "scopes": [],
        "expiresAt": (clock.now() + timedelta(days=365)).isoformat(),
    }
    assert (await status(key), await status(key, Origin=APP), await status(key, Origin="https://x.example")) == (
        *(200, 200),
        403,
    )
    assert key not in str(logs)
    with sqlite3.connect(store_url.removeprefix("sqlite:///")) as connection:
        assert key.removeprefix("simpul_") not in "\n".join(connection.iterdump())
    again = await ask(Audience.CITIZEN, COLLECT, granted)
    assert (again["data"], codes(again)) == ({"collectApiKey": None}, ["KEY_NOT_TO_COLLECT"])
    mine = (await ask(Audience.CITIZEN, MINE))["data"]["me"]
    assert mine["apiKeyRequests"]["nodes"] == [
        {"code": granted["code"], "state": "COLLECTED", "apiKey": {"code": entry["code"]}}
    ]
    assert mine["apiKeys"]["nodes"] == [
        {"code": entry["code"], "lastUsedAt": clock.now().isoformat(), "replacedBy": None}
    ]
    revoked = await ask(Audience.CITIZEN, REVOKE, {"code": entry["code"]})
    assert revoked["data"]["revokeApiKey"]["revokedAt"] == clock.now().isoformat()
    assert await status(key) == 401


async def test_a_rotated_key_goes_on_for_its_overlap_and_not_longer(ask, status, granted, clock):
    first = (await ask(Audience.CITIZEN, COLLECT, granted))["data"]["collectApiKey"]
    code = {"code": first["apiKey"]["code"]}
    second = (await ask(Audience.CITIZEN, ROTATE, code | {"hours": 2}))["data"]["rotateApiKey"]
    assert (second["apiKey"]["quota"], second["apiKey"]["expiresAt"]) == (4000, first["apiKey"]["expiresAt"])
    assert [await status(each["key"]) for each in (first, second)] == [200, 200]
    assert codes(await ask(Audience.CITIZEN, ROTATE, code)) == ["BAD_USER_INPUT"]
    clock.advance(timedelta(hours=2))
    assert [await status(each["key"]) for each in (first, second)] == [401, 200]
    for hours in (-1, 721):
        answer = await ask(Audience.CITIZEN, ROTATE, {"code": second["apiKey"]["code"], "hours": hours})
        assert codes(answer) == ["BAD_USER_INPUT"]


async def test_nobody_else_sees_decides_collects_rotates_or_revokes_it(ask, hub, granted, create_key, headers_of):
    asked = await ask(Audience.CITIZEN, REQUEST, WANTED)
    waiting, node = asked["data"]["requestApiKey"]["code"], asked["data"]["requestApiKey"]["id"]
    for audience in (Audience.PUBLIC, Audience.PARTNER):
        for document in (REQUEST, GRANT, REFUSE, COLLECT, ROTATE, REVOKE, "{ apiKeyRequests { totalCount } }"):
            answer = await ask(audience, document, {**WANTED, "code": waiting, "reason": "x"})
            assert ("data" in answer, set(codes(answer))) == (False, {"GRAPHQL_VALIDATION_FAILED"}), document
    for audience in (Audience.CITIZEN, Audience.OFFICER):
        for document in (GRANT, REFUSE, "{ apiKeyRequests { totalCount } }"):
            answer = await ask(audience, document, {"code": waiting, "reason": "x"})
            assert ("data" in answer, set(codes(answer))) == (False, {"GRAPHQL_VALIDATION_FAILED"}), document
    of_the_app = (await ask(Audience.CITIZEN, COLLECT, granted))["data"]["collectApiKey"]["apiKey"]
    one = "query ($id: ID!) { node(id: $id) { id } }"
    for audience in (Audience.OFFICER, Audience.ADMIN):
        assert codes(await ask(audience, COLLECT, {"code": waiting})) == ["NOT_FOUND"]
        assert codes(await ask(audience, ROTATE, {"code": of_the_app["code"]})) == ["NOT_FOUND"]
        sees = audience is Audience.ADMIN
        for each in (node, of_the_app["id"]):
            assert (await ask(audience, one, {"id": each}))["data"] == {"node": {"id": each} if sees else None}
    assert codes(await ask(Audience.OFFICER, REVOKE, {"code": of_the_app["code"]})) == ["NOT_FOUND"]
    through = {"x-api-key": (await create_key(app="lain"))["key"]}
    for document in (REQUEST, COLLECT, ROTATE):
        answer = await ask(Audience.CITIZEN, document, {**WANTED, **granted}, **through)
        assert answer["errors"][0]["extensions"] == {
            "code": "FORBIDDEN",
            "missing": [[{"kind": "SCOPE", "name": "API_KEYS"}]],
        }


WRONG = (
    {"app": "Jadwal"},
    {"app": "notaris"},
    {"purpose": " "},
    {"purpose": "two\nlines"},
    {"purpose": "for 9907014001900001"},
    {"purpose": "x" * 201},
    {"contact": "nobody"},
    {"contact": "a@b"},
    {"contact": "javascript:alert(1)"},
    {"contact": "9907014001900001"},
    {"origins": ["https://*.example"]},
    {"origins": [f"https://a{each}.example" for each in range(21)]},
)


async def test_a_request_that_makes_no_sense_is_not_kept(ask):
    answers = [codes(await ask(Audience.CITIZEN, REQUEST, WANTED | wrong)) for wrong in WRONG]
    assert answers == [["BAD_USER_INPUT"]] * len(WRONG)
    assert (await ask(Audience.CITIZEN, MINE))["data"]["me"]["apiKeyRequests"]["nodes"] == []


async def test_requests_of_one_person_are_few_and_the_code_of_an_app_has_one_owner(ask, granted):
    for number in range(4):
        assert codes(await ask(Audience.CITIZEN, REQUEST, WANTED | {"purpose": f"Number {number}"})) == []
    again = await ask(Audience.CITIZEN, REQUEST, WANTED | {"purpose": "Number 0"})
    assert codes(again) == []
    assert codes(await ask(Audience.CITIZEN, REQUEST, WANTED | {"purpose": "x"})) == ["TOO_MANY_KEY_REQUESTS"]
    assert codes(await ask(Audience.OFFICER, REQUEST, WANTED)) == ["BAD_USER_INPUT"]
    assert codes(await ask(Audience.OFFICER, REQUEST, WANTED | {"app": "lain"})) == []


async def test_each_step_is_in_the_record_of_the_person_and_a_decision_is_made_once(ask, granted):
    assert codes(await ask(Audience.ADMIN, GRANT, granted)) == ["BAD_USER_INPUT"]
    assert codes(await ask(Audience.ADMIN, REFUSE, granted | {"reason": "x"})) == ["BAD_USER_INPUT"]
    assert codes(await ask(Audience.ADMIN, GRANT, {"code": "none"})) == ["NOT_FOUND"]
    asked = (await ask(Audience.CITIZEN, REQUEST, WANTED))["data"]["requestApiKey"]
    refused = await ask(Audience.ADMIN, REFUSE, {"code": asked["code"], "reason": "Sudah ada"})
    assert refused["data"]["refuseApiKey"] == {"state": "REFUSED", "reason": "Sudah ada"}
    assert codes(await ask(Audience.CITIZEN, COLLECT, {"code": asked["code"]})) == ["KEY_NOT_TO_COLLECT"]
    await ask(Audience.CITIZEN, COLLECT, granted)
    usage = "{ me { dataUsage(first: 20) { nodes { text categories byOneself audience } } } }"
    found = (await ask(Audience.CITIZEN, usage, accept_language="en"))["data"]["me"]["dataUsage"]["nodes"]
    own = [each for each in found if each["categories"] == ["API_KEYS"]]
    assert [each["audience"] for each in own] == ["CITIZEN", "ADMIN", "CITIZEN", "ADMIN", "CITIZEN"]
    assert own[1]["text"] == "An administrator of this hub read your keys for apps and how to reach you."
    async_listed = "{ apiKeyRequests { nodes { contact } } }"
    listed = (await ask(Audience.ADMIN, async_listed))["data"]["apiKeyRequests"]["nodes"]
    assert [each["contact"] for each in listed] == [WANTED["contact"]] * 2
    newest = (await ask(Audience.CITIZEN, usage, accept_language="en"))["data"]["me"]["dataUsage"]["nodes"]
    assert [each["audience"] for each in newest if each["categories"] == ["API_KEYS"]][:2] == ["ADMIN", "CITIZEN"]


async def test_a_key_that_one_hub_gives_or_revokes_is_so_in_another_within_a_second(
    hub, ask, granted, configuration, clock, store_url
):
    async with listening(configuration, clock, store_url=store_url) as other:

        async def there(key):
            asked = {"query": "{ city { name } }"}
            async with other.session.post(f"{other.url}/graphql", json=asked, headers={"x-api-key": key}) as answer:
                return answer.status

        assert await there("simpul_x") == 401
        made = (await ask(Audience.CITIZEN, COLLECT, granted))["data"]["collectApiKey"]
        clock.advance(timedelta(seconds=1))
        assert await there(made["key"]) == 200
        await ask(Audience.CITIZEN, REVOKE, {"code": made["apiKey"]["code"]})
        clock.advance(timedelta(seconds=1))
        assert await there(made["key"]) == 401
