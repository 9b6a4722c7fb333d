"""The warnings that are in force for the city, and whether they could be checked at all."""

from datetime import datetime
from enum import Enum

import msgspec

from connectors.kit.bilingual import Bilingual
from connectors.regions.records import CityRegion, DottedCode, Kecamatan, Kelurahan, RegionCode, System
from connectors.weather.records import BY_SEVERITY, Certainty, Severity, WarningUrgency
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.paging import Page, PageArguments, paginate
from resolvers.kit.source import Source
from resolvers.weather.geometry import touched
from resolvers.weather.rules import in_force
from resolvers.weather.sources import Heard, MessagesHeard, check_warnings, in_language


class WarningStatus(Enum):
    """What is known of warnings now."""

    WARNING = "WARNING"
    CLEAR = "CLEAR"
    UNCHECKED = "UNCHECKED"


class WeatherWarning(msgspec.Struct, frozen=True, kw_only=True):
    """A warning that is in force, or will be, and which regions of the city it touches; its texts are in `language`."""

    code: str
    language: str | None
    event: str | None
    headline: str | None
    description: str | None
    instruction: str | None
    severity: Severity
    urgency: WarningUrgency
    certainty: Certainty
    sent_at: datetime
    starts_at: datetime
    ends_at: datetime | None
    started: bool
    everywhere: bool
    touches: tuple[Kelurahan, ...]
    touches_kecamatan: tuple[Kecamatan, ...]
    issuer: str | None
    url: str | None
    attribution: str
    source: Source


class WarningCheck(msgspec.Struct, frozen=True, kw_only=True):
    """What is known for a region, the one with this `code`. `checked`: every system that warns has been asked now."""

    code: str
    region: CityRegion | Kecamatan
    status: WarningStatus
    statement: str
    checked: bool
    checked_at: datetime | None
    known: tuple[WeatherWarning, ...]
    asked: tuple[Source, ...]


STATEMENTS = {
    (WarningStatus.WARNING, True): Bilingual(
        id="Ada {count} peringatan yang berlaku untuk {region}.", en="Warnings in force for {region}: {count}."
    ),
    (WarningStatus.WARNING, False): Bilingual(
        id="Ada {count} peringatan yang diketahui untuk {region}, tetapi peringatan tidak dapat diperiksa saat ini.",
        en="Warnings known for {region}: {count}, but warnings cannot be checked now.",
    ),
    (WarningStatus.CLEAR, True): Bilingual(
        id="Tidak ada peringatan yang berlaku untuk {region}.", en="No warnings are in force for {region}."
    ),
    (WarningStatus.UNCHECKED, False): Bilingual(
        id="Peringatan untuk {region} tidak dapat diperiksa saat ini.",
        en="Warnings for {region} cannot be checked now.",
    ),
}


async def weather_warnings(_: None, ctx: Context, *, kecamatan: DottedCode | None = None) -> WarningCheck | None:
    found = ctx.regions.find(RegionCode(System.KEMENDAGRI, kecamatan or ctx.regions.city.code))
    if not isinstance(found, CityRegion | Kecamatan):
        return None
    check = await check_warnings(ctx)
    known = [each for each in await _standing(ctx, check) if any(_lies_in(of.code, found) for of in each.touches)]
    status = WarningStatus.WARNING if known else WarningStatus.CLEAR if check.complete else WarningStatus.UNCHECKED
    return WarningCheck(
        code=found.code,
        region=found,
        status=status,
        statement=_statement(ctx, status, found, count=len(known), checked=check.complete),
        checked=check.complete,
        checked_at=check.checked_at,
        known=tuple(known),
        asked=tuple(check.sources),
    )


async def weather_warning(ctx: Context, code: str) -> WeatherWarning | None:
    """The one with this code, while it is in force; raises WARNINGS_UNCHECKED where nobody can say that it is not."""
    check = await check_warnings(ctx)
    found = next((each for each in await _standing(ctx, check) if each.code == code), None)
    if found is None and not check.complete:
        raise _unchecked()
    return found


