"""What one operation does, counted while it does it; others have their turn while it does much."""

import asyncio

from engine.telemetry.operation import RootField

STEP = 100
"""Fields that are answered in one go, about a millisecond; then whoever waits has a turn."""


class Work:
    """What one operation has done: what the fields cost that it has answered, and how many since others had a turn.

    `fields` are its root fields, by their keys in the answer. `encoded`: whoever asked writes the answer as JSON, so
    parts of it may be encoded already (`msgspec.Raw`).
    """

    def __init__(self) -> None:
        self.cost = 0
        self.at_once = 0
        self.encoded = False
        self.turn = asyncio.Lock()
        self.fields: dict[str, RootField] = {}

    async def pause(self) -> None:
        """Let others have their turn, if there was none for long."""
        if self.at_once >= STEP:
            self.at_once = 0
            await asyncio.sleep(0)
