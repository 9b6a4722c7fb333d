"""The yellow card (AK-1): how to get one, and the status of the caller's own."""

from datetime import date

import msgspec

from connectors.jobs.records import CardStatus, LabourAgency, Office, Text, YellowCards
from connectors.jobs.records import YellowCardGuide as Configured
from connectors.regions.records import Kelurahan, RegionCode
from resolvers.identity.account import Me
from resolvers.jobs.card_rules import current, holds, next_report
from resolvers.jobs.policies import YELLOW_CARD
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.paging import Page, PageArguments, paginate
from resolvers.kit.personal import PersonalValue
from resolvers.kit.readings import configured
from resolvers.kit.source import Source

REPORT_MONTHS = 6
"""The usual months between reports, if no guide says otherwise."""


class CardOffice(msgspec.Struct, frozen=True, kw_only=True):
    """An office, in the language of the request. `region` is the code of its kelurahan."""

    name: str
    address: str
    hours: str
    region: str | None
    phone: str | None
    url: str | None


class Guide(msgspec.Struct, frozen=True, kw_only=True):
    """How to get a yellow card, in the language of the request. `agency` is the agency that says so."""

    purpose: str
    requirements: list[str]
    valid_months: int
    report_months: int
    agency: str
    offices: tuple[CardOffice, ...]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """When the holder must report next. `computed` is true if the hub computed it."""

    due_on: date
    computed: bool


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """The status and the validity of a person's card, and nothing else."""

    status: CardStatus
    begins_on: date | None
    ends_on: date | None
    valid: bool
    next_report: Report | None
    source: Source


def guide(_: None, ctx: Context) -> Guide:
    agency, told = _guide(ctx) or _not_told()
    return Guide(
        purpose=_text(told.purpose, ctx),
        requirements=[_text(each, ctx) for each in told.requirements],
        valid_months=told.months,
        report_months=told.report_months,
        agency=ctx.agencies.name(agency),
        offices=tuple(_place(each, ctx) for each in told.offices),
    )


def offices(root: Guide, _: Context, *, page: PageArguments) -> Page[CardOffice]:
    return paginate(root.offices, lambda each: (each.name, each.address), page, order="offices")


def kelurahan(root: CardOffice, ctx: Context) -> Kelurahan | None:
    found = ctx.regions.find(RegionCode.kemendagri(root.region)) if root.region else None
    return found if isinstance(found, Kelurahan) else None


async def card(_root: Me, ctx: Context) -> PersonalValue[Card] | None:
    """The card of the caller. It is recorded before the register is asked, because the question itself is personal."""
    register = configured(ctx, YellowCards, id="kartu kuning (AK-1)", en="a register of yellow cards")[0]
    person, told = ctx.caller.person, _guide(ctx)
    if person is None or person.nik is None:
        return None
    await ctx.auditor.note(person.name, YELLOW_CARD)
    reading = await ctx.reading(register.cards(person.nik))
    today = ctx.today()
    found = current(reading.records, today)
    if found is None:
        return None
    due = next_report(found, today, told[1].report_months if told else REPORT_MONTHS)
    shown = Card(
        status=found.status,
        begins_on=found.valid_from,
        ends_on=found.valid_until,
        valid=holds(found, today),
        next_report=Report(due_on=due, computed=True) if due else None,
        source=ctx.source(reading),
    )
    return PersonalValue(shown, person.name)


def _guide(ctx: Context) -> tuple[str, Configured] | None:
    """The guide of the first agency that has one, and the code of that agency."""
    told = ((each.agency.code, each.options.yellow_card) for each in ctx.agencies.of(LabourAgency))
    return next(((code, guide) for code, guide in told if guide), None)


def _not_told() -> tuple[str, Configured]:
    raise UserError(
        "NOT_CONFIGURED",
        id="Kota ini belum menjelaskan cara membuat kartu kuning (AK-1).",
        en="This city has not yet described how to get a yellow card.",
    )


def _place(office: Office, ctx: Context) -> CardOffice:
    return CardOffice(
        name=office.name,
        address=office.address,
        hours=_text(office.hours, ctx),
        region=office.kelurahan,
        phone=office.phone,
        url=office.url,
    )


def _text(text: Text, ctx: Context) -> str:
    return text.id if ctx.language == "id" else text.en
