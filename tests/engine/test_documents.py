"""Documents by their hash: sent before, or trusted."""

import hashlib
import json

import pytest
from structlog.testing import capture_logs

from auth.caller import Audience
from engine.execution.limits import DocumentLimits
from engine.execution.manifest import manifest_of, meaning_of, read_manifest
from tests.conftest import ROOT, listening
from tests.profiles import CITY_NAME, KECAMATAN
from tests.schema.documents import DOCUMENTS

QUERY = "{ city { name } }"
CITY = {"city": {"name": CITY_NAME}}
MANIFEST = ROOT / "docs" / "queries" / "manifest.json"
BODIES = {each["name"]: each["body"] for each in json.loads(MANIFEST.read_text(encoding="utf-8"))["operations"]}
GRAPHQL = "application/graphql-response+json"


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def persisted(text):
    return {"persistedQuery": {"version": 1, "sha256Hash": digest(text)}}


async def post(hub, body, **headers):
    async with hub.session.post(f"{hub.url}/graphql", json=body, headers=headers) as response:
        return response.status, await response.json()


async def get(hub, **parameters):
    given = {name: json.dumps(value) if isinstance(value, dict) else value for name, value in parameters.items()}
    async with hub.session.get(f"{hub.url}/graphql", params=given, headers={"Accept": GRAPHQL}) as response:
        return response.status, await response.json()


def code(answer):
    status, body = answer
    assert "data" not in body
    return status, body["errors"][0]["extensions"]["code"]


class TestAutomatic:
    async def test_a_hash_is_unknown_until_its_document_came_once(self, hub):
        by_hash = {"extensions": persisted(QUERY)}
        assert code(await post(hub, by_hash)) == (200, "PERSISTED_QUERY_NOT_FOUND")
        assert code(await post(hub, by_hash, Accept=GRAPHQL)) == (404, "PERSISTED_QUERY_NOT_FOUND")
        assert (await post(hub, by_hash | {"query": QUERY}))[1]["data"] == CITY
        assert (await post(hub, by_hash))[1]["data"] == CITY
        assert (await get(hub, extensions=persisted(QUERY)))[1]["data"] == CITY

    async def test_variables_go_with_the_hash(self, hub):
        query = "query ($code: RegionCode!) { kecamatan(code: $code) { name } }"
        body = {"extensions": persisted(query), "variables": {"code": KECAMATAN[0].code}}
        await post(hub, body | {"query": query})
        assert (await post(hub, body))[1]["data"] == {"kecamatan": {"name": KECAMATAN[0].name}}
        status, answer = await get(hub, extensions=persisted(query), variables={"code": KECAMATAN[1].code})
        assert (status, answer["data"]) == (200, {"kecamatan": {"name": KECAMATAN[1].name}})

    async def test_the_message_is_the_one_that_clients_look_for(self, hub):
        _, body = await post(hub, {"extensions": persisted("{ city { code } }")})
        assert body["errors"][0]["message"] == "PersistedQueryNotFound"

    async def test_a_document_that_is_not_that_of_the_hash_is_refused_and_not_remembered(self, hub):
        wrong = {"query": QUERY, "extensions": persisted("{ city { code } }")}
        assert code(await post(hub, wrong)) == (400, "PERSISTED_QUERY_MISMATCH")
        assert code(await post(hub, {"extensions": wrong["extensions"]})) == (200, "PERSISTED_QUERY_NOT_FOUND")

    @pytest.mark.parametrize("query", ["{ nothing }", "{ city {", "mutation { city }"])
    async def test_a_document_that_does_not_run_is_not_remembered(self, hub, query):
        await post(hub, {"query": query, "extensions": persisted(query)})
        assert code(await post(hub, {"extensions": persisted(query)})) == (200, "PERSISTED_QUERY_NOT_FOUND")

    async def test_a_document_without_its_hash_is_not_remembered(self, hub):
        await hub.data(QUERY)
        assert code(await post(hub, {"extensions": persisted(QUERY)})) == (200, "PERSISTED_QUERY_NOT_FOUND")

    @pytest.mark.parametrize(
        "given",
        [
            {"version": 2, "sha256Hash": "a" * 64},
            {"version": 1, "sha256Hash": "A" * 64},
            {"version": 1, "sha256Hash": "a" * 63},
            {"version": 1, "sha256Hash": ["a"]},
            {"version": 1},
            "a" * 64,
            [],
        ],
        ids=str,
    )
    async def test_a_hash_that_is_none_is_refused(self, hub, given):
        assert code(await post(hub, {"extensions": {"persistedQuery": given}})) == (400, "BAD_REQUEST")

    async def test_what_is_hidden_stays_hidden(self, hub, headers_of):
        query = "{ me { audience } }"
        body = {"query": query, "extensions": persisted(query)}
        assert (await post(hub, body, **headers_of(Audience.CITIZEN)))[1]["data"] == {"me": {"audience": "CITIZEN"}}
        assert code(await post(hub, {"extensions": persisted(query)})) == (200, "GRAPHQL_VALIDATION_FAILED")


