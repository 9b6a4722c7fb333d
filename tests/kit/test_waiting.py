"""Rests that end in time, and a cancellation that is never lost for good."""

import asyncio

import pytest

from connectors.kit.together import AGAIN, cancel_all
from connectors.kit.waiting import set_within
from tests.plans.virtual_time import VirtualLoop


def virtually(main):
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main())


def test_it_is_said_whether_the_event_came_and_no_task_is_made():
    async def run():
        loop, event = asyncio.get_running_loop(), asyncio.Event()
        assert not await set_within(event, 5.0)
        assert loop.time() == 5.0
        loop.call_later(2.0, event.set)
        loop.call_later(1.0, lambda: tasks.append(len(asyncio.all_tasks())))
        assert await set_within(event, 5.0)
        assert loop.time() == 7.0
        assert await set_within(event, 0.0)

    tasks = []
    virtually(run)
    assert tasks == [1]


@pytest.mark.parametrize("first", ["set", "cancel"])
def test_a_cancellation_in_the_turn_in_which_the_event_comes_is_not_lost(first):
    async def run():
        event, rounds = asyncio.Event(), 0

        async def loop():
            nonlocal rounds
            while True:
                event.clear()
                await set_within(event, 60.0)
                rounds += 1

        task = asyncio.create_task(loop())
        await asyncio.sleep(1.0)
        for do in (event.set, task.cancel) if first == "set" else (task.cancel, event.set):
            do()
        await asyncio.wait([task], timeout=600.0)
        return task.cancelled(), rounds

    assert virtually(run) == (True, 0)


def test_a_task_that_loses_its_cancellation_is_cancelled_again():
    async def run():
        lost = 0

        async def loses():
            nonlocal lost
            while lost < 2:
                try:
                    await asyncio.sleep(3600.0)
                except asyncio.CancelledError:
                    lost += 1
            await asyncio.sleep(3600.0)

        async def fails():
            raise ValueError

        tasks = [asyncio.create_task(each()) for each in (loses, fails)]
        await asyncio.sleep(1.0)
        began = asyncio.get_running_loop().time()
        await cancel_all(tasks)
        return [task.cancelled() for task in tasks], asyncio.get_running_loop().time() - began

    assert virtually(run) == ([True, False], 2 * AGAIN)
