"""The commodities whose prices are surveyed."""

from connectors.kit.structs import extended
from resolvers.kit.at_hand import seldom_waits
from resolvers.kit.context import Context
from resolvers.kit.paging import Page, PageArguments, cut, paginate
from resolvers.kit.source import Source
from resolvers.prices.commodity_rules import CommodityListing, KnownCommodity, matching
from resolvers.prices.sources import catalogue, surveys


class Commodities(Page[KnownCommodity], frozen=True, kw_only=True):
    """A page of commodities, and the surveys that did not answer."""

    unavailable: list[Source]


@seldom_waits
async def commodities(
    _: None,
    ctx: Context,
    *,
    group: str | None = None,
    name: str | None = None,
    source: str | None = None,
    page: PageArguments,
) -> Commodities:
    surveys(ctx, source)  # refuses a survey that there is not
    known = await catalogue(ctx)
    chosen = matching(known.commodities, group, name, source)
    listed = cut(known.commodities, page, order="commodities", chosen=chosen)
    return extended(Commodities, listed, unavailable=known.unavailable)


@seldom_waits
async def commodity(_: None, ctx: Context, *, code: str) -> KnownCommodity | None:
    return (await catalogue(ctx)).by_code.get(code)


def name(root: KnownCommodity, ctx: Context) -> str:
    return root.name if ctx.language == "id" else root.name_en


def listings(root: KnownCommodity, _: Context, *, page: PageArguments) -> Page[CommodityListing]:
    places = {each.survey: at for at, each in enumerate(root.listings)}
    return paginate(root.listings, lambda each: (places[each.survey],), page, order="listings")
