"""Apps of third parties: their keys, their scopes, their quota, their pages; and who comes through one."""

import sqlite3
from datetime import timedelta

import pytest

from auth.caller import Audience
from tests.conftest import listening
from tests.profiles import CITY_NAME

APP = "https://notaris.example"
REVOKE = "mutation ($code: String!) { revokeApiKey(code: $code) { code revokedAt } }"
KEYS = "query ($app: String) { apiKeys(app: $app) { totalCount nodes { code app label revokedAt } } }"
ME = "{ me { audience nik pseudonym } }"
NIK = "{ me { nik(unmasked: true) } }"


@pytest.fixture
def post(hub):
    async def send(query="{ city { name } }", **headers):
        async with hub.session.post(f"{hub.url}/graphql", json={"query": query}, headers=headers) as response:
            return response.status, response.headers, await response.json()

    return send


@pytest.fixture
async def through(create_key, headers_of):
    """The headers of a citizen who comes through an app with these scopes."""

    async def headers(app="notaris", *scopes):
        key = (await create_key(app=app, scopes=list(scopes)))["key"]
        return {"x-api-key": key, **headers_of(Audience.CITIZEN)}

    return headers


async def test_an_administrator_makes_a_key_that_is_shown_this_once(
    create_key, hub, headers_of, post, clock, store_url
):
    made = await create_key(scopes=["NIK", "NIK"], quota=5000, origins=[APP])
    key, code = made["key"], made["apiKey"].pop("code")
    assert made["apiKey"] == {
        "app": "notaris",
        "label": "Tests",
        "scopes": ["NIK"],
        "quota": 5000,
        "origins": [APP],
        "createdAt": clock.now().isoformat(),
        "createdBy": "6f0c1a52-0000-4000-8000-000000000004",
        "expiresAt": (clock.now() + timedelta(days=365)).isoformat(),
        "revokedAt": None,
    }
    status, headers, body = await post(**{"x-api-key": key})
    assert (status, body["data"]) == (200, {"city": {"name": CITY_NAME}})
    assert headers["Cache-Control"] == "private, no-store"
    listed = await hub.ask(KEYS, {"app": "notaris"}, **headers_of(Audience.ADMIN))
    assert {"code": code, "app": "notaris", "label": "Tests", "revokedAt": None} in listed["data"]["apiKeys"]["nodes"]
    assert key not in str(listed)
    with sqlite3.connect(store_url.removeprefix("sqlite:///")) as connection:
        assert key.removeprefix("simpul_") not in "\n".join(connection.iterdump())


@pytest.mark.parametrize("audience", [each for each in Audience if each is not Audience.ADMIN])
async def test_nobody_else_makes_lists_or_revokes_one(hub, headers_of, audience):
    revoke = 'mutation { revokeApiKey(code: "partner") { code } }'
    for document in ('mutation { createApiKey(app: "x", label: "x") { key } }', revoke, "{ apiKeys { totalCount } }"):
        answer = await hub.ask(document, **headers_of(audience))
        of_oneself = document is revoke and audience in (Audience.CITIZEN, Audience.OFFICER)  # of another's, none is
        assert answer.get("data") == ({"revokeApiKey": None} if of_oneself else None)
        code = "NOT_FOUND" if of_oneself else "GRAPHQL_VALIDATION_FAILED"
        assert {each["extensions"]["code"] for each in answer["errors"]} == {code}
    assert (await hub.ask(KEYS, **headers_of(Audience.ADMIN)))["data"]["apiKeys"]["totalCount"] == 1


@pytest.mark.parametrize(
    "wanted",
    [
        {"app": "Notaris"},
        {"app": "a b"},
        {"app": "a" * 101},
        {"label": "  "},
        {"label": "x" * 101},
        {"quota": 0},
        {"quota": -1},
        {"origins": ["*"]},
        {"origins": ["https://*.example"]},
        {"origins": ["https://a.example/"]},
        {"origins": ["https://a.example", "null"]},
        {"expiresAt": "2026-11-23T05:00:00Z"},
        {"expiresAt": "2028-11-23T05:00:00Z"},
        {"expiresAt": "2026-12-01T00:00:00"},
    ],
)
async def test_a_key_that_makes_no_sense_is_not_made(create_key, hub, headers_of, wanted):
    refused = await create_key(**wanted)
    assert [each["extensions"]["code"] for each in refused["errors"]] == ["BAD_USER_INPUT"]
    assert (await hub.ask(KEYS, **headers_of(Audience.ADMIN)))["data"]["apiKeys"]["totalCount"] == 1


