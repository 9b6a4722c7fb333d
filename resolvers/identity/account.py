"""The account of the caller."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from datetime import datetime
from typing import TypeVar

import msgspec

from auth.account import Account, Session
from auth.audit_entry import AuditEntry
from auth.caller import Audience, Person
from auth.masks import mask_nik
from connectors.identity.records import Identity
from connectors.identity.records import Residence as Registered
from connectors.kit.errors import AgencyError
from connectors.regions.records import DottedCode, RegionCode
from resolvers.identity.policies import RECORD, RESIDENCE
from resolvers.kit.absences import NotPublished
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.paging import Page, PageArguments, paginate
from resolvers.kit.personal import PersonalValue
from resolvers.kit.readings import configured
from resolvers.kit.sentences import sentence
from resolvers.kit.source import Source

T = TypeVar("T")

A_DAY = 86_400


class DataUsageEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the audit log, as the person sees it."""

    code: str
    read_at: datetime
    categories: tuple[str, ...]
    audience: Audience
    by_oneself: bool
    agency: str | None
    app: str | None
    purpose: str | None
    legal_basis: str | None
    case: str | None
    operation: str | None
    document: str | None
    text: str


class ResidenceCheck(msgspec.Struct, frozen=True, kw_only=True):
    """What the registry said about a region, when, and how to object to it."""

    status: Registered
    within: DottedCode
    checked_at: datetime
    objection: str
    objection_url: str | None
    source: Source


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """What the hub knows of the caller. `nik` is masked: only its ends are shown, and nothing of it to an app."""

    audience: Audience
    nik: str | None
    agency: str | None


def masked_nik(root: Me) -> str | None:
    return root.nik


async def nik(_root: Me, ctx: Context) -> PersonalValue[str] | None:
    person = _person(ctx)
    if person.nik is None:
        raise NotPublished(
            id="Penyedia identitas tidak memberikan NIK akun ini.",
            en="The identity provider does not give the NIK of this account.",
        )
    return PersonalValue(person.nik, person.name)


def pseudonym(_root: Me, ctx: Context) -> str | None:
    app, seal = ctx.caller.app, ctx.hasher
    return seal.pseudonym(app.code, _person(ctx).subject) if app and seal else None


async def residence(
    _root: Me, ctx: Context, *, within: DottedCode | None = None
) -> PersonalValue[ResidenceCheck] | None:
    """The residence of the caller.

    It is recorded before the registry is asked, because the question itself is personal.
    """
    person, registry = _person(ctx), configured(ctx, Identity, id="data kependudukan", en="its civil registry")[0]
    if person.nik is None:
        return None
    region = within or ctx.regions.city.code
    if ctx.regions.find(RegionCode.kemendagri(region)) is None:
        raise UserError(
            "BAD_USER_INPUT", id="within harus wilayah kota ini.", en="within must be a region of this city."
        )
    most = registry.options.checks_a_day
    if not (await ctx.counter.hit("residence", person.nik, most=most, seconds=A_DAY)).allowed:
        raise UserError(
            "TOO_OFTEN",
            id=f"Paling banyak {most} kali dalam 24 jam; coba lagi nanti.",
            en=f"At most {most} times in 24 hours; try again later.",
        )
    await ctx.auditor.note(person.name, RESIDENCE)
    reading = await ctx.reading(registry.residence(person.nik, region))
    objection = registry.options.objection
    found = ResidenceCheck(
        status=reading.records,
        within=DottedCode(region),
        checked_at=reading.fetched_at,
        objection=objection.id if ctx.language == "id" else objection.en,
        objection_url=objection.url,
        source=ctx.source(reading),
    )
    return PersonalValue(found, person.name)


async def devices(_root: Me, ctx: Context, *, page: PageArguments) -> PersonalValue[Page[Session]]:
    """The sessions of the caller, newest first."""
    sessions = await _asked(ctx, lambda account, token: account.sessions(token))
    found = paginate(sessions, lambda each: (-_seconds(each.used_at), each.code), page, order="USED")
    return PersonalValue(found, _person(ctx).name)


async def device(ctx: Context, code: str) -> PersonalValue[Session] | None:
    sessions = await _asked(ctx, lambda account, token: account.sessions(token))
    return next((PersonalValue(each, _person(ctx).name) for each in sessions if each.code == code), None)


async def data_usage(
    _root: Me, ctx: Context, *, since: datetime | None = None, until: datetime | None = None, page: PageArguments
) -> PersonalValue[Page[DataUsageEntry]]:
    """The entries about the caller, newest first. Readings of the audit log are entries too, but not this one."""
    person = _person(ctx)
    found = await ctx.auditor.of(person.names, since, until, lambda entry: _told(ctx, entry), page)
    return PersonalValue(found, person.name)


