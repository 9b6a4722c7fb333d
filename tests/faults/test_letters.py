"""Complaints while their desk fails: whatever breaks on the way, each arrives once, and the hub knows its number."""

from datetime import timedelta

import pytest

from tests.breakers import never_opens
from tests.complaints.conftest import database, desks  # noqa: F401  used by the tests
from tests.complaints.test_delivery import new_database_url, post  # noqa: F401  used by the tests
from tests.faults.catalogue import CONTENTS, FAULTS
from tests.faults.proxy import proxied
from tests.faults.test_commands import SHORT

LOUD = [each for each in FAULTS + CONTENTS if not (each.silent or each.ours)]
"""Without refusals: a desk that says no has taken nothing, and these doors have handed the letter on before they say it."""
SILENT = [each for each in FAULTS if each.silent]
ATTEMPTS = 10
"""After so many attempts of a healthy desk a complaint has arrived; the first one would do."""


async def arrives_once(post, deliverer, door, clock, fault, number):  # noqa: F811
    key = f"k-{number}"
    await post.put(key)
    fault.begin(door)
    await deliverer.round()
    under = await post.state(key)
    await door.heal()
    for _ in range(ATTEMPTS):
        state, given, _, problem, due = await post.state(key)
        if state == "DELIVERED":
            break
        assert state == "WAITING", (state, problem)
        clock.advance(timedelta(minutes=due))
        await deliverer.round()
    assert state == "DELIVERED", under
    assert (post.arrived.count(key), given is None) == (1, False)
    if fault.code is None:
        assert under == (state, given, 1, None, None), "nothing was amiss, and the first attempt delivered it"


async def all_arrive(post, sandbox, desks, clock, faults, seconds):  # noqa: F811
    async with proxied(["laksa", "lapor"], sandbox.url) as proxy:
        door = proxy["laksa"]
        door.elsewhere = f"{proxy.url('lapor')}/lapor/"
        desk = desks["laksa"](place=proxy.url("laksa"), timeout=seconds)
        never_opens(desk)
        deliverer = post.deliverer(desk)
        for number, fault in enumerate(faults):
            try:
                await arrives_once(post, deliverer, door, clock, fault, number)
            except Exception as error:
                error.add_note(fault.name)
                raise
        assert proxy["lapor"].calls == 0


async def test_a_complaint_arrives_once_whatever_breaks(post, sandbox, desks, clock):  # noqa: F811
    await all_arrive(post, sandbox, desks, clock, LOUD, 30)


@pytest.mark.soak
async def test_a_complaint_arrives_once_whatever_is_silent(post, sandbox, desks, clock):  # noqa: F811
    await all_arrive(post, sandbox, desks, clock, SILENT, SHORT)
