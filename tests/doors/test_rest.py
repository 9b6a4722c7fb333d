"""REST: each trusted document by a path of its own, as the graph answers it."""

import re
from itertools import product

import msgspec
from graphql import GraphQLScalarType

from auth.caller import Audience
from engine.doors.json_schema import SCALARS
from engine.doors.problems import STATUS
from schema.root import build
from tests.answers.asking import counted
from tests.conftest import ROOT
from tests.doors.conftest import IDS, KINDS
from tests.doors.fitting import misfits
from tests.profiles import EXAMPLES
from tests.schema.documents import COMPLAINT, DOCUMENTS, KEY, MAINTENANCE, RECOVERY, SLOT

GIVEN = {
    "announce-maintenance": MAINTENANCE,
    "announce-recovery": RECOVERY,
    "create-api-key": KEY,
    "hold-slot": SLOT,
    "record-of-access": {"case": "tidak-ada"},
    "send-complaint": COMPLAINT,
}
"""Variables with which a document does something. Others are asked with their defaults, or for what is not there."""
NOT_THERE = {"string": "tidak-ada", "integer": 1, "boolean": True, "number": 1.0}
EACH_TIME = {"id", "code", "key", "createdAt", "tookMs", "usedAt", "lastSeenAt"}
EACH_TIME |= {"lastUsedAt", "spentThisMinute", "spentToday", "operationsToday"}
EACH_TIME |= {"entries", "kept", "hits", "misses", "hitRatio"}
"""What differs from one time to the next."""
WEATHER = f"/rest/weather-today?kelurahan={DOCUMENTS['weather-today'].variables['kelurahan']}"


def lasting(value):
    if value in ("LIVE", "CACHED"):
        return "…"
    if isinstance(value, dict):
        return {key: "…" if key in EACH_TIME else lasting(each) for key, each in value.items()}
    return [lasting(each) for each in value] if isinstance(value, list) else value


def asked_of_agencies(sandbox):
    """How often agencies were asked; the identity provider is none."""
    return sum(sandbox.control.hits(each) for each in sandbox.control.agencies if each != "identity")


def reason(body):
    """The code of what the graph says instead of data."""
    told = [*(each["extensions"] for each in body.get("errors", ())), *body["extensions"].get("absences", ())]
    return told[0]["code"] if told else None


