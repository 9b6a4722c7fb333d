"""Where people can ask about the law: offices in the configuration of an agency."""

from datetime import date
from typing import Literal

import msgspec

from connectors.jdih.records import Jdih, LegalService, Worded
from connectors.kit.opening_hours import OpeningHours, Weekday
from resolvers.kit.context import Context
from resolvers.kit.opening_hours import open_at
from resolvers.kit.paging import Page, PageArguments, paginate
from resolvers.kit.readings import configured, not_configured


class LegalOffice(msgspec.Struct, frozen=True, kw_only=True):
    """An office, in the language of the request. `agency` is the code of the agency that names it."""

    agency: str
    place: int
    name: str
    owner: str
    about: str
    requirements: list[str]
    legal_basis: str | None
    free: bool
    address: str
    phone: str | None
    email: str | None
    url: str | None
    hours: tuple[OpeningHours, ...]
    open_now: bool
    checked_on: date


def legal_consultation_offices(_: None, ctx: Context, *, page: PageArguments) -> Page[LegalOffice]:
    return _offices(ctx, "CONSULTATION", page)


def legal_aid_offices(_: None, ctx: Context, *, page: PageArguments) -> Page[LegalOffice]:
    return _offices(ctx, "AID", page)


def _offices(ctx: Context, kind: Literal["CONSULTATION", "AID"], page: PageArguments) -> Page[LegalOffice]:
    """The offices in the order of the file."""
    id, en = "layanan hukum", "such an office"  # noqa: A001
    offices = [
        _office(ctx, agency.agency.code, place, service)
        for agency in configured(ctx, Jdih, id=id, en=en)
        for place, service in enumerate(agency.options.legal_services)
        if service.kind == kind
    ]
    return paginate(offices or not_configured(id, en), lambda each: (each.agency, each.place), page, order=kind)


def _office(ctx: Context, agency: str, place: int, service: LegalService) -> LegalOffice:
    def say(text: Worded) -> str:
        return text.id if ctx.language == "id" else text.en

    hours = tuple(
        OpeningHours(day=Weekday(day), opens=each.opens, closes=each.closes)
        for each in service.hours
        for day in each.days
    )
    return LegalOffice(
        agency=agency,
        place=place,
        name=say(service.name),
        owner=service.owner,
        about=say(service.about),
        requirements=[say(each) for each in service.requirements],
        legal_basis=service.legal_basis,
        free=service.free,
        address=service.address,
        phone=service.phone,
        email=service.email,
        url=service.url,
        hours=hours,
        open_now=open_at(hours, ctx),
        checked_on=service.checked_on,
    )
