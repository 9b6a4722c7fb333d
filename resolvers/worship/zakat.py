"""Zakat: by which rules it is owed, what a sum owes, and where it is paid."""

from datetime import date
from typing import NamedTuple

import msgspec

from connectors.kit.structs import extended
from connectors.worship.records import Zakat, ZakatKind, ZakatOffice, ZakatRule
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.paging import Page, PageArguments, cut_to
from resolvers.kit.readings import configured, readings
from resolvers.kit.sorted_items import SortedItems
from resolvers.kit.source import Source, told, untold
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
    known = await _known(ctx)
    chosen = None if kind is None else known.rules.column("kind", lambda each: (each.kind,)).bits(kind)
    return cut_to(known.rules, page, known.told_rule, order="zakat-rules", chosen=chosen)


async def zakat_rule(_: object, ctx: Context, *, code: str) -> CurrentRule | None:
    known = await _known(ctx)
    found = known.rules.index("code", _by_code).get(code)
    return known.told_rule(found) if found else None


async def zakat_offices(_: object, ctx: Context, *, page: PageArguments) -> Page[CurrentOffice]:
    known = await _known(ctx)
    return cut_to(known.offices, page, lambda each: told(each, known.sources), order="zakat-offices")


async def office_with_code(ctx: Context, code: str) -> CurrentOffice | None:
    """The office of this code."""
    known = await _known(ctx)
    found = known.offices.index("code", _by_code).get(code)
    return told(found, known.sources) if found else None


def owed_by(rule: CurrentRule, ctx: Context, *, amount: int | None = None, persons: int | None = None) -> Owed | None:
    if amount is None and persons is None:
        raise UserError("BAD_USER_INPUT", id="Sebutkan amount atau persons.", en="Give amount or persons.")
    if not (0 <= (amount or 0) <= MOST and 0 <= (persons or 0) <= MOST_PERSONS):
        raise UserError(
            "BAD_USER_INPUT",
            id=f"amount 0 sampai {MOST}, persons 0 sampai {MOST_PERSONS}.",
            en=f"amount is between 0 and {MOST}, persons between 0 and {MOST_PERSONS}.",
        )
    return owed(rule, ctx.today(), amount=amount, persons=persons)


class KnownZakat(NamedTuple):
    """All rules and offices, the sources by agency, and the day."""

    rules: SortedItems[CurrentRule]
    offices: SortedItems[CurrentOffice]
    sources: dict[str, Source]
    today: date

    def told_rule(self, rule: CurrentRule) -> CurrentRule:
        """The rule as it is today."""
        return msgspec.structs.replace(told(rule, self.sources), in_force=in_force(rule, self.today))


async def _known(ctx: Context) -> KnownZakat:
    agencies = configured(ctx, Zakat, id="aturan zakat", en="rules of zakat")
    answers, _ = await readings(ctx, [each.rules() for each in agencies])

    def derive() -> tuple[SortedItems[CurrentRule], SortedItems[CurrentOffice]]:
        """Each code once: that of the first agency which has it."""
        rules, offices = dict[str, CurrentRule](), dict[str, CurrentOffice]()
        for answer in answers:
            source = untold(answer.agency)
            for rule in answer.records.rules:
                rules.setdefault(rule.code, extended(CurrentRule, rule, in_force=True, source=source))
            for office in answer.records.offices:
                offices.setdefault(office.code, extended(CurrentOffice, office, source=source))
        return SortedItems(rules.values(), _by_code), SortedItems(offices.values(), _by_code)

    name = ("worship", "zakat", *(answer.agency for answer in answers))
    rules, offices = ctx.views.of(name, [answer.records for answer in answers], derive)
    return KnownZakat(rules, offices, {answer.agency: ctx.source(answer) for answer in answers}, ctx.today())


def _by_code(each: CurrentRule | CurrentOffice) -> tuple[str]:
    return (each.code,)
