"""Property tax: an object by its NOP, its bills, its payments, and what is owed."""

from collections.abc import Collection
from datetime import date
from enum import Enum
from typing import Any

import msgspec

from auth.subject import Subject, SubjectKind, nik
from connectors.kit.reading import Reading
from connectors.kit.structs import extended
from connectors.kit.together import together
from connectors.regions.records import Kecamatan, Kelurahan
from connectors.tax.records import Bill, Nop, Payment, PenaltyRules, Property, Tax
from resolvers.kit.absences import NotPublished
from resolvers.kit.at_hand import seldom_waits
from resolvers.kit.context import Context
from resolvers.kit.lookup_throttle import throttled
from resolvers.kit.paging import Page, PageArguments, paginate
from resolvers.kit.personal import PersonalValue
from resolvers.kit.readings import configured, first_answer
from resolvers.kit.source import Source
from resolvers.regions.regions import city_of_agency
from resolvers.tax.rules import BillStatus, estimated_penalty, outstanding, paid_principal, status_of

AnyTax = Tax[Any, Any]


class PenaltyBasis(Enum):
    """Where the amount of a penalty comes from."""

    SOURCE = "SOURCE"
    ESTIMATE = "ESTIMATE"


class Penalty(msgspec.Struct, frozen=True, kw_only=True):
    """A penalty in whole rupiah: paid to the tax office, or estimated by the hub without the part that is `waived`."""

    amount: int
    waived: int = 0
    basis: PenaltyBasis


class TaxObject(Property, frozen=True, kw_only=True):
    """An object as its newest bill describes it."""

    nop: Nop
    as_of_year: int
    source: Source


class TaxBill(msgspec.Struct, frozen=True, kw_only=True):
    """A bill with its payments. Amounts are in whole rupiah."""

    nop: Nop
    year: int
    amount: int
    paid: int
    outstanding: int
    status: BillStatus
    contradicted: bool
    due_on: date | None
    penalty: Penalty | None
    payments: tuple[Payment, ...]
    source: Source


class Arrears(msgspec.Struct, frozen=True, kw_only=True):
    """What is owed on bills after their due day. Amounts are in whole rupiah."""

    bills: int
    principal: int
    penalty: Penalty
    total: int
    reckoned_on: date


@seldom_waits
async def tax_object(_: None, ctx: Context, *, nop: Nop) -> TaxObject | None:
    await throttled(ctx, "nop", nop.digits)
    found, this = await first_answer(ctx, _offices(ctx), lambda office: _object(ctx, office, nop)), ctx.today().year
    if found and found.as_of_year < this:
        raise NotPublished(
            found.source.agency,
            id=f"Tagihan (SPPT) tahun {this} belum terbit.",
            en=f"The bill of {this} is not out.",
            instead=found,
        )
    return found


async def _object(ctx: Context, office: AnyTax, nop: Nop) -> TaxObject | None:
    for year in _years(ctx, office):
        reading = await ctx.reading(office.bill(nop, year))
        if reading.records:
            bill = reading.records
            source = ctx.source(reading)
            return extended(TaxObject, bill.property, nop=nop, as_of_year=bill.year, source=source)
    return None


def masked_owner_name(root: TaxObject) -> str | None:
    return root.owner_name


async def owner_name(root: TaxObject, ctx: Context) -> PersonalValue[str] | None:
    """The full name, from the office that described the object.

    Without a resident's number, the audit log knows the owner by the NOP.
    """
    office = _offices(ctx, first=root.source.agency)[0]
    taxpayer = (await ctx.reading(office.taxpayer(root.nop, root.as_of_year))).records
    if taxpayer is None:
        return None
    return PersonalValue(
        taxpayer.name, nik(taxpayer.number) if taxpayer.number else Subject(SubjectKind.NOP, root.nop.digits)
    )


@seldom_waits
async def bills(
    root: TaxObject, ctx: Context, *, status: list[BillStatus] | None = None, page: PageArguments
) -> Page[TaxBill]:
    chosen = (bill for bill in await _bills(ctx, root) if status is None or bill.status in status)
    return paginate(chosen, lambda bill: (-bill.year,), page, order="bills")


