"""Regulations of the city, its province and the state, as one collection."""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.jdih.records import Attachment, Jdih, Regulation, RegulationLevel, RegulationStatus
from connectors.kit.feed import Feed
from connectors.kit.structs import extended
from resolvers.kit.context import Context, Source
from resolvers.kit.paging import Page, PageArguments, paginate, paginate_stored
from resolvers.kit.readings import configured, copies
from store.jdih.regulations import Found, RegulationCopies, RegulationOrder, RegulationsWanted
from store.kit.paging import PageRequest, Slice


class PublishedRegulation(Regulation, frozen=True, kw_only=True):
    """A regulation, and its source. `code` is the publisher's code and the publisher's key.

    `together` are the regulations of the same answer: their relations are looked up together.
    """

    code: str
    source: Source
    together: Sequence[Found]


class Regulations(Page[PublishedRegulation], frozen=True, kw_only=True):
    """A page of regulations, and the publishers whose copy cannot be read."""

    unavailable: list[Source]


async def regulations(
    _: None,
    ctx: Context,
    *,
    text: str | None = None,
    number: str | None = None,
    year: int | None = None,
    kind: str | None = None,
    status: RegulationStatus | None = None,
    subject: str | None = None,
    level: RegulationLevel | None = None,
    order_by: RegulationOrder = RegulationOrder.NEWEST,
    page: PageArguments,
) -> Regulations:
    sources, unavailable = await sources_of(ctx, level)
    wanted = RegulationsWanted(
        text=text, number=number, year=year, kind=kind, status=status, subject=subject, level=level
    )
    together: list[Found] = []

    async def fetch(window: PageRequest) -> Slice[Found]:
        found = await ctx.store.of(RegulationCopies).find(list(sources), wanted, order_by, window)
        together.extend(each for _, each in found.items)
        return found

    found = await paginate_stored(
        fetch,
        lambda each: published(each, sources, together),
        page,
        order=f"regulations:{order_by.value}",
        count=lambda: ctx.store.of(RegulationCopies).count(list(sources), wanted),
    )
    return Regulations(
        edges=found.edges, page_info=found.page_info, total_count=found.total_count, unavailable=unavailable
    )


async def regulation(_: None, ctx: Context, *, code: str) -> PublishedRegulation | None:
    agency, _slash, key = code.partition("/")
    publisher = ctx.agencies.with_code(Jdih, agency)
    if publisher is None:
        return None
    reading = await ctx.copy(publisher.regulations())
    found = await ctx.store.of(RegulationCopies).get(agency, key)
    return published(found, {agency: ctx.source(reading)}, [found]) if found else None


async def attachments(root: PublishedRegulation, _: Context, *, page: PageArguments) -> Page[Attachment]:
    return paginate(root.attachments, lambda file: (file.name, file.url or ""), page, order="attachments")


async def sources_of(ctx: Context, level: RegulationLevel | None) -> tuple[dict[str, Source], list[Source]]:
    """The sources of the publishers whose copy may be read, by code, and those whose copy may not."""
    readable, unavailable = await copies(ctx, _feeds(ctx, level))
    return {reading.agency: ctx.source(reading) for reading in readable}, unavailable


def _feeds(ctx: Context, level: RegulationLevel | None) -> list[Feed[Any]]:
    publishers = configured(ctx, Jdih, id="JDIH", en="a publisher of regulations")
    return [each.regulations() for each in publishers if level is None or each.level is level]


def published(found: Found, sources: Mapping[str, Source], together: Sequence[Found]) -> PublishedRegulation:
    """A regulation for the graph. `together` are the regulations of the same answer."""
    return extended(
        PublishedRegulation,
        found.regulation,
        code=code_of(found),
        source=sources[found.agency],
        together=together,
    )


def code_of(found: Found) -> str:
    """The code of a regulation in the hub."""
    return f"{found.agency}/{found.regulation.key}"
