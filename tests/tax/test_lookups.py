"""Asking number after number is slowed and then refused: for each caller, over all kinds of numbers, in all hubs."""

import asyncio
from datetime import timedelta

import pytest
from starlette.requests import HTTPConnection
from structlog.testing import capture_logs

from auth.caller import App, Audience, Caller, Person
from auth.lookup_throttle import Bounds, LookupThrottle
from connectors.kit.redis_presence import RedisPresence
from engine.execution.quota import address_of
from sandbox.tax.parcels import parcels
from tests.clock import FakeClock
from tests.conftest import listening
from tests.redis_server import redis_running

SECRET = "a secret that both hubs know, long enough"
FEW = {"free": 3, "most": 5, "window": 600, "delay": 0.5, "known_times": 2}
NOPS = [*parcels()][:20]
ONE = "query ($nop: NOP!) { taxObject(nop: $nop) { asOfYear } }"


@pytest.fixture
async def strict(configuration, clock, store_url):
    async with listening(configuration, clock, store_url=store_url, lookups=FEW) as hub:
        yield hub


async def codes(hub, nops, **headers):
    found = []
    for nop in nops:
        answer = await hub.ask(ONE, {"nop": nop}, **headers)
        found += [error["extensions"]["code"] for error in answer.get("errors", ())] or ["ok"]
    return found


async def test_the_next_numbers_are_slowed_more_and_more_and_then_refused(strict, sandbox, clock):
    assert await codes(strict, NOPS[:5]) == ["ok"] * 5
    assert clock.slept == [0.5, 1.0]
    sandbox.control.reset()
    clock.advance(timedelta(minutes=1))
    answer = await strict.ask(ONE, {"nop": NOPS[5]}, accept_language="en")
    assert answer["data"] == {"taxObject": None}
    assert answer["errors"] == [
        {
            "message": "You looked up too many different numbers; try again in 9 minutes.",
            "locations": [{"line": 1, "column": 22}],
            "path": ["taxObject"],
            "extensions": {"code": "LOOKUPS_EXCEEDED", "retryAfter": 540},
        }
    ]
    assert sandbox.control.all_hits() == 0
    assert NOPS[5] not in str(answer)


async def test_a_number_that_was_asked_before_costs_nothing_and_one_that_was_refused_is_not_let_in(strict, clock):
    await codes(strict, NOPS[:5])
    waited = len(clock.slept)
    assert await codes(strict, [NOPS[0], NOPS[4], *[NOPS[0]] * 10]) == ["ok"] * 12
    assert len(clock.slept) == waited
    assert await codes(strict, [NOPS[7], NOPS[7]]) == ["LOOKUPS_EXCEEDED"] * 2


async def test_it_is_forgotten_number_by_number_as_the_window_passes(strict, clock):
    await codes(strict, NOPS[:2])
    clock.advance(timedelta(minutes=5))
    await codes(strict, NOPS[2:5])
    assert await codes(strict, [NOPS[5]]) == ["LOOKUPS_EXCEEDED"]
    clock.advance(timedelta(minutes=5))
    assert await codes(strict, NOPS[5:8]) == ["ok", "ok", "LOOKUPS_EXCEEDED"]


async def test_twenty_aliases_in_one_operation_do_not_escape_it(strict, sandbox, clock):
    query = "{ " + " ".join(f'a{at}: taxObject(nop: "{nop}") {{ asOfYear }}' for at, nop in enumerate(NOPS)) + " }"
    answer = await strict.ask(query)
    assert sum(each is not None for each in answer["data"].values()) == 5
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["LOOKUPS_EXCEEDED"] * 15
    assert sandbox.control.calls("bapenda") == {"get_ipbb": 5}
    assert sorted(clock.slept) == [0.5, 1.0]


async def test_the_same_number_under_many_aliases_is_one(strict, clock):
    query = "{ " + " ".join(f'a{at}: taxObject(nop: "{NOPS[0]}") {{ asOfYear }}' for at in range(20)) + " }"
    assert len(await strict.data(query)) == 20
    assert await codes(strict, NOPS[1:5]) == ["ok"] * 4


async def test_numbers_of_all_kinds_are_counted_together(strict, headers_of):
    citizen = headers_of(Audience.CITIZEN)
    asked = [
        '{ retributionBill(billingCode: "99360000000001") { code } }',
        '{ taxServiceRequest(of: PBB, number: "2026.0001.001") { number } }',
        '{ taxServiceRequest(of: BPHTB, number: "2026.01.000101") { number } }',
        '{ bphtbDeed(number: "2026.000002.01") { number } }',
        '{ bphtbDeed(number: "2026.02.000001") { number } }',
    ]
    for query in asked:
        assert "errors" not in await strict.ask(query, **citizen)
    assert await codes(strict, [NOPS[0]], **citizen) == ["LOOKUPS_EXCEEDED"]
    assert "errors" not in await strict.ask('{ bphtbDeed(number: "2026.2.000001") { number } }', **citizen)