@pytest.mark.parametrize("key", ["x", "simpul_" + "A" * 43])
async def test_a_key_that_does_not_hold_is_401_and_not_anonymous(post, key):
    status, headers, body = await post(**{"x-api-key": key})
    assert (status, headers["WWW-Authenticate"]) == (401, 'ApiKey realm="simpul"')
    assert (body["errors"][0]["extensions"]["code"], "data" in body) == ("UNAUTHENTICATED", False)


async def test_two_keys_are_none(hub):
    sent = [("x-api-key", "a"), ("x-api-key", "b")]
    async with hub.session.post(f"{hub.url}/graphql", json={"query": "{ city { name } }"}, headers=sent) as response:
        assert response.status == 401


async def test_a_revoked_key_is_refused_from_then_on(create_key, hub, headers_of, post, clock):
    made = await create_key()
    key, code = made["key"], made["apiKey"]["code"]
    assert (await post(**{"x-api-key": key}))[0] == 200
    for _ in range(2):
        revoked = await hub.ask(REVOKE, {"code": code}, **headers_of(Audience.ADMIN))
        assert revoked["data"]["revokeApiKey"] == {"code": code, "revokedAt": clock.now().isoformat()}
    assert (await post(**{"x-api-key": key}))[0] == 401
    gone = await hub.ask(REVOKE, {"code": "nothing"}, **headers_of(Audience.ADMIN))
    assert [each["extensions"]["code"] for each in gone["errors"]] == ["NOT_FOUND"]


async def test_a_key_ends_at_its_time(create_key, post, clock):
    key = (await create_key(expiresAt=(clock.now() + timedelta(hours=1)).isoformat()))["key"]
    assert (await post(**{"x-api-key": key}))[0] == 200
    clock.advance(timedelta(hours=1))
    assert (await post(**{"x-api-key": key}))[0] == 401


async def test_where_keys_cannot_be_read_nobody_is_let_in_as_somebody_else(post, store_url):
    with sqlite3.connect(store_url.removeprefix("sqlite:///")) as connection:
        connection.execute("ALTER TABLE api_keys RENAME TO gone")
    status, headers, body = await post(**{"x-api-key": "simpul_x"})
    assert (status, headers["Retry-After"]) == (503, "10")
    assert body["errors"][0]["extensions"]["code"] == "IDENTITY_UNAVAILABLE"
    assert (await post())[0] == 200
    assert (await post(Origin=APP))[0] == 200


async def test_a_bad_token_is_not_saved_by_a_good_key_nor_the_other_way(post, headers_of, create_key):
    key = (await create_key())["key"]
    assert (await post(**{"x-api-key": key, "Authorization": "Bearer x"}))[0] == 401
    assert (await post(**{"x-api-key": "x", **headers_of(Audience.CITIZEN)}))[0] == 401


async def test_the_schema_file_is_the_apps_own(hub, headers_of):
    async with hub.session.get(f"{hub.url}/schema.graphql", headers=headers_of(Audience.PARTNER)) as response:
        text = await response.text()
    assert ("type Me " in text, "TaxObject" in text) == (False, True)


class TestAPage:
    async def test_a_key_without_origins_is_for_no_page(self, create_key, post):
        key = (await create_key())["key"]
        status, _, body = await post(**{"x-api-key": key, "Origin": APP})
        assert (status, body["errors"][0]["extensions"]["code"]) == (403, "ORIGIN_NOT_ALLOWED")

    @pytest.mark.parametrize(
        ("origin", "status"), [(APP, 200), ("https://evil.example", 403), ("null", 403), (f"{APP}:444", 403)]
    )
    async def test_only_pages_of_its_origins_use_it(self, create_key, post, origin, status):
        key = (await create_key(origins=[APP]))["key"]
        assert (await post(**{"x-api-key": key, "Origin": origin}))[0] == status

    async def test_the_browser_is_told_that_such_a_page_may_ask(self, create_key, hub):
        asked = {
            "Origin": APP,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "x-api-key,content-type,simpul-purpose,simpul-case",
        }
        async with hub.session.options(f"{hub.url}/graphql", headers=asked) as response:
            assert response.status == 400
        await create_key(origins=[APP])
        async with hub.session.options(f"{hub.url}/graphql", headers=asked) as response:
            assert (response.status, response.headers["Access-Control-Allow-Origin"]) == (200, APP)
        async with hub.session.options(f"{hub.url}/graphql", headers=asked | {"Origin": "https://x.example"}) as it:
            assert it.status == 400


