"""Some places of a list as one whole number: bit `n` is set where the place `n` is one of them.

Lists of many thousands are filtered and counted so without a look at their items: `&` of two such numbers are the
places that are in both.
"""

from collections.abc import Iterable
from functools import reduce
from operator import and_

TOGETHER = 1_024
"""So many bits are taken out of a long number at once, because each step on the whole number costs its length."""


def bits_of(places: Iterable[int], length: int) -> int:
    """The number of these places in a list of this length."""
    found = bytearray(length // 8 + 1)
    for place in places:
        found[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(found, "little")


def below(end: int) -> int:
    """The number of all places before this one."""
    return (1 << end) - 1


def in_all(some: Iterable[int]) -> int:
    """The places that are in all of these."""
    return reduce(and_, some)


def first_places(bits: int, low: int, high: int, most: int) -> list[int]:
    """The first places from `low` on and before `high`, at most so many."""
    found: list[int] = []
    rest = (bits & below(high)) >> low
    while rest and len(found) < most:
        skipped = _lowest(rest)
        rest >>= skipped
        low += skipped
        some = rest & below(TOGETHER)
        while some and len(found) < most:
            found.append(low + _lowest(some))
            some &= some - 1
        rest >>= TOGETHER
        low += TOGETHER
    return found


def last_places(bits: int, low: int, high: int, most: int) -> list[int]:
    """The last places from `low` on and before `high`, at most so many, in their order."""
    found: list[int] = []
    rest = (bits & below(high)) >> low
    while rest and len(found) < most:
        begin = max(0, rest.bit_length() - TOGETHER)
        some = rest >> begin
        while some and len(found) < most:
            place = some.bit_length() - 1
            found.append(low + begin + place)
            some ^= 1 << place
        rest &= below(begin)
    return found[::-1]


def _lowest(bits: int) -> int:
    return (bits & -bits).bit_length() - 1
