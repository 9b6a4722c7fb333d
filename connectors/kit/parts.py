"""Long work of the hub in parts, between which the event loop does what else there is to do."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import TypeVar

from connectors.kit.progress import PROGRESS

T = TypeVar("T")

PART = 50
"""How many rows are mapped at a time: two or three milliseconds of work."""


async def in_parts(items: Sequence[T], work: Callable[[Sequence[T]], None]) -> None:
    """Do the work on all items, some at a time. If there are several parts, it is no time of the agency."""
    if len(items) <= PART:
        work(items)
        return
    progress = PROGRESS.get()
    with progress.unhurried() if progress else nullcontext():
        for begin in range(0, len(items), PART):
            work(items[begin : begin + PART])
            await asyncio.sleep(0)
