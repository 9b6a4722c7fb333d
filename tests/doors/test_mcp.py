"""MCP: the trusted documents as tools, message by message over raw HTTP. `make test-doors` asks by its own clients."""

import json

import pytest

from auth.caller import Audience
from tests.answers.asking import BYTES
from tests.conftest import listening
from tests.doors.conftest import IDS, KINDS, MANIFEST
from tests.doors.fitting import misfits
from tests.doors.test_rest import asked_of_agencies, lasting
from tests.schema.documents import DOCUMENTS, SLOT

VERSION, CAPABILITIES = (f"io.modelcontextprotocol/{each}" for each in ("protocolVersion", "clientCapabilities"))
META = {VERSION: "2026-07-28", CAPABILITIES: {}}


@pytest.fixture
def say(ask):
    """One message of a client of 2026-07-28: its status, its headers and its answer."""

    async def send(method, params=None, *, meta=META, headers=None, **given):
        params = {"_meta": meta, **(params or {})}
        repeated = {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": method}
        if method == "tools/call":
            repeated["Mcp-Name"] = params["name"]
        body = {"jsonrpc": "2.0", "id": 7, "method": method, "params": params}
        return await ask("POST", "/mcp", json=body, headers=repeated | (headers or {}), **given)

    return send


@pytest.fixture
def call(say):
    """The result of a tool."""

    async def send(name, arguments=None, **given):
        reply = await say("tools/call", {"name": name, "arguments": arguments or {}}, **given)
        assert (reply.status, reply.json["id"]) == (200, 7)
        return reply.json["result"]

    return send


async def test_tools_are_the_documents_that_the_caller_may_run_and_each_gives_what_it_says(ask, say, call, signed_in):
    listed = {}
    for audience in (Audience.PUBLIC, Audience.ADMIN):
        result = (await say("tools/list", who=await signed_in(audience))).json["result"]
        assert (result["resultType"], result["cacheScope"], result["ttlMs"] > 0) == ("complete", "private", True)
        listed[audience] = {each["name"]: each for each in result["tools"]}
        described = (await ask("GET", "/rest/openapi.json", who=await signed_in(audience))).json["paths"]
        assert {f"/rest/{name}" for name in listed[audience]} == described.keys()
    assert listed[Audience.PUBLIC].keys() < listed[Audience.ADMIN].keys()
    for tool in listed[Audience.ADMIN].values():
        changes = KINDS[tool["name"]] == "mutation"
        assert tool["annotations"]["readOnlyHint"] is not changes
        assert tool["annotations"].get("destructiveHint", False) is changes
        assert tool["description"].startswith(DOCUMENTS[tool["name"]].text[2:].partition("\n")[0])
    wrong = {}
    for name in ("city-at-a-glance", "saved-item", "price-moves", "zakat-rule", "my-account"):
        audience = Audience.ADMIN if name == "my-account" else Audience.PUBLIC
        who, tool = await signed_in(audience), listed[audience][name]
        variables = DOCUMENTS[name].variables
        asked = {"documentId": f"sha256:{IDS[name]}", "variables": variables}
        by_graph = (await ask("POST", "/graphql", who=who, json=asked)).json
        result = await call(name, variables, who=who)
        assert (result["isError"], result["_meta"]["io.modelcontextprotocol/serverInfo"]["name"]) == (False, "simpul")
        assert lasting(result["structuredContent"]["data"]) == lasting(by_graph["data"])
        (content,) = result["content"]
        assert (content["type"], json.loads(content["text"])) == ("text", result["structuredContent"])
        wrong[name] = misfits(result["structuredContent"], tool["outputSchema"], tool)
    assert wrong == {key: [] for key in wrong}


async def test_what_cannot_be_done_is_a_tool_error_in_words_and_what_can_is_done_once(call, sandbox, signed_in):
    who, english = await signed_in(Audience.CITIZEN), {"Accept-Language": "en"}
    held = await call("hold-slot", SLOT, who=who)
    again = await call("hold-slot", SLOT, who=who)
    assert again["structuredContent"]["data"] == held["structuredContent"]["data"]
    taken = await call("hold-slot", SLOT | {"idempotencyKey": "another"}, who=who, headers=english)
    assert taken["isError"]
    assert "structuredContent" not in taken
    assert taken["content"][0]["text"].endswith("(SLOT_TAKEN)")
    missing = await call("hospital-detail", {"code": "tidak-ada"})
    assert (missing["isError"], missing["structuredContent"]["data"]) == (False, {"hospital": None})
    assert missing["structuredContent"]["extensions"]["absences"][0]["code"] == "NOT_FOUND"
    sandbox.control.set("bmkg-gempa", "down")
    down = await call("earthquakes", DOCUMENTS["earthquakes"].variables, headers=english)
    assert down["content"][0]["text"].endswith(" does not answer now. (AGENCY_UNAVAILABLE)")
    sandbox.control.reset()
    bad = await call("commodities", {"first": "abc", "colour": 1}, headers=english)
    assert bad["content"][0]["text"] == (
        "colour: is no parameter; there are: group, name, first. "
        "first: not a valid Int; expected a whole number from -2147483648 to 2147483647."
    )
    also = await call("commodities", {"first": "abc"}, headers=english)
    assert (also["isError"], also["content"][0]["text"][:24]) == (True, "first: not a valid Int; ")
    assert asked_of_agencies(sandbox) == 0


REFUSED = [
    (b"{", {}, 400, -32700),
    (b"[]", {}, 400, -32600),
    (b'{"jsonrpc":"2.0","id":null,"method":"ping"}', {}, 400, -32600),
    (b'{"jsonrpc":"2.0","id":true,"method":"ping"}', {}, 400, -32600),
    (b'{"jsonrpc":"1.0","id":1,"method":"ping"}', {}, 400, -32600),
    (b'{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}', {}, 400, -32600),
    (b'{"jsonrpc":"2.0","id":1,"method":"ping"}', {"MCP-Protocol-Version": "1999-01-01"}, 400, -32022),
    (b'{"jsonrpc":"2.0","id":1,"method":"tools/list"}', {"MCP-Protocol-Version": "2026-07-28"}, 400, -32602),
    (b'{"jsonrpc":"2.0","id":1,"method":"resources/list"}', {"MCP-Protocol-Version": "2025-06-18"}, 200, -32601),
]


async def test_what_is_no_message_and_who_may_not_come_is_refused_by_a_code_and_nobody_is_asked(ask, say, sandbox):
    for body, headers, status, code in REFUSED:
        reply = await ask("POST", "/mcp", data=body, headers={"Content-Type": "application/json"} | headers)
        assert (reply.status, reply.json["error"]["code"]) == (status, code), body
    for given, status, code in (
        ({"headers": {"Mcp-Method": "ping"}}, 400, -32020),
        ({"headers": {"MCP-Protocol-Version": "2025-06-18"}}, 400, -32020),
        ({"meta": META | {VERSION: "2025-06-18"}}, 400, -32022),
        ({"meta": {VERSION: "2026-07-28"}}, 400, -32602),
    ):
        reply = await say("tools/list", **given)
        assert (reply.status, reply.json["error"]["code"], reply.json["id"]) == (status, code, 7), given
    asked = {"name": "legal-help", "arguments": {}}
    encoded = {"Mcp-Name": "=?base64?bGVnYWwtaGVscA==?="}
    assert (await say("tools/call", asked, headers=encoded)).json["result"]["isError"] is False
    other = await say("tools/call", asked, headers={"Mcp-Name": "weather-today"})
    assert (other.status, other.json["error"]["code"]) == (400, -32020)
    assert (await say("resources/list")).status == 404
    for name in ("tidak-ada", "my-account", "bed-changes"):
        reply = await say("tools/call", {"name": name})
        assert (reply.status, reply.json["error"]["code"]) == (200, -32602)
    assert (await say("tools/call", {"name": "legal-help", "arguments": [1]})).json["error"]["code"] == -32602
    await is_shut_to_other_pages_other_methods_and_credentials_that_do_not_hold(ask, say, sandbox)
    assert asked_of_agencies(sandbox) == 0


async def is_shut_to_other_pages_other_methods_and_credentials_that_do_not_hold(ask, say, sandbox):
    for origin in ("http://evil.example", "null", "http://127.0.0.1:9"):
        reply = await say("tools/list", headers={"Origin": origin})
        assert (reply.status, reply.json["error"]["data"]) == (403, {"code": "ORIGIN_NOT_ALLOWED"})
    rebound = {"Origin": "http://evil.example:80", "Host": "evil.example:80"}
    assert (await say("tools/list", headers=rebound)).status == 403
    own = {"Origin": "http://localhost:1", "Host": "localhost:1"}
    assert (await say("tools/list", headers=own)).status == 200
    for method in ("GET", "DELETE", "PUT"):
        reply = await ask(method, "/mcp")
        assert (reply.status, reply.headers["Allow"]) == (405, "POST")
    assert (await ask("POST", "/mcp", data=b"{}")).status == 415
    large = {"data": b" " * 1_000_001, "headers": {"Content-Type": "application/json"}}
    assert (await ask("POST", "/mcp", **large)).status == 413
    refused = await say("tools/list", who={"Authorization": "Bearer nothing"})
    assert (refused.status, refused.json["error"]["data"]) == (401, {"code": "UNAUTHENTICATED"})
    (challenge,) = refused.headers.getall("WWW-Authenticate")
    where = challenge.rpartition('resource_metadata="')[2].rstrip('"')
    path = where[where.index("/.well-known") :]
    assert path == "/.well-known/oauth-protected-resource/mcp"
    about = (await ask("GET", path)).json
    assert about["resource"] == f"{where.removesuffix(path)}/mcp"
    assert about["authorization_servers"] == [f"{sandbox.url}/identity"]


async def test_older_clients_are_served_without_a_session(ask):
    async def send(method, params=None, version="2025-06-18", **more):
        body = {"jsonrpc": "2.0", "method": method, "params": params or {}, **more}
        return await ask("POST", "/mcp", json=body, headers={"MCP-Protocol-Version": version} if version else {})

    for wanted, given in (("2025-06-18", "2025-06-18"), ("2025-03-26", "2025-03-26"), ("2024-11-05", "2025-11-25")):
        about = {"protocolVersion": wanted, "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
        begun = await send("initialize", about, version=None, id=0)
        assert (begun.json["id"], begun.json["result"]["protocolVersion"]) == (0, given)
        assert begun.json["result"]["capabilities"] == {"tools": {}}
        assert "Mcp-Session-Id" not in begun.headers
    begun = await send("notifications/initialized")
    assert (begun.status, begun.body) == (202, b"")
    assert (await send("ping", id="a")).json == {"jsonrpc": "2.0", "id": "a", "result": {}}
    tools = (await send("tools/list", id=1)).json["result"]
    assert tools.keys() == {"tools"}
    result = (await send("tools/call", {"name": "legal-help"}, id=2)).json["result"]
    assert (result["isError"], "resultType" in result) == (False, False)
    assert (await send("server/discover", id=3)).json["error"]["code"] == -32601


async def test_the_quota_is_that_of_the_graph(configuration, clock, store_url):
    settings = {"trusted_documents": MANIFEST, "answer_bytes": BYTES, "quota": 1_500}
    async with listening(configuration, clock, store_url=store_url, **settings) as hub:
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "zakat"}}
        texts = []
        for _ in range(20):
            async with hub.session.post(f"{hub.url}/mcp", json=body) as response:
                told = await response.json()
                texts.append(told.get("error", {}).get("data", {}).get("code") or told["result"]["isError"])
                assert response.status == (429 if "error" in told else 200)
        assert texts[0] is False
        assert texts[-1] == "QUOTA_EXCEEDED"
        async with hub.session.get(f"{hub.url}/rest/zakat") as response:
            assert (response.status, (await response.json())["code"]) == (429, "QUOTA_EXCEEDED")
            assert response.headers["Retry-After"] == "60"
