"""What an error shows: a code always, a value never, and nothing of what nobody foresaw."""

import json

import pytest
import strawberry
from graphql import GraphQLError
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from structlog.testing import capture_logs

from auth.agreements import Agreements
from connectors.kit.clock import SystemClock
from connectors.kit.errors import AgencyThrottled
from engine.execution.operation import OperationRunner
from engine.http.answering import Answering
from engine.http.authentication import Authentication
from engine.http.endpoint import GraphQLEndpoint
from engine.http.sse import EventStreams
from engine.http.websocket_limits import WebSocketLimits, WebSocketPermits
from resolvers.kit.absences import Absences
from resolvers.kit.auditing import Auditor
from resolvers.kit.life import Life
from schema.root import Schema
from tests.conftest import serving


class Telling(Exception):
    extensions = {"password": "hunter2"}  # noqa: RUF012


class Surroundings:
    """What the endpoint asks of a context."""

    def __init__(self, language, caller, document, address, deadline):
        self.deadline = deadline
        self.language, self.caller, self.auditor = language, caller, Auditor(caller=caller, document=document)
        self.agencies = self
        self.sources, self.absences, self.life, self.asked = self, Absences(), Life(), False
        self.life.clock = SystemClock()

    def name(self, code):
        return f"the agency {code}"

    def listed(self):
        return []


@strawberry.type
class Query:
    @strawberry.field
    def broken(self, nik: str) -> str | None:
        raise Telling(f"no row for {nik}")

    @strawberry.field
    def wrong(self) -> int | None:
        return "9907400000000001"

    @strawberry.field
    def told(self) -> str | None:
        raise GraphQLError("for your eyes: 9907400000000001", extensions={"password": "hunter2"})

    @strawberry.field
    def throttled(self) -> str | None:
        raise AgencyThrottled("dukcapil", "HTTP 429 for 9907400000000001", retry_after=30)

    @strawberry.field
    def never(self) -> str:
        return None  # type: ignore[return-value]


@pytest.fixture
async def ask():
    """Ask over a real socket: the answer, as text too, and what was logged."""
    schema = Schema(query=Query)
    authentication = Authentication(None, None, Agreements())
    endpoint = GraphQLEndpoint(
        Answering(
            runner=OperationRunner(schema_for=lambda _: schema, context_for=Surroundings), authentication=authentication
        ),
        streams=EventStreams(authentication, WebSocketPermits(WebSocketLimits()), SystemClock()),
        page=lambda _: PlainTextResponse(""),
    )
    app = Starlette(routes=[Route("/graphql", endpoint.answer, methods=["POST"])])

    async with serving(app) as hub:

        async def send(query, variables=None):
            with capture_logs() as lines:
                answer = await hub.ask(query, variables, accept_language="en")
            return answer, json.dumps([answer, lines], default=str)

        yield send


@pytest.mark.parametrize("query", ['{ broken(nik: "9907400000000001") }', "{ wrong }", "{ told }"])
async def test_what_nobody_foresaw_is_masked_and_logged_with_its_id(ask, query):
    answer, told = await ask(query)
    (error,) = answer["errors"]
    assert error["message"] == "Something went wrong on our side. Name this id when you report it."
    assert error["extensions"].keys() == {"code", "id"}
    assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert error["extensions"]["id"] in told
    assert "9907400000000001" not in told
    assert "hunter2" not in told


async def test_where_it_broke_is_logged(ask):
    _, told = await ask('{ broken(nik: "x") }')
    assert "Telling" in told
    assert "test_errors.py" in told


async def test_a_null_that_may_not_be_is_our_mistake(ask):
    answer, _ = await ask("{ never }")
    assert answer["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"


async def test_an_agencys_error_shows_what_to_do_next_and_not_its_reason(ask):
    answer, told = await ask("{ throttled }")
    (error,) = answer["errors"]
    assert error["message"] == "the agency dukcapil asked the hub to wait."
    assert error["extensions"] == {
        "code": "AGENCY_THROTTLED",
        "agency": "dukcapil",
        "retryable": True,
        "retryAfter": 30,
    }
    assert "9907400000000001" not in told


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("query ($n: Int!) { broken(nik: $n) }", {"n": "9907400000000001"}),
        ("query ($n: String!) { broken(nik: $n) }", {"n": 9907400000000001}),
        ("query ($n: String!) { broken(nik: $n) }", {"n": ["9907400000000001"]}),
        ("{ broken(nik: 9907400000000001) }", None),
        ('{ broken(nik: "9907400000000001 }', None),
        ('{ broken "9907400000000001" }', None),
        ('{ broken(nik: {a: "9907400000000001"}) }', None),
        ('{ other(nik: "9907400000000001") }', None),
    ],
)
async def test_no_error_repeats_a_value(ask, query, variables):
    answer, told = await ask(query, variables)
    assert answer["errors"][0]["extensions"]["code"] != "INTERNAL_SERVER_ERROR"
    assert "9907400000000001" not in told
