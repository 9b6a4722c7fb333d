"""A million operations held to graphql-core: `make soak ARGS="-k million"`, or fewer with `PLAN_OPERATIONS=20000`.

Each process of as many as there are cores takes a part at a time. The seed of a part follows from `PLAN_SEED` and its
number, so that what is found can be found again. `PLAN_FROM` leaves out so many parts that were run before.
"""

import asyncio
import multiprocessing
import os
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import pytest

from tests.plans.hub_world import hub_world
from tests.plans.proving import hub_prover, synthetic_prover
from tests.plans.sides import told_alike
from tests.plans.virtual_time import virtually

pytestmark = pytest.mark.soak

OPERATIONS = int(os.environ.get("PLAN_OPERATIONS", "1000000"))
SEED = os.environ.get("PLAN_SEED", "a million")
FIRST = int(os.environ.get("PLAN_FROM", "0"))
OF_THE_HUB = 4
"""Of so many parts one is over the hub's own schemas; the others are over the one that has everything."""
PART = max(1, min(5_000, OPERATIONS // 4))


def part(number, store):
    """Run one part: what was counted, and what was found, as texts."""
    started = time.process_time()
    report = virtually(_of_the_hub(number, store) if number % OF_THE_HUB == 0 else _synthetic(number))
    found = [str(each) for each in report.differences]
    return number, report.operations, report.compiled, report.left, report.codes, found, time.process_time() - started


def _synthetic(number):
    async def run():
        with told_alike():
            return await synthetic_prover(f"{SEED} {number}").prove(PART)

    return run


def _of_the_hub(number, store):
    async def run():
        with tempfile.TemporaryDirectory(prefix="simpul-plans-") as folder:
            async with hub_world(asyncio.get_running_loop(), Path(folder), store) as world:
                prover = await hub_prover(world, f"{SEED} {number}")
                await prover.prove_examples(everybody=True)
                return await prover.prove(PART)

    return run


def test_a_million_operations_are_answered_as_graphql_core_answers_them(filled_store):
    done, compiled, left, codes, found, began = 0, 0, Counter(), Counter(), [], time.monotonic()
    parts = -(-OPERATIONS // PART)
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn")) as pool:
        for each in as_completed([pool.submit(part, number, filled_store) for number in range(FIRST, parts)]):
            number, count, plans, without, told, differences, took = each.result()
            done, compiled, left, codes = done + count, compiled + plans, left + without, codes + told
            found += (new := [f"part {number}: {one}" for one in differences])
            if new:
                print(*new, sep="\n\n", flush=True)
            where = "the hub" if number % OF_THE_HUB == 0 else "everything"
            passed = time.monotonic() - began
            print(
                f"{done:>9} operations, {done / passed:6.0f} a second; {count / took:5.0f} a CPU-second over {where}, {len(found)} differences",
                flush=True,
            )
    print(f"{done} operations, {compiled} plans; without a plan: {dict(left)}; codes: {dict(codes)}")
    assert not found, "\n\n".join(found)
    assert done >= OPERATIONS - FIRST * PART
