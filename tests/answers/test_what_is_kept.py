"""What is kept, for how long, and what makes it void."""

import asyncio
from datetime import timedelta

import msgspec
import pytest

from auth.caller import Audience
from engine.answers import answers
from engine.http import kept_response
from tests.answers.asking import BYTES, counted, post
from tests.conftest import listening
from tests.profiles import EXAMPLES
from tests.telemetry.scraping import of, scraped

MARKETS = "{ markets(first: 1) { nodes { code source { state } } } }"
OTHER = "{ markets(first: 2) { nodes { name } } }"
BEDS = '{ hospital(code: "rs-contoh-benda") { beds { capacity source { state ageSeconds } } } }'
LAWS = "{ regulations(first: 1) { nodes { title } } }"
SEARCH = "query ($name: String) { commodities(name: $name) { totalCount } }"
NOP = EXAMPLES["nop"]
NEVER = {
    "error": '{ hospital(code: "rs-contoh-pinang") { beds { capacity } } }',
    "lookup": f'{{ taxObject(nop: "{NOP}") {{ street }} }}',
    "store": '{ venue(code: "gor-contoh/17") { slots(first: 1) { totalCount } } }',
    "not kept": "{ prayerTimes { fajr } }",
    "personal": "{ me { nik } }",
}


@pytest.fixture
async def hub(configuration, clock, store_url):
    async with listening(configuration, clock, store_url=store_url, answer_bytes=BYTES) as hub:
        yield hub


async def how(hub, query, variables=None, **headers):
    """What became of a question, and its answer."""
    before = counted(hub)
    answer = await post(hub, query, variables, **headers)
    (found,) = [each for each, count in counted(hub).items() if count > before.get(each, 0)]
    return found, answer


async def ways(hub, query, times, **headers):
    return [(await how(hub, query, **headers))[0] for _ in range(times)]


def waiting(hub):
    """How many wait for an answer that somebody else makes."""
    return sum(len(each.landed._callbacks or ()) for each in hub.state.answers.flights.values())


async def test_what_is_personal_or_bound_to_nothing_is_never_kept(hub, sandbox, headers_of):
    sandbox.control.set("rs-contoh-pinang", "down")
    citizen = headers_of(Audience.CITIZEN)
    for why, query in NEVER.items():
        who = citizen if why == "personal" else {}
        assert await ways(hub, query, 3, **who) == [("bypass", why)] * 3, query
    assert (
        await ways(hub, 'mutation { withdrawAnnouncement(code: "x") { code } }', 2, **headers_of(Audience.ADMIN))
        == [("bypass", "not a query")] * 2
    )
    assert len(hub.state.answers._shelf) == 0


async def test_an_answer_is_kept_until_its_shortest_lived_part_ends_and_is_dropped_with_its_source(hub, clock, sandbox):
    both = "{ markets(first: 1) { nodes { code } } " + BEDS.removeprefix("{")
    assert await ways(hub, both, 4) == [("miss", "live"), ("miss", "made"), ("hit", "memory"), ("hit", "early")]
    clock.advance(timedelta(seconds=70))
    assert await ways(hub, MARKETS, 3) == [("miss", "made"), ("hit", "memory"), ("hit", "early")]
    found, answer = await how(hub, both)
    assert found[0] in {"miss", "bypass"}
    assert answer.json["data"]["hospital"]["beds"]["source"]["ageSeconds"] in {0, 70}
    await hub.state.cache.invalidate("agency:bapenda")
    assert await ways(hub, MARKETS, 1) == [("hit", "early")]
    await hub.state.cache.invalidate("read:sp2kp.markets")
    assert await ways(hub, MARKETS, 3) == [("miss", "live"), ("miss", "made"), ("hit", "early")]
    (sp2kp,) = [each for each in hub.state.agencies if each.agency.code == "sp2kp"]
    sp2kp.throttle.breaker.open("tests")
    assert (await ways(hub, MARKETS, 1))[0] == ("miss", "made")


async def test_the_greatest_age_that_is_asked_for_bounds_the_life_and_what_is_too_old_is_not_kept(hub, clock, sandbox):
    young = f"query @maxStaleness(seconds: 30) {MARKETS}"
    assert await ways(hub, young, 3) == [("miss", "live"), ("miss", "made"), ("hit", "memory")]
    clock.advance(timedelta(seconds=29))
    assert await ways(hub, young, 1) == [("hit", "early")]
    sandbox.control.set("sp2kp", "down")
    clock.advance(timedelta(seconds=2))
    for _ in range(2):
        found, answer = await how(hub, young)
        assert found == ("bypass", "agency")
        assert "TOO_STALE" in {each["problem"] for each in answer.json["extensions"]["sources"]}
    assert await ways(hub, MARKETS, 2) == [("miss", "made"), ("hit", "memory")]


async def test_an_answer_from_a_copy_is_dropped_when_there_is_a_newer_one(hub):
    assert await ways(hub, LAWS, 3) == [("miss", "made"), ("hit", "memory"), ("hit", "early")]
    copies = hub.state.store.copies
    for copy in [each for each in await copies.all() if each.name == "regulations"]:
        copies.tell(msgspec.structs.replace(copy, documents=copy.documents - 1))
    assert await ways(hub, LAWS, 2) == [("miss", "made"), ("hit", "early")]


