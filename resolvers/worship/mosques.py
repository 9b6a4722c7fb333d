"""Mosques and prayer rooms of the city, as the map and the register know them."""

from collections.abc import Iterable
from enum import Enum

from connectors.regions.records import DottedCode, Kecamatan
from connectors.worship.records import Attribution, Mosque, MosqueKind, Mosques
from resolvers.kit.context import Context, Source
from resolvers.kit.paging import Cut, Page, page
from resolvers.kit.places import Point, check_near, distance
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
    near: Point | None = None,
    within_km: float | None = None,
    kind: MosqueKind | None = None,
    kecamatan: DottedCode | None = None,
    text: str | None = None,
    order_by: MosqueOrder = MosqueOrder.NAME,
    cut: Cut,
) -> MosquePage:
    check_near(near, within_km, by_distance=order_by is MosqueOrder.DISTANCE)
    known, unavailable = await _known(ctx, near)
    words = words_of(text or "")
    chosen = [
        each
        for each in known
        if (kind is None or each.kind is kind)
        and (within_km is None or (each.distance is not None and each.distance <= within_km))
        and (kecamatan is None or ((lies_in := kecamatan_of(each, ctx)) is not None and lies_in.code == kecamatan))
        and has_words(f"{each.name or ''} {each.address or ''}", words)
        and (order_by is MosqueOrder.NAME or each.distance is not None)
    ]
    by_distance = order_by is MosqueOrder.DISTANCE
    found = page(
        chosen,
        lambda each: (round((each.distance or 0) * 1000) if by_distance else 0, *_name(each), each.code),
        cut,
        order=f"mosques:{order_by.value}",
    )
    said = {agency for each in known for agency in each.agencies}
    return MosquePage(
        edges=found.edges,
        page_info=found.page_info,
        total_count=found.total_count,
        attributions=[each.attribution for each in ctx.agencies.of(Mosques) if each.agency.code in said],
        unavailable=unavailable,
    )


async def mosque(_: object, ctx: Context, *, code: str) -> MosqueAt | None:
    known, _unavailable = await _known(ctx, None)
    return next((each for each in known if code in each.codes), None)


def kecamatan_of(mosque: Mosque, ctx: Context) -> Kecamatan | None:
    """The kecamatan that its source names."""
    return ctx.regions.kecamatan_named(mosque.kecamatan) if mosque.kecamatan else None


async def _known(ctx: Context, near: Point | None) -> tuple[list[MosqueAt], list[Source]]:
    """All that the sources know, each once, and who does not answer; raises where nobody does."""
    sources = configured(ctx, Mosques, id="daftar masjid", en="a list of mosques")
    answers, unavailable = await readings(ctx, [read for each in sources for read in each.lists()])
    said = {each.agency.code: each.attribution.text for each in sources}
    by_agency: dict[str, list[Mosque]] = {}
    newest: dict[str, Source] = {}
    for answer in answers:
        by_agency.setdefault(answer.agency, []).extend(answer.records)
        newest[answer.agency] = ctx.source(answer)
    in_order = [(code, by_agency[code]) for code in said if code in by_agency]
    found = await ctx.once(("worship", "mosques"), lambda: _merged(in_order))
    return [
        MosqueAt(
            **{name: getattr(each, name) for name in KnownMosque.__struct_fields__},
            distance=distance(near, each.latitude, each.longitude),
            attributions=[said[agency] for agency in each.agencies],
            source=newest[each.agencies[0]],
        )
        for each in found
    ], _each_once(unavailable)


async def _merged(lists: list[tuple[str, list[Mosque]]]) -> list[KnownMosque]:
    return merged(lists)


def _each_once(sources: Iterable[Source]) -> list[Source]:
    """One for each agency, whichever of its lists did not answer."""
    return list({source.agency: source for source in sources}.values())


def _name(mosque: Mosque) -> tuple[int, str]:
    """By name, those without one last."""
    return (0 if mosque.name else 1, (mosque.name or "").casefold())
