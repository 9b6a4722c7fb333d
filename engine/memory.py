"""Gives memory back to the system when a crowd has gone; otherwise what was freed stays with the process."""

import asyncio
import ctypes
import gc
from collections.abc import Callable

from engine.execution.admission import Admission

LOOK = 2.0
"""Seconds between two looks at whether a crowd has gone."""
TRIM = getattr(ctypes.CDLL(None), "malloc_trim", None)
"""Of glibc; other C libraries give memory back by themselves or never."""


def give_back() -> None:
    """Hand over what is free, once what refused operations leave in circles is thrown away.

    Python goes on while it is handed over, because ctypes lets go of its lock.
    """
    gc.collect()
    if TRIM:
        TRIM(0)


async def after_each_crowd(admission: Admission, give: Callable[[], None] = give_back, every: float = LOOK) -> None:
    """Give memory back, in a thread, each time that operations were refused and none runs any more."""
    while True:
        await asyncio.sleep(every)
        if admission.crowded and not admission.running:
            admission.crowded = False
            await asyncio.to_thread(give)