async def test_what_is_no_number_is_not_counted(strict):
    for nop in ("36.75", "x") * 5:
        await strict.ask(ONE, {"nop": nop})
    assert await codes(strict, NOPS[:5]) == ["ok"] * 5


async def test_a_number_that_nobody_has_is_counted_like_any(strict):
    nobodys = [f"3675010999999{number:04d}0" for number in range(9000, 9006)]
    assert await codes(strict, nobodys) == ["ok"] * 5 + ["LOOKUPS_EXCEEDED"]


async def test_people_are_counted_by_themselves_and_apps_and_officers_may_ask_more(strict, headers_of):
    assert (await codes(strict, NOPS[:6]))[-1] == "LOOKUPS_EXCEEDED"
    assert await codes(strict, NOPS[:6], **headers_of(Audience.CITIZEN)) == ["ok"] * 5 + ["LOOKUPS_EXCEEDED"]
    for audience in (Audience.OFFICER, Audience.PARTNER):
        assert await codes(strict, NOPS[:11], **headers_of(audience)) == ["ok"] * 10 + ["LOOKUPS_EXCEEDED"]


async def test_a_person_is_the_same_with_an_app_and_without(strict, headers_of):
    both = headers_of(Audience.PARTNER) | headers_of(Audience.CITIZEN)
    await codes(strict, NOPS[:3], **headers_of(Audience.CITIZEN))
    assert await codes(strict, NOPS[3:6], **both) == ["ok", "ok", "LOOKUPS_EXCEEDED"]


async def test_two_hubs_on_one_redis_count_together(configuration, clock, store_url, redis_url, redis_server):
    settings = {"store_url": store_url, "lookups": FEW, "cache_url": redis_url, "secret": SECRET}
    async with listening(configuration, clock, **settings) as one, listening(configuration, clock, **settings) as two:
        assert await codes(one, NOPS[:3]) + await codes(two, NOPS[2:6]) == ["ok"] * 6 + ["LOOKUPS_EXCEEDED"]
    (key,) = [key for key in redis_server.keys("*") if b"lookups" in key]
    assert b"127.0.0.1" not in key
    assert redis_server.zcard(key) == 5
    assert 0 < redis_server.ttl(key) <= 600
    assert not [each for each in redis_server.zrange(key, 0, -1) if b"3675" in each]


async def test_of_many_at_once_none_slips_through(redis_url, redis_server):
    clock = FakeClock()
    patient = {"redis_url": f"{redis_url}?socket_timeout=60", "presence": RedisPresence(clock, 60.0)}
    hubs = [LookupThrottle(Bounds(most=5), clock=clock, secret=b"x" * 32, **patient) for _ in range(2)]
    found = await asyncio.gather(*(hubs[at % 2].look(Caller(), "192.0.2.1", f"nop:{at}") for at in range(40)))
    for hub in hubs:
        await hub.aclose()
    assert sum(each.allowed for each in found) == 5


async def test_while_redis_is_gone_each_counts_by_itself(tmp_path):
    with redis_running(tmp_path) as server:
        url = server.url
    lookups = LookupThrottle(Bounds(most=2), clock=FakeClock(), redis_url=url, secret=b"x" * 32)
    with capture_logs() as lines:
        found = [await lookups.look(Caller(), "192.0.2.1", f"nop:{at}") for at in range(3)]
    await lookups.aclose()
    assert [each.allowed for each in found] == [True, True, False]
    assert [line["event"] for line in lines] == ["redis.gone"]  # Redis is not asked again so soon
    assert "192.0.2.1" not in str(lines)


async def test_callers_are_told_apart():
    lookups = LookupThrottle(Bounds(most=1, known_times=3), clock=FakeClock(), redis_url=None, secret=b"x" * 32)

    def person(subject, audience=Audience.CITIZEN):
        return Person(subject=subject, nik=None, agency=None, audience=audience)

    app = App(code="notaris", scopes=frozenset())
    callers = [
        (Caller(), "192.0.2.1", 1),
        (Caller(), "192.0.2.2", 1),
        (Caller(person=person("a")), "192.0.2.1", 1),
        (Caller(person=person("b"), app=app), "192.0.2.1", 1),
        (Caller(app=app), "192.0.2.1", 3),
        (Caller(person=person("c", Audience.OFFICER)), "192.0.2.1", 3),
    ]
    for caller, address, most in callers:
        found = [(await lookups.look(caller, address, f"nop:{at}")).allowed for at in range(5)]
        assert found == [True] * most + [False] * (5 - most)


@pytest.mark.parametrize(("count", "wait"), [(1, 0), (20, 0), (21, 0.1), (22, 0.2), (34, 1.4), (60, 1.5), (1000, 1.5)])
def test_how_long_the_next_one_waits(count, wait):
    assert Bounds().wait(count) == pytest.approx(wait)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("testclient", "testclient"),
    ],
)
def test_an_address_of_ipv6_is_its_network(host, address):
    connection = HTTPConnection({"type": "http", "client": (host, 1), "headers": []})
    assert address_of(connection) == address
