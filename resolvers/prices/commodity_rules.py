"""Which commodities of several surveys are one commodity. No I/O in here.

The crosswalk of `connectors/prices` gives a commodity of a survey its standard code. Commodities of two surveys that
have the same standard code are one commodity of the hub. The first of these surveys in the configuration is its
*owner*, and the owner's code is the code of the commodity. A survey that does not answer now can still be the owner,
because the crosswalk knows its codes.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import msgspec

from connectors.prices.crosswalk import CROSSWALK
from connectors.prices.records import Commodity
from resolvers.kit.bits import below
from resolvers.kit.lasting import lasting
from resolvers.kit.sorted_items import SortedItems


class CommodityListing(msgspec.Struct, frozen=True, kw_only=True):
    """What one survey calls a commodity. A price for the survey's `unit`, times `factor`, is one for the hub's unit."""

    survey: str
    code: str
    name: str
    unit: str
    factor: Decimal
    priced_as: str


@lasting
class KnownCommodity(msgspec.Struct, frozen=True, kw_only=True):
    """One commodity of the hub. `owner` is the first survey that has it; `listings` are what each survey calls it.

    `standard_code` is None if the crosswalk does not know the commodity. `decided_by` are the surveys that may decide
    its price, the first one first.
    """

    code: str
    owner: str
    standard_code: str | None
    name: str
    name_en: str
    group: str
    unit: str
    listings: tuple[CommodityListing, ...]
    decided_by: tuple[str, ...] = ()

    def listing(self, survey: str) -> CommodityListing | None:
        """What this survey calls it."""
        return next((each for each in self.listings if each.survey == survey), None)


def join(surveys: Mapping[str, str], answers: Mapping[str, Sequence[Commodity]]) -> tuple[KnownCommodity, ...]:
    """The commodities of all surveys, of which those in `answers` have answered.

    `surveys` names each survey, in the order of the configuration, and its list of codes in the crosswalk.
    """
    same: dict[tuple[str, str], list[tuple[str, Commodity]]] = {}
    for survey in surveys:
        for each in answers.get(survey, ()):
            key = ("", each.standard) if each.standard else (survey, each.code)
            same.setdefault(key, []).append((survey, each))
    silent = [each for each in surveys if each not in answers]
    return tuple(_joined(surveys, silent, found) for found in same.values())


def by_code(commodities: Iterable[KnownCommodity]) -> dict[str, KnownCommodity]:
    """The commodities by each code that a caller may use.

    These are the code itself, the standard code, and a survey's own code behind the code of the survey.
    """
    commodities = tuple(commodities)
    found = {f"{listing.survey}:{listing.code}": each for each in commodities for listing in each.listings}
    found |= {each.standard_code: each for each in commodities if each.standard_code}
    return found | {each.code: each for each in commodities}


def matching(commodities: SortedItems[KnownCommodity], group: str | None, name: str | None, survey: str | None) -> int:
    """Those of this `group` (its whole name) whose name contains `name`, both in any case, and that a survey has."""
    found = below(len(commodities.items))
    if group is not None:
        found &= commodities.column("group", lambda each: (each.group.casefold(),)).bits(group.casefold())
    if name is not None:
        folded = name.casefold()
        names = commodities.column("name", lambda each: (each.name.casefold(), each.name_en.casefold()))
        found &= names.where(folded, lambda own: folded in own)
    if survey is not None:
        found &= commodities.column("survey", lambda each: (own.survey for own in each.listings)).bits(survey)
    return found


def by_name(commodity: KnownCommodity) -> tuple[str, str, str]:
    """The key that sorts commodities by group and name. It is the same in both languages."""
    return commodity.group.casefold(), commodity.name.casefold(), commodity.code


def _joined(
    surveys: Mapping[str, str], silent: Sequence[str], found: Sequence[tuple[str, Commodity]]
) -> KnownCommodity:
    """One commodity from what each survey lists. The crosswalk adds the codes of `silent` surveys."""
    _, record = found[0]
    standard = CROSSWALK.standards[record.standard] if record.standard else None
    codes = {survey: each.code for survey, each in found}
    if standard:
        codes |= {each: code for each in silent if (code := CROSSWALK.code_in(surveys[each], standard.code))}
    owner = next(each for each in surveys if each in codes)
    prefix = "" if owner == next(iter(surveys)) else f"{owner}:"
    return KnownCommodity(
        code=f"{prefix}{codes[owner]}",
        owner=owner,
        standard_code=standard.code if standard else None,
        name=standard.name_id if standard else record.name,
        name_en=standard.name_en if standard else record.name,
        group=standard.group if standard else record.group,
        unit=standard.unit if standard else record.unit,
        listings=tuple(
            CommodityListing(
                survey=survey,
                code=each.code,
                name=each.name,
                unit=each.unit,
                factor=each.factor,
                priced_as=each.priced_as or each.code,
            )
            for survey, each in found
        ),
    )
