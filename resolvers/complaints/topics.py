"""The topics of complaints, and the fields of each topic."""

from connectors.complaints.records import FieldChoice, TopicField
from connectors.kit.structs import extended
from resolvers.complaints.rules import DeskTopic
from resolvers.complaints.sources import all_topics, desk_of, topic_or_unknown
from resolvers.kit.context import Context
from resolvers.kit.paging import Page, PageArguments, cut_to, paginate
from resolvers.kit.source import Source, told
from resolvers.kit.texts import words_of


class TopicPage(Page[DeskTopic], frozen=True, kw_only=True):
    """A page of topics, and the desks whose topics are missing."""

    unavailable: list[Source]


async def complaint_topics(_: None, ctx: Context, *, search: str | None = None, page: PageArguments) -> TopicPage:
    """In the order of the desks, and in each desk's own order."""
    found, sources, unavailable = await all_topics(ctx)
    chosen = found.with_words(_said, words_of(search or ""))
    part = cut_to(found, page, lambda each: told(each, sources), order="complaint-topics", chosen=chosen)
    return extended(TopicPage, part, unavailable=unavailable)


async def complaint_topic(_: None, ctx: Context, *, code: str) -> DeskTopic | None:
    desk, service = desk_of(ctx, code)
    return await topic_or_unknown(ctx, desk, service) if desk else None


async def fields(root: DeskTopic, ctx: Context, *, page: PageArguments) -> Page[TopicField]:
    """In the desk's own order. The desk is asked only if the topic has fields."""
    desk, service = desk_of(ctx, root.code)
    asks = desk is not None and root.asks_more
    found = (await ctx.reading(desk.fields(service))).records if desk and asks else ()
    places = {each.code: place for place, each in enumerate(found)}
    return paginate(found, lambda each: (places[each.code], each.code), page, order=f"fields:{root.code}")


def choices(root: TopicField, _: Context, *, page: PageArguments) -> Page[FieldChoice]:
    places = {each.code: place for place, each in enumerate(root.choices)}
    return paginate(root.choices, lambda each: (places[each.code], each.code), page, order=f"choices:{root.code}")


def _said(topic: DeskTopic) -> str:
    return " ".join(filter(None, (topic.name, topic.description, topic.group, *topic.keywords)))
