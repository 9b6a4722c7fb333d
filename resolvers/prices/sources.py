"""The city's surveys of prices: what each calls a commodity, which markets it names, and which decides.

Surveys stand in the order of the configuration. A commodity belongs to the first that has it: by its code there it is
known, and its price is the price. Where that survey does not answer or has none, the next may stand in that is of the
same level and of no other kind of market.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

import msgspec

from connectors.kit.errors import AgencyError
from connectors.prices.crosswalk import CROSSWALK
from connectors.prices.records import Commodity, Market, Prices
from resolvers.kit.context import Context, Source
from resolvers.kit.errors import UserError
from resolvers.kit.readings import configured, readings
from resolvers.prices.rules import may_stand_in

Survey = Prices[Any, Any]

T = TypeVar("T")


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """What a survey calls a commodity; a price of its own `unit`, times `factor`, is one of the commodity's."""

    survey: str
    code: str
    name: str
    unit: str
    factor: Decimal
    priced_as: str


class KnownCommodity(msgspec.Struct, frozen=True, kw_only=True):
    """A commodity as all surveys that have it see it; `standard_code` where the crosswalk knows it.

    `owner` is the survey by whose code it is known.
    """

    code: str
    owner: str
    standard_code: str | None
    name: str
    name_en: str
    group: str
    unit: str
    listings: tuple[Listing, ...]

    def listing(self, survey: str) -> Listing | None:
        """What this survey calls it."""
        return next((each for each in self.listings if each.survey == survey), None)


class SurveyedMarket(Market, frozen=True, kw_only=True):
    """A market of a survey, which knows it as `own_code`."""

    survey: str
    own_code: str
    source: Source


class Known(NamedTuple):
    """All commodities, the same by each code that one may be asked for by, and which surveys did not answer."""

    commodities: tuple[KnownCommodity, ...]
    by_code: Mapping[str, KnownCommodity]
    unavailable: list[Source]


def surveys(ctx: Context, source: str | None = None) -> tuple[Survey, ...]:
    """Those of the city, or the one of this code."""
    found = configured(ctx, Prices, id="survei harga pasar", en="a survey of market prices")
    if source is None:
        return found
    named = ctx.agencies.with_code(Prices, source)
    if named is None:
        raise UserError("BAD_USER_INPUT", id="Tidak ada survei dengan kode ini.", en="There is no survey of this code.")
    return (named,)


def deciding(ctx: Context, commodity: KnownCommodity, source: str | None = None) -> list[Survey]:
    """Which surveys may say its price, the first one first; or only the one that is asked for, if it has it."""
    if source is not None:
        return [each for each in surveys(ctx, source) if commodity.listing(source)]
    (owner,) = surveys(ctx, commodity.owner)
    return [
        each
        for each in surveys(ctx)
        if each is owner
        or (
            commodity.listing(each.agency.code)
            and may_stand_in(each.level, each.market_type, owner.level, owner.market_type)
        )
    ]


async def first_found(chosen: Iterable[Survey], ask: Callable[[Survey], Awaitable[T | None]]) -> T | None:
    """What the first survey has to say that has anything; where none has, the first failure of one is raised."""
    failure: AgencyError | None = None
    for survey in chosen:
        try:
            found = await ask(survey)
        except AgencyError as error:
            failure = failure or error
        else:
            if found is not None:
                return found
    if failure:
        raise failure
    return None


async def known(ctx: Context) -> Known:
    """What the surveys ask the price of, joined by the crosswalk."""
    return await ctx.once(("prices", "known"), lambda: _join(ctx))


def chosen(of: Iterable[KnownCommodity], group: str | None, name: str | None) -> list[KnownCommodity]:
    """Those of a group, by its whole name, and with this in a name, both in any case."""
    group, name = group and group.casefold(), name and name.casefold()
    return [
        each
        for each in of
        if (group is None or each.group.casefold() == group)
        and (name is None or any(name in text.casefold() for text in (each.name, each.name_en)))
    ]


def by_name(commodity: KnownCommodity) -> tuple[str, str, str]:
    """Their order: by group and name, the same in every language."""
    return commodity.group.casefold(), commodity.name.casefold(), commodity.code


async def markets_of(ctx: Context, survey: Survey) -> tuple[SurveyedMarket, ...]:
    """The markets that a survey names; the first survey's under their own codes, others' behind their survey's."""
    read = survey.markets()
    if read is None:
        return ()
    reading = await ctx.reading(read)
    code, source = survey.agency.code, ctx.source(reading)
    prefix = "" if survey is with_markets(ctx)[0] else f"{code}:"
    return tuple(
        SurveyedMarket(
            **(msgspec.structs.asdict(each) | {"code": f"{prefix}{each.code}"}),
            survey=code,
            own_code=each.code,
            source=source,
        )
        for each in reading.records
    )


def with_markets(ctx: Context, source: str | None = None) -> list[Survey]:
    """The surveys that name markets."""
    return [each for each in surveys(ctx, source) if each.markets() is not None]


async def market_with_code(ctx: Context, code: str) -> SurveyedMarket | None:
    """The market of this code."""
    named, _, own = code.rpartition(":")
    for survey in with_markets(ctx)[: None if named else 1]:
        if named in {"", survey.agency.code}:
            return next((each for each in await markets_of(ctx, survey) if each.own_code == own), None)
    return None


async def _join(ctx: Context) -> Known:
    chosen = surveys(ctx)
    answers, unavailable = await readings(ctx, (each.commodities() for each in chosen))
    records = {answer.agency: answer.records for answer in answers}
    listed: dict[tuple[str, str], list[tuple[Survey, Commodity]]] = {}
    for survey in chosen:
        for each in records.get(survey.agency.code, ()):
            key = ("", each.standard) if each.standard else (survey.agency.code, each.code)
            listed.setdefault(key, []).append((survey, each))
    commodities = tuple(_known(chosen, records, found) for found in listed.values())
    by_code = {f"{listing.survey}:{listing.code}": each for each in commodities for listing in each.listings}
    by_code |= {each.standard_code: each for each in commodities if each.standard_code}
    return Known(commodities, by_code | {each.code: each for each in commodities}, unavailable)


def _known(
    chosen: tuple[Survey, ...], answered: Mapping[str, object], found: list[tuple[Survey, Commodity]]
) -> KnownCommodity:
    """One commodity of what surveys list; a survey that does not answer now still lends it the code that it has."""
    _, record = found[0]
    standard = CROSSWALK.standards[record.standard] if record.standard else None
    codes = {survey.agency.code: each.code for survey, each in found}
    if standard:
        silent = (each for each in chosen if each.agency.code not in answered)
        codes |= {each.agency.code: code for each in silent if (code := CROSSWALK.code_in(each.codes, standard.code))}
    owner = next(each.agency.code for each in chosen if each.agency.code in codes)
    prefix = "" if owner == chosen[0].agency.code else f"{owner}:"
    return KnownCommodity(
        code=f"{prefix}{codes[owner]}",
        owner=owner,
        standard_code=standard.code if standard else None,
        name=standard.name_id if standard else record.name,
        name_en=standard.name_en if standard else record.name,
        group=standard.group if standard else record.group,
        unit=standard.unit if standard else record.unit,
        listings=tuple(
            Listing(
                survey=survey.agency.code,
                code=each.code,
                name=each.name,
                unit=each.unit,
                factor=each.factor,
                priced_as=each.priced_as or each.code,
            )
            for survey, each in found
        ),
    )
