"""Hospitals and their free beds."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

from connectors.beds.records import BedClass, Beds, Hospital
from connectors.kit.errors import AgencyError
from connectors.regions.records import DottedCode, Kecamatan, Kelurahan
from resolvers import regions
from resolvers.beds_rules import ClassNow, HospitalBeds, RoomNow, beds_now, class_now, free_now
from resolvers.context import Context, Source
from resolvers.errors import UserError
from resolvers.paging import Cut, Page, page

BedsOf = Beds[Any, Any]

ASKED_FOR_REFERENCE = 3
"""How many hospitals are asked for it, one after the other."""


class HospitalOrder(Enum):
    """How hospitals are put in order."""

    NAME = "NAME"
    FREE_BEDS = "FREE_BEDS"


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
    if min_free is not None and min_free < 0:
        raise UserError("BAD_USER_INPUT", id="minFree tidak boleh negatif.", en="minFree is not negative.")
    free: Mapping[str, int] = {}
    unavailable: list[Source] = []
    if min_free is not None or bed_class is not None or order_by is HospitalOrder.FREE_BEDS:
        free, unavailable = await _free_beds(ctx, chosen, bed_class)
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
    reading = await ctx.reading(connector.rooms())
    named = all(room.class_name for room in reading.records)
    known = {} if named else await _names(ctx)
    return beds_now(hospital, reading.records, known, ctx.clock.now(), ctx.source(reading))


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
    return page(map(class_now, by_class.values()), lambda each: (each.bed_class.code,), cut, order="classes")


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
                free[each.agency.code] = free_now(rooms, each.hospital, ctx.clock.now()) or 0
    if bed_class is not None and not free:
        await _refuse_unknown(ctx, bed_class)
    return free, unavailable


async def _refuse_unknown(ctx: Context, code: str) -> None:
    """A class that no hospital has may be one that is not: then it is the caller's mistake, not an empty answer."""
    known = await _names(ctx)
    if known and code not in known:
        codes = ", ".join(sorted(known))
        raise UserError(
            "BAD_USER_INPUT",
            id=f"Kelas tempat tidur tidak dikenal. Yang ada: {codes}.",
            en=f"There is no such bed class. There are: {codes}.",
        )


async def _reference(ctx: Context) -> dict[str, BedClass]:
    """The classes of care, from the first hospital that answers: one call for all, and one 401 does not end it.

    It is the same service that all of them speak to, so after a few that fail it is taken to be down.
    """
    failure: AgencyError | None = None
    for each in ctx.agencies.of(Beds)[:ASKED_FOR_REFERENCE]:
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
    """The reference, or nothing where it cannot be had."""
    try:
        return await _reference(ctx)
    except AgencyError:
        return {}


def _named(hospital: Hospital, name: str | None) -> bool:
    return name is None or name.casefold() in hospital.name.casefold()


def _lies_in(hospital: Hospital, kecamatan: str | None) -> bool:
    return kecamatan is None or (hospital.kelurahan or "").startswith(f"{kecamatan}.")
