"""A cache in front of the hub works as it comes: what anybody may have is kept there, for its time, and nothing else is."""

import asyncio
import json
from datetime import timedelta

import pytest

from auth.caller import Audience
from tests.answers.asking import BYTES, counted, named, persisted
from tests.conftest import listening
from tests.soak import caches

pytestmark = pytest.mark.soak

MARKETS = "{ markets(first: 30) { nodes { id code name source { agency name state fetchedAt ageSeconds } } } }"
NOW = '{ hospital(code: "rs-contoh-benda") { name } }'

IN_FRONT = [
    pytest.param(
        getattr(caches, name),
        id=name,
        marks=pytest.mark.skipif(getattr(caches, name.upper()) is None, reason=f"{name} is not installed here"),
    )
    for name in ("nginx", "varnish")
]


@pytest.fixture
async def hub(configuration, clock, store_url):
    async with listening(configuration, clock, store_url=store_url, answer_bytes=BYTES) as hub:
        for query in (MARKETS, NOW):
            for language in ("id", "en"):
                body = {"query": query, "extensions": persisted(query)}
                async with hub.session.post(
                    f"{hub.url}/graphql", json=body, headers={"Accept-Language": language}
                ) as answer:
                    assert answer.status == 200
        yield hub


def asked(hub):
    """How often the hub was asked."""
    return sum(counted(hub).values())


async def fetched(hub, address, query, **headers):
    """Status, headers and body that come through a cache; and whether the hub was asked."""
    before = asked(hub)
    sent = {"Accept-Encoding": "identity"} | {name.replace("_", "-"): value for name, value in headers.items()}
    async with hub.session.get(
        f"{address}/graphql", params=named(query), headers=sent, auto_decompress=True, skip_auto_headers=["Accept"]
    ) as answer:
        return answer.status, answer.headers, await answer.read(), asked(hub) > before


@pytest.mark.parametrize("in_front", IN_FRONT)
async def test_a_cache_keeps_what_anybody_may_have_and_asks_again_when_it_ends(
    in_front, hub, clock, headers_of, tmp_path
):
    async with in_front(hub.url, tmp_path) as address:
        status, headers, body, came = await fetched(hub, address, MARKETS)
        assert (status, came) == (200, True)
        tag = headers["ETag"]
        for _ in range(3):
            again = await fetched(hub, address, MARKETS)
            assert (again[0], again[2], again[3], again[1]["ETag"]) == (200, body, False, tag)
        known = await fetched(hub, address, MARKETS, If_None_Match=tag)
        assert (known[0], known[2], known[3]) == (304, b"", False)
        _, packed, unpacked, _ = await fetched(hub, address, MARKETS, Accept_Encoding="gzip")
        assert (packed["Content-Encoding"], unpacked) == ("gzip", body)
        *_, english, came = await fetched(hub, address, MARKETS, Accept_Language="en")
        assert came
        assert json.loads(english)["data"] == json.loads(body)["data"]
        assert not (await fetched(hub, address, MARKETS, Accept_Language="en"))[3]
        for audience in (Audience.CITIZEN, Audience.PARTNER):
            for _ in range(2):
                mine = await fetched(hub, address, MARKETS, **headers_of(audience))
                assert (mine[0], mine[3], mine[1]["Cache-Control"]) == (200, True, "private, no-store")
        assert (await fetched(hub, address, MARKETS))[2:] == (body, False)


@pytest.mark.parametrize("in_front", IN_FRONT)
async def test_what_ends_soon_is_asked_for_again_by_the_cache(in_front, hub, clock, tmp_path):
    kept = next(each for each in hub.state.answers._shelf.all() if b"9103" in b"".join(each.content.pieces))
    clock.advance(timedelta(seconds=kept.content.ends - clock.monotonic() - 1.5))
    async with in_front(hub.url, tmp_path) as address:
        first = await fetched(hub, address, MARKETS)
        assert first[1]["Cache-Control"].startswith("public, max-age=1, stale-while-revalidate=")
        assert not (await fetched(hub, address, MARKETS))[3]
        clock.advance(timedelta(seconds=3))
        await asyncio.sleep(2.5)
        async with asyncio.timeout(20):
            while json.loads((newer := await fetched(hub, address, MARKETS))[2]) == json.loads(first[2]):
                await asyncio.sleep(0.1)
        assert newer[0] == 200
