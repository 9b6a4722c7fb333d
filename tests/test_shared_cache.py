"""Two hubs on one Redis: every record of every domain goes there and comes back, and nobody is asked twice."""

import asyncio
import re
from functools import partial

import pytest

from cache import redis
from connectors.kit.redis_presence import RedisPresence
from engine import services
from tests.conftest import listening
from tests.profiles import TAXES
from tests.schema.documents import DOCUMENTS, EVERYBODYS

SECRET = "a secret that both hubs know, long enough"


@pytest.fixture
async def hubs(configuration, clock, redis_url, store_url, monkeypatch):
    monkeypatch.setattr(redis, "PATIENCE", 30.0)  # two hubs and the sandbox share one loop, which may be late
    monkeypatch.setattr(services, "RedisPresence", partial(RedisPresence, patience=30.0))
    settings = {"cache_url": redis_url, "secret": SECRET, "store_url": store_url}
    async with listening(configuration, clock, **settings) as one, listening(configuration, clock, **settings) as two:
        yield one, two


EACH = [
    pytest.param(each, id=each.name, marks=[pytest.mark.soak] if number % 3 else [])
    for number, each in enumerate(EVERYBODYS)
]
"""One in three is asked here, and all of them under make soak."""


def timeless(data):
    """As a text, without what a busy machine makes older."""
    return re.sub(r"'ageSeconds': \d+", "'ageSeconds': …", str(data))


@pytest.mark.parametrize("document", EACH)
async def test_what_one_hub_has_asked_the_other_answers_without_a_call(hubs, sandbox, configuration, document):
    query = document.text
    first = await hubs[0].ask(query)
    sandbox.control.reset()
    second = await hubs[1].ask(query)
    assert sandbox.control.all_hits() == 0
    assert "errors" not in first
    sources = {each["agency"]: each["state"] for each in second["extensions"]["sources"]}
    ask_nobody = {each.agency.code for each in configuration.agencies if not each.agency.url} | {"lapor"}
    assert {state for agency, state in sources.items() if agency not in ask_nobody} <= {"CACHED", "SNAPSHOT"}
    assert timeless(second["data"]).replace("CACHED", "LIVE") == timeless(first["data"])


async def test_two_cold_hubs_at_once_make_the_calls_of_one(hubs, sandbox):
    query = DOCUMENTS["city-at-a-glance"].text
    answers = await asyncio.gather(*(hub.ask(query) for hub in hubs for _ in range(5)))
    assert not [answer for answer in answers if "errors" in answer]
    assert sandbox.control.all_hits() == 16 + 20 + 6 + 4


async def test_no_nop_and_no_name_is_in_redis(hubs, redis_server):
    query = DOCUMENTS["property-tax"].text
    await hubs[0].data(query)
    keys = redis_server.keys("*")
    assert len([key for key in keys if b":bill:" in key]) == 10
    assert not [key for key in keys if TAXES.encode() in key]
    values = b"".join(redis_server.get(key) or b"" for key in keys if redis_server.type(key) == b"string")
    assert b"WAJIB PAJAK" not in values


async def test_what_one_hub_saw_fail_the_other_does_not_try(hubs, sandbox):
    query = '{ hospital(code: "rs-contoh-benda") { beds { free } } }'
    sandbox.control.set("rs-contoh-benda", "down")
    await hubs[0].ask(query)
    asked = sandbox.control.hits("rs-contoh-benda")
    for hub in hubs:
        await hub.state.common_view.exchange()
    (error,) = (await hubs[1].ask(query))["errors"]
    assert error["extensions"] == {
        "code": "AGENCY_UNAVAILABLE", "agency": "rs-contoh-benda", "retryable": True, "retryAfter": 5,
    }  # fmt: skip
    assert (asked, sandbox.control.hits("rs-contoh-benda")) == (2, 2)
