"""Which price is probably a slip of the pen: about ten times, or a tenth of, what was usual around it. No I/O in here.

Nothing is dropped for it: a price is flagged, and whoever compares prices decides.
"""

from collections.abc import Sequence
from statistics import median_high, median_low

FAR = 5
"""From so many times as much, or so many times less, a price is no longer a matter of markets: a zero makes it ten."""
NEIGHBOURS = 5
"""Prices on each side that it is held against."""
ENOUGH = 3
"""With fewer neighbours than this nothing is said."""


def is_far(amount: float, usual: float) -> bool:
    """Whether it is far from what is usual."""
    return amount >= usual * FAR or amount * FAR <= usual


def outliers(amounts: Sequence[int]) -> list[bool]:
    """For each of the amounts, in the order of their days, whether it is far from the median of its neighbours."""
    if not amounts or max(amounts) < min(amounts) * FAR:
        return [False] * len(amounts)
    return [_stands_out(amounts, at) for at in range(len(amounts))]


def _stands_out(amounts: Sequence[int], at: int) -> bool:
    around = [*amounts[max(0, at - NEIGHBOURS) : at], *amounts[at + 1 : at + 1 + NEIGHBOURS]]
    if len(around) < ENOUGH:
        return False
    return is_far(amounts[at], median_low(around)) and is_far(amounts[at], median_high(around))
