"""The markets that the surveys name."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from connectors.kit.structs import extended
from connectors.prices.records import Market, MarketKind
from connectors.regions.records import DottedCode, Kecamatan, Kelurahan
from resolvers.kit.bits import below
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.lasting import Telling, told_anew
from resolvers.kit.paging import Page, PageArguments, cut_to, paginate
from resolvers.kit.sorted_items import SortedItems
from resolvers.kit.source import Source, untold
from resolvers.prices.sources import Survey, first_result, surveys
from resolvers.regions import regions


@told_anew("source")
class SurveyedMarket(Market, frozen=True, kw_only=True):
    """A market of one survey. `own_code` is its code there; `code` is its code in the hub."""

    survey: str
    own_code: str
    source: Source


def surveys_with_markets(ctx: Context, source: str | None = None) -> list[Survey]:
    """The surveys that name markets."""
    return [each for each in surveys(ctx, source) if each.markets() is not None]


class SurveyMarkets(NamedTuple):
    """The markets of one survey by name, and by their codes there: without their `source`, which stands beside them."""

    by_name: SortedItems[SurveyedMarket]
    by_code: Mapping[str, SurveyedMarket]
    source: Source

    def told(self, market: SurveyedMarket) -> SurveyedMarket:
        """The market with its source."""
        return msgspec.structs.replace(market, source=self.source)


async def markets_of(ctx: Context, survey: Survey) -> SurveyMarkets | None:
    """The markets of one survey; None if it names none.

    A market of the first survey that names markets has its own code. A market of another survey has the code of its
    survey before it, such as `pihps:12`.
    """
    read = survey.markets()
    if read is None:
        return None
    reading = await ctx.reading(read)
    code = survey.agency.code
    prefix = "" if survey is surveys_with_markets(ctx)[0] else f"{code}:"

    def derive() -> tuple[SortedItems[SurveyedMarket], Mapping[str, SurveyedMarket]]:
        found = [
            extended(
                SurveyedMarket, each, code=f"{prefix}{each.code}", survey=code, own_code=each.code, source=untold(code)
            )
            for each in reading.records
        ]
        return SortedItems(found, by_name), {each.own_code: each for each in reversed(found)}

    return SurveyMarkets(*ctx.views.of(("prices", "markets", code), [reading.records], derive), ctx.source(reading))


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
    async def ask(survey: Survey) -> SurveyMarkets | None:
        found = await markets_of(ctx, survey)
        return found if found and found.by_code else None

    found = await first_result(ctx, surveys_with_markets(ctx, source), ask)
    if found is None:
        return paginate((), by_name, page, order="markets")
    chosen = below(len(found.by_name.items))
    if type is not None:
        chosen &= found.by_name.column("type", lambda each: (each.type,)).bits(type)
    if kecamatan is not None:
        kelurahan = found.by_name.column("kelurahan", lambda each: (each.kelurahan or "",))
        chosen &= kelurahan.where(kecamatan, lambda own: own.startswith(f"{kecamatan}."))
    return cut_to(found.by_name, page, Telling(found.told), order="markets", chosen=chosen)


async def market(_: None, ctx: Context, *, code: str) -> SurveyedMarket | None:
    return await _with_code(ctx, code)


def kelurahan(root: SurveyedMarket, ctx: Context) -> Kelurahan | None:
    return regions.kelurahan_with_code(ctx, root.kelurahan)


def kecamatan(root: SurveyedMarket, ctx: Context) -> Kecamatan | None:
    return regions.kecamatan_of(ctx, regions.kelurahan_with_code(ctx, root.kelurahan))


def by_name(market: SurveyedMarket) -> tuple[str, str]:
    """The key that sorts markets by name."""
    return market.name.casefold(), market.code


async def _with_code(ctx: Context, code: str) -> SurveyedMarket | None:
    """The market with this code. Without the code of a survey before it, only the first survey is asked."""
    named, _, own = code.rpartition(":")
    for survey in surveys_with_markets(ctx)[: None if named else 1]:
        if named in {"", survey.agency.code}:
            markets = await markets_of(ctx, survey)
            found = markets.by_code.get(own) if markets else None
            return markets.told(found) if markets and found else None
    return None
