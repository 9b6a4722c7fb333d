"""Papers that are looked up by their number: the tax on a deed, a service request, a bill of a retribution."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import msgspec

from auth.subject import Subject, SubjectKind, nik
from connectors.kit.connector import AnyConnector
from connectors.tax.papers import DeedParty, Deeds, DeedTax, Retribution, Retributions
from connectors.tax.records import Nop
from connectors.tax.requests import Requests, ServiceRequest, TaxKind
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.lookup_throttle import throttled
from resolvers.kit.paging import Page, PageArguments, paginate
from resolvers.kit.personal import PersonalValue
from resolvers.kit.readings import configured, first_answer
from resolvers.kit.source import Source
from resolvers.tax.papers_rules import RetributionStatus, Step, retribution_status, steps_of

K = TypeVar("K", bound=AnyConnector)


class BphtbDeed(DeedTax, frozen=True, kw_only=True):
    """The tax on a deed, and its source."""

    number: str
    source: Source


class BphtbAmounts(msgspec.Struct, frozen=True, kw_only=True):
    """The amounts of a deed in whole rupiah, and the rate in per cent."""

    value: int
    exempt: int
    rate: float | None
    tax: int
    reduction: int
    penalty: int
    paid_before: int
    payable: int
    paid: int
    outstanding: int


class TaxServiceRequest(ServiceRequest, frozen=True, kw_only=True):
    """A request, whether it is late, and its source."""

    of: TaxKind
    number: str
    late: bool
    source: Source


class RetributionBill(msgspec.Struct, frozen=True, kw_only=True):
    """A bill of a retribution with its status today, and its source. Amounts are in whole rupiah."""

    code: str
    service: str | None
    number: str | None
    principal: int
    penalty: int
    total: int
    status: RetributionStatus
    contradicted: bool
    issued_on: date | None
    paid_on: date | None
    expires_on: date | None
    source: Source


async def bphtb_deed(_: None, ctx: Context, *, number: str) -> BphtbDeed | None:
    keepers = configured(ctx, Deeds, id="BPHTB", en="an agency for the tax on acquisitions (BPHTB)")
    asked = _read_as(keepers[0].deed_number, number)
    await throttled(ctx, "deed", asked)

    async def ask(keeper: Deeds[Any, Any]) -> BphtbDeed | None:
        reading = await ctx.reading(keeper.deed(asked))
        found = reading.records
        return BphtbDeed(number=asked, source=ctx.source(reading), **_of(found)) if found else None

    return await first_answer(ctx, keepers, ask)


def steps(root: BphtbDeed, _: Context, *, page: PageArguments) -> Page[Step]:
    return paginate(steps_of(root), lambda step: (step.order,), page, order="steps")


def masked_deed_owner(root: BphtbDeed) -> str | None:
    return root.owner_name


def masked_deed_nop(root: BphtbDeed) -> str:
    return root.nop


async def deed_owner(root: BphtbDeed, ctx: Context) -> PersonalValue[str] | None:
    return await _about(root, ctx, lambda party: party.name)


async def deed_nop(root: BphtbDeed, ctx: Context) -> PersonalValue[Nop] | None:
    return await _about(root, ctx, lambda party: party.nop)


async def amounts(root: BphtbDeed, ctx: Context) -> PersonalValue[BphtbAmounts] | None:
    return await _about(root, ctx, _amounts)


async def tax_service_request(_: None, ctx: Context, *, of: TaxKind, number: str) -> TaxServiceRequest | None:
    words = {"id": f"permohonan layanan {of.value}", "en": f"requests about {of.value}"}
    counters = configured(ctx, Requests, where=lambda each: each.takes is of, **words)
    asked = _read_as(counters[0].request_number, number)
    await throttled(ctx, f"request:{of.value}", asked)

    async def ask(counter: Requests[Any, Any]) -> TaxServiceRequest | None:
        reading = await ctx.reading(counter.request(asked))
        found = reading.records
        if found is None:
            return None
        ends = found.finished_on or ctx.today()
        late = found.promised_on is not None and found.promised_on < ends
        return TaxServiceRequest(of=of, number=asked, late=late, source=ctx.source(reading), **_of(found))

    return await first_answer(ctx, counters, ask)


async def retribution_bill(_: None, ctx: Context, *, billing_code: str) -> RetributionBill | None:
    issuers = configured(ctx, Retributions, id="retribusi", en="an agency that bills retributions")
    asked = _read_as(issuers[0].billing_code, billing_code)
    await throttled(ctx, "retribution", asked)

    async def ask(issuer: Retributions[Any, Any]) -> RetributionBill | None:
        reading = await ctx.reading(issuer.retribution(asked))
        return _bill(asked, reading.records, ctx, ctx.source(reading)) if reading.records else None

    return await first_answer(ctx, issuers, ask)


def _bill(code: str, found: Retribution, ctx: Context, source: Source) -> RetributionBill:
    status, contradicted = retribution_status(found, ctx.today())
    said = {name: value for name, value in _of(found).items() if name not in {"paid", "settled"}}
    return RetributionBill(code=code, status=status, contradicted=contradicted, source=source, **said)


def _amounts(party: DeedParty) -> BphtbAmounts:
    said = {name: value for name, value in _of(party).items() if name not in {"name", "number", "nop"}}
    return BphtbAmounts(outstanding=max(0, party.payable - party.paid), **said)


T = TypeVar("T")


async def _about(root: BphtbDeed, ctx: Context, of: Callable[[DeedParty], T]) -> PersonalValue[T] | None:
    """A personal value from the agency that described the deed.

    Without a resident's number, the audit log knows the person by the number of the deed.
    """
    keeper = ctx.agencies.with_code(Deeds, root.source.agency)
    party = (await ctx.reading(keeper.party(root.number))).records if keeper else None
    if party is None:
        return None
    return PersonalValue(of(party), nik(party.number) if party.number else Subject(SubjectKind.DEED, root.number))


def _of(record: msgspec.Struct) -> dict[str, Any]:
    return msgspec.structs.asdict(record)


def _read_as(read: Callable[[str], str], typed: str) -> str:
    """The number in the agency's form; raises BAD_USER_INPUT, without repeating the number."""
    try:
        return read(typed)
    except ValueError as error:
        raise UserError("BAD_USER_INPUT", id="Nomor ini bukan nomor yang sah.", en=f"{error}.".capitalize()) from None
