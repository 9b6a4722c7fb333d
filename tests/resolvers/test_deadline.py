"""The deadline of an operation: it ends what waits, and nothing else."""

import asyncio

import pytest

from connectors.kit.flights import LookEnded
from resolvers.kit.deadline import Deadline
from resolvers.kit.errors import UserError


async def waits(deadline, waited):
    with deadline.kept():
        return await waited


async def test_whatever_waits_at_the_end_is_ended_and_nothing_else():
    deadline = Deadline(0.01)
    held = asyncio.get_running_loop().create_future()
    nested = waits(deadline, waits(deadline, held))
    tasks = [asyncio.create_task(each) for each in (waits(deadline, asyncio.sleep(60)), nested)]
    at_hand = await waits(deadline, asyncio.sleep(0, "at hand"))
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert at_hand == "at hand"
    assert [each.code for each in ended] == ["DEADLINE_EXCEEDED"] * 2
    assert [each.cancelling() for each in tasks] == [0, 0]
    assert deadline.left == 0


async def test_who_leaves_is_not_told_of_a_deadline_and_an_ended_task_is_not_ones_own_end():
    async def ended():
        raise asyncio.CancelledError

    deadline = Deadline(60)
    with pytest.raises(LookEnded):
        await waits(deadline, ended())
    task = asyncio.create_task(waits(deadline, asyncio.sleep(60)))
    await asyncio.sleep(0)
    deadline._end()
    task.cancel()  # both at once: the client's leaving counts
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.001):
            await waits(deadline, asyncio.sleep(60))
    deadline.close()


async def test_what_outlives_its_cancellation_is_not_marked_as_cancelled():
    async def stubborn():
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            return "an answer after all"

    deadline = Deadline(0.01)
    assert await waits(deadline, stubborn()) == "an answer after all"
    assert asyncio.current_task().cancelling() == 0


async def test_it_can_be_lifted_and_begin_anew():
    deadline = Deadline(60)
    deadline.lift()
    assert (deadline.left, deadline.of_a_reading()) == (None, None)
    deadline.renew()
    assert 59 < deadline.left <= 60
    deadline.extend(10)
    assert 69 < deadline.left <= 70
    now = asyncio.get_running_loop().time()
    assert 69.8 < deadline.of_a_reading() - now < 69.91
    late = Deadline(0.001)
    await asyncio.sleep(0.002)
    with pytest.raises(UserError, match="ended before"):
        await waits(late, asyncio.sleep(60))
