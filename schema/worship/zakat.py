"""Zakat."""

from datetime import date

from auth.policies import public
from connectors.worship.records import ZakatKind, ZakatPeriod
from resolvers.worship import zakat
from schema.kit.access import object_type
from schema.kit.enums import enum
from schema.kit.fields import field
from schema.kit.node import NodeType, node_of
from schema.kit.paging import ConnectionType
from schema.kit.provenance import SourceType
from schema.kit.scalars import URL, PhoneNumber, Rupiah

enum(
    ZakatKind,
    "ZakatKind",
    "What zakat is paid on (jenis Zakat).",
    {
        "INCOME": "Income from work and services (pendapatan dan jasa).",
        "WEALTH": "Wealth that one has had for a year, such as gold and savings (harta).",
        "FITRAH": "For each person, at the end of Ramadan (jiwa).",
    },
)

enum(
    ZakatPeriod,
    "ZakatPeriod",
    "Over which time a sum is counted (masa).",
    {"MONTH": "A month.", "YEAR": "A year."},
)


@object_type(public, "What is owed by one rule (kewajiban).")
class ZakatOwedType:
    amount: Rupiah | None = field("The sum that was asked about; null where it was persons.")
    persons: int | None = field("How many persons were asked about; null where it was a sum.")
    reaches_nisab: bool = field("Whether the sum is as large as the nisab; of persons it always is.")
    owed: Rupiah | None = field("What is owed, to the nearest rupiah; null where the rule does not hold today.")


@object_type(public, "A rule of zakat (ketentuan), as a decree has it that is in the configuration.")
@node_of(zakat.CurrentRule)
class ZakatRuleType(NodeType):
    code: str = field("Its code in the hub, such as `income-month`.")
    kind: ZakatKind = field("What it is paid on.")
    period: ZakatPeriod | None = field("Over which time the sum is counted; null for what is paid for each person.")
    nisab: Rupiah | None = field("The least sum on which something is owed; null for what is paid for each person.")
    rate: float | None = field("How many percent are owed (kadar); null for what is paid for each person.")
    per_person: Rupiah | None = field("What is owed for each person (per jiwa); null where a sum is counted.")
    gold_grams: float | None = field(
        "How many grams of gold the nisab is worth (gram emas); null where it is by no gold."
    )
    rice_kg: float | None = field("How many kg of rice it is for each person (beras); null where a sum is counted.")
    decree: str = field("The decree (keputusan) that says so.")
    decreed_on: date = field("The day of the decree.")
    url: URL | None = field("A page about the decree.")
    from_day: date = field("From which day on it holds (mulai berlaku).")
    until_day: date | None = field("Until which day it holds (berlaku sampai); null where no end is set.")
    in_force: bool = field("Whether it holds today.")
    owed: ZakatOwedType | None = field(
        "What is owed by this rule; null where what it counts is not given. Nothing of what is asked is kept.",
        resolver=zakat.owed_by,
        weight=10,
        arguments={
            "amount": "A sum in rupiah, such as `10000000`, where a sum is counted.",
            "persons": "How many persons, such as `4`, where it is paid for each person.",
        },
        types={"amount": Rupiah | None},
    )
    source: SourceType = field("Who answers for the rule; `changedAt` is the day of the newest decree.")


@object_type(public, "An office where zakat is paid (lembaga amil).")
@node_of(zakat.CurrentOffice)
class ZakatOfficeType(NodeType):
    code: str = field("Its code in the hub, such as `baznas`.")
    name: str = field("Its name.")
    address: str | None = field("Its address (alamat).")
    phone: PhoneNumber | None = field("Its telephone (telepon).")
    url: URL | None = field("Where one pays online.")
    source: SourceType = field("Who answers for this.")


@object_type(public)
class ZakatQuery:
    zakat_rules: ConnectionType[ZakatRuleType] | None = field(
        "The rules of zakat (ketentuan), by code, those that no longer hold too.",
        resolver=zakat.zakat_rules,
        arguments={"kind": "Only those on this."},
    )
    zakat_rule: ZakatRuleType | None = field(
        "One rule of zakat (ketentuan); null if there is none with this code.",
        resolver=zakat.zakat_rule,
        arguments={"code": "Its code in the hub, such as `income-month`."},
    )
    zakat_offices: ConnectionType[ZakatOfficeType] | None = field(
        "Where zakat is paid (lembaga amil), by code.", resolver=zakat.zakat_offices
    )