def bare(schema, whole):
    found = whole["components"]["schemas"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return found["type"] if isinstance(found["type"], str) else found["type"][0], found.get("format")


def addressed(variables):
    """Variables as they stand in an address."""
    parts = {name: each for name, each in variables.items() if isinstance(each, dict)}
    plain = [(name, str(each)) for name, each in variables.items() if name not in parts]
    return plain + [(f"{name}[{part}]", str(value)) for name, each in parts.items() for part, value in each.items()]


def given_to(name, operation, whole):
    """Variables of a document: those that stand above, and for what is required and not there something impossible."""
    if name in GIVEN or KINDS[name] == "query":
        return GIVEN.get(name, DOCUMENTS[name].variables)
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    made = {}
    for each in schema.get("required", ()):
        kind, form = bare(schema["properties"][each], whole)
        made[each] = "2026-11-24T00:00:00+07:00" if form == "date-time" else NOT_THERE[kind]
    return made


async def test_each_trusted_document_gives_by_its_path_what_it_gives_by_graphql_and_what_is_described(
    ask, doors, signed_in
):
    whole = {}
    for audience in Audience:
        described = await ask("GET", "/rest/openapi.json", who=await signed_in(audience))
        whole[audience] = described.json
    assert {path for each in whole.values() for path in each["paths"]} == {
        f"/rest/{name}" for name, kind in KINDS.items() if kind != "subscription"
    }
    wrong = {}
    for name in [each for each in IDS if KINDS[each] != "subscription"]:
        document = DOCUMENTS[name]
        who, described = await signed_in(document.audience, document.account), whole[document.audience]
        ((method, operation),) = (
            (by, each) for by, each in described["paths"][f"/rest/{name}"].items() if by != "parameters"
        )
        variables = given_to(name, operation, described)
        asked = {"documentId": f"sha256:{IDS[name]}", "variables": variables}
        by_graph = (await ask("POST", "/graphql", who=who, json=asked)).json
        sent = {"json": variables} if method == "post" else {"params": addressed(variables)}
        by_path = await ask(method.upper(), f"/rest/{name}", who=who, **sent)
        if by_path.status == 200:
            schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
            if name == "my-data-usage":  # that it was read by /graphql is on record by now
                before, after = (each["data"]["me"]["dataUsage"] for each in (by_graph, by_path.json))
                assert after["totalCount"] == before.pop("totalCount") + 1
                by_graph["data"]["me"]["dataUsage"] = after | before | {"nodes": after["nodes"]}
                assert lasting(before["nodes"][0]) in lasting(after["nodes"])
            assert lasting(by_path.json["data"]) == lasting(by_graph["data"]), name
            wrong[name] = misfits(by_path.json, schema, described)
            assert by_path.headers["simpul-cost"]
        else:
            problem = by_path.json
            assert by_path.headers["Content-Type"] == "application/problem+json; charset=utf-8"
            assert (problem["code"], problem["status"]) == (reason(by_graph), by_path.status), name
            assert STATUS.get(problem["code"], 400) == by_path.status
            wrong[name] = misfits(problem, described["components"]["schemas"]["Problem"], described)
    assert {name: each for name, each in wrong.items() if each} == {}
    services = doors.state.services
    renamed = msgspec.structs.replace(services.configuration.city, name="Kota Lain")
    services.configuration = services.configuration._replace(city=renamed)
    for each in services.when_changed:  # as after SIGHUP
        each()
    assert (await ask("GET", "/rest/openapi.json")).json["info"]["title"] == "Simpul Kota Lain"


async def test_an_answer_for_everybody_has_a_tag_and_is_not_sent_again(ask, doors, sandbox, headers_of):
    first = await ask("GET", WEATHER)
    hits = sandbox.control.all_hits()
    again = await ask("GET", WEATHER, headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status, again.status, again.body) == (200, 304, b"")
    assert first.headers["Cache-Control"].startswith("public, max-age=")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert (await ask("HEAD", WEATHER)).headers["Content-Length"] == str(len(first.body))
    alone = await ask("GET", WEATHER, who=headers_of(Audience.PARTNER))
    assert (alone.json["data"], alone.headers["Cache-Control"]) == (first.json["data"], "private, no-store")
    assert "ETag" not in alone.headers
    bodies = {(await ask("GET", WEATHER)).body for _ in range(6)}
    doors.state.wire.tell()
    assert (bodies, counted(doors)["hit", "wire"] > 0) == ({first.body}, True)
    counted_as = (await ask("GET", "/metrics")).body.decode()
    assert 'simpul_operations_total{audience="PUBLIC",kind="query",outcome="ok"} 9.0' in counted_as
    assert 'simpul_operations_total{audience="PARTNER",kind="query",outcome="ok"} 1.0' in counted_as
    assert sandbox.control.all_hits() == hits


BAD = [
    ("GET", "weather-today?kelurahan=x&kelurahan=y&umur=3", ["umur", "kelurahan"]),
    ("GET", "commodities?first=abc&group=1&first%5B=1", ["…", "first"]),
    ("GET", "commodities?first=abc", ["first"]),
    ("GET", "earthquakes?first=1.5&feltHere=ya", ["feltHere", "first", "near"]),
    ("GET", "earthquakes", ["near"]),
    ("GET", "complaints-nearby?near[latitude]=1&near[x]=2&near=3", ["near", "near[x]", "near[longitude]"]),
    ("GET", "agencies?state=WELL&first=9999999999", ["state", "first"]),
    ("GET", "market-detail?day=2026-99-99&9907010999002000=1", ["…", "code", "day"]),
    ("POST", {"name": "property-tax-due", "nop": 12, "siapa": {}}, ["siapa", "nop"]),
    ("POST", {"name": "property-tax-due", "nop": "12"}, ["nop"]),
]


async def test_parameters_are_read_by_their_types_and_all_bad_ones_named_at_once_without_values_and_asking_nobody(
    ask, sandbox
):
    near = addressed({"near": EXAMPLES["near"]})
    by_topic = [*near, ("topic", "laksa/002")]
    found = (await ask("GET", "/rest/complaints-nearby", params=by_topic)).json["data"]["complaints"]["nodes"]
    asked = {"near": EXAMPLES["near"], "topic": "laksa/002"}
    body = {"documentId": f"sha256:{IDS['complaints-nearby']}", "variables": asked}
    assert found == (await ask("POST", "/graphql", json=body)).json["data"]["complaints"]["nodes"] != []
    codes = [("codes", "bapenda"), ("codes", "bmkg-gempa"), ("first", "1")]
    agencies = (await ask("GET", "/rest/agencies", params=codes)).json["data"]["agencies"]
    assert [each["code"] for each in agencies["nodes"]] == ["bapenda"]
    assert agencies["totalCount"] == 2
    for felt, status in (("true", 200), ("false", 200), ("1", 400)):
        given = [*near, ("feltHere", felt), ("first", "1")]
        assert (await ask("GET", "/rest/earthquakes", params=given)).status == status
    sandbox.control.reset()
    for (method, asked, names), spoken in product(BAD, ("id", "en")):
        path = asked if method == "GET" else asked["name"]
        sent = {"json": {key: value for key, value in asked.items() if key != "name"}} if method == "POST" else {}
        reply = await ask(method, f"/rest/{path}", headers={"Accept-Language": spoken}, **sent)
        problem = reply.json
        assert (reply.status, problem["code"]) == (400, "BAD_USER_INPUT"), asked
        assert [each["parameter"] for each in problem["errors"]] == names, asked
        assert problem["detail"] == " ".join(each["detail"] for each in problem["errors"])
        assert all(each["detail"].startswith(f"{each['parameter']}") for each in problem["errors"])
        assert not re.search(r"-99|9999|abc|WELL|9907", reply.body.decode()), asked
    assert asked_of_agencies(sandbox) == 0


REFUSED = [
    ("GET", "my-account", Audience.PUBLIC, 401, "UNAUTHENTICATED"),
    ("GET", "findings", Audience.CITIZEN, 403, "FORBIDDEN"),
    ("POST", "create-api-key", Audience.OFFICER, 403, "FORBIDDEN"),
    ("GET", "tidak-ada", Audience.PUBLIC, 404, "NOT_FOUND"),
    ("GET", "bed-changes", Audience.PUBLIC, 404, "NOT_FOUND"),
    ("GET", "property-tax-due", Audience.PUBLIC, 405, "METHOD_NOT_ALLOWED"),
    ("POST", "weather-today", Audience.PUBLIC, 405, "METHOD_NOT_ALLOWED"),
    ("DELETE", "weather-today", Audience.PUBLIC, 405, "METHOD_NOT_ALLOWED"),
    ("GET", "hold-slot", Audience.CITIZEN, 405, "METHOD_NOT_ALLOWED"),
]


async def test_what_may_not_be_is_refused_with_a_status_and_a_code_and_nobody_is_asked(ask, sandbox, signed_in):
    for method, name, audience, status, code in REFUSED:
        who = await signed_in(audience)
        sandbox.control.reset()
        reply = await ask(method, f"/rest/{name}", who=who, **({"json": {}} if method == "POST" else {}))
        assert (reply.status, reply.json["code"], reply.json["status"]) == (status, code, status), name
        assert reply.headers.get("Allow") == ({"weather-today": "GET"}.get(name, "POST") if status == 405 else None)
        assert asked_of_agencies(sandbox) == 0
    for given, status, code in (
        ({"who": {"Authorization": "Bearer nothing"}}, 401, "UNAUTHENTICATED"),
        ({"who": {"x-api-key": "nothing"}}, 401, "UNAUTHENTICATED"),
        ({"accept": "text/csv"}, 406, "NOT_ACCEPTABLE"),
        ({"headers": {"simpul-timeout": "x"}}, 400, "BAD_REQUEST"),
    ):
        reply = await ask("GET", WEATHER, **given)
        assert (reply.status, reply.json["code"]) == (status, code)
        assert ("WWW-Authenticate" in reply.headers) is (status == 401)
    told = await ask("POST", "/rest/property-tax-due?nop=99.07-020.999-005.0001-0", json={})
    assert (told.status, told.json["code"]) == (400, "BAD_REQUEST")
    counted_as = (await ask("GET", "/metrics")).body.decode()
    assert 'simpul_requests_refused_total{code="METHOD_NOT_ALLOWED"} 4.0' in counted_as
    plain = await ask("POST", "/rest/property-tax-due", data=b"nop=1")
    assert (plain.status, plain.json["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
    large = await ask(
        "POST", "/rest/property-tax-due", data=b" " * 1_000_001, headers={"Content-Type": "application/json"}
    )
    assert (large.status, large.json["code"]) == (413, "REQUEST_TOO_LARGE")
    assert asked_of_agencies(sandbox) == 0


async def test_nothing_is_a_problem_and_half_of_an_answer_is_one(ask, sandbox):
    for _ in range(2):  # made, and kept
        missing = await ask("GET", "/rest/hospital-detail?code=tidak-ada")
        assert (missing.status, missing.json["code"]) == (404, "NOT_FOUND")
        assert "ETag" not in missing.headers
    for agency in ("bmkg-gempa", "maganghub"):
        sandbox.control.set(agency, "down")
    near = addressed(DOCUMENTS["earthquakes"].variables)
    down = await ask("GET", "/rest/earthquakes", params=near)
    assert (down.status, down.json["code"]) == (503, "AGENCY_UNAVAILABLE")
    assert (down.json["errors"][0]["agency"], down.json["errors"][0]["path"]) == ("bmkg-gempa", ["earthquakes"])
    assert down.headers["Retry-After"]
    half = await ask("POST", "/rest/three-questions", json=DOCUMENTS["three-questions"].variables)
    assert (half.status, half.json["data"]["internships"]) == (200, None)
    assert [each["extensions"]["code"] for each in half.json["errors"]] == ["AGENCY_UNAVAILABLE"]
    assert half.json["data"]["taxObject"]["ownerName"]


def test_each_scalar_has_its_json_and_each_code_of_the_docs_its_status():
    scalars = {name for name, each in build()._schema.type_map.items() if isinstance(each, GraphQLScalarType)}
    assert SCALARS.keys() == scalars
    told = re.findall(r"^\| (`[A-Z_`, ]+`) \|", (ROOT / "docs" / "errors.md").read_text(encoding="utf-8"), re.MULTILINE)
    codes = {code for each in told for code in re.findall(r"[A-Z_]+", each)}
    bad_request = {
        *("BAD_REQUEST", "BAD_USER_INPUT", "BAD_CURSOR", "LIMIT_EXCEEDED", "BATCHING_NOT_SUPPORTED"),
        *("GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "PERSISTED_QUERY_MISMATCH", "COST_EXCEEDS_QUOTA"),
    }
    elsewhere = {
        *("NO_SUCH_TOPIC", "NOT_TAKEN", "LETTER_UNREADABLE"),  # they stand in data
        *("TOO_MANY_OPERATIONS", "TOO_MANY_SUBSCRIPTIONS", "EVENTS_MISSED"),  # of subscriptions
    }
    assert codes - STATUS.keys() - bad_request - elsewhere == set()
    assert not STATUS.keys() & (bad_request | elsewhere)
