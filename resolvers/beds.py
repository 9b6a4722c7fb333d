"""Hospitals and their free beds."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

import msgspec

from connectors.beds.records import BedClass, Beds, Hospital, Room
from connectors.kit.errors import AgencyError
from connectors.kit.reading import Reading
from connectors.regions.records import DottedCode, Kecamatan, Kelurahan
from resolvers import regions
from resolvers.context import Context, Source
from resolvers.errors import UserError
from resolvers.paging import Cut, Page, page

BedsOf = Beds[Any, Any]


class HospitalOrder(Enum):
    """How hospitals are put in order."""

    NAME = "NAME"
    FREE_BEDS = "FREE_BEDS"


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


class Hospitals(Page[Hospital], frozen=True, kw_only=True):
    """A page of hospitals, and which could not be asked although the question needed their answer."""

    unavailable: list[Source]


async def hospital(_: None, ctx: Context, *, code: str) -> Hospital | None:
    found = ctx.agencies.with_code(Beds, code)
    return found.hospital if found else None


async def hospitals(
    _: object,
    ctx: Context,
    *,
    kecamatan: DottedCode | None = None,
    name: str | None = None,
    bed_class: str | None = None,
    min_free: int | None = None,
    order_by: HospitalOrder = HospitalOrder.NAME,
    cut: Cut,
) -> Hospitals:
    chosen = [
        each for each in ctx.agencies.of(Beds) if _named(each.hospital, name) and _lies_in(each.hospital, kecamatan)
    ]
    free: Mapping[str, int] = {}
    unavailable: list[Source] = []
    if min_free is not None or bed_class is not None or order_by is HospitalOrder.FREE_BEDS:
        free, unavailable = await _free_beds(ctx, chosen, await _known_class(ctx, bed_class))
        chosen = [each for each in chosen if free.get(each.agency.code, -1) >= (min_free or 0)]
    found = page(
        (each.hospital for each in chosen),
        lambda hospital: (
            (-free[hospital.code], hospital.name.casefold(), hospital.code)
            if order_by is HospitalOrder.FREE_BEDS
            else (hospital.name.casefold(), hospital.code)
        ),
        cut,
        order=f"hospitals:{order_by.value}",
    )
    return Hospitals(
        edges=found.edges, page_info=found.page_info, total_count=found.total_count, unavailable=unavailable
    )


async def bed_classes(_: None, ctx: Context, *, cut: Cut) -> Page[BedClass]:
    return page((await _reference(ctx)).values(), lambda each: (each.code,), cut, order="bed-classes")


async def beds(hospital: Hospital, ctx: Context) -> HospitalBeds | None:
    connector = ctx.agencies.with_code(Beds, hospital.code)
    if connector is None:
        return None
    reading, known = await asyncio.gather(ctx.reading(connector.rooms()), _names(ctx))
    return _now(ctx, hospital, reading, known)


async def rooms(
    beds: HospitalBeds, _: Context, *, bed_class: str | None = None, only_free: bool = False, cut: Cut
) -> Page[RoomNow]:
    chosen = (
        room
        for room in beds.rooms
        if (bed_class is None or room.bed_class.code == bed_class) and (not only_free or room.free)
    )
    return page(chosen, lambda room: (room.bed_class.code, room.code), cut, order="rooms")


async def classes(beds: HospitalBeds, _: Context, *, cut: Cut) -> Page[ClassNow]:
    by_class = defaultdict[str, list[RoomNow]](list)
    for room in beds.rooms:
        by_class[room.bed_class.code].append(room)
    return page(map(_class_now, by_class.values()), lambda each: (each.bed_class.code,), cut, order="classes")


async def kelurahan(hospital: Hospital, ctx: Context) -> Kelurahan | None:
    return regions.kelurahan_with_code(ctx, hospital.kelurahan)


async def kecamatan(hospital: Hospital, ctx: Context) -> Kecamatan | None:
    return regions.kecamatan_of(ctx, regions.kelurahan_with_code(ctx, hospital.kelurahan))


async def _free_beds(
    ctx: Context, chosen: Iterable[BedsOf], bed_class: str | None
) -> tuple[dict[str, int], list[Source]]:
    """Beds free now by hospital, of one class or of all; and the hospitals that could not be asked."""
    asked = list(chosen)
    readings = await asyncio.gather(*(ctx.reading(each.rooms()) for each in asked), return_exceptions=True)
    free: dict[str, int] = {}
    unavailable = []
    for each, reading in zip(asked, readings, strict=True):
        if isinstance(reading, AgencyError):
            unavailable.append(ctx.no_source(reading))
        elif isinstance(reading, BaseException):
            raise reading
        else:
            rooms = [room for room in reading.records if bed_class is None or room.class_code == bed_class]
            if rooms or bed_class is None:
                oldest = ctx.clock.now() - timedelta(hours=each.hospital.stale_after_hours)
                free[each.agency.code] = sum(room.free for room in rooms if room.observed_at >= oldest)
    return free, unavailable


async def _known_class(ctx: Context, code: str | None) -> str | None:
    """The class asked for; a code that is not in the reference is the caller's mistake, not an empty answer."""
    if code is None:
        return None
    try:
        known = await _reference(ctx)
    except AgencyError:
        return code
    if code not in known:
        codes = ", ".join(sorted(known))
        raise UserError(
            "BAD_USER_INPUT",
            id=f"Kelas tempat tidur tidak dikenal. Yang ada: {codes}.",
            en=f"There is no such bed class. There are: {codes}.",
        )
    return code


