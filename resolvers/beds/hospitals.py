"""Hospitals and their free beds."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any, TypeVar

from connectors.beds.records import BedClass, Beds, Hospital
from connectors.kit.structs import extended
from connectors.regions.records import DottedCode, Kecamatan, Kelurahan
from resolvers.beds.rules import ClassNow, HospitalBeds, RoomNow, beds_now, class_now
from resolvers.beds.sources import all_hospitals, answer_of, free_beds, hospital_with_code, names_of_classes, reference
from resolvers.kit.absences import NotPublished
from resolvers.kit.at_hand import seldom_waits
from resolvers.kit.bits import below
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.paging import Page, PageArguments, cut, cut_to, paginate
from resolvers.kit.places import Position, check_near, distance
from resolvers.kit.sorted_items import SortedItems
from resolvers.kit.source import Source
from resolvers.regions import regions

H = TypeVar("H", bound=Hospital)


class HospitalOrder(Enum):
    """The orders in which hospitals can be listed."""

    NAME = "NAME"
    FREE_BEDS = "FREE_BEDS"
    DISTANCE = "DISTANCE"


class HospitalAt(Hospital, frozen=True, kw_only=True):
    """A hospital, and its distance in km from the point of the query; None without a point."""

    distance: float | None


class Hospitals(Page[HospitalAt], frozen=True, kw_only=True):
    """A page of hospitals, and the sources that the question needed and that did not answer."""

    unavailable: list[Source]


def hospital(_: None, ctx: Context, *, code: str) -> HospitalAt | None:
    found = hospital_with_code(ctx, code)
    return _placed(found, None) if found else None


@seldom_waits
async def hospitals(
    _: object,
    ctx: Context,
    *,
    kecamatan: DottedCode | None = None,
    name: str | None = None,
    bed_class: str | None = None,
    min_free: int | None = None,
    near: Position | None = None,
    within_km: float | None = None,
    order_by: HospitalOrder = HospitalOrder.NAME,
    page: PageArguments,
) -> Hospitals:
    check_near(near, within_km, by_distance=order_by is HospitalOrder.DISTANCE)
    if min_free is not None and min_free < 0:
        raise UserError("BAD_USER_INPUT", id="minFree tidak boleh negatif.", en="minFree must not be negative.")
    known = ctx.views.of(
        ("beds", "hospitals"), [ctx.agencies.of(Beds)], lambda: SortedItems(all_hospitals(ctx), _by_name)
    )
    bits = below(len(known.items))
    if name:
        folded = name.casefold()
        bits &= known.column("name", lambda each: (each.name.casefold(),)).where(folded, lambda own: folded in own)
    if kecamatan is not None:
        kelurahan = known.column("kelurahan", lambda each: (each.kelurahan or "",))
        bits &= kelurahan.where(kecamatan, lambda own: own.startswith(f"{kecamatan}."))

    def placed(hospital: Hospital) -> HospitalAt:
        return _placed(hospital, near)

    unavailable: list[Source] = []
    if order_by is HospitalOrder.NAME and within_km is None and min_free is None and bed_class is None:
        found = cut_to(known, page, placed, order=f"hospitals:{order_by.value}", chosen=bits)
        return extended(Hospitals, found, unavailable=unavailable)
    there, order = known.those(bits), f"hospitals:{order_by.value}"
    free: Mapping[str, int | None] = {}
    if near is None:
        free, unavailable = await free_beds(ctx, there, bed_class)
        ordered = ctx.views.of(
            ("beds", "hospitals", order_by, bits, min_free),
            [known.items, free],
            lambda: SortedItems(_with_free(there, free, min_free), _place(order_by, free)),
        )
        return extended(Hospitals, cut_to(ordered, page, placed, order=order), unavailable=unavailable)
    chosen = [each for each in map(placed, there) if _within(each, within_km)]
    if order_by is HospitalOrder.DISTANCE:
        chosen = [each for each in chosen if each.distance is not None]
    if min_free is not None or bed_class is not None or order_by is HospitalOrder.FREE_BEDS:
        free, unavailable = await free_beds(ctx, chosen, bed_class)
        chosen = _with_free(chosen, free, min_free)
    return extended(Hospitals, paginate(chosen, _place(order_by, free), page, order=order), unavailable=unavailable)


@seldom_waits
async def bed_classes(_: None, ctx: Context, *, page: PageArguments) -> Page[BedClass]:
    return cut(await reference(ctx), page, order="bed-classes")


@seldom_waits
async def beds(hospital: Hospital, ctx: Context) -> HospitalBeds:
    answer = await answer_of(ctx, hospital.code)
    named = all(room.class_name for room in answer.reading.records)
    known = {} if named else await names_of_classes(ctx)
    found = beds_now(hospital.code, answer, known, ctx.now(()), ctx.source(answer.reading))
    if not found.counted:
        raise NotPublished(
            answer.reading.agency,
            id="Rumah sakit ini tidak melaporkan satu ruangan pun.",
            en="This hospital reports not a single room.",
            instead=found,
        )
    return found


def rooms(
    beds: HospitalBeds, _: Context, *, bed_class: str | None = None, only_free: bool = False, page: PageArguments
) -> Page[RoomNow]:
    chosen = (
        room
        for room in beds.rooms
        if (bed_class is None or room.bed_class.code == bed_class) and (not only_free or room.free)
    )
    return paginate(chosen, lambda room: (room.bed_class.code, room.code), page, order="rooms")


def classes(beds: HospitalBeds, _: Context, *, page: PageArguments) -> Page[ClassNow]:
    by_class = defaultdict[str, list[RoomNow]](list)
    for room in beds.rooms:
        by_class[room.bed_class.code].append(room)
    return paginate(map(class_now, by_class.values()), lambda each: (each.bed_class.code,), page, order="classes")


def kelurahan(hospital: Hospital, ctx: Context) -> Kelurahan | None:
    return regions.kelurahan_with_code(ctx, hospital.kelurahan)


def kecamatan(hospital: Hospital, ctx: Context) -> Kecamatan | None:
    return regions.kecamatan_of(ctx, regions.kelurahan_with_code(ctx, hospital.kelurahan))


def _placed(hospital: Hospital, near: Position | None) -> HospitalAt:
    return extended(HospitalAt, hospital, distance=distance(near, hospital.latitude, hospital.longitude))


def _with_free(hospitals: Iterable[H], free: Mapping[str, int | None], least: int | None) -> list[H]:
    """Those with a room of the class that was asked for, and with at least so many free beds."""
    return [each for each in hospitals if each.code in free and (free[each.code] or 0) >= (least or 0)]


def _within(hospital: HospitalAt, kilometres: float | None) -> bool:
    return kilometres is None or (hospital.distance is not None and hospital.distance <= kilometres)


def _place(order: HospitalOrder, free: Mapping[str, int | None]) -> Callable[[Any], tuple[str | int, ...]]:
    """The key of each order. With the most free beds first, hospitals with unknown counts come last."""
    if order is HospitalOrder.DISTANCE:
        return lambda each: (round((each.distance or 0) * 1000), each.code)
    if order is HospitalOrder.FREE_BEDS:
        return lambda each: (-known if (known := free[each.code]) is not None else 1, each.name.casefold(), each.code)
    return _by_name


def _by_name(hospital: Hospital) -> tuple[str, str]:
    return hospital.name.casefold(), hospital.code
