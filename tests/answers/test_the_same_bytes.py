"""A kept answer is, at each moment, byte for byte what the operation would answer if it were run at that moment."""

from contextlib import contextmanager
from datetime import timedelta

from tests.conftest import listening
from tests.schema.documents import EVERYBODYS

MOMENTS = (0.0, 0.2, 61.3, 899.9)
"""Seconds after which everything is asked again."""


async def bytes_of(hub, document):
    async with hub.session.post(f"{hub.url}/graphql", json={"query": document.text}) as response:
        return await response.read(), response.headers


def told(hub):
    """How many questions ended how."""
    return {
        (each.labels["outcome"], each.labels["reason"]): int(each.value)
        for metric in hub.state.answers.metrics.registry.collect()
        if metric.name == "simpul_answers"
        for each in metric.samples
        if each.name == "simpul_answers_total"
    }


@contextmanager
def switched_off(hub):
    """In this block each operation runs, and nothing is kept of it."""
    endpoint = hub._app.routes[0].endpoint.__self__
    kept, endpoint._kept = endpoint._kept, None
    yield
    endpoint._kept = kept


async def test_a_kept_answer_is_what_would_be_answered_at_that_moment(configuration, clock, store_url):
    hits = {}
    async with listening(configuration, clock, store_url=store_url, answer_bytes=64_000_000) as hub:
        for moment, before in zip(MOMENTS, (0.0, *MOMENTS), strict=False):
            clock.advance(timedelta(seconds=moment - before))
            for document in EVERYBODYS:
                asked = told(hub).get(("hit", "memory"), 0)
                kept, said = await bytes_of(hub, document)
                hit = told(hub).get(("hit", "memory"), 0) > asked
                with switched_off(hub):
                    made, given = await bytes_of(hub, document)
                if hit:
                    hits.setdefault(document.name, []).append(moment)
                    assert kept == made, (document.name, moment)
                    assert said.get("Cache-Status") == given.get("Cache-Status")
                    assert said.get("Age") == given.get("Age")
                    assert said["Simpul-Cost"] == given["Simpul-Cost"]
                await bytes_of(hub, document)
    assert {"regulations", "market-prices", "hospital-beds", "weather-today", "venue-search"} <= hits.keys()
    assert hits["market-prices"][-1] > 800
    assert hits["hospital-beds"] == [0.2]  # what is free now is said of one second
