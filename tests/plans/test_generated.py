"""Ready documents and generated operations, for every audience, with agencies failing at random: byte for byte.

The seed is fixed here; `make soak` draws a million others (test_million.py).
"""

import asyncio

from tests.plans.hub_world import hub_world
from tests.plans.proving import hub_prover, synthetic_prover
from tests.plans.sides import told_alike
from tests.plans.virtual_time import virtually

SYNTHETIC = 250
OF_THE_HUB = 60


def told(report):
    """What a failed test shows."""
    return "\n\n".join(map(str, report.differences))


def test_over_the_schema_that_has_everything():
    async def run():
        with told_alike():
            return await synthetic_prover("make test").prove(SYNTHETIC)

    report = virtually(run)
    assert not report.differences, told(report)
    assert report.codes.keys() >= {"no error", "INTERNAL_SERVER_ERROR", "BAD_USER_INPUT", "AGENCY_UNAVAILABLE", "ODD"}
    assert report.compiled > SYNTHETIC / 10
    assert report.left.total() < SYNTHETIC / 10


def test_over_the_schema_of_every_audience(filled_store, tmp_path):
    async def run():
        async with hub_world(asyncio.get_running_loop(), tmp_path, filled_store) as world:
            prover = await hub_prover(world, "make test", learned=False)
            await prover.prove_examples(everybody=False)
            left = dict(prover.report.left)
            return await prover.prove(prover.report.operations + OF_THE_HUB), left

    report, left = virtually(run)
    assert not report.differences, told(report)
    assert left == {}, "each ready document has a plan"
    assert report.codes.keys() >= {"no error", "NOT_FOUND"}
    assert [each for each in report.codes if each.startswith("AGENCY_")]