def warnings(root: WarningCheck, _: Context, *, page: PageArguments) -> Page[WeatherWarning]:
    if root.status is WarningStatus.UNCHECKED:
        raise _unchecked()
    return paginate(root.known, _place, page, order="weather-warnings")


def sources(root: WarningCheck, _: Context, *, page: PageArguments) -> Page[Source]:
    return paginate(root.asked, lambda each: (each.agency,), page, order="weather-warning-sources")


def kecamatan_of_check(root: WarningCheck, _: Context) -> Kecamatan | None:
    return root.region if isinstance(root.region, Kecamatan) else None


def kelurahan(root: WeatherWarning, _: Context, *, page: PageArguments) -> Page[Kelurahan]:
    return paginate(root.touches, lambda each: (each.code,), page, order="kelurahan")


def kecamatan(root: WeatherWarning, _: Context, *, page: PageArguments) -> Page[Kecamatan]:
    return paginate(root.touches_kecamatan, lambda each: (each.code,), page, order="kecamatan")


def _statement(
    ctx: Context, status: WarningStatus, region: CityRegion | Kecamatan, *, count: int, checked: bool
) -> str:
    name = region.name if isinstance(region, CityRegion) else f"Kecamatan {region.name}"
    return STATEMENTS[status, checked][ctx.language].format(count=count, region=name)


async def _standing(ctx: Context, check: MessagesHeard) -> list[WeatherWarning]:
    """The warnings that touch the city, in the language of the request."""
    by_alert = {id(each.alert): each for each in check.heard}
    found = []
    alerts = [each.alert for each in check.heard]
    ends = (each.ends_at for each in alerts if each.ends_at)
    for alert in in_force(alerts, ctx.now(ends)):
        heard = by_alert[id(alert)]
        area, everywhere = _area(ctx, heard)
        if area:
            found.append(await _warning(ctx, heard, area, everywhere=everywhere))
    return sorted(found, key=_place)


def _area(ctx: Context, heard: Heard) -> tuple[frozenset[str], bool]:
    """The kelurahan that it touches; all, where it does not say where or the hub has no outlines of the city."""
    if heard.alert.everywhere or not ctx.regions.outlines:
        return frozenset(each.code for each in ctx.regions.kelurahan), True
    return touched(ctx.regions, heard.alert.polygons), False


async def _warning(ctx: Context, heard: Heard, area: frozenset[str], *, everywhere: bool) -> WeatherWarning:
    alert, said = heard.alert, await in_language(ctx, heard)
    return WeatherWarning(
        code=f"{heard.source.agency}/{alert.identifier}",
        language=said.language,
        event=said.event,
        headline=said.headline,
        description=said.description,
        instruction=said.instruction,
        severity=alert.severity,
        urgency=alert.urgency,
        certainty=alert.certainty,
        sent_at=alert.sent_at,
        starts_at=alert.starts_at,
        ends_at=alert.ends_at,
        started=alert.starts_at <= ctx.now((alert.starts_at,)),
        everywhere=everywhere,
        touches=tuple(each for each in ctx.regions.kelurahan if each.code in area),
        touches_kecamatan=tuple(each for each in ctx.regions.kecamatan if any(_lies_in(code, each) for code in area)),
        issuer=said.issuer,
        url=said.web,
        attribution=heard.agency.attribution,
        source=heard.source,
    )


def _place(warning: WeatherWarning) -> tuple[int, int, str]:
    return BY_SEVERITY.index(warning.severity), int(warning.starts_at.timestamp()), warning.code


def _lies_in(kelurahan: str, region: CityRegion | Kecamatan) -> bool:
    return kelurahan.startswith(f"{region.code}.")


def _unchecked() -> UserError:
    return UserError(
        "WARNINGS_UNCHECKED",
        id="Peringatan tidak dapat diperiksa saat ini. Itu tidak berarti bahwa tidak ada peringatan.",
        en="Warnings cannot be checked now. That does not mean that there is none.",
    )
