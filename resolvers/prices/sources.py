"""The surveys of prices that the city has connected, and which of them is believed.

Surveys stand in the order of the configuration. The first survey that has a commodity decides its price. If that survey
has no price or does not answer, the next survey of the same level and kind of market may decide
(`rules.may_stand_in`). For example, a wholesale price never stands in for a retail price.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

import msgspec

from connectors.prices.records import Prices
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.hedging import hedged
from resolvers.kit.readings import configured, readings
from resolvers.kit.sorted_items import SortedItems
from resolvers.kit.source import Source
from resolvers.prices.commodity_rules import KnownCommodity, by_code, by_name, join
from resolvers.prices.rules import may_stand_in

Survey = Prices[Any, Any]

T = TypeVar("T")


class Catalogue(NamedTuple):
    """All commodities by name, the same by each code that a caller may use, and the surveys that did not answer."""

    commodities: SortedItems[KnownCommodity]
    by_code: Mapping[str, KnownCommodity]
    unavailable: list[Source]


def surveys(ctx: Context, source: str | None = None) -> tuple[Survey, ...]:
    """All surveys of the city, or only the one with the code `source`."""
    found = configured(ctx, Prices, id="survei harga pasar", en="a survey of market prices")
    if source is None:
        return found
    named = ctx.agencies.with_code(Prices, source)
    if named is None:
        raise UserError(
            "BAD_USER_INPUT", id="Tidak ada survei dengan kode ini.", en="There is no survey with this code."
        )
    return (named,)


def deciding_surveys(ctx: Context, commodity: KnownCommodity, source: str | None = None) -> list[Survey]:
    """The surveys that may decide the price of a commodity, the first one first.

    If the caller names a survey (`source`), it is only that one, or none if it does not have the commodity.
    """
    if source is not None:
        return [each for each in surveys(ctx, source) if commodity.listing(source)]
    decide = (ctx.agencies.with_code(Prices, code) for code in commodity.decided_by)
    return [each for each in decide if each]


async def first_result(ctx: Context, of: Iterable[Survey], ask: Callable[[Survey], Awaitable[T | None]]) -> T | None:
    """The first result that is not None. If no survey has one, the first failure of a survey is raised."""
    answers, failures = await hedged(ctx, of, ask, lambda given, _alone: given.answer is not None)
    found = next((each.answer for each in answers if each.answer is not None), None)
    if found is None and failures:
        raise failures[0]
    return found


async def catalogue(ctx: Context) -> Catalogue:
    """The commodities of all surveys. One operation reads them once."""
    name = ("prices", "catalogue")
    known: Catalogue | None = ctx.looks.result(name)
    if known is None:
        ctx.looks.give(name, known := await _read_catalogue(ctx))
    return known


async def _read_catalogue(ctx: Context) -> Catalogue:
    asked = surveys(ctx)
    answers, unavailable = await readings(ctx, (each.commodities() for each in asked))
    lists = {each.agency.code: each.codes for each in asked}
    known = {answer.agency: answer.records for answer in answers}

    def derive() -> tuple[SortedItems[KnownCommodity], Mapping[str, KnownCommodity]]:
        joined = [msgspec.structs.replace(each, decided_by=_deciding(asked, each)) for each in join(lists, known)]
        return SortedItems(joined, by_name), by_code(joined)

    found = ctx.views.of(("prices", "catalogue", *known), [*known.values()], derive)
    return Catalogue(*found, unavailable)


def _deciding(of: Iterable[Survey], commodity: KnownCommodity) -> tuple[str, ...]:
    """The surveys that may decide the price of a commodity: its owner, and those that may stand in for it."""
    by_survey = {each.agency.code: each for each in of}
    owner = by_survey[commodity.owner]
    return tuple(
        code
        for code, each in by_survey.items()
        if each is owner
        or (commodity.listing(code) and may_stand_in(each.level, each.market_type, owner.level, owner.market_type))
    )
