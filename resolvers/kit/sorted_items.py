"""A list in one order that stays as it is: sorted once, then filtered, counted and cut by the bits of its places."""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, Generic, TypeVar

from cachetools import LRUCache

from resolvers.kit.bits import below, bits_of, first_places
from resolvers.kit.texts import words_of
from store.kit.paging import Key

T = TypeVar("T")
V = TypeVar("V", bound=Hashable)
P = TypeVar("P")

OFTEN = 512
"""A value that one item in so many has is kept as bits; the places of a rarer one are few."""
MOST_CHOICES = 64
"""So many choices of one column are remembered."""
MOST_PAGES = 32
"""So many pages of one list are kept."""


class Column(Generic[V]):
    """Which values the items of a list have, each with its places. An item may have several, or none."""

    def __init__(self, rows: Iterable[Iterable[V]]) -> None:
        self._places: dict[V, array[int]] = {}
        self._length = 0
        for place, values in enumerate(rows):
            self._length += 1
            for value in dict.fromkeys(values):
                self._places.setdefault(value, array("I")).append(place)
        self._often = {
            value: bits_of(places, self._length)
            for value, places in self._places.items()
            if len(places) * OFTEN >= self._length
        }
        self._chosen: LRUCache[Hashable, int] = LRUCache(MOST_CHOICES)

    def bits(self, value: V) -> int:
        """Where this value stands."""
        found = self._often.get(value)
        return bits_of(self._places.get(value, ()), self._length) if found is None else found

    def any_of(self, values: Iterable[V]) -> int:
        """Where one of these values stands."""
        return bits_of((each for value in values for each in self._places.get(value, ())), self._length)

    def where(self, name: Hashable, fits: Callable[[V], bool]) -> int:
        """Where a value stands that fits. `name` says what fits: each name is looked for once."""
        found = self._chosen.get(name)
        if found is None:
            values = [value for value in self._places if fits(value)]
            found = bits_of(
                (each for value in values if value not in self._often for each in self._places[value]), self._length
            )
            for value in values:
                found |= self._often.get(value, 0)
            self._chosen[name] = found
        return found

    def counts(self, chosen: int) -> dict[V, int]:
        """How many of the chosen items have each value; a value that none has is left out."""
        lit = chosen.to_bytes(self._length // 8 + 1, "little")
        found = {}
        for value, places in self._places.items():
            often = self._often.get(value)
            if often is not None:
                count = (often & chosen).bit_count()
            else:
                count = sum(lit[place >> 3] >> (place & 7) & 1 for place in places)
            if count:
                found[value] = count
        return found


class Lasting:
    """Which items of a list have not ended at a moment. Those that end are taken out as the clock goes on."""

    def __init__(self, ends: Iterable[datetime | None]) -> None:
        ends = [*ends]
        ending = sorted((end, place) for place, end in enumerate(ends) if end is not None)
        self._ends = [end for end, _ in ending]
        self._places = [place for _, place in ending]
        self._length = len(ends)
        self._ended = 0
        self._bits = bits_of(range(self._length), self._length)

    def after(self, moment: datetime) -> int:
        """Those that end after this moment, or never."""
        ended = bisect_right(self._ends, moment)
        if ended != self._ended:
            others = self._places[min(ended, self._ended) : max(ended, self._ended)]
            self._bits ^= bits_of(others, self._length)
            self._ended = ended
        return self._bits


class SortedItems(Generic[T]):
    """The items of a list in one order, each with its key, which is unique and makes its cursor."""

    def __init__(self, items: Iterable[T], key: Callable[[T], Key]) -> None:
        placed = sorted(((key(item), item) for item in items), key=itemgetter(0))
        self.keys: Sequence[Key] = [at for at, _ in placed]
        self.items: Sequence[T] = [item for _, item in placed]
        self._key = key
        self._columns: dict[str, Column[Any]] = {}
        self._indexes: dict[str, Mapping[Any, T]] = {}
        self._lasting: dict[str, Lasting] = {}
        self._pages: LRUCache[Hashable, Any] | None = None

    def page(self, asked: Hashable, cut: Callable[[], P]) -> P:
        """The page that was cut for the same question."""
        if self._pages is None:
            self._pages = LRUCache(MOST_PAGES)
        found: P | None = self._pages.get(asked)
        if found is None:
            found = self._pages[asked] = cut()
        return found

    def part(self, low: int, high: int) -> "SortedItems[T]":
        """The items from one place on and before another."""
        found = SortedItems[T]((), self._key)
        found.keys, found.items = self.keys[low:high], self.items[low:high]
        return found

    def column(self, name: str, values: Callable[[T], Iterable[Hashable]]) -> Column[Any]:
        """The values of all items, made once for this name."""
        found = self._columns.get(name)
        if found is None:
            found = self._columns[name] = Column(map(values, self.items))
        return found

    def index(self, name: str, values: Callable[[T], Iterable[V]]) -> Mapping[V, T]:
        """The items by their values, and of several with one value the first; made once for this name."""
        found = self._indexes.get(name)
        if found is None:
            found = self._indexes[name] = {value: each for each in reversed(self.items) for value in values(each)}
        return found

    def those(self, chosen: int) -> list[T]:
        """The chosen items, by the bits of their places."""
        length = len(self.items)
        return [self.items[at] for at in first_places(chosen, 0, length, length)]

    def with_words(self, text: Callable[[T], str], words: Iterable[str]) -> int:
        """Where the text has each of these words, or has them in parts of its own; they are folded (`words_of`)."""
        column, found = self.column("words", lambda each: words_of(text(each))), below(len(self.items))
        for word in words:
            found &= _with_word(column, word)
        return found

    def lasting(self, name: str, ends: Callable[[T], datetime | None], moment: datetime) -> int:
        """Those that end after this moment, or never; their ends are looked at once for this name."""
        found = self._lasting.get(name)
        if found is None:
            found = self._lasting[name] = Lasting(map(ends, self.items))
        return found.after(moment)


def next_of(moments: Sequence[datetime], now: datetime) -> Sequence[datetime]:
    """The next of these moments, which are sorted; nothing after the last one."""
    at = bisect_right(moments, now)
    return moments[at : at + 1]


def _with_word(column: Column[str], word: str) -> int:
    return column.where(word, lambda own: word in own)


class Orders(Generic[T]):
    """The same items in several orders, each sorted when it is asked for first."""

    def __init__(self, items: Iterable[T]) -> None:
        self.items = tuple(items)
        self._orders: dict[Hashable, SortedItems[T]] = {}

    def by(self, name: Hashable, key: Callable[[T], Key]) -> SortedItems[T]:
        """The items by this key, sorted once for this name."""
        found = self._orders.get(name)
        if found is None:
            found = self._orders[name] = SortedItems(self.items, key)
        return found
