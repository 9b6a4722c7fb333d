"""Zakat: by which rules it is owed, what a sum owes, and where it is paid."""

import msgspec

from connectors.kit.reading import Reading
from connectors.worship.records import Zakat, ZakatKind, ZakatOffice, ZakatRule, ZakatRules
from resolvers.kit.context import Context, Source
from resolvers.kit.errors import UserError
from resolvers.kit.paging import Page, PageArguments, paginate
from resolvers.kit.readings import configured, readings
from resolvers.worship.rules import Owed, in_force, owed

MOST = 10**15
"""Rupiah of a sum: more is a slip, and would not fit in what is told."""
MOST_PERSONS = 1_000


class CurrentRule(ZakatRule, frozen=True, kw_only=True):
    """A rule, and whether its decree holds today."""

    in_force: bool
    source: Source


class CurrentOffice(ZakatOffice, frozen=True, kw_only=True):
    """Where zakat is paid, and who says so."""

    source: Source


async def zakat_rules(
    _: object, ctx: Context, *, kind: ZakatKind | None = None, page: PageArguments
) -> Page[CurrentRule]:
    chosen = [each for each in await _rules(ctx) if kind is None or each.kind is kind]
    return paginate(chosen, lambda each: (each.code,), page, order="zakat-rules")


async def zakat_rule(_: object, ctx: Context, *, code: str) -> CurrentRule | None:
    return next((each for each in await _rules(ctx) if each.code == code), None)


async def zakat_offices(_: object, ctx: Context, *, page: PageArguments) -> Page[CurrentOffice]:
    return paginate(await _offices(ctx), lambda each: (each.code,), page, order="zakat-offices")


async def office_with_code(ctx: Context, code: str) -> CurrentOffice | None:
    """The office of this code."""
    return next((each for each in await _offices(ctx) if each.code == code), None)


async def owed_by(
    rule: CurrentRule, ctx: Context, *, amount: int | None = None, persons: int | None = None
) -> Owed | None:
    if amount is None and persons is None:
        raise UserError("BAD_USER_INPUT", id="Sebutkan amount atau persons.", en="Give amount or persons.")
    if not (0 <= (amount or 0) <= MOST and 0 <= (persons or 0) <= MOST_PERSONS):
        raise UserError(
            "BAD_USER_INPUT",
            id=f"amount 0 sampai {MOST}, persons 0 sampai {MOST_PERSONS}.",
            en=f"amount is between 0 and {MOST}, persons between 0 and {MOST_PERSONS}.",
        )
    return owed(rule, ctx.today(), amount=amount, persons=persons)


async def _answers(ctx: Context) -> list[Reading[ZakatRules]]:
    sources = configured(ctx, Zakat, id="aturan zakat", en="rules of zakat")
    answers, _ = await readings(ctx, [each.rules() for each in sources])
    return answers


async def _rules(ctx: Context) -> list[CurrentRule]:
    """Each code once: that of the first agency which has it."""
    found: dict[str, CurrentRule] = {}
    for answer in await _answers(ctx):
        for each in answer.records.rules:
            rule = CurrentRule(
                **msgspec.structs.asdict(each), in_force=in_force(each, ctx.today()), source=ctx.source(answer)
            )
            found.setdefault(rule.code, rule)
    return list(found.values())


async def _offices(ctx: Context) -> list[CurrentOffice]:
    """The same of the offices."""
    found: dict[str, CurrentOffice] = {}
    for answer in await _answers(ctx):
        for each in answer.records.offices:
            found.setdefault(each.code, CurrentOffice(**msgspec.structs.asdict(each), source=ctx.source(answer)))
    return list(found.values())
