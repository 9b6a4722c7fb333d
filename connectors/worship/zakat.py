"""Zakat as the configuration has it: what BAZNAS decreed for a year, and where it is paid. Nobody is asked.

Source: PMA 31/2019 (85 grams of gold, 2.5 %), and the yearly decree of BAZNAS that says what that is in rupiah.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Annotated, ClassVar

import msgspec

from connectors.kit.connector import Credentials, Mistake, Options
from connectors.kit.read import Read, read
from connectors.kit.reading import NEVER_KEPT
from connectors.kit.values import AMOUNT
from connectors.worship.records import Zakat, ZakatKind, ZakatOffice, ZakatPeriod, ZakatRule, ZakatRules, changed_at

Code = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Rupiah = Annotated[int, msgspec.Meta(ge=1, le=AMOUNT)]
MoreThanNothing = Annotated[float, msgspec.Meta(gt=0)]


class ConfiguredRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule of a decree. Zakat fitrah has `per_person`; the others have `nisab`, `rate` in percent and `period`."""

    code: Code
    kind: ZakatKind
    period: ZakatPeriod | None = None
    nisab: Rupiah | None = None
    rate: Annotated[float, msgspec.Meta(gt=0, le=100)] | None = None
    per_person: Rupiah | None = None
    gold_grams: MoreThanNothing | None = None
    rice_kg: MoreThanNothing | None = None
    decree: Annotated[str, msgspec.Meta(min_length=3)]
    decreed_on: date
    url: Annotated[str, msgspec.Meta(pattern=r"^https://[^\s]+$")] | None = None
    from_day: date
    until_day: date | None = None


class ZakatOptions(Options, frozen=True, kw_only=True):
    """The rules, and the offices where zakat is paid."""

    rules: Annotated[tuple[ConfiguredRule, ...], msgspec.Meta(min_length=1)]
    offices: tuple[ZakatOffice, ...] = ()

    def mistakes(self, others: Mapping[str, Options]) -> Iterable[Mistake]:  # noqa: ARG002  the base's signature
        for key, codes in (("rules", [each.code for each in self.rules]), ("offices", [o.code for o in self.offices])):
            for code in (code for code, count in Counter(codes).items() if count > 1):
                yield Mistake((key,), f"{code} stands twice; each code stands once")
        for each in self.rules:
            by_rate = (each.nisab, each.rate, each.period)
            if each.kind is ZakatKind.FITRAH:
                if each.per_person is None or any(part is not None for part in by_rate):
                    yield Mistake(("rules",), f"{each.code}: FITRAH has per_person, and no nisab, rate or period")
            elif each.per_person is not None or None in by_rate:
                yield Mistake(("rules",), f"{each.code}: {each.kind.value} has nisab, rate and period, not per_person")
            if each.until_day is not None and each.until_day < each.from_day:
                yield Mistake(("rules",), f"{each.code}: until_day is before from_day")


class ConfiguredZakat(Zakat[ZakatOptions, Credentials]):
    """The rules of the configuration."""

    protocol: ClassVar[str] = "configured-zakat"
    schemes: ClassVar[tuple[str, ...]] = ()

    def probe(self) -> Read[ZakatRules]:
        return self.rules()

    @read(ttl=NEVER_KEPT, changed=changed_at)
    async def rules(self) -> ZakatRules:
        newest = max(each.decreed_on for each in self.options.rules)
        return ZakatRules(
            rules=tuple(ZakatRule(**msgspec.structs.asdict(each)) for each in self.options.rules),
            offices=self.options.offices,
            changed_at=datetime.combine(newest, time(), self.zone).astimezone(UTC),
        )
