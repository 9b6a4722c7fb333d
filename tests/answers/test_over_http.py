"""Kept answers over HTTP: tags, ages, encodings, what others may keep, and what is counted."""

import asyncio
import gzip
import re
from datetime import timedelta
from types import SimpleNamespace

import brotli
import pytest
from limits.aio.storage import memory
from structlog.testing import capture_logs

from auth.caller import Audience
from engine.answers.kept import Encoding, Served
from engine.http.kept_reply import KeptReply
from tests.answers.asking import BYTES, counted, get, named, post, sent, teach
from tests.conftest import listening

PRICES = "{ markets(first: 40) { nodes { code name kecamatan { name } source { state ageSeconds } } } }"
CITY = "{ city { name } }"


@pytest.fixture
async def hub(configuration, clock, store_url):
    async with listening(configuration, clock, store_url=store_url, answer_bytes=BYTES) as hub:
        yield hub


def left_of(answer):
    """Of the minute's quota."""
    return int(re.search("r=([0-9]+);", answer.headers["RateLimit"])[1])


def names(header):
    return {each.strip().lower() for each in header.split(",")}


async def test_an_answer_by_get_has_what_caches_need(hub, clock):
    await teach(hub, PRICES)
    clock.advance(timedelta(seconds=2))
    first = await get(hub, PRICES)
    assert first.status == 200
    tag = first.headers["ETag"]
    assert re.fullmatch('"[0-9a-f]{32}"', tag)
    said = first.headers["Cache-Control"].split(", ")
    assert said[0] == "public"
    most = int(said[1].removeprefix("max-age="))
    assert f"ttl={most}" in first.headers["Cache-Status"]
    assert said[2].startswith("stale-while-revalidate=")
    assert {"accept", "accept-language", "accept-encoding", "authorization", "x-api-key", "origin"} == names(
        first.headers["Vary"]
    )
    assert "Age" not in first.headers
    for tags in (tag, f"W/{tag}", f'"other", W/"x" , {tag}', "*"):
        again = await get(hub, PRICES, If_None_Match=tags)
        assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
        assert "Content-Type" not in again.headers
    for tags in ('"other"', tag.strip('"'), f'"x{tag[1:]}'):
        assert (await get(hub, PRICES, If_None_Match=tags)).status == 200
    clock.advance(timedelta(seconds=1))
    later = await get(hub, PRICES, If_None_Match=tag)
    assert (later.status, later.headers["Cache-Control"]) == (200, f"public, max-age={most - 1}, {said[2]}")
    ages = [{each["source"]["ageSeconds"] for each in one.json["data"]["markets"]["nodes"]} for one in (first, later)]
    assert ages == [{2}, {3}]
    assert later.headers["ETag"] != tag
    clock.advance(timedelta(seconds=most))
    late = await get(hub, PRICES)
    assert late.headers["Cache-Status"].endswith("detail=STALE")
    assert late.headers["Cache-Control"] == "no-store"
    assert "ETag" not in late.headers


async def test_a_head_has_the_headers_of_a_get_and_a_tag_stays_where_nothing_has_an_age(hub, clock):
    await teach(hub, CITY)
    answer = await get(hub, CITY)
    head = await sent(hub, "HEAD", {}, params=named(CITY))
    assert (head.status, head.body, head.headers["ETag"]) == (200, b"", answer.headers["ETag"])
    clock.advance(timedelta(seconds=600))
    assert (await get(hub, CITY, If_None_Match=answer.headers["ETag"])).status == 304


@pytest.mark.parametrize("ask", [get, post])
async def test_each_encoding_has_its_own_bytes_and_its_own_tag(hub, ask):
    await teach(hub, PRICES)
    plain = [await ask(hub, PRICES) for _ in range(3)][-1]
    packed = [await ask(hub, PRICES, Accept_Encoding="gzip") for _ in range(2)][-1]
    small = [await ask(hub, PRICES, Accept_Encoding="gzip, deflate, br") for _ in range(2)][-1]
    assert [each.headers.get("Content-Encoding") for each in (plain, packed, small)] == [None, "gzip", "br"]
    assert gzip.decompress(packed.body) == brotli.decompress(small.body) == plain.body
    assert len(small.body) < len(packed.body) < len(plain.body) / 3
    assert [int(each.headers["Content-Length"]) for each in (plain, packed, small)] == [
        len(each.body) for each in (plain, packed, small)
    ]
    if ask is get:
        assert len({each.headers["ETag"] for each in (plain, packed, small)}) == 3
        assert not any(each.headers["ETag"].startswith("W/") for each in (plain, packed, small))
    else:
        assert {each.headers["Cache-Control"] for each in (plain, packed, small)} == {"no-store"}
        assert not any("ETag" in each.headers for each in (plain, packed, small))


