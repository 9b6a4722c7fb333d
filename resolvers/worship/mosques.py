"""Mosques and prayer rooms of the city, as the map and the register know them."""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import NamedTuple

import msgspec

from connectors.kit.structs import extended
from connectors.regions.records import DottedCode, Kecamatan
from connectors.worship.records import Attribution, Mosque, MosqueKind, Mosques
from resolvers.kit.context import Context
from resolvers.kit.lasting import Telling, told_anew
from resolvers.kit.paging import Page, PageArguments, cut, paginate
from resolvers.kit.places import Position, check_near, distance
from resolvers.kit.readings import configured, readings
from resolvers.kit.sorted_items import Orders
from resolvers.kit.source import Source, told, untold
from resolvers.kit.texts import words_of
from resolvers.worship.rules import KnownMosque, merged


class MosqueOrder(Enum):
    """How mosques are put in order."""

    NAME = "NAME"
    DISTANCE = "DISTANCE"


@told_anew("distance", "source")
class MosqueAt(KnownMosque, frozen=True, kw_only=True):
    """A mosque, how many km it is from the point that was asked from, and whom an answer about it has to name."""

    distance: float | None
    attributions: list[str]
    source: Source


class MosquePage(Page[MosqueAt], frozen=True, kw_only=True):
    """A page of mosques, whom it has to name, and who did not answer."""

    attributions: list[Attribution]
    unavailable: list[Source]


async def mosques(
    _: object,
    ctx: Context,
    *,
    near: Position | None = None,
    within_km: float | None = None,
    kind: MosqueKind | None = None,
    kecamatan: DottedCode | None = None,
    text: str | None = None,
    order_by: MosqueOrder = MosqueOrder.NAME,
    page: PageArguments,
) -> MosquePage:
    by_distance = order_by is MosqueOrder.DISTANCE
    check_near(near, within_km, by_distance=by_distance)
    known = await _known(ctx)
    named = known.mosques.by("name", lambda each: (0, *_name(each)))
    chosen = named.with_words(lambda each: f"{each.name or ''} {each.address or ''}", words_of(text or ""))
    if kind is not None:
        chosen &= named.column("kind", lambda each: (each.kind,)).bits(kind)
    if kecamatan is not None:
        chosen &= named.column("kecamatan", lambda each: _kecamatan_code(ctx, each)).bits(kecamatan)
    away: dict[str, float] = {}
    if near and (by_distance or within_km is not None):
        away = {each.code: km for each in named.those(chosen) if (km := _away(near, each)) is not None}

    def placed(mosque: MosqueAt) -> MosqueAt:
        """The mosque as this operation tells it."""
        return msgspec.structs.replace(told(mosque, known.sources), distance=near and _away(near, mosque))

    def within(mosque: MosqueAt) -> bool:
        km = away.get(mosque.code)
        return km is not None and (within_km is None or km <= within_km)

    order = f"mosques:{order_by.value}"
    if by_distance:
        nearest = filter(within, named.those(chosen))
        found = paginate(nearest, lambda each: (round(away[each.code] * 1000), *_name(each)), page, order=order)
    elif within_km is not None:
        found = paginate(filter(within, named.those(chosen)), lambda each: (0, *_name(each)), page, order=order)
    else:
        found = cut(named, page, order=order, chosen=chosen)
    return extended(
        MosquePage,
        found,
        to=Telling(placed),
        attributions=[each.attribution for each in ctx.agencies.of(Mosques) if each.agency.code in known.mosques.said],
        unavailable=known.unavailable,
    )


async def mosque(_: object, ctx: Context, *, code: str) -> MosqueAt | None:
    known = await _known(ctx)
    found = known.mosques.by_code.get(code)
    return told(found, known.sources) if found else None


def kecamatan_of(mosque: Mosque, ctx: Context) -> Kecamatan | None:
    """The kecamatan that its source names."""
    return ctx.regions.kecamatan_named(mosque.kecamatan) if mosque.kecamatan else None


class JoinedMosques(Orders[MosqueAt]):
    """All mosques, each once, by each code that a caller may use, and the agencies that know one: without a source."""

    def __init__(self, mosques: Iterable[MosqueAt]) -> None:
        super().__init__(mosques)
        self.by_code = {code: each for each in reversed(self.items) for code in each.codes}
        self.said = frozenset(agency for each in self.items for agency in each.agencies)


class KnownMosques(NamedTuple):
    """All mosques; by agency how old its answer is; and who did not answer."""

    mosques: JoinedMosques
    sources: Mapping[str, Source]
    unavailable: list[Source]


async def _known(ctx: Context) -> KnownMosques:
    """What the sources know; raises where none of them answers."""
    agencies = configured(ctx, Mosques, id="daftar masjid", en="a list of mosques")
    answers, unavailable = await readings(ctx, [read for each in agencies for read in each.lists()])
    attributions = {each.agency.code: each.attribution.text for each in agencies}

    def derive() -> JoinedMosques:
        lists = [
            (code, [mosque for answer in answers if answer.agency == code for mosque in answer.records])
            for code in attributions
            if any(answer.agency == code for answer in answers)
        ]
        return JoinedMosques(_kept(each, attributions) for each in merged(lists))

    name = ("worship", "mosques", *(answer.agency for answer in answers))
    return KnownMosques(
        ctx.views.of(name, [answer.records for answer in answers], derive),
        {answer.agency: ctx.source(answer) for answer in answers},
        list({source.agency: source for source in unavailable}.values()),
    )


def _kept(mosque: KnownMosque, attributions: Mapping[str, str]) -> MosqueAt:
    return extended(
        MosqueAt,
        mosque,
        distance=None,
        attributions=[attributions[agency] for agency in mosque.agencies],
        source=untold(mosque.agencies[0]),
    )


def _away(near: Position, mosque: Mosque) -> float | None:
    return distance(near, mosque.latitude, mosque.longitude)


def _kecamatan_code(ctx: Context, mosque: Mosque) -> tuple[str, ...]:
    found = kecamatan_of(mosque, ctx)
    return (found.code,) if found else ()


def _name(mosque: Mosque) -> tuple[int, str, str]:
    """By name, those without one last."""
    return (0 if mosque.name else 1, (mosque.name or "").casefold(), mosque.code)
