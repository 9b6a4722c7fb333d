"""What breaks in one root field costs that field, and what one field does ends no other."""

import asyncio
import itertools

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from auth.agreements import Agreements
from auth.policies import public
from connectors.kit.clock import SystemClock
from connectors.kit.errors import AgencyChanged
from engine.execution.operation import OperationRunner
from engine.http.answering import Answering
from engine.http.authentication import Authentication
from engine.http.endpoint import GraphQLEndpoint
from engine.http.sse import EventStreams
from engine.http.websocket_limits import WebSocketLimits, WebSocketPermits
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from schema.kit.access import object_type
from schema.kit.fields import field
from schema.root import Schema
from tests.conftest import serving
from tests.engine.test_errors import Surroundings
from tests.profiles import CITY_NAME

BREAKS = {
    "ValueError": ValueError("x"),
    "RecursionError": RecursionError(),
    "MemoryError": MemoryError(),
    "StopIteration": StopIteration(),
    "CancelledError": asyncio.CancelledError(),
    "TimeoutError": TimeoutError(),
    "ExceptionGroup": ExceptionGroup("several", [ValueError()]),
    "UserError": UserError("NOT_FOUND", id="Tidak ada.", en="There is none."),
    "AgencyError": AgencyChanged("nobody's", "broken"),
}
UNWRITABLE = {"half a pair": "Kasir \ud83d", "half a pair inside": ["\udc00"]}
CODES = {"UserError": "NOT_FOUND", "AgencyError": "AGENCY_CHANGED"}


async def broken(_root, _ctx: Context, *, how: str) -> str | None:
    if how in BREAKS:
        raise BREAKS[how]
    return UNWRITABLE[how]


async def texts(_root, _ctx: Context, *, how: str) -> list[str] | None:
    return UNWRITABLE[how]


async def sound(_root, _ctx: Context) -> str:
    for _ in range(20):
        await asyncio.sleep(0)  # it is under way while the other breaks
    return "sound"


async def inner(_root, _ctx: Context) -> "Inner":
    return Inner()


@object_type(public, "An object with a field that breaks.")
class Inner:
    broken: str = field("Broken.", resolver=broken, arguments={"how": "How."})
    sound: str = field("Sound.", resolver=sound)


@object_type(public, "All.")
class Query:
    broken: str | None = field("Broken.", resolver=broken, arguments={"how": "How."})
    texts: list[str] | None = field("Texts.", resolver=texts, arguments={"how": "How."})
    sound: str = field("Sound.", resolver=sound)
    inner: Inner | None = field("Inner.", resolver=inner)


@pytest.fixture
async def ask():
    schema = Schema(query=Query)
    authentication = Authentication(None, None, Agreements())
    endpoint = GraphQLEndpoint(
        Answering(
            runner=OperationRunner(schema_for=lambda _: schema, context_for=Surroundings), authentication=authentication
        ),
        streams=EventStreams(authentication, WebSocketPermits(WebSocketLimits()), SystemClock()),
        page=lambda _: PlainTextResponse(""),
    )
    async with serving(Starlette(routes=[Route("/graphql", endpoint.answer, methods=["POST"])])) as hub:
        yield hub.ask


async def test_what_breaks_costs_its_root_field_alone(ask):
    for how, place in itertools.product([*BREAKS, *UNWRITABLE], ["root", "inside", "list"]):
        if (place == "list" and how != "half a pair inside") or (place != "list" and how == "half a pair inside"):
            continue
        asked = {
            "root": f'broken(how: "{how}")',
            "inside": f'inner {{ sound broken(how: "{how}") }}',
            "list": f'texts(how: "{how}")',
        }
        answer = await ask(f"{{ before: sound x: {asked[place]} after: sound }}")
        assert answer["data"] == {"before": "sound", "x": None, "after": "sound"}, (how, place)
        assert [(each["path"][0], each["extensions"]["code"]) for each in answer["errors"]] == [
            ("x", CODES.get(how, "INTERNAL_SERVER_ERROR"))
        ], (how, place)


async def test_what_several_look_up_together_survives_the_end_of_one_of_them(hub):
    """The `a` fails by `sports`, and so ends the look-up that `b` has joined."""
    found = await hub.data('{ venue(code: "gor-contoh/17") { name day(on: "2026-11-28") { hours } } }')
    assert found["venue"]["day"]["hours"]
    answer = await hub.ask(
        '{ a: venue(code: "gor-contoh/17") { day(on: "2026-11-28") { hours } sports(first: 101) { totalCount } }'
        ' b: venue(code: "gor-contoh/17") { name day(on: "2026-11-28") { hours } } city { name } }'
    )
    assert answer["data"] == {"a": None, "b": found["venue"], "city": {"name": CITY_NAME}}
    assert [(each["path"], each["extensions"]["code"]) for each in answer["errors"]] == [
        (["a", "sports"], "BAD_USER_INPUT")
    ]
