"""Regulations of the city, its province and the state, as one collection."""

from connectors.jdih.records import Attachment, Jdih, RegulationLevel, RegulationStatus
from connectors.kit.structs import extended
from resolvers.jdih.sources import PublishedRegulation, published, sources_of, version_of
from resolvers.kit.absences import NotPublished
from resolvers.kit.at_hand import seldom_waits
from resolvers.kit.context import Context
from resolvers.kit.paging import Page, PageArguments, paginate, paginate_stored
from resolvers.kit.source import Source
from store.jdih.regulations import Found, RegulationCopies, RegulationOrder, RegulationsWanted
from store.kit.paging import PageRequest, Slice


class Regulations(Page[PublishedRegulation], frozen=True, kw_only=True):
    """A page of regulations, and whose are missing."""

    unavailable: list[Source]


@seldom_waits
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
    version = version_of(ctx, sources)
    wanted = RegulationsWanted(
        text=text, number=number, year=year, kind=kind, status=status, subject=subject, level=level
    )
    together: list[Found] = []

    async def fetch(window: PageRequest) -> Slice[Found]:
        found = await ctx.store.of(RegulationCopies).find(list(sources), wanted, order_by, window, version)
        together.extend(each for _, each in found.items)
        return found

    found = await paginate_stored(
        fetch,
        lambda each: published(each, sources, together),
        page,
        order=f"regulations:{order_by.value}",
        count=lambda: ctx.store.of(RegulationCopies).count(list(sources), wanted, version),
    )
    return extended(Regulations, found, unavailable=unavailable)


@seldom_waits
async def regulation(_: None, ctx: Context, *, code: str) -> PublishedRegulation | None:
    agency, _slash, key = code.partition("/")
    publisher = ctx.agencies.with_code(Jdih, agency)
    if publisher is None:
        return None
    reading = await ctx.copy(publisher.regulations())
    found = await ctx.store.of(RegulationCopies).get(agency, key, version_of(ctx, [agency]))
    return published(found, {agency: ctx.source(reading)}, [found]) if found else None


def attachments(root: PublishedRegulation, _: Context, *, page: PageArguments) -> Page[Attachment]:
    found = paginate(root.attachments, lambda file: (file.name, file.url or ""), page, order="attachments")
    if not root.attachments:
        raise NotPublished(
            root.source.agency,
            id="Penerbitnya tidak menerbitkan berkas peraturan ini.",
            en="Its publisher publishes no file of this regulation.",
            instead=found,
        )
    return found
