"""Answers that are being made: whoever asks for one meanwhile waits for it."""

import asyncio
from typing import NamedTuple

from cachetools import LRUCache

from connectors.kit.urgency import Urgency
from engine.answers.kept import KeptAnswer

ALONE = 10_000
"""Operations of which a process remembers that everybody has to ask them alone."""

Landing = asyncio.Future[KeptAnswer | None]


class _AnswerFlight(NamedTuple):
    """An answer that is being made, and how urgent the one is who makes it."""

    landed: Landing
    urgency: Urgency


class AnswerFlights(dict[bytes, _AnswerFlight]):
    """Of one process, by the keys of their operations."""

    def __init__(self) -> None:
        super().__init__()
        self._alone: LRUCache[bytes, None] = LRUCache(ALONE)
        self._waited = set[bytes]()

    def begin(self, key: bytes, urgency: Urgency) -> Landing | None:
        """The place where the answer lands that is made now; None if somebody else makes it already."""
        if key in self:
            return None
        landed: Landing = asyncio.get_running_loop().create_future()
        self[key] = _AnswerFlight(landed, urgency)
        return landed

    def end(self, key: bytes, landed: Landing, kept: KeptAnswer | None) -> None:
        """The answer is made; or there is none that others may have."""
        self.pop(key, None)
        self._waited.discard(key)
        if not landed.done():
            landed.set_result(kept)

    async def wait(self, key: bytes, urgency: Urgency, seconds: float | None) -> KeptAnswer | None:
        """The answer that is being made for somebody as urgent; None if nobody makes one that others may have."""
        flight = self.get(key)
        if flight is None or key in self._alone or flight.urgency.value < urgency.value:
            return None
        self._waited.add(key)
        await asyncio.wait({flight.landed}, timeout=seconds)
        return flight.landed.result() if flight.landed.done() else None

    def is_waited_for(self, key: bytes) -> bool:
        """Whether somebody waits for the answer that is being made, or did."""
        return key in self._waited

    def ask_alone(self, key: bytes) -> None:
        """Whoever asks this has to make the answer."""
        self._alone[key] = None