@seldom_waits
async def arrears(root: TaxObject, ctx: Context) -> Arrears:
    today = ctx.today()
    late = [
        bill for bill in await _bills(ctx, root) if bill.outstanding and bill.due_on is not None and bill.due_on < today
    ]
    principal = sum(bill.outstanding for bill in late)
    penalties = [bill.penalty for bill in late if bill.penalty]
    penalty, waived = sum(each.amount for each in penalties), sum(each.waived for each in penalties)
    return Arrears(
        bills=len(late),
        principal=principal,
        penalty=Penalty(amount=penalty, waived=waived, basis=PenaltyBasis.ESTIMATE),
        total=principal + penalty,
        reckoned_on=today,
    )


async def tax_bill(ctx: Context, nop: Nop, year: int) -> TaxBill | None:
    """One bill of an object. It counts as the same lookup as the object."""
    await throttled(ctx, "nop", nop.digits)
    return await first_answer(ctx, _offices(ctx), lambda office: _bill(ctx, office, nop, year))


def payments(root: TaxBill, _: Context, *, page: PageArguments) -> Page[Payment]:
    return paginate(root.payments, lambda payment: (payment.sequence,), page, order="payments")


def kecamatan(root: TaxObject, ctx: Context) -> Kecamatan | None:
    name = root.kecamatan_name
    return ctx.regions.kecamatan_named(name, city=city_of_agency(ctx, root.source.agency)) if name else None


def kelurahan(root: TaxObject, ctx: Context) -> Kelurahan | None:
    name = root.kelurahan_name
    if not name:
        return None
    return ctx.regions.kelurahan_named(name, kecamatan(root, ctx), city=city_of_agency(ctx, root.source.agency))


async def _bills(ctx: Context, root: TaxObject) -> Collection[TaxBill]:
    async def ask(office: AnyTax) -> list[TaxBill]:
        found = await together(_bill(ctx, office, root.nop, year) for year in _years(ctx, office))
        return [bill for bill in found if bill]

    return await first_answer(ctx, _offices(ctx, first=root.source.agency), ask)


async def _bill(ctx: Context, office: AnyTax, nop: Nop, year: int) -> TaxBill | None:
    reading = await ctx.reading(office.bill(nop, year))
    if reading.records is None:
        return None
    return _paid(ctx, nop, reading, reading.records, await ctx.reading(office.payments(nop, year)))


def _paid(
    ctx: Context, nop: Nop, reading: Reading[Bill | None], bill: Bill, payments: Reading[tuple[Payment, ...]]
) -> TaxBill:
    paid_on_it = payments.records
    paid = paid_principal(paid_on_it)
    status, contradicted = status_of(bill, paid)
    return TaxBill(
        nop=nop,
        year=bill.year,
        amount=bill.amount,
        paid=paid,
        outstanding=outstanding(bill, paid),
        status=status,
        contradicted=contradicted,
        due_on=bill.due_on,
        penalty=_penalty(bill, paid_on_it, outstanding(bill, paid), ctx),
        payments=paid_on_it,
        source=ctx.source(reading),
    )


def _penalty(bill: Bill, payments: Collection[Payment], owed: int, ctx: Context) -> Penalty | None:
    """The estimate for an owed amount, or the penalty that was paid; None if there is neither."""
    taken = sum(payment.penalty for payment in payments)
    if owed > 0:
        amount, waived = estimated_penalty(owed, bill.due_on, ctx.today(), _penalty_rules(ctx), year=bill.year)
        if amount or waived:
            return Penalty(amount=amount, waived=waived, basis=PenaltyBasis.ESTIMATE)
    return Penalty(amount=taken, basis=PenaltyBasis.SOURCE) if taken else None


def _penalty_rules(ctx: Context) -> PenaltyRules:
    """The rules of the city: those of the first tax office that has rules in the file."""
    said = (office.options.penalty for office in _offices(ctx))
    return next((rules for rules in said if rules is not None), PenaltyRules())


def _offices(ctx: Context, *, first: str | None = None) -> list[AnyTax]:
    """The tax offices in the order of the file, but first the one that has answered before."""
    offices = configured(ctx, Tax, id="layanan pajak", en="its tax office")
    return sorted(offices, key=lambda office: office.agency.code != first)


def _years(ctx: Context, office: AnyTax) -> range:
    """The years that are looked up, newest first."""
    this = ctx.today().year
    return range(this, this - office.options.years, -1)