class TestForACitizen:
    async def test_whoever_comes_through_an_app_is_a_citizen_there(self, hub, create_key, headers_of):
        key = (await create_key())["key"]
        for audience in (Audience.CITIZEN, Audience.OFFICER, Audience.ADMIN):
            found = await hub.ask("{ me { audience } }", **{"x-api-key": key, **headers_of(audience)})
            assert found["data"] == {"me": {"audience": "CITIZEN"}}
        answer = await hub.ask("{ apiKeys { totalCount } }", **{"x-api-key": key, **headers_of(Audience.ADMIN)})
        assert "data" not in answer

    async def test_an_app_sees_no_part_of_a_nik_but_a_pseudonym_of_its_own(self, hub, through):
        first, again, other = await through("notaris"), await through("notaris"), await through("klinik")
        found = [(await hub.ask(ME, **headers))["data"]["me"] for headers in (first, again, other)]
        assert [each["nik"] for each in found] == [None] * 3
        names = [each["pseudonym"] for each in found]
        assert names[0] == names[1] != names[2]
        assert [len(each) for each in names] == [32] * 3

    async def test_two_people_have_two_pseudonyms(self, hub, create_key, headers_of):
        key = (await create_key())["key"]
        names = {
            (await hub.ask(ME, **{"x-api-key": key, **headers_of(each)}))["data"]["me"]["pseudonym"]
            for each in (Audience.CITIZEN, Audience.OFFICER)
        }
        assert len(names) == 2

    async def test_without_an_app_there_is_none(self, hub, headers_of):
        assert (await hub.ask(ME, **headers_of(Audience.CITIZEN)))["data"]["me"]["pseudonym"] is None

    async def test_it_does_for_a_person_only_what_was_agreed_on(self, hub, through):
        refused = await hub.ask(NIK, **await through("notaris", "RECORD"))
        assert (refused["data"], [each["extensions"]["code"] for each in refused["errors"]]) == (
            {"me": {"nik": None}},
            ["FORBIDDEN"],
        )
        given = await hub.ask(NIK, **await through("klinik", "NIK"))
        assert given["data"] == {"me": {"nik": "9907014001900001"}}

    async def test_the_person_reads_in_the_record_through_which_app(self, hub, through, headers_of):
        await hub.ask(NIK, **await through("klinik", "NIK"))
        query = "{ me { dataUsage(first: 1) { nodes { app text byOneself } } } }"
        found = (await hub.ask(query, accept_language="en", **headers_of(Audience.CITIZEN)))["data"]
        assert found["me"]["dataUsage"]["nodes"] == [
            {"app": "klinik", "byOneself": True, "text": "You yourself, through the app klinik, read your NIK."}
        ]


class TestQuota:
    QUERY = "{ city { name } }"

    async def test_an_app_is_charged_for_all_whom_it_asks_for(self, configuration, clock, store_url, headers_of):
        partner = headers_of(Audience.PARTNER)
        async with listening(configuration, clock, store_url=store_url, quota=400) as hub:

            async def ask(**headers):
                asked = {"query": self.QUERY}
                async with hub.session.post(f"{hub.url}/graphql", json=asked, headers=headers) as response:
                    return response.status

            assert [await ask(**partner), await ask(**partner, **headers_of(Audience.CITIZEN))] == [200, 200]
            assert await ask(**partner) == 429
            assert await ask(**headers_of(Audience.CITIZEN)) == 200

    async def test_it_may_have_a_quota_of_its_own(self, create_key, post):
        key = (await create_key(app="kecil", quota=200))["key"]
        status, headers, _ = await post(**{"x-api-key": key})
        assert (status, headers["ratelimit-policy"]) == (200, '"cost";q=200;w=60')
        assert (await post(**{"x-api-key": key}))[0] == 429
