"""A clock that stands until it is told to go on."""

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
"""Noon in the west of Indonesia, on a Monday."""


class FakeClock:
    def __init__(self, at: datetime = NOON) -> None:
        self._at = at
        self._passed = 0.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self._at

    def monotonic(self) -> float:
        return self._passed

    async def sleep(self, seconds: float) -> None:
        """Noted, and over at once."""
        self.slept.append(seconds)

    def advance(self, by: timedelta) -> None:
        self._at += by
        self._passed += by.total_seconds()

    def set(self, by: timedelta) -> None:
        """Set the clock on the wall back or forward. No time passes."""
        self._at += by
