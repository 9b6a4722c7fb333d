"""Several at once that end together."""

import asyncio

import pytest

from connectors.kit.errors import AgencyUnavailable
from connectors.kit.together import both, outcomes, together

DOWN = AgencyUnavailable("agency", "down")


class Asked:
    """Counts who is still being asked."""

    def __init__(self):
        self.still = 0

    async def hang(self):
        self.still += 1
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)  # it takes a moment to end
            self.still -= 1

    async def fail(self, error):
        while not self.still:
            await asyncio.sleep(0)
        raise error


async def value(it):
    return it


async def test_answers_stand_in_the_order_of_the_questions():
    assert await together(value(each) for each in range(5)) == [0, 1, 2, 3, 4]
    assert await together([]) == []
    assert await both(value(1), value("one")) == (1, "one")


@pytest.mark.parametrize("error", [DOWN, ZeroDivisionError(), ExceptionGroup("several", [ValueError()])])
async def test_the_first_failure_ends_the_others_before_it_is_raised(error):
    asked = Asked()
    with pytest.raises(type(error)) as raised:
        await together([asked.hang(), asked.fail(error), asked.hang()])
    assert raised.value is error
    assert asked.still == 0
    assert asyncio.current_task().cancelling() == 0


async def test_who_leaves_ends_all():
    asked = Asked()
    task = asyncio.create_task(together([asked.hang(), asked.hang()]))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert asked.still == 2
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert asked.still == 0


async def test_an_agency_that_fails_costs_its_own_answer_and_anything_else_ends_all():
    asked = Asked()

    async def down():
        raise DOWN

    assert await outcomes([value(1), down(), value(3)]) == [1, DOWN, 3]
    with pytest.raises(ZeroDivisionError):
        await outcomes([asked.hang(), asked.fail(ZeroDivisionError())])
    assert asked.still == 0
