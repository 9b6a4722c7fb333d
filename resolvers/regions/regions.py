"""The regions of the city, and the region of a record."""

from collections.abc import Iterable
from typing import TypeVar

from connectors.regions.gazetteer import CITY, lies_in
from connectors.regions.records import CityRegion, DottedCode, Kecamatan, Kelurahan, RegionCode
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.lasting import lasting
from resolvers.kit.paging import Page, PageArguments, cut, paginate
from resolvers.kit.sorted_items import SortedItems

R = TypeVar("R", Kecamatan, Kelurahan)

for each in (CityRegion, Kecamatan, Kelurahan):
    lasting(each)  # the gazetteer has each of them once


def city(_: object, ctx: Context, *, code: DottedCode | None = None) -> CityRegion | None:
    if code is None:
        return ctx.regions.city
    found = ctx.regions.with_code(code)
    return found if isinstance(found, CityRegion) else None


def kecamatan(
    _: object, ctx: Context, *, code: DottedCode | None = None, bps_code: str | None = None, name: str | None = None
) -> Kecamatan | None:
    _one_of(code, bps_code, name)
    if name is not None:
        return ctx.regions.kecamatan_named(name)
    found = _find(ctx, code, bps_code)
    return found if isinstance(found, Kecamatan) else None


def kelurahan(
    _: object, ctx: Context, *, code: DottedCode | None = None, bps_code: str | None = None, name: str | None = None
) -> Kelurahan | None:
    _one_of(code, bps_code, name)
    if name is not None:
        return ctx.regions.kelurahan_named(name)
    found = _find(ctx, code, bps_code)
    return found if isinstance(found, Kelurahan) else None


def all_cities(root: CityRegion, ctx: Context, *, page: PageArguments) -> Page[CityRegion]:
    """Those of a province; a city has none in it."""
    inside = [each for each in ctx.regions.cities if each is not root and lies_in(each.code, root.code)]
    return paginate(inside, lambda each: (each.code,), page, order="cities")


def all_kecamatan(root: CityRegion, ctx: Context, *, page: PageArguments) -> Page[Kecamatan]:
    known = ctx.views.of(("regions", "kecamatan"), [ctx.regions.kecamatan], lambda: _by_code(ctx.regions.kecamatan))
    return cut(known, page, order="kecamatan", chosen=_inside(ctx, known, root))


def all_kelurahan(root: CityRegion | Kecamatan, ctx: Context, *, page: PageArguments) -> Page[Kelurahan]:
    known = ctx.views.of(("regions", "kelurahan"), [ctx.regions.kelurahan], lambda: _by_code(ctx.regions.kelurahan))
    if isinstance(root, CityRegion):
        return cut(known, page, order="kelurahan", chosen=_inside(ctx, known, root))
    inside = known.column("kecamatan", lambda each: (each.kecamatan_code,)).bits(root.code)
    return cut(known, page, order="kelurahan", chosen=inside)


def city_of(root: Kecamatan, ctx: Context) -> CityRegion | None:
    return ctx.regions.city_of(root.code)


def city_of_agency(ctx: Context, agency: str) -> str | None:
    """In a hub over several cities the one that an agency belongs to: names of places are looked up there."""
    if len(ctx.regions.cities) == 1:
        return None
    return next((each.agency.city for each in ctx.agencies if each.agency.code == agency), None)


def parent(root: Kelurahan, ctx: Context) -> Kecamatan | None:
    return kecamatan_of(ctx, root)


def kelurahan_with_code(ctx: Context, code: str | None) -> Kelurahan | None:
    """The kelurahan with this dotted Kemendagri code."""
    found = ctx.regions.with_code(code) if code else None
    return found if isinstance(found, Kelurahan) else None


def kecamatan_of(ctx: Context, kelurahan: Kelurahan | None) -> Kecamatan | None:
    """The kecamatan in which a kelurahan lies."""
    found = ctx.regions.with_code(kelurahan.kecamatan_code) if kelurahan else None
    return found if isinstance(found, Kecamatan) else None


def _by_code(regions: Iterable[R]) -> SortedItems[R]:
    return SortedItems(regions, lambda each: (each.code,))


def _inside(ctx: Context, known: SortedItems[R], root: CityRegion) -> int | None:
    """Which of them lie in a city; None for all of the hub."""
    if root.code == ctx.regions.city.code:
        return None
    return known.column("city", lambda each: (each.code[:CITY],)).bits(root.code)


def _find(ctx: Context, code: str | None, bps_code: str | None) -> object:
    if code is not None:
        return ctx.regions.with_code(code)
    try:
        return ctx.regions.find(RegionCode.bps(bps_code or ""))
    except ValueError:
        raise UserError(
            "BAD_USER_INPUT",
            id="Kode BPS terdiri atas 7 atau 10 angka.",
            en="A BPS code has 7 or 10 digits.",
        ) from None


def _one_of(*arguments: str | None) -> None:
    if sum(argument is not None for argument in arguments) != 1:
        raise UserError(
            "BAD_USER_INPUT",
            id="Sebutkan tepat satu: code, bpsCode, atau name.",
            en="Give exactly one of code, bpsCode and name.",
        )