async def usage_between(
    ctx: Context, since: datetime | None, until: datetime | None, *, offset: int, limit: int
) -> PersonalValue[tuple[int, list[DataUsageEntry]]]:
    """The same, oldest first, by offset and limit, and how many there are in all."""
    person = _person(ctx)
    total, found = await ctx.auditor.between(person.names, since, until, offset=offset, limit=limit)
    return PersonalValue((total, [_told(ctx, entry) for entry in found]), person.name)


async def all_usage(ctx: Context) -> PersonalValue[AsyncIterator[DataUsageEntry]]:
    """All entries, oldest first, one by one. This reading is an entry too, which is written before."""
    person = _person(ctx)
    found = ctx.auditor.all_of(person.names)
    return PersonalValue((_told(ctx, entry) async for entry in found), person.name)


async def data_read(_root: None, ctx: Context) -> AsyncIterator[PersonalValue[DataUsageEntry]]:
    """Each new entry. The caller's own reading of the audit log is left out, because this subscription is one."""
    person = _person(ctx)
    async with aclosing(ctx.auditor.news(person.names)) as found:
        async for new in found:
            if not ctx.auditor.is_own(new.entry) or new.entry.categories != (RECORD.name,):
                yield PersonalValue(_told(ctx, new.entry), person.name, new=new)


async def end_device_session(_root: None, ctx: Context, *, code: str) -> PersonalValue[Me]:
    """End a session, if it belongs to the caller."""
    sessions = await _asked(ctx, lambda account, token: account.sessions(token))
    if code not in {each.code for each in sessions}:
        raise UserError(
            "NOT_FOUND", id="Anda tidak memiliki sesi dengan kode ini.", en="You have no session with this code."
        )
    await _asked(ctx, lambda account, token: account.end(token, code))
    return PersonalValue(_me(_person(ctx), ctx), _person(ctx).name)


async def _asked(ctx: Context, ask: Callable[[Account, str], Awaitable[T]]) -> T:
    """The answer of the identity provider to the caller's own token."""
    if ctx.identity is None or ctx.caller.token is None:
        raise UserError(
            "NOT_CONFIGURED",
            id="Kota ini belum memiliki penyedia identitas.",
            en="This city has no identity provider yet.",
        )
    try:
        return await ask(ctx.identity.account, ctx.caller.token)
    except AgencyError:
        raise UserError(
            "IDENTITY_UNAVAILABLE",
            id="Penyedia identitas tidak menjawab sebagaimana mestinya.",
            en="The identity provider does not answer as it should.",
        ) from None


def _seconds(moment: datetime | None) -> int:
    return int(moment.timestamp()) if moment else 0


def me(_root: None, ctx: Context) -> Me | None:
    return _me(ctx.caller.person, ctx) if ctx.caller.person else None


def own_code(ctx: Context) -> str:
    """The code in the id of the caller. It differs for each app, like the pseudonym."""
    return f"{ctx.caller.app.code if ctx.caller.app else ''}/{_person(ctx).subject}"


def _me(person: Person, ctx: Context) -> Me:
    shown = mask_nik(person.nik) if person.nik and ctx.caller.app is None else None
    return Me(audience=ctx.caller.audience, nik=shown, agency=person.agency)


def _person(ctx: Context) -> Person:
    """The caller's person. Without a sign-in, the schema has no field that leads here."""
    if ctx.caller.person is None:
        raise UserError("FORBIDDEN", id="Masuk terlebih dahulu.", en="Sign in first.")
    return ctx.caller.person


def _told(ctx: Context, entry: AuditEntry) -> DataUsageEntry:
    reader, mine = entry.reader, ctx.auditor.is_own(entry)
    purpose = ctx.agreements.purposes.get(reader.purpose or "")
    return DataUsageEntry(
        code=str(entry.sequence),
        read_at=entry.at,
        categories=tuple(each for each in entry.categories if each in ctx.categories),
        audience=reader.audience,
        by_oneself=mine,
        agency=reader.agency,
        app=reader.app,
        purpose=None if purpose is None else purpose.id if ctx.language == "id" else purpose.en,
        legal_basis=purpose.legal_basis if purpose else None,
        case=reader.case,
        operation=reader.operation,
        document=reader.digest,
        text=sentence(entry, mine, ctx.categories, ctx.agencies.name, ctx.language),
    )
