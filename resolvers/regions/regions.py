"""The regions of the city, and the region of a record."""

from connectors.regions.records import City, DottedCode, Kecamatan, Kelurahan, RegionCode
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.paging import Page, PageArguments, paginate


async def city(_: None, ctx: Context) -> City:
    return ctx.regions.city


async def kecamatan(
    _: object, ctx: Context, *, code: DottedCode | None = None, bps_code: str | None = None, name: str | None = None
) -> Kecamatan | None:
    _one_of(code, bps_code, name)
    if name is not None:
        return ctx.regions.kecamatan_named(name)
    found = _find(ctx, code, bps_code)
    return found if isinstance(found, Kecamatan) else None


async def kelurahan(
    _: object, ctx: Context, *, code: DottedCode | None = None, bps_code: str | None = None, name: str | None = None
) -> Kelurahan | None:
    _one_of(code, bps_code, name)
    if name is not None:
        return ctx.regions.kelurahan_named(name)
    found = _find(ctx, code, bps_code)
    return found if isinstance(found, Kelurahan) else None


async def all_kecamatan(_: City, ctx: Context, *, page: PageArguments) -> Page[Kecamatan]:
    return paginate(ctx.regions.kecamatan, lambda region: (region.code,), page, order="kecamatan")


async def all_kelurahan(root: City | Kecamatan, ctx: Context, *, page: PageArguments) -> Page[Kelurahan]:
    inside = (region for region in ctx.regions.kelurahan if region.code.startswith(f"{root.code}."))
    return paginate(inside, lambda region: (region.code,), page, order="kelurahan")


async def parent(root: Kelurahan, ctx: Context) -> Kecamatan | None:
    return kecamatan_of(ctx, root)


def kelurahan_with_code(ctx: Context, code: str | None) -> Kelurahan | None:
    """The kelurahan with this dotted Kemendagri code."""
    found = ctx.regions.with_code(code) if code else None
    return found if isinstance(found, Kelurahan) else None


def kecamatan_of(ctx: Context, kelurahan: Kelurahan | None) -> Kecamatan | None:
    """The kecamatan in which a kelurahan lies."""
    found = ctx.regions.with_code(kelurahan.kecamatan_code) if kelurahan else None
    return found if isinstance(found, Kecamatan) else None


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
