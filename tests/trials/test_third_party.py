"""A third party with an idea and without a word from anybody: from the first page to an app that has a key."""

import json

import pytest

from tests.trials.place import blocks_of

pytestmark = pytest.mark.soak

FIRST = "document.querySelector('#first ~ pre').innerText"


async def test_a_stranger_has_a_working_app(place, page):
    (start,) = [block.text for block in blocks_of("README.md", "Start")]
    assert start.splitlines()[0].startswith("make run ")
    async with place.running(start.splitlines()[0].partition("#")[0]):
        await page.open(place.hub, language="en")
        answer = json.loads(await place.run(await page.value(FIRST)))
        assert answer["data"]["city"] == {"name": "Kota Tangerang"}
