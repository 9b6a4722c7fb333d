"""Every fault at the agencies: the answer comes in time, says why, and spoils nothing else; after the fault all is whole.

Each fault is tried at one agency here, another one with each fault, and at every agency under `make soak`.
"""

import asyncio
import itertools
import json
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.kit.breaker import WITHIN
from sandbox.kit.people import ACCOUNTS
from tests.conftest import STOOD_IN_FOR
from tests.faults.catalogue import CONTENTS, FAULTS, UNAVAILABLE
from tests.faults.conftest import CAME
from tests.faults.questions import ASKED, NEVER_ASKED, OVER_HTTP, SECONDED, beside

pytestmark = pytest.mark.hedged

GUARD = 30.0
"""Seconds in which anything happens at all; no test comes near."""
SHORT = 0.4
"""Seconds that an agency has where it takes all of them."""
ROOM = 80_000_000
"""Bytes by which the process may have grown at most while bodies without end came."""
OURS = {"WARNINGS_UNCHECKED", "AGENCY_UNAVAILABLE"}
"""What a field may say beside the code of the fault: nobody knows of warnings; no source of several answered."""
AGENCIES = list(OVER_HTTP)


def source_of(answer, code):
    """What the answer says of one agency: its state, and the problem; None if it says nothing of it."""
    found = [each for each in answer["extensions"]["sources"] if each["agency"] == code]
    return (found[0]["state"], found[0]["problem"]) if found else None


def is_without(answer, code, problem):
    """Whether the answer does without this agency, because of this problem."""
    said = source_of(answer, code)
    return said == ("UNAVAILABLE", problem) or (said is None and code in SECONDED and "errors" not in answer)


def others_of(answer, question):
    """What was asked beside the question."""
    return {name: each for name, each in answer["data"].items() if name != question.field}


def well_formed(answer, allowed):
    """Coded errors of these codes, none of our own, and nobody's number."""
    codes = {each["extensions"]["code"] for each in answer.get("errors", ())}
    assert codes <= allowed, answer["errors"]
    assert not [nik for person in ACCOUNTS.values() if (nik := person.nik) and nik in json.dumps(answer)]


def opened_before_a_retry(fault, door, spoilt, code):
    """Whether the question made several calls, and so many of them failed at once that the breaker opened."""
    return fault.name == "flapping" and len(door.asked) > 1 and is_without(spoilt, code, UNAVAILABLE)


async def examine(city, fault, code):
    """One fault at one agency, from before to after."""
    question, door, expected = ASKED[code], city.doors[code], fault.code_of(code)
    city.clock.advance(timedelta(seconds=WITHIN + 1))  # what was before is no more to the breaker
    before = await city.true(question)
    if question.instead_of:
        await city.out(question.instead_of)
    fault.begin(door)
    await city.forget(code)
    spoilt = await city.ask(beside(question), question.personal)
    assert door.calls or door.connections or not door.listens
    assert others_of(spoilt, question) == others_of(before, question)
    if opened_before_a_retry(fault, door, spoilt, code):
        expected = UNAVAILABLE
    if expected is None:
        well_formed(spoilt, set())
        assert source_of(spoilt, code) in {(state, None) for state in CAME}
        if not question.instead_of and code not in fault.but:  # there it says something else, and well-formed
            assert spoilt["data"] == before["data"]
    else:
        well_formed(spoilt, {expected} | OURS)
        assert is_without(spoilt, code, expected)
    retried_later = code in SECONDED and fault.name == "503 for a while"  # behind the answer of the second source
    if fault.opens_the_breaker(code) and not retried_later:
        await the_breaker_knows(city, code)
    await door.heal()
    rests = await city.recovered(code, question)
    assert rests == 1 or fault.silent or code in SECONDED
    if question.instead_of:
        await city.back(question.instead_of)
    after = await city.ask(beside(question), question.personal)
    assert after["data"] == (await city.true(question))["data"]


async def the_breaker_knows(city, code):
    """The third who asks is told at once: nobody is called, and nobody else is spoilt."""
    question = ASKED[code]
    await city.ask(question.query, question.personal)
    calls = city.counted.calls[code]
    third = await city.ask(question.query, question.personal)
    assert city.counted.calls[code] == calls
    assert is_without(third, code, "AGENCY_UNAVAILABLE")


def peak():
    """The largest memory that the process had since `forget_peak`, in bytes."""
    return int(Path("/proc/self/status").read_text(encoding="ascii").partition("VmHWM:")[2].split()[0]) * 1024


def forget_peak():
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


async def examined(city, pairs):
    for number, (fault, code) in enumerate(pairs):
        try:
            async with asyncio.timeout(GUARD):
                await examine(city, fault, code)
        except (Exception, TimeoutError) as error:
            error.add_note(f"the {number}. pair: {fault.name} at {code}")
            raise


def rotating(faults, start=0):
    """Each fault with another agency."""
    return zip(faults, itertools.islice(itertools.cycle(AGENCIES), start, None), strict=False)


LOUD = [each for each in FAULTS + CONTENTS if not each.silent]
SILENT = [each for each in FAULTS if each.silent]


def test_there_are_faults_enough_and_a_question_for_each_agency():
    names = [each.name for each in FAULTS + CONTENTS]
    assert len(names) == len(set(names)) >= 30
    assert set(ASKED) | NEVER_ASKED == set(STOOD_IN_FOR)


async def test_each_fault_costs_its_agency_and_nobody_else(spoilt):
    async with spoilt() as city:
        await examined(city, [*rotating(LOUD)][:3])
        forget_peak()
        before = peak()
        await examined(city, [*rotating(LOUD)][3:])
        assert peak() - before < ROOM


async def test_each_silence_costs_its_agency_and_nobody_else(spoilt):
    async with spoilt(timeout=SHORT) as city:
        await examined(city, rotating(SILENT, start=20))


@pytest.mark.soak
@pytest.mark.parametrize("fault", FAULTS + CONTENTS, ids=lambda fault: fault.name)
async def test_each_fault_at_every_agency(spoilt, fault):
    async with spoilt(**({"timeout": SHORT} if fault.silent else {})) as city:
        await examined(city, [(fault, code) for code in AGENCIES])
