"""Global ids: what they name and how it is found again.

What is public says its code in its id. What is a person's says nothing there (auth/cover.py), and `node` gives it by
the rules of the field that it is found by.
"""

import base64
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from auth.account import Session
from auth.api_key import ApiKey
from auth.policies import MY_BOOKINGS, MY_SESSIONS, Policy, administrators, public, signed_in
from connectors.regions.records import City, DottedCode, Kecamatan, Kelurahan
from connectors.tax.records import Nop
from connectors.tax.requests import TaxKind
from resolvers.beds import hospitals
from resolvers.beds.rules import HospitalBeds
from resolvers.booking import bookings
from resolvers.booking.rules import VenueBooking
from resolvers.identity import account
from resolvers.jdih import regulations
from resolvers.jobs import fairs, internships, vacancies
from resolvers.jobs.internships import OpenInternship
from resolvers.jobs.sources import JobVacancy
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.personal import About, given
from resolvers.platform import api_keys
from resolvers.prices import commodities, markets
from resolvers.prices.sources import KnownCommodity, SurveyedMarket
from resolvers.regions import regions
from resolvers.tax import objects, papers
from resolvers.venues import events, venue_bookings, venues


def _code(root: Any, _: Context) -> str:
    code: str = root.code
    return code


class Kind(NamedTuple):
    """One kind of what has an id. `code` names a thing among its kind, `find` finds it by that for who asks.

    `policy` says for whose schema it is; `covered`, that its code is nobody's to read.
    """

    name: str
    find: Callable[[Context, str], Awaitable[object | None]]
    code: Callable[[Any, Context], str] = _code
    policy: Policy = public
    covered: bool = False


async def _personal(
    ctx: Context, policy: Policy, field: str, find: Callable[[], Awaitable[About[Any] | None]]
) -> object | None:
    """By the rules of this field, and on record like it."""
    if policy.personal is None:
        raise TypeError(f"{field} is not personal")
    found: object | None = await given(ctx, policy.personal, field, None, find)
    return found


async def _city(ctx: Context, code: str) -> City | None:
    city = await regions.city(None, ctx)
    return city if city.code == code else None


async def _beds(ctx: Context, code: str) -> HospitalBeds | None:
    found = await hospitals.hospital(None, ctx, code=code)
    return await hospitals.beds(found, ctx) if found else None


async def _bill(ctx: Context, code: str) -> object | None:
    nop, _slash, year = code.partition("/")
    return await objects.tax_bill(ctx, Nop(nop), int(year))


async def _request(ctx: Context, code: str) -> object | None:
    of, _slash, number = code.partition("/")
    return await papers.tax_service_request(None, ctx, of=TaxKind(of), number=number)


async def _booking(ctx: Context, code: str) -> object | None:
    """An officer's are those of the own agency, anybody else's the own."""
    if venue_bookings.is_ours(ctx, code):
        return await venue_bookings.booking_here(ctx, code)
    return await _personal(ctx, MY_BOOKINGS, "Query.booking", lambda: bookings.booking(None, ctx, code=code))


async def _session(ctx: Context, code: str) -> object | None:
    return await _personal(ctx, MY_SESSIONS, "Me.devices", lambda: account.device(ctx, code))


async def _me(ctx: Context, code: str) -> object | None:
    return await account.me(None, ctx) if code == account.own_code(ctx) else None


KINDS: dict[type[Any], Kind] = {
    City: Kind("City", _city),
    Kecamatan: Kind("Kecamatan", lambda ctx, code: regions.kecamatan(None, ctx, code=DottedCode(code))),
    Kelurahan: Kind("Kelurahan", lambda ctx, code: regions.kelurahan(None, ctx, code=DottedCode(code))),
    hospitals.HospitalAt: Kind("Hospital", lambda ctx, code: hospitals.hospital(None, ctx, code=code)),
    HospitalBeds: Kind("HospitalBeds", _beds),
    JobVacancy: Kind("Vacancy", lambda ctx, code: vacancies.vacancy(None, ctx, code=code)),
    OpenInternship: Kind("Internship", lambda ctx, code: internships.internship(None, ctx, code=code)),
    fairs.PublishedFair: Kind("JobFair", lambda ctx, code: fairs.job_fair(None, ctx, code=code)),
    events.PublishedSportEvent: Kind("SportEvent", lambda ctx, code: events.sport_event(None, ctx, code=code)),
    regulations.PublishedRegulation: Kind("Regulation", lambda ctx, code: regulations.regulation(None, ctx, code=code)),
    venues.SportsVenue: Kind("Venue", lambda ctx, code: venues.venue(None, ctx, code=code)),
    venues.VenueSlot: Kind("Slot", venues.slot),
    SurveyedMarket: Kind("Market", lambda ctx, code: markets.market(None, ctx, code=code)),
    KnownCommodity: Kind("Commodity", lambda ctx, code: commodities.commodity(None, ctx, code=code)),
    objects.TaxObject: Kind(
        "TaxObject",
        lambda ctx, code: objects.tax_object(None, ctx, nop=Nop(code)),
        lambda root, _: root.nop.digits,
        covered=True,
    ),
    objects.TaxBill: Kind("TaxBill", _bill, lambda root, _: f"{root.nop.digits}/{root.year}", covered=True),
    papers.BphtbDeed: Kind(
        "BphtbDeed",
        lambda ctx, code: papers.bphtb_deed(None, ctx, number=code),
        lambda root, _: root.number,
        policy=signed_in,
        covered=True,
    ),
    papers.TaxServiceRequest: Kind(
        "TaxServiceRequest", _request, lambda root, _: f"{root.of.value}/{root.number}", covered=True
    ),
    papers.RetributionBill: Kind(
        "RetributionBill", lambda ctx, code: papers.retribution_bill(None, ctx, billing_code=code), covered=True
    ),
    account.Me: Kind("Me", _me, lambda _, ctx: account.own_code(ctx), policy=signed_in, covered=True),
    Session: Kind("DeviceSession", _session, policy=signed_in, covered=True),
    VenueBooking: Kind("Booking", _booking, policy=signed_in, covered=True),
    ApiKey: Kind("ApiKey", api_keys.api_key, policy=administrators),
}
BY_NAME = {kind.name: kind for kind in KINDS.values()}


def node_id(root: Any, ctx: Context) -> str:
    kind = KINDS[type(root)]
    code = kind.code(root, ctx)
    said = ctx.cover.put(kind.name, code) if kind.covered else code
    return base64.urlsafe_b64encode(f"{kind.name}:{said}".encode()).decode("ascii").rstrip("=")


async def node(_root: None, ctx: Context, *, id: str) -> object | None:  # noqa: A002
    name, code = _read(ctx, id)
    kind = BY_NAME.get(name)
    if kind is None or code is None or not kind.policy.shows(ctx.caller.audience):
        raise UserError("BAD_USER_INPUT", id="id ini tidak dikenal.", en="This id is not one of ours.")
    return await kind.find(ctx, code)


def _read(ctx: Context, given_id: str) -> tuple[str, str | None]:
    """The kind that an id names, and the code; None where it is none of ours."""
    try:
        raw = base64.b64decode(given_id + "=" * (-len(given_id) % 4), altchars=b"-_", validate=True)
        name, _colon, said = raw.decode().partition(":")
    except ValueError:
        return "", None
    kind = BY_NAME.get(name)
    return name, ctx.cover.lifted(name, said) if kind and kind.covered else said