async def test_who_asks_the_same_at_once_is_answered_by_one_execution(hub, sandbox):
    for times, place in ((1, "flight"), (2, "early")):  # those who waited are known before routing from then on
        sandbox.control.hold("sp2kp")
        asking = [asyncio.create_task(post(hub, MARKETS)) for _ in range(20)]
        async with asyncio.timeout(20):
            while sandbox.control.hits("sp2kp") < times or waiting(hub) < 19:
                await asyncio.sleep(0.01)
        sandbox.control.release("sp2kp")
        answers = [await each for each in asking]
        assert len({each.body for each in answers}) == 1
        assert answers[0].json["data"]["markets"]["nodes"][0]["source"]["state"] == "LIVE"
        assert len({each.headers["Cache-Status"] for each in answers}) == 1
        assert len({each.headers["Simpul-Cost"] for each in answers[1:]}) == 1
        found = counted(hub)
        assert (found["miss", "live"], found["hit", place], sum(found.values())) == (times, 19, 20 * times)
        assert sandbox.control.hits("sp2kp") == times
        told = of(await scraped(hub), "simpul_readings_total", "state", agency="sp2kp", question="markets")
        assert told == {"LIVE": 20.0 * times}
        await hub.state.cache.invalidate("read:sp2kp.markets")


async def test_a_long_answer_is_kept_once_it_is_asked_for_again_or_waited_for(hub, sandbox, monkeypatch):
    monkeypatch.setattr(answers, "SHORT", 30)
    made, content_of = [], kept_response.content_of
    monkeypatch.setattr(kept_response, "content_of", lambda *given: made.append(given) or content_of(*given))
    ended = [("miss", "live"), ("miss", "once"), ("miss", "made"), ("hit", "memory"), ("hit", "early")]
    assert await ways(hub, MARKETS, 5) == ended
    await post(hub, SEARCH)
    for number in range(30):
        assert (await how(hub, SEARCH, {"name": f"x{number}"}))[0] == ("miss", "once")
    assert (len(made), len(hub.state.answers._shelf)) == (1, 1)
    await hub.state.cache.invalidate("read:sp2kp.markets")
    sandbox.control.hold("sp2kp")
    asking = [asyncio.create_task(post(hub, OTHER)) for _ in range(3)]
    async with asyncio.timeout(20):
        while waiting(hub) < 2:
            await asyncio.sleep(0.01)
    sandbox.control.release("sp2kp")
    assert len({(await each).body for each in asking}) == 1
    assert (len(made), counted(hub)["hit", "flight"]) == (2, 2)


async def test_what_is_asked_for_often_is_made_anew_before_its_life_ends(hub, clock, sandbox):
    assert await ways(hub, MARKETS, 6) == [
        ("miss", "live"), ("miss", "made"), ("hit", "memory"), *[("hit", "early")] * 3,
    ]  # fmt: skip
    (kept,) = hub.state.answers._shelf.all()
    assert await ways(hub, OTHER, 2) == [("miss", "made"), ("hit", "memory")]
    clock.advance(timedelta(seconds=kept.content.ends - clock.monotonic() - 1))
    calls = sandbox.control.hits("sp2kp")
    assert await ways(hub, MARKETS, 1) == [("hit", "early")]
    async with asyncio.timeout(20):
        while kept.key not in {each.key for each in hub.state.answers._shelf.all() if each is not kept}:
            await asyncio.sleep(0)
    assert sandbox.control.hits("sp2kp") == calls + 1
    assert await ways(hub, OTHER, 1) == [("miss", "made")]  # it shows the newer reading too
    clock.advance(timedelta(seconds=2))
    assert await ways(hub, MARKETS, 1) == [("hit", "early")]


async def test_a_flood_of_questions_throws_out_nothing_that_is_asked_again(configuration, clock, store_url):
    async with listening(configuration, clock, store_url=store_url, answer_bytes=120_000) as hub:
        await ways(hub, MARKETS, 4)
        for number in range(60):
            await post(hub, SEARCH, {"name": f"x{number}"})
        assert 10 > len(hub.state.answers._shelf) > 2
        assert hub.state.answers._shelf.bytes_kept <= 120_000
        assert await ways(hub, MARKETS, 1) == [("hit", "early")]


async def test_each_audience_language_and_variable_has_an_answer_of_its_own(hub, headers_of):
    kinds = [{}, {"Accept_Language": "en"}, headers_of(Audience.CITIZEN), headers_of(Audience.PARTNER)]
    await post(hub, SEARCH)
    for headers in kinds:
        for name in ("beras", "cabai"):
            found, _ = await how(hub, SEARCH, {"name": name}, **headers)
            assert found == ("miss", "made"), headers
            assert (await how(hub, SEARCH, {"name": name}, **headers))[0] == ("hit", "memory")


async def test_hubs_that_share_a_redis_share_their_answers(configuration, clock, store_url, redis_url):
    shared = {"store_url": store_url, "answer_bytes": BYTES, "cache_url": redis_url, "secret": "s" * 32}
    async with listening(configuration, clock, **shared) as one, listening(configuration, clock, **shared) as other:
        assert await ways(one, MARKETS, 3) == [("miss", "live"), ("miss", "made"), ("hit", "memory")]
        clock.advance(timedelta(seconds=5))
        found, answer = await how(other, MARKETS)
        assert found == ("hit", "shared")
        assert answer.json["extensions"]["sources"][0]["ageSeconds"] == 5
        assert await ways(other, MARKETS, 1) == [("hit", "early")]
        await one.state.cache.invalidate("domain:prices")
        clock.advance(timedelta(seconds=1))
        assert await ways(other, MARKETS, 2) == [("miss", "live"), ("miss", "made")]
