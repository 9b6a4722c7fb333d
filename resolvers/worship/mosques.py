"""Mosques and prayer rooms of the city, as the map and the register know them."""

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

from connectors.kit.structs import extended
from connectors.regions.records import DottedCode, Kecamatan
from connectors.worship.records import Attribution, Mosque, MosqueKind, Mosques
from resolvers.kit.context import Context, Source
from resolvers.kit.paging import Page, PageArguments, paginate
from resolvers.kit.places import Position, check_near, distance
from resolvers.kit.readings import configured, readings
from resolvers.kit.texts import has_words, words_of
from resolvers.worship.rules import KnownMosque, merged


class MosqueOrder(Enum):
    """How mosques are put in order."""

    NAME = "NAME"
    DISTANCE = "DISTANCE"


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
    check_near(near, within_km, by_distance=order_by is MosqueOrder.DISTANCE)
    known = await _known(ctx)
    words, by_distance = words_of(text or ""), order_by is MosqueOrder.DISTANCE
    away = {each.code: distance(near, each.latitude, each.longitude) for each in known.mosques} if near else {}
    chosen = [
        each
        for each in known.mosques
        if (kind is None or each.kind is kind)
        and (within_km is None or ((km := away.get(each.code)) is not None and km <= within_km))
        and (kecamatan is None or ((lies_in := kecamatan_of(each, ctx)) is not None and lies_in.code == kecamatan))
        and (not words or has_words(f"{each.name or ''} {each.address or ''}", words))
        and (not by_distance or away.get(each.code) is not None)
    ]
    found = paginate(
        chosen,
        lambda each: (round((away.get(each.code) or 0) * 1000) if by_distance else 0, *_name(each), each.code),
        page,
        order=f"mosques:{order_by.value}",
    )
    said = {agency for each in known.mosques for agency in each.agencies}
    return extended(
        MosquePage,
        found,
        to=lambda each: _placed(known, each, away.get(each.code)),
        attributions=[each.attribution for each in ctx.agencies.of(Mosques) if each.agency.code in said],
        unavailable=known.unavailable,
    )


async def mosque(_: object, ctx: Context, *, code: str) -> MosqueAt | None:
    known = await _known(ctx)
    return next((_placed(known, each, None) for each in known.mosques if code in each.codes), None)


def kecamatan_of(mosque: Mosque, ctx: Context) -> Kecamatan | None:
    """The kecamatan that its source names."""
    return ctx.regions.kecamatan_named(mosque.kecamatan) if mosque.kecamatan else None


class KnownMosques(NamedTuple):
    """All mosques, each once; by agency how old its answer is and whom it has to name; and who did not answer."""

    mosques: list[KnownMosque]
    sources: Mapping[str, Source]
    attributions: Mapping[str, str]
    unavailable: list[Source]


async def _known(ctx: Context) -> KnownMosques:
    """What the sources know; raises where none of them answers."""
    return await ctx.once(("worship", "mosques"), lambda: _asked(ctx))


async def _asked(ctx: Context) -> KnownMosques:
    agencies = configured(ctx, Mosques, id="daftar masjid", en="a list of mosques")
    answers, unavailable = await readings(ctx, [read for each in agencies for read in each.lists()])
    sources = {answer.agency: ctx.source(answer) for answer in answers}
    lists = [
        (code, [mosque for answer in answers if answer.agency == code for mosque in answer.records])
        for code in (each.agency.code for each in agencies)
        if code in sources
    ]
    return KnownMosques(
        merged(lists),
        sources,
        {each.agency.code: each.attribution.text for each in agencies},
        list({source.agency: source for source in unavailable}.values()),
    )


def _placed(known: KnownMosques, mosque: KnownMosque, away: float | None) -> MosqueAt:
    return MosqueAt(
        **{name: getattr(mosque, name) for name in KnownMosque.__struct_fields__},
        distance=away,
        attributions=[known.attributions[agency] for agency in mosque.agencies],
        source=known.sources[mosque.agencies[0]],
    )


def _name(mosque: Mosque) -> tuple[int, str]:
    """By name, those without one last."""
    return (0 if mosque.name else 1, (mosque.name or "").casefold())
