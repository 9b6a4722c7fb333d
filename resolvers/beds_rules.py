"""What a count of beds is worth now: too old, and it is not shown as free. No I/O in here."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import msgspec

from connectors.beds.records import BedClass, Hospital, Room
from resolvers.context import Source


class RoomNow(msgspec.Struct, frozen=True, kw_only=True):
    """A room as it may be shown now: `free…` are None where the count is too old, `last_free` never is."""

    code: str
    name: str
    bed_class: BedClass
    capacity: int
    free: int | None
    free_for_men: int | None
    free_for_women: int | None
    free_for_either: int | None
    last_free: int
    observed_at: datetime
    stale: bool


class ClassNow(msgspec.Struct, frozen=True, kw_only=True):
    """All rooms of one class: `free` sums the counts that are not stale, None where all are."""

    bed_class: BedClass
    rooms: int
    capacity: int
    free: int | None
    stale_rooms: int
    observed_at: datetime


class HospitalBeds(msgspec.Struct, frozen=True, kw_only=True):
    """One hospital's beds, from one reading."""

    source: Source
    stale_after_hours: float
    capacity: int
    free: int | None
    rooms: tuple[RoomNow, ...]


def free_now(rooms: Iterable[Room], hospital: Hospital, now: datetime) -> int | None:
    """Beds free in the rooms whose count is not too old; None where there is no such room."""
    counts = [room.free for room in rooms if not _too_old(room, hospital, now)]
    return sum(counts) if counts else None


def beds_now(
    hospital: Hospital, rooms: tuple[Room, ...], known: Mapping[str, BedClass], now: datetime, source: Source
) -> HospitalBeds:
    """All beds of a hospital; a class without a name in its rows has the one `known` by the reference."""
    return HospitalBeds(
        source=source,
        stale_after_hours=hospital.stale_after_hours,
        capacity=sum(room.capacity for room in rooms),
        free=free_now(rooms, hospital, now),
        rooms=tuple(_room_now(room, known, stale=_too_old(room, hospital, now)) for room in rooms),
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
        observed_at=min(room.observed_at for room in rooms),
    )


def _too_old(room: Room, hospital: Hospital, now: datetime) -> bool:
    return room.observed_at < now - timedelta(hours=hospital.stale_after_hours)


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
