"""Which price is probably a typing error: far from the usual price around it, such as ten times as much.

No price is dropped: it is flagged, and the code that compares prices decides. No I/O in here.
"""

from collections.abc import Sequence
from statistics import median_high, median_low

FAR = 5
"""A price this many times higher or lower than usual is far. A zero too many makes it ten times higher."""
NEIGHBOURS = 5
"""How many prices on each side are compared."""
ENOUGH = 3
"""With fewer neighbours than this, no price is flagged."""


def is_far(amount: float, usual: float) -> bool:
    """Whether an amount is far from the usual amount."""
    return amount >= usual * FAR or amount * FAR <= usual


def outliers(amounts: Sequence[int]) -> list[bool]:
    """For each amount, in the order of days, whether it is far from the median of its neighbours."""
    if not amounts or max(amounts) < min(amounts) * FAR:
        return [False] * len(amounts)
    return [_stands_out(amounts, at) for at in range(len(amounts))]


def _stands_out(amounts: Sequence[int], at: int) -> bool:
    around = [*amounts[max(0, at - NEIGHBOURS) : at], *amounts[at + 1 : at + 1 + NEIGHBOURS]]
    if len(around) < ENOUGH:
        return False
    return is_far(amounts[at], median_low(around)) and is_far(amounts[at], median_high(around))
