"""Global ids: what they name and how it is found again."""

import base64
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from connectors.regions.records import City, DottedCode, Kecamatan, Kelurahan
from resolvers import (
    beds,
    jdih,
    job_fairs,
    jobs,
    jobs_internships,
    prices,
    prices_markets,
    regions,
    sport_events,
    venues,
)
from resolvers.context import Context
from resolvers.errors import UserError
from resolvers.jobs_internships import OpenInternship
from resolvers.jobs_sources import JobVacancy
from resolvers.prices_sources import KnownCommodity, SurveyedMarket


class _Kind(NamedTuple):
    name: str
    find: Callable[[Context, str], Awaitable[object | None]]


async def _city(ctx: Context, code: str) -> City | None:
    city = await regions.city(None, ctx)
    return city if city.code == code else None


KINDS: dict[type[Any], _Kind] = {
    City: _Kind("City", _city),
    Kecamatan: _Kind("Kecamatan", lambda ctx, code: regions.kecamatan(None, ctx, code=DottedCode(code))),
    Kelurahan: _Kind("Kelurahan", lambda ctx, code: regions.kelurahan(None, ctx, code=DottedCode(code))),
    beds.HospitalAt: _Kind("Hospital", lambda ctx, code: beds.hospital(None, ctx, code=code)),
    JobVacancy: _Kind("Vacancy", lambda ctx, code: jobs.vacancy(None, ctx, code=code)),
    OpenInternship: _Kind("Internship", lambda ctx, code: jobs_internships.internship(None, ctx, code=code)),
    job_fairs.PublishedFair: _Kind("JobFair", lambda ctx, code: job_fairs.job_fair(None, ctx, code=code)),
    sport_events.PublishedSportEvent: _Kind(
        "SportEvent", lambda ctx, code: sport_events.sport_event(None, ctx, code=code)
    ),
    jdih.PublishedRegulation: _Kind("Regulation", lambda ctx, code: jdih.regulation(None, ctx, code=code)),
    venues.SportsVenue: _Kind("Venue", lambda ctx, code: venues.venue(None, ctx, code=code)),
    SurveyedMarket: _Kind("Market", lambda ctx, code: prices_markets.market(None, ctx, code=code)),
    KnownCommodity: _Kind("Commodity", lambda ctx, code: prices.commodity(None, ctx, code=code)),
}


def node_id(root: Any, _: Context) -> str:
    return base64.urlsafe_b64encode(f"{KINDS[type(root)].name}:{root.code}".encode()).decode("ascii").rstrip("=")


async def node(_root: None, ctx: Context, *, id: str) -> object | None:  # noqa: A002
    try:
        name, _, code = (
            base64.b64decode(id + "=" * (-len(id) % 4), altchars=b"-_", validate=True).decode().partition(":")
        )
    except ValueError:
        name, code = "", ""
    for kind in KINDS.values():
        if kind.name == name:
            return await kind.find(ctx, code)
    raise UserError("BAD_USER_INPUT", id="id ini tidak dikenal.", en="This id is not one of ours.")
