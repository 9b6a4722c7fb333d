"""What a count of beds is worth now. A count that is too old or has no date is not shown as free. No I/O in here."""

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Generic, NamedTuple, TypeVar

import msgspec

from connectors.beds.records import BedClass, Room
from connectors.kit.reading import Reading
from resolvers.kit.source import Source

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

AHEAD = timedelta(hours=1)
"""A count with a date later than this from now is treated like one that is too old."""
NEVER = datetime.min.replace(tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
MOST_CLASSES = 50
"""So many classes are remembered by what is free of them."""


class KnownFrom(Generic[K, V]):
    """What is so between two of these moments, which are sorted; nothing is remembered past one."""

    def __init__(self, changes: Sequence[datetime]) -> None:
        self._changes = changes
        self._at = -1
        self._known: dict[K, V] = {}

    def at(self, now: datetime, key: K, find: Callable[[], V]) -> V:
        """What is known of this key now, or is found."""
        at = bisect_right(self._changes, now)
        if self._at != at or len(self._known) > MOST_CLASSES:
            self._at, self._known = at, {}
        if key not in self._known:
            self._known[key] = find()
        return self._known[key]


class Counts:
    """The rooms of one answer, whose counts are too old after some hours.

    What they are worth is another at each of the moments of `changes` and the same between two of them.
    """

    def __init__(self, rooms: tuple[Room, ...], stale_after_hours: float) -> None:
        self.rooms = rooms
        self.stale_after_hours = stale_after_hours
        old, dated = timedelta(hours=stale_after_hours), _dated(rooms)
        self.changes = sorted({*(each + old + INSTANT for each in dated), *(each - AHEAD for each in dated)})
        self._known = KnownFrom[str | None, int | None](self.changes)
        self._beds = KnownFrom[str, HospitalBeds](self.changes)

    def current(self, now: datetime) -> tuple[datetime, datetime]:
        """Between which moments a count was made that is neither too old nor in the future."""
        return now - timedelta(hours=self.stale_after_hours), now + AHEAD

    def free(self, now: datetime, bed_class: str | None) -> int | None:
        """The free beds in rooms whose count is not too old; None if there is no such room."""
        return self._known.at(now, bed_class, lambda: self._free(now, bed_class))

    def beds(self, now: datetime, code: str, made: "Callable[[], HospitalBeds]") -> "HospitalBeds":
        """The beds of a hospital as they were made at a moment since which nothing changed, by whatever source."""
        return self._beds.at(now, code, made)

    def has(self, bed_class: str | None) -> bool:
        """Whether there is a room of this class; of any if none is named."""
        return bed_class is None or any(room.class_code == bed_class for room in self.rooms)

    def _free(self, now: datetime, bed_class: str | None) -> int | None:
        oldest, newest = self.current(now)
        wanted = (room for room in self.rooms if bed_class is None or room.class_code == bed_class)
        counts = [room.free for room in wanted if room.observed_at is not None and oldest <= room.observed_at <= newest]
        return sum(counts) if counts else None


class CountsOfAll:
    """The counts of several hospitals, by their codes. What is free is the same between two of the `changes`."""

    def __init__(self, counts: Mapping[str, Counts]) -> None:
        self.counts = counts
        self.changes = sorted({moment for each in counts.values() for moment in each.changes})
        self._free = KnownFrom[str | None, Mapping[str, int | None]](self.changes)

    def free(self, now: datetime, bed_class: str | None) -> Mapping[str, int | None]:
        """What is free in each hospital that has the class: the same object each time. None if nobody knows."""
        return self._free.at(
            now,
            bed_class,
            lambda: {code: each.free(now, bed_class) for code, each in self.counts.items() if each.has(bed_class)},
        )

    def silent(self, now: datetime) -> list[str]:
        """The hospitals of which no count speaks for now."""
        return [code for code, free in self.free(now, None).items() if free is None]


class Answer(NamedTuple):
    """The answer of one source of a hospital, and what its counts are worth."""

    reading: Reading[tuple[Room, ...]]
    counts: Counts


class RoomNow(msgspec.Struct, frozen=True, kw_only=True):
    """A room as it is shown now. `free…` are None if the count is too old; `last_free` always has the last count."""

    code: str
    name: str
    bed_class: BedClass
    capacity: int
    free: int | None
    free_for_men: int | None
    free_for_women: int | None
    free_for_either: int | None
    last_free: int
    observed_at: datetime | None
    stale: bool


class ClassNow(msgspec.Struct, frozen=True, kw_only=True):
    """All rooms of one class. `free` adds the counts that are not stale; it is None if all are stale."""

    bed_class: BedClass
    rooms: int
    capacity: int
    free: int | None
    stale_rooms: int
    observed_at: datetime | None


class HospitalBeds(msgspec.Struct, frozen=True, kw_only=True):
    """The beds of a hospital, from one reading of one source.

    `stale` is true if all counts are too old: not made between the two moments of `current`. `counted` are the rooms as
    they were counted; the names of their classes are `known`.
    """

    code: str
    source: Source
    stale_after_hours: float
    capacity: int
    free: int | None
    stale: bool
    stale_rooms: int
    observed_at: datetime | None
    counted: tuple[Room, ...]
    known: Mapping[str, BedClass]
    current: tuple[datetime, datetime]

    @property
    def rooms(self) -> tuple[RoomNow, ...]:
        return tuple(_room_now(room, self.known, stale=_stale(room, self.current)) for room in self.counted)


def speaks_for_now(answer: Answer, now: datetime) -> bool:
    """Whether the answer is current: no newer answer was prevented, and at least one count is not too old."""
    return answer.reading.problem is None and free_now(answer, now) is not None


def counted_last(answer: Answer, now: datetime) -> datetime:
    """When the newest count was made. Counts without a date or with a future date do not count."""
    dated = _dated(answer.reading.records)
    return max((moment for moment in dated if moment <= now + AHEAD), default=NEVER)


def free_now(answer: Answer, now: datetime, bed_class: str | None = None) -> int | None:
    """The free beds in rooms whose count is not too old; None if there is no such room."""
    return answer.counts.free(now, bed_class)


def beds_now(code: str, answer: Answer, known: Mapping[str, BedClass], now: datetime, source: Source) -> HospitalBeds:
    """All beds of a hospital. A class without a name in its rows gets the name of the reference (`known`)."""
    if known:
        return _beds_now(code, answer, known, now, source)
    found = answer.counts.beds(now, code, lambda: _beds_now(code, answer, known, now, source))
    return found if found.source is source else msgspec.structs.replace(found, source=source)


def _beds_now(code: str, answer: Answer, known: Mapping[str, BedClass], now: datetime, source: Source) -> HospitalBeds:
    rooms = answer.reading.records
    current = answer.counts.current(now)
    stale = [_stale(room, current) for room in rooms]
    return HospitalBeds(
        code=code,
        source=source,
        stale_after_hours=answer.counts.stale_after_hours,
        capacity=sum(room.capacity for room in rooms),
        free=free_now(answer, now),
        stale=bool(rooms) and all(stale),
        stale_rooms=sum(stale),
        observed_at=min(_dated(rooms), default=None),
        counted=rooms,
        known=known,
        current=current,
    )


def class_now(rooms: list[RoomNow]) -> ClassNow:
    """The rooms of one class, added up."""
    counts = [room.free for room in rooms if room.free is not None]
    return ClassNow(
        bed_class=rooms[0].bed_class,
        rooms=len(rooms),
        capacity=sum(room.capacity for room in rooms),
        free=sum(counts) if counts else None,
        stale_rooms=sum(room.stale for room in rooms),
        observed_at=min(_dated(rooms), default=None),
    )


def _dated(rooms: Iterable[Room | RoomNow]) -> list[datetime]:
    return [room.observed_at for room in rooms if room.observed_at is not None]


def _stale(room: Room, current: tuple[datetime, datetime]) -> bool:
    """Whether a count was not made between these moments; one without a date is stale."""
    return room.observed_at is None or not current[0] <= room.observed_at <= current[1]


def _room_now(room: Room, known: Mapping[str, BedClass], *, stale: bool) -> RoomNow:
    reference = known.get(room.class_code)
    name = room.class_name or (reference.name if reference else room.class_code)
    return RoomNow(
        code=room.code,
        name=room.name,
        bed_class=BedClass(code=room.class_code, name=name),
        capacity=room.capacity,
        free=None if stale else room.free,
        free_for_men=None if stale else room.free_for_men,
        free_for_women=None if stale else room.free_for_women,
        free_for_either=None if stale else room.free_for_either,
        last_free=room.free,
        observed_at=room.observed_at,
        stale=stale,
    )
