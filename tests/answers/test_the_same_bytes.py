"""A kept answer is, at each moment, byte for byte what the operation would answer if it were run at that moment."""

from collections import defaultdict
from contextlib import contextmanager
from datetime import timedelta

import pytest

from tests.answers.asking import BYTES, counted, post
from tests.conftest import listening
from tests.schema.documents import EVERYBODYS

MOMENTS = (0.0, 0.2, 61.3, 899.9)
MANY = (
    0.0,
    0.2,
    0.9,
    1.0,
    9.9,
    31.0,
    59.5,
    61.0,
    240.7,
    300.0,
    899.9,
    3_600.0,
    3_600.25,
    7_200.0,
    10_800.0,
    39_600.5,
    86_400.0,
)
"""Seconds after which everything is asked again."""


@contextmanager
def switched_off(hub):
    """In this block each operation runs, and nothing is kept of it."""
    endpoint = next(each.endpoint.__self__ for each in hub._app.routes if each.path == "/graphql")._answering
    early = hub.state.early
    find, early.find = early.find, lambda _: None
    kept, endpoint._kept = endpoint._kept, None
    try:
        yield
    finally:
        endpoint._kept, early.find = kept, find


def hits(hub):
    return sum(count for (outcome, _), count in counted(hub).items() if outcome == "hit")


async def compared(hub, clock, documents, moments):
    """At which moments a kept answer of each document was compared."""
    found = defaultdict(list)
    for moment, before in zip(moments, (0.0, *moments), strict=False):
        clock.advance(timedelta(seconds=moment - before))
        for document in documents:
            known = hits(hub)
            kept = await post(hub, document.text)
            with switched_off(hub):
                made = await post(hub, document.text)
            if hits(hub) > known:
                found[document.name].append(moment)
                assert kept.body == made.body, (document.name, moment)
                for header in ("Cache-Status", "Age", "Simpul-Cost", "Content-Type"):
                    assert kept.headers.get(header) == made.headers.get(header), (document.name, moment)
            await post(hub, document.text)
    return found


async def test_a_kept_answer_is_what_would_be_answered_at_that_moment(configuration, clock, store_url):
    names = {
        "commodities",
        "regulations",
        "market-prices",
        "hospital-beds",
        "weather-today",
        "venue-search",
        "job-fairs",
    }
    documents = [each for each in EVERYBODYS if each.name in names]
    async with listening(configuration, clock, store_url=store_url, answer_bytes=BYTES) as hub:
        found = await compared(hub, clock, documents, MOMENTS)
    assert found.keys() == names
    assert {"commodities", "market-prices", "regulations"} <= {name for name, at in found.items() if at[-1] > 800}


@pytest.mark.soak
async def test_so_is_each_document_of_everybodys_at_many_moments(configuration, clock, store_url):
    async with listening(configuration, clock, store_url=store_url, answer_bytes=BYTES) as hub:
        found = await compared(hub, clock, EVERYBODYS, MANY)
    assert len(found) > 35
    assert sum(map(len, found.values())) > 250
    print(dict(found))
