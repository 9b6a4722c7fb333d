"""A database that is silent holds up nobody, and one that is only slow is not taken for silent."""

import asyncio

import pytest
from structlog.testing import capture_logs

from store.kit import pulse
from store.kit.broken import StoreBroken
from store.kit.pulse import Pulse


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    monkeypatch.setattr(pulse, "SUSPICION", 0.005)
    monkeypatch.setattr(pulse, "AGAIN", 0.005)


class Asked:
    """A database that lives or not, and how often it was asked."""

    def __init__(self):
        self.lives = True
        self.pings = 0
        self.silences = 0
        self.pulse = Pulse(self.ping, self.fell_silent)

    async def ping(self):
        self.pings += 1
        if not self.lives:
            raise StoreBroken("it does not answer in time")

    def fell_silent(self):
        self.silences += 1

    def begin(self):
        answer = asyncio.get_running_loop().create_future()
        self.pulse.begins(answer)
        return answer


async def until(true):
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.001)


async def test_a_slow_statement_is_no_silence():
    database = Asked()
    slow = database.begin()
    await until(lambda: database.pings >= 3)
    database.pulse.refuse_silence()
    assert database.silences == 0
    slow.set_result(None)
    await database.pulse.aclose()


async def test_nothing_is_asked_where_nothing_waits():
    database = Asked()
    database.begin().set_result(None)
    await asyncio.sleep(0.03)
    assert database.pings == 0
    await database.pulse.aclose()


async def test_a_silence_is_told_once_refuses_at_once_and_ends_by_itself():
    database = Asked()
    database.lives = False
    with capture_logs() as lines:
        waiting = database.begin()
        await until(lambda: database.silences)
        waiting.set_exception(StoreBroken("it does not answer in time"))
        for _ in range(3):
            with pytest.raises(StoreBroken, match="has not answered for a while"):
                database.pulse.refuse_silence()
        await until(lambda: database.pings >= 5)
        assert database.silences == 1
        database.lives = True
        await until(lambda: len(lines) == 2)
        database.pulse.refuse_silence()
    assert [line["event"] for line in lines] == ["store.silent", "store.back"]
    assert isinstance(waiting.exception(), StoreBroken)
    await database.pulse.aclose()


async def test_after_a_silence_the_next_one_is_seen_too():
    database = Asked()
    for _ in range(2):
        database.lives = False
        answer = database.begin()
        seen = database.silences
        await until(lambda before=seen: database.silences > before)
        answer.cancel()
        database.lives = True
        await until(lambda: not database.pulse._silent)
    assert database.silences == 2
    await database.pulse.aclose()