async def _reference(ctx: Context) -> dict[str, BedClass]:
    """The classes of care, from the first hospital that answers: one call for all, and one 401 does not end it."""
    failure: AgencyError | None = None
    for each in ctx.agencies.of(Beds):
        try:
            reading = await ctx.reading(each.classes())
        except AgencyError as error:
            failure = failure or error
        else:
            return {known.code: known for known in reading.records}
    if failure:
        raise failure
    return {}


async def _names(ctx: Context) -> dict[str, BedClass]:
    """The reference, or nothing where nobody has it: rooms carry names of their own."""
    try:
        return await _reference(ctx)
    except AgencyError:
        return {}


def _now(
    ctx: Context, hospital: Hospital, reading: Reading[tuple[Room, ...]], known: Mapping[str, BedClass]
) -> HospitalBeds:
    oldest = ctx.clock.now() - timedelta(hours=hospital.stale_after_hours)
    rooms = tuple(_room_now(room, known, stale=room.observed_at < oldest) for room in reading.records)
    return HospitalBeds(
        source=ctx.source(reading),
        stale_after_hours=hospital.stale_after_hours,
        capacity=sum(room.capacity for room in rooms),
        free=_sum(rooms),
        rooms=rooms,
    )


def _room_now(room: Room, known: Mapping[str, BedClass], *, stale: bool) -> RoomNow:
    bed_class = known.get(room.class_code)
    return RoomNow(
        code=room.code,
        name=room.name,
        bed_class=bed_class or BedClass(code=room.class_code, name=room.class_name or room.class_code),
        capacity=room.capacity,
        free=None if stale else room.free,
        free_for_men=None if stale else room.free_for_men,
        free_for_women=None if stale else room.free_for_women,
        free_for_either=None if stale else room.free_for_either,
        last_free=room.free,
        observed_at=room.observed_at,
        stale=stale,
    )


def _class_now(rooms: list[RoomNow]) -> ClassNow:
    return ClassNow(
        bed_class=rooms[0].bed_class,
        rooms=len(rooms),
        capacity=sum(room.capacity for room in rooms),
        free=_sum(rooms),
        stale_rooms=sum(room.stale for room in rooms),
        observed_at=min(room.observed_at for room in rooms),
    )


def _sum(rooms: Iterable[RoomNow]) -> int | None:
    """Beds free in the rooms whose count is not stale; None where there is no such room."""
    counts = [room.free for room in rooms if room.free is not None]
    return sum(counts) if counts else None


def _named(hospital: Hospital, name: str | None) -> bool:
    return name is None or name.casefold() in hospital.name.casefold()


def _lies_in(hospital: Hospital, kecamatan: str | None) -> bool:
    return kecamatan is None or (hospital.kelurahan or "").startswith(f"{kecamatan}.")
