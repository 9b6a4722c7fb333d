"""Every fault at the agencies whose collections the hub follows: the copy stays whole, and is said to be late and why."""

import asyncio
import itertools
from datetime import timedelta

import pytest

from tests.faults.catalogue import CONTENTS, FAULTS
from tests.faults.questions import COPIED
from tests.faults.test_matrix import GUARD, SHORT, source_of, well_formed

DUE = {"gor-contoh": timedelta(minutes=11), "bmkg-prakiraan": timedelta(hours=2, minutes=1)}
"""After how long the hub asks again; others are asked every hour."""


async def follow(city, code):
    """Follow the feeds of one agency once."""
    follower = city.hub.state.follower
    for each in follower._followed:
        if each.feed.agency.code == code:
            await follower._follow_if_due(each)


async def examine(city, fault, code):
    question, door, expected = COPIED[code], city.doors[code], fault.code_of(code)
    before = await city.ask(question.query)
    city.clock.advance(DUE.get(code, timedelta(minutes=61)))
    fault.begin(door)
    await follow(city, code)
    spoilt = await city.ask(question.query)
    well_formed(spoilt, set())
    assert source_of(spoilt, code) == (("STALE", expected) if expected else ("SNAPSHOT", None))
    assert spoilt["data"] == before["data"]
    await door.heal()
    while source_of(after := await city.ask(question.query), code) != ("SNAPSHOT", None):
        city.clock.advance(timedelta(seconds=35))
        await follow(city, code)
    assert after["data"] == before["data"]


async def examined(city, pairs):
    for fault, code in pairs:
        try:
            async with asyncio.timeout(GUARD):
                await examine(city, fault, code)
        except (Exception, TimeoutError) as error:
            error.add_note(f"{fault.name} at {code}")
            raise


LOUD = [each for each in FAULTS + CONTENTS if not each.silent]
SILENT = [each for each in FAULTS if each.silent and "dripping" not in each.name]
"""A large collection may take as long as it needs while bytes come."""


async def test_some_faults_leave_the_copies_whole(spoilt):
    async with spoilt() as city:
        await examined(city, zip(LOUD[::4], itertools.cycle(["jdih-provinsi", "gor-contoh"])))


@pytest.mark.soak
@pytest.mark.parametrize("code", COPIED)
async def test_every_fault_leaves_the_copy_whole(spoilt, code):
    async with spoilt() as city:
        await examined(city, [(fault, code) for fault in LOUD])
    async with spoilt(timeout=SHORT) as city:
        await examined(city, [(fault, code) for fault in SILENT])
