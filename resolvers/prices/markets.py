"""The markets that the surveys name."""

import msgspec

from connectors.prices.records import Market, MarketKind
from connectors.regions.records import DottedCode, Kecamatan, Kelurahan
from resolvers.kit.context import Context, Source
from resolvers.kit.errors import UserError
from resolvers.kit.paging import Page, PageArguments, paginate
from resolvers.prices.sources import Survey, first_result, surveys
from resolvers.regions import regions


class SurveyedMarket(Market, frozen=True, kw_only=True):
    """A market of one survey. `own_code` is its code there; `code` is its code in the hub."""

    survey: str
    own_code: str
    source: Source


def surveys_with_markets(ctx: Context, source: str | None = None) -> list[Survey]:
    """The surveys that name markets."""
    return [each for each in surveys(ctx, source) if each.markets() is not None]


async def markets_of(ctx: Context, survey: Survey) -> tuple[SurveyedMarket, ...]:
    """The markets of one survey.

    A market of the first survey that names markets has its own code. A market of another survey has the code of its
    survey before it, such as `pihps:12`.
    """
    read = survey.markets()
    if read is None:
        return ()
    reading = await ctx.reading(read)
    code, source = survey.agency.code, ctx.source(reading)
    prefix = "" if survey is surveys_with_markets(ctx)[0] else f"{code}:"
    return tuple(
        SurveyedMarket(
            **(msgspec.structs.asdict(each) | {"code": f"{prefix}{each.code}"}),
            survey=code,
            own_code=each.code,
            source=source,
        )
        for each in reading.records
    )


async def requested_market(ctx: Context, market: str | None, source: str | None) -> SurveyedMarket | None:
    """The market that the caller has named by its code; None if the caller has named none."""
    if market is None:
        return None
    found = await _with_code(ctx, market)
    if found is None:
        raise UserError(
            "BAD_USER_INPUT", id="Tidak ada pasar dengan kode ini.", en="There is no market with this code."
        )
    if source not in (None, found.survey):
        raise UserError(
            "BAD_USER_INPUT", id="Survei itu tidak mencakup pasar ini.", en="That survey does not cover this market."
        )
    return found


async def markets(
    _: None,
    ctx: Context,
    *,
    type: MarketKind | None = None,  # noqa: A002  its name in the graph
    kecamatan: DottedCode | None = None,
    source: str | None = None,
    page: PageArguments,
) -> Page[SurveyedMarket]:
    async def ask(survey: Survey) -> tuple[SurveyedMarket, ...] | None:
        return await markets_of(ctx, survey) or None

    found = (
        market
        for market in await first_result(ctx, surveys_with_markets(ctx, source), ask) or ()
        if (type is None or market.type is type)
        and (kecamatan is None or (market.kelurahan or "").startswith(f"{kecamatan}."))
    )
    return paginate(found, by_name, page, order="markets")


async def market(_: None, ctx: Context, *, code: str) -> SurveyedMarket | None:
    return await _with_code(ctx, code)


async def kelurahan(root: SurveyedMarket, ctx: Context) -> Kelurahan | None:
    return regions.kelurahan_with_code(ctx, root.kelurahan)


async def kecamatan(root: SurveyedMarket, ctx: Context) -> Kecamatan | None:
    return regions.kecamatan_of(ctx, regions.kelurahan_with_code(ctx, root.kelurahan))


def by_name(market: SurveyedMarket) -> tuple[str, str]:
    """The key that sorts markets by name."""
    return market.name.casefold(), market.code


async def _with_code(ctx: Context, code: str) -> SurveyedMarket | None:
    """The market with this code. Without the code of a survey before it, only the first survey is asked."""
    named, _, own = code.rpartition(":")
    for survey in surveys_with_markets(ctx)[: None if named else 1]:
        if named in {"", survey.agency.code}:
            return next((each for each in await markets_of(ctx, survey) if each.own_code == own), None)
    return None