async def test_who_sends_credentials_has_the_answer_as_it_is_and_for_nobody_else(hub, headers_of):
    await teach(hub, PRICES)
    for audience in (Audience.CITIZEN, Audience.PARTNER):
        given = headers_of(audience)
        before = counted(hub)
        for ask in (get, post):
            for _ in range(3):
                answer = await ask(hub, PRICES, Accept_Encoding="gzip, br", **given)
                assert answer.headers["Cache-Control"] == "private, no-store"
                assert not {"ETag", "Content-Encoding"} & answer.headers.keys()
        assert counted(hub)["hit", "memory"] - before.get(("hit", "memory"), 0) == 5
        assert ("hit", "early") not in counted(hub)


async def test_a_kept_answer_is_charged_counted_and_logged_like_any_other(hub):
    before = None
    for _ in range(5):
        answer = await post(hub, PRICES)
        left = left_of(answer)
        if before:
            assert before - left == int(answer.headers["Simpul-Cost"]) > 150
        before = left
    assert counted(hub) == {("miss", "live"): 1, ("miss", "made"): 1, ("hit", "memory"): 1, ("hit", "early"): 2}
    async with hub.session.get(f"{hub.url}/metrics") as response:
        metrics = await response.text()
    assert 'simpul_operations_total{audience="PUBLIC",kind="query",outcome="ok"} 5.0' in metrics
    assert 'simpul_fields_total{domain="prices",field="markets",kind="query",outcome="ok"} 5.0' in metrics
    assert 'question="markets",state="CACHED"} 4.0' in metrics


async def test_what_many_ask_at_once_is_charged_and_counted_to_the_unit_and_told_when_the_hub_stops(
    configuration, clock, store_url, monkeypatch
):
    monkeypatch.setattr(memory, "time", SimpleNamespace(time=lambda: 1_795_410_000.0))  # no minute ends meanwhile
    with capture_logs() as logged:
        async with listening(configuration, clock, store_url=store_url, answer_bytes=BYTES) as hub:
            left = [left_of(await post(hub, CITY)) for _ in range(4)]
            cost = left[2] - left[3]
            for _ in range(3):
                many = await asyncio.gather(*(post(hub, CITY) for _ in range(20)), post(hub, "{ __typename }"))
                assert {int(each.headers["Simpul-Cost"]) for each in many[:-1]} == {cost}
                left.append(min(left_of(each) for each in many))
                spent = 20 * cost + int(many[-1].headers["Simpul-Cost"])
                assert left[-2] - left[-1] == spent
            assert counted(hub)["hit", "early"] == 2 + 60 + 1  # whoever reads the numbers, nothing is left to tell
            for _ in range(5):
                await post(hub, CITY)
    told = [each for each in logged if each["event"] == "graphql.operation" and each["cost"] == cost]
    assert sum(each.get("times", 1) for each in told) == 4 + 60 + 5
    assert len(told) < 40


async def test_a_reply_gives_the_same_again_without_the_app_and_is_counted_at_once(hub, clock):
    for _ in range(4):
        answer = await post(hub, PRICES)
    (kept,) = hub.state.answers._shelf.all()
    endpoint = next(each.endpoint.__self__ for each in hub._app.routes if each.path == "/graphql")
    served = Served(kept, "application/json", Encoding.IDENTITY)
    reply = KeptReply(endpoint._answering._kept, served, int(answer.headers["Simpul-Cost"]), "")
    form = reply.form(clock.monotonic())
    assert (form.status, form.body) == (200, answer.body)
    assert {each: answer.headers[each] for each in form.headers} == form.headers
    assert {"cache-status", "age", "cache-control", "content-length"} == form.headers.keys()
    reply.told(1_000)
    async with hub.session.get(f"{hub.url}/metrics") as response:
        metrics = await response.text()
    assert 'simpul_operations_total{audience="PUBLIC",kind="query",outcome="ok"} 1004.0' in metrics
    assert 'simpul_operation_seconds_count{audience="PUBLIC",kind="query"} 1004.0' in metrics
    assert 'simpul_fields_total{domain="prices",field="markets",kind="query",outcome="ok"} 1004.0' in metrics
    assert 'question="markets",state="CACHED"} 1003.0' in metrics
    assert counted(hub)["hit", "wire"] == 1_000
    clock.advance(timedelta(days=2))
    assert reply.form(clock.monotonic()) is None


async def test_who_has_no_quota_left_has_no_kept_answer(configuration, clock, store_url):
    async with listening(configuration, clock, store_url=store_url, answer_bytes=BYTES, quota=4_000) as hub:
        answers = [await post(hub, CITY) for _ in range(30)]
    statuses = [each.status for each in answers]
    assert statuses == sorted(statuses)
    assert statuses[-1] == 429
    assert answers[-1].json["errors"][0]["extensions"]["code"] == "QUOTA_EXCEEDED"
    assert sum(int(each.headers["Simpul-Cost"]) for each in answers if each.status == 200) <= 4_000
