"""The work behind the scenes: each does its own, whatever becomes of the others."""

import asyncio

from structlog.testing import capture_logs

from engine.background import BackgroundWork


class Works:
    def __init__(self, error=None):
        self.error = error
        self.stopping = asyncio.Event()
        self.done = []

    async def run(self):
        self.done.append("began")
        if self.error:
            raise self.error
        await self.stopping.wait()
        self.done.append("wrote what was under way")

    def stop(self):
        self.stopping.set()


async def test_what_breaks_ends_no_other_and_is_logged_without_its_text():
    broken, one, other = Works(ValueError("9907019999999999")), Works(), Works()
    work = BackgroundWork([one, broken, other])
    with capture_logs() as logged:
        work.start()
        while not other.done:
            await asyncio.sleep(0)
        assert (one.done, broken.done, other.done) == (["began"], ["began"], ["began"])
        await work.stop()
    assert one.done == other.done == ["began", "wrote what was under way"]
    assert logged == [{"event": "background.broken", "log_level": "error", "work": "Works", "error": "ValueError"}]


async def test_a_hub_that_follows_nothing_has_nothing_to_end():
    work = BackgroundWork([])
    work.start()
    await work.stop()
