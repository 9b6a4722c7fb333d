"""One look for all who want the same: whoever comes, leaves or fails, the others have what it finds."""

import asyncio

import pytest
from structlog.testing import capture_logs

from connectors.kit.flights import Flights, LookEnded, NotYet


class Look:
    """A look that waits to be told, counts how often it was begun, and then finds or fails."""

    def __init__(self, error=None):
        self.begun, self.go, self.error = 0, asyncio.Event(), error

    async def __call__(self):
        self.begun += 1
        await self.go.wait()
        if self.error:
            raise self.error
        return "found"


async def waiting(flights, look, number):
    tasks = [asyncio.create_task(flights.join("key", look)) for _ in range(number)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


@pytest.mark.parametrize("own", [False, True], ids=["all", "one operation"])
@pytest.mark.parametrize("leaving", [{0}, {1}, {0, 2}])
async def test_who_leaves_takes_nobody_along(own, leaving):
    flights = Flights().of_one_operation() if own else Flights()
    look = Look()
    tasks = await waiting(flights, look, 3)
    for number in leaving:
        tasks[number].cancel()
    await asyncio.sleep(0)
    look.go.set()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(each) if isinstance(each, BaseException) else each for each in ended] == [
        asyncio.CancelledError if number in leaving else "found" for number in range(3)
    ]
    assert look.begun == 1


@pytest.mark.parametrize("own", [False, True], ids=["all", "one operation"])
@pytest.mark.parametrize(("begun", "ends"), [("joined", True), ("started", False), ("late", False)])
async def test_when_all_have_left_it_ends_unless_it_is_for_others(own, begun, ends):
    flights = Flights().of_one_operation() if own else Flights()
    look = Look()
    if begun == "started":
        flights.start("key", look)
    tasks = await waiting(flights, look, 2)
    if begun == "late":
        with pytest.raises(NotYet):
            await flights.join("key", look, until=asyncio.get_running_loop().time() + 0.001)
    (task,) = flights._under_way
    for each in tasks:
        each.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    look.go.set()
    (ended,) = await asyncio.gather(task, return_exceptions=True)
    assert isinstance(ended, asyncio.CancelledError) == ends
    assert await flights.join("key", look) == "found"  # what was ended is not remembered
    assert look.begun == (1 if own and not ends else 2)


async def test_who_has_no_time_left_begins_nothing():
    flights, look = Flights(), Look()
    with pytest.raises(NotYet):
        await flights.join("key", look, until=0)
    assert look.begun == 0


async def test_a_failure_is_everybodys():
    look = Look(ZeroDivisionError())
    tasks = await waiting(Flights().of_one_operation(), look, 2)
    look.go.set()
    assert [type(each) for each in await asyncio.gather(*tasks, return_exceptions=True)] == [ZeroDivisionError] * 2
    assert look.begun == 1


async def test_one_operation_remembers_and_others_look_anew():
    flights, look = Flights(), Look()
    look.go.set()
    first, second = flights.of_one_operation(), flights.of_one_operation()
    for own in (first, first, second):
        assert await own.join("key", look) == "found"
    assert look.begun == 2
    for _ in range(2):
        await flights.join("key", look)
    assert look.begun == 4


@pytest.mark.parametrize("remembering", [False, True])
async def test_a_look_that_is_ended_is_an_error_of_its_own_and_cancels_nobody(remembering):
    flights = Flights()
    own = flights.of_one_operation() if remembering else flights
    tasks = await waiting(own, Look(), 2)
    await flights.aclose()
    assert [type(each) for each in await asyncio.gather(*tasks, return_exceptions=True)] == [LookEnded] * 2


async def test_what_breaks_while_nobody_waits_is_logged():
    look = Look(ZeroDivisionError())
    look.go.set()
    with capture_logs() as lines:
        Flights().start("key", look)
        for _ in range(3):
            await asyncio.sleep(0)
    assert [(line["event"], line["error"]) for line in lines] == [("look.broken", "ZeroDivisionError")]


async def test_a_look_that_ends_in_the_turn_in_which_its_caller_gives_up_is_no_error():
    flights, go, told = Flights(), asyncio.Event(), []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: told.append(context["message"]))

    async def look():
        await go.wait()
        return "an answer"

    late = asyncio.create_task(flights.join("a", look, until=loop.time() + 0.01))
    patient = asyncio.create_task(flights.join("a", look))
    await asyncio.sleep(0)
    give_up = next(each for each in loop._scheduled if each._callback.__name__ == "_give_up")
    task = give_up._args[1]
    go.set()
    await asyncio.sleep(0)  # the task ends, and its callbacks wait for their turn
    assert task.done()
    give_up._args[0].set_exception(NotYet())
    with pytest.raises(NotYet):
        await late
    assert await patient == "an answer"
    await flights.aclose()
    assert told == []
