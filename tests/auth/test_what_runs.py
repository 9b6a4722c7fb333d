"""What an administrator sees of what runs: feeds, caches, and all of it in one document; and nobody else."""

import msgspec
import pytest
from sqlalchemy import text

from auth.caller import Audience
from cache.use import CacheUse
from tests.conftest import listening
from tests.schema.documents import DOCUMENTS

FEEDS = "query ($agency: String, $failing: Boolean) { feeds(agency: $agency, failing: $failing, first: 100) { nodes {"
FEEDS += " agency agencyName name domain documents fetchedAt age interval dueAt problem } } }"
CACHES = "{ caches { nodes { kind entries kept most hits misses hitRatio } } }"
REGULATIONS = "{ regulations(first: 1) { totalCount } }"


async def fail(store):
    """The last pass over one feed has failed."""
    failing = text("UPDATE feeds SET problem = 'AGENCY_CHANGED' WHERE agency = 'jdih-kota'")
    await store.database.write(lambda connection: connection.execute(failing))
    store.copies.changed()


@pytest.fixture
async def hub(configuration, clock, store_url):
    """One that keeps whole answers too."""
    async with listening(configuration, clock, store_url=store_url, answer_bytes=1_000_000) as hub:
        yield hub


@pytest.fixture
def ask(hub, headers_of):
    async def asking(document, variables=None, audience=Audience.ADMIN):
        return await hub.ask(document, variables, **headers_of(audience))

    return asking


async def lines(ask, document, **variables):
    answer = await ask(document, variables)
    assert "errors" not in answer, answer
    (found,) = answer["data"].values()
    return found["nodes"]


async def test_each_feed_is_told_with_its_copy_its_age_and_its_problem(hub, ask, clock):
    feeds, copies = hub.state.agencies.feeds(), hub.state.store.copies
    found = {(each["agency"], each["name"]): each for each in await lines(ask, FEEDS)}
    assert found.keys() == {(each.agency.code, each.name) for each in feeds}
    feed = next(each for each in feeds if each.agency.code == "jdih-kota")
    copy = await copies.of(feed)
    assert found["jdih-kota", "regulations"] == {
        "agency": "jdih-kota",
        "agencyName": feed.agency.name,
        "name": "regulations",
        "domain": "jdih",
        "documents": copy.documents,
        "fetchedAt": copy.fetched_at.isoformat(),
        "age": int((clock.now() - copy.fetched_at).total_seconds()),
        "interval": int(feed.following.interval.total_seconds()),
        "dueAt": copy.due_at.isoformat(),
        "problem": None,
    }
    assert copy.documents > 0
    await fail(hub.state.store)
    (failing,) = await lines(ask, FEEDS, failing=True)
    assert (failing["agency"], failing["problem"]) == ("jdih-kota", "AGENCY_CHANGED")
    assert await lines(ask, FEEDS, agency="bapenda") == []


async def test_each_cache_tells_what_it_has_and_what_it_answered(hub, ask):
    async def told():
        return {each["kind"]: each for each in await lines(ask, CACHES)}

    before = await told()
    assert before.keys() == {"ANSWERS", "DOCUMENTS", "READINGS"}
    for number in range(3):
        await hub.data(f"query Beds{number} {{ hospitals(first: 1) {{ nodes {{ code beds {{ free }} }} }} }}")
    after = await told()
    assert after["READINGS"]["misses"] > before["READINGS"]["misses"]
    assert after["READINGS"]["hits"] > before["READINGS"]["hits"]
    assert after["READINGS"]["entries"] > before["READINGS"]["entries"]
    assert after["DOCUMENTS"]["misses"] >= before["DOCUMENTS"]["misses"] + 3
    assert after["DOCUMENTS"]["hits"] == before["DOCUMENTS"]["hits"] + 1
    for each in after.values():
        assert each["kept"] <= each["most"]
        asked = each["hits"] + each["misses"]
        assert each["hitRatio"] == (each["hits"] / asked if asked else None)


def test_a_cache_that_nobody_asked_has_no_ratio():
    use = CacheUse(code="READINGS", entries=None, kept_bytes=None, most_bytes=None, hits=0, misses=0)
    assert (use.hit_ratio, msgspec.structs.replace(use, hits=3, misses=1).hit_ratio) == (None, 0.75)


async def test_one_document_tells_all_of_it_to_administrators_and_nothing_to_others(ask):
    answer = await ask(DOCUMENTS["what-runs"].text)
    assert "errors" not in answer
    assert {name: bool(part["nodes"]) for name, part in answer["data"].items()} == {
        "requests": False,
        "agencies": True,
        "findings": False,
        "feeds": True,
        "caches": True,
        "apps": True,
        "slowest": False,
        "dearest": False,
        "deprecated": False,
    }
    for audience in set(Audience) - {Audience.ADMIN}:
        for document in ("{ feeds { totalCount } }", "{ caches { totalCount } }"):
            refused = await ask(document, audience=audience)
            assert [each["extensions"]["code"] for each in refused["errors"]] == ["GRAPHQL_VALIDATION_FAILED"]
