"""What the whole graph promises at run time: the least calls, provenance, pages."""

import asyncio
from pathlib import Path

import pytest

from resolvers.kit.paging import MOST
from tests.schema.documents import DOCUMENTS

ROOT = Path(__file__).parent.parent
BEDS, BILLS, PAYMENTS, VACANCIES, PRICES = 16, 10, 10, 6, 4
"""Pages of rooms, of which two hospitals have two; ten years of bills and what was paid on them; four pages of
vacancies, one of a training centre and a feed; the lists of commodities of two surveys and their prices in the city,
those of the third being asked by SQL."""
LAW, VENUES, SLOTS = 1, 2, 16
"""The collection of the city; the pages of two feeds, each with an empty one at its end."""


async def test_a_cold_city_at_a_glance_makes_the_least_calls_there_can_be_and_a_warm_one_none(cold_hub, sandbox):
    query = DOCUMENTS["city-at-a-glance"].text
    _, answer = await asyncio.gather(cold_hub.follow(), cold_hub.ask(query))
    assert "errors" not in answer
    states = {each["agency"]: each["state"] for each in answer["extensions"]["sources"]}
    hits = sum(sandbox.control.hits(code) for code in states)  # other domains have feeds, too
    assert hits == BEDS + BILLS + PAYMENTS + VACANCIES + PRICES + LAW + VENUES + SLOTS
    assert len(states) == 24
    copied = {"jdih-kota", "gor-contoh", "gor-kota"}
    assert {code for code, state in states.items() if state == "SNAPSHOT"} == copied
    assert {states[code] for code in states.keys() - copied} == {"LIVE"}
    sandbox.control.reset()
    await cold_hub.follow()
    again = await cold_hub.ask(query)
    assert sandbox.control.all_hits() == 0
    assert {each["state"] for each in again["extensions"]["sources"]} == {"CACHED", "SNAPSHOT"}


async def test_the_sources_say_from_whom_and_how_old(hub, clock):
    answer = await hub.ask('{ hospital(code: "rs-contoh-benda") { beds { capacity } } }')
    by_code = {each.pop("agency"): each for each in answer["extensions"]["sources"]}
    benda = by_code["rs-contoh-benda"]
    assert benda.pop("tookMs") >= 0
    assert benda.pop("staleAfter") > "2026-11-23T05:00:10Z"
    assert benda == {
        "name": "RS Contoh Benda",
        "state": "LIVE",
        "fetchedAt": "2026-11-23T05:00:00Z",
        "changedAt": "2023-11-19T05:00:00Z",
        "valueChangedAt": "2026-11-23T05:00:00Z",
        "ageSeconds": 0,
        "licence": None,
        "attribution": None,
        "reads": 1,
        "problem": None,
    }
    assert set(by_code) == {"rs-contoh-benda"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("first: 1, last: 1", "Use first or last, not both."),
        (f"first: {MOST + 1}", "first and last are between 0 and 100."),
        ("last: -1", "first and last are between 0 and 100."),
        ('after: "x"', "This cursor belongs to another list or another order."),
        ('after: ""', None),
        ('before: "WyJrZWNhbWF0YW4iLDFd"', "This cursor belongs to another list or another order."),
        ('after: "WyJrZWx1cmFoYW4iLCIzNi43MS4wMS4xMDAxIl0"', "This cursor belongs to another list or another order."),
    ],
)
async def test_a_page_that_cannot_be_cut_is_told(hub, arguments, message):
    answer = await hub.ask(f"{{ city {{ kecamatan({arguments}) {{ totalCount }} }} }}", accept_language="en")
    errors = [error["message"] for error in answer.get("errors", [])]
    assert errors == ([message] if message else [])


async def test_a_page_of_nothing_and_pages_beyond_the_end(hub):
    data = await hub.data(
        "{ city { kecamatan(first: 0) { nodes { name } pageInfo { hasNextPage startCursor endCursor } } } }"
    )
    assert data["city"]["kecamatan"] == {
        "nodes": [],
        "pageInfo": {"hasNextPage": True, "startCursor": None, "endCursor": None},
    }