class TestTrusted:
    @pytest.fixture
    def trusting(self, configuration, clock, store_url):
        def hub(trust):
            return listening(configuration, clock, store_url=store_url, trusted_documents=MANIFEST, trust=trust)

        return hub

    def test_the_manifest_holds_the_documents_to_start_from(self):
        texts = {path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "queries").glob("*.graphql")}
        held = read_manifest(MANIFEST).values()
        assert {meaning_of(each, DocumentLimits()) for each in held} == {
            meaning_of(each, DocumentLimits()) for each in texts
        }
        assert len(held) == len(texts)

    def test_a_document_stands_there_as_apollos_client_sends_it_under_the_name_of_its_operation(self):
        document = """
            # What is where?
            fragment B on Venue { source { name } }
            query Where($n: NOP = "1") { ...A venues(near: {latitude: 1, longitude: 2}) { nodes { id ...B } } }
            fragment A on Query { node(id: "x") { __typename ... on Market { id } } }
        """
        (held,) = json.loads(manifest_of([document]))["operations"]
        assert (held["name"], held["type"], held["id"]) == ("Where", "query", digest(held["body"]))
        assert held["body"] == (
            'query Where($n: NOP = "1") {\n  ...A\n  venues(near: {latitude: 1, longitude: 2}) {\n    nodes {\n'
            "      id\n      ...B\n      __typename\n    }\n    __typename\n  }\n}\n\n"
            'fragment A on Query {\n  node(id: "x") {\n    __typename\n    ... on Market {\n      id\n'
            "      __typename\n    }\n  }\n  __typename\n}\n\n"
            "fragment B on Venue {\n  source {\n    name\n    __typename\n  }\n  __typename\n}"
        )

    @pytest.mark.parametrize(
        ("document", "same"),
        [
            ("# another word\nquery A{a{b ...F}} fragment F on X { c }", True),
            ("fragment F on X { c } query A { a { b __typename ...F } }", True),
            ("query A { a { b t: __typename ...F } } fragment F on X { c }", False),
            ("query A { a { b __typename @skip(if: true) ...F } } fragment F on X { c }", False),
            ("query A { a { b d ...F } } fragment F on X { c }", False),
            ("query A { a(b: 1) { b ...F } } fragment F on X { c }", False),
            ("query B { a { b ...F } } fragment F on X { c }", False),
            ("query A { a { b ...F } } fragment F on X { c } query C { d }", False),
        ],
    )
    def test_what_a_client_adds_changes_no_meaning_and_all_else_does(self, document, same):
        trusted = meaning_of("query A { a { b ...F } } fragment F on X { c }", DocumentLimits())
        assert (meaning_of(document, DocumentLimits()) == trusted) is same

    @pytest.mark.parametrize("document", ["", "{", "{ a }" + "\n" * 100_000, "{ a" * 2_000 + "}" * 2_000])
    def test_what_is_no_document_or_beyond_the_parsers_limits_means_nothing(self, document):
        assert meaning_of(document, DocumentLimits()) is None

    async def test_they_run_by_their_hash_alone(self, trusting):
        text, variables = BODIES["Regions"], DOCUMENTS["regions"].variables
        given = {"variables": variables}
        async with trusting("off") as hub:
            whole = await hub.data(text, variables)
            assert (await post(hub, {"documentId": f"sha256:{digest(text)}"} | given))[1]["data"] == whole
            assert (await post(hub, {"documentId": digest(text)} | given))[1]["data"] == whole
            assert (await get(hub, documentId=digest(text), variables=json.dumps(variables)))[1]["data"] == whole
            assert (await post(hub, {"extensions": persisted(text)} | given))[1]["data"] == whole
            assert await hub.data(QUERY) == CITY

    async def test_others_are_refused_where_only_they_may_run(self, trusting, sandbox):
        text = (ROOT / "docs" / "queries" / "regions.graphql").read_text(encoding="utf-8")
        async with trusting("enforce") as hub:
            assert code(await post(hub, {"query": QUERY})) == (403, "DOCUMENT_NOT_TRUSTED")
            both = {"query": QUERY, "extensions": persisted(QUERY)}
            assert code(await post(hub, both)) == (403, "DOCUMENT_NOT_TRUSTED")
            assert code(await post(hub, {"query": QUERY, "documentId": digest(text)})) == (
                400,
                "PERSISTED_QUERY_MISMATCH",
            )
            given = {"variables": DOCUMENTS["regions"].variables}
            whole = (await post(hub, {"query": text} | given))[1]["data"]
            sent = BODIES["Regions"]
            assert set(whole) == {"city", "byKemendagri", "byName"}
            assert (await post(hub, {"extensions": persisted(sent)} | given))[1]["data"]["city"]["__typename"] == "City"
            assert code(await post(hub, {"query": text.replace("area", "timezone")})) == (403, "DOCUMENT_NOT_TRUSTED")
            for query in ("{ city {", "{ a" * 2_000 + "}" * 2_000):
                assert code(await post(hub, {"query": query})) == (403, "DOCUMENT_NOT_TRUSTED")
        assert sandbox.control.all_hits() == 0

    async def test_others_run_and_are_logged_where_it_is_only_reported(self, trusting):
        async with trusting("report") as hub:
            with capture_logs() as lines:
                assert await hub.data(QUERY) == CITY
        (told,) = (line for line in lines if line["event"] == "document.not_trusted")
        assert (told["hash"], told["enforced"]) == (digest(QUERY), False)

    @pytest.mark.parametrize("found", ["sha1:" + "a" * 64, "a" * 10, "../../etc/passwd", 1], ids=str)
    async def test_an_id_that_is_none_is_refused(self, hub, found):
        assert code(await post(hub, {"documentId": found})) == (400, "BAD_REQUEST")

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            ("{", "cannot be read: DecodeError"),
            (
                '{"operations": [{"id": "a", "name": "one", "type": "query", "body": "{ x }"}]}',
                "another hash than theirs: one",
            ),
        ],
    )
    def test_a_manifest_that_is_wrong_is_told(self, tmp_path, content, told):
        path = tmp_path / "manifest.json"
        path.write_text(content, encoding="utf-8")
        with pytest.raises(ValueError, match=told):
            read_manifest(path)
