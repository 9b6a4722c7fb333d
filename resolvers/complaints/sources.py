"""Asks the desks, and decides which complaints everybody may read.

A complaint that was sent through the hub as secret is left out, even if the desk has lost the flag. The outbox knows it
by its number and by a digest of its text. If the outbox cannot be read, no complaint is published.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from connectors.complaints.records import Complaint, ComplaintDesk, Topic, TrackedDesk
from connectors.kit.reading import Reading
from connectors.kit.structs import extended
from resolvers.complaints.rules import DeskComplaint, DeskTopic, timeliness, words
from resolvers.kit.bits import below
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.paging import Page
from resolvers.kit.places import Position, distance
from resolvers.kit.readings import configured, readings
from resolvers.kit.sorted_items import SortedItems
from resolvers.kit.source import Source, untold
from store.complaints.outbox import Outbox, SecretMarks

AnyDesk = ComplaintDesk[Any, Any]
AnyTrackedDesk = TrackedDesk[Any, Any]


class ComplaintPage(Page[DeskComplaint], frozen=True, kw_only=True):
    """A page of complaints, and the desks whose complaints are missing."""

    unavailable: list[Source]


def page_of(part: Page[DeskComplaint], unavailable: list[Source]) -> ComplaintPage:
    """The page, with the desks that are missing."""
    return extended(ComplaintPage, part, unavailable=unavailable)


def desk_of(ctx: Context, code: str) -> tuple[AnyDesk | None, str]:
    """The desk in the code of a topic, and the topic's code at the desk."""
    agency, _slash, service = code.partition("/")
    return ctx.agencies.with_code(ComplaintDesk, agency), service


def tracked_of(ctx: Context, code: str) -> tuple[AnyTrackedDesk | None, str]:
    """The desk in the code of a complaint, and the number at the desk."""
    agency, _slash, number = code.partition("/")
    return ctx.agencies.with_code(TrackedDesk, agency), number


async def all_topics(ctx: Context) -> tuple[SortedItems[DeskTopic], dict[str, Source], list[Source]]:
    """The topics of all desks without their sources, the sources by desk, and which desks do not answer."""
    desks = configured(ctx, ComplaintDesk, id="kanal pengaduan", en="its complaint desks")
    keep = {desk.agency.code: desk.keeps_secrets for desk in desks}
    found, unavailable = await readings(ctx, (desk.topics() for desk in desks))

    def derive() -> SortedItems[DeskTopic]:
        topics = [
            told_topic(each, untold(reading.agency), keep[reading.agency])
            for reading in found
            for each in reading.records
        ]
        places = {each.code: place for place, each in enumerate(topics)}
        return SortedItems(topics, lambda each: (places[each.code], each.code))

    name = ("complaints", "topics", *(reading.agency for reading in found))
    topics = ctx.views.of(name, [reading.records for reading in found], derive)
    return topics, {reading.agency: ctx.source(reading) for reading in found}, unavailable


async def topics_of(ctx: Context, desk: AnyDesk) -> dict[str, DeskTopic]:
    """The topics of one desk, by their codes there."""
    reading = await ctx.reading(desk.topics())
    source = ctx.source(reading)
    return {each.code: told_topic(each, source, desk.keeps_secrets) for each in reading.records}


async def topic_or_unknown(ctx: Context, desk: AnyDesk, service: str) -> DeskTopic | None:
    """One topic; None if the desk has none of this code. Raises `AgencyError` if the desk does not answer."""
    return (await topics_of(ctx, desk)).get(service)


def told_topic(topic: Topic, source: Source, takes_secret: bool) -> DeskTopic:
    """A topic for the graph."""
    values = msgspec.structs.asdict(topic) | {"code": f"{source.agency}/{topic.code}", "service": topic.code}
    return DeskTopic(**values, takes_secret=takes_secret, source=source)


class KnownComplaints(NamedTuple):
    """The complaints of all desks, the latest first; which of them everybody may read; and what is told of them now."""

    latest: SortedItems[DeskComplaint]
    readable: int
    moment: datetime
    sources: Mapping[str, Source]
    unavailable: list[Source]

    def told(self, complaint: DeskComplaint, near: Position | None) -> DeskComplaint:
        """The complaint as it is now, seen from here."""
        return msgspec.structs.replace(
            complaint,
            timeliness=timeliness(complaint, self.moment),
            distance=distance(near, complaint.latitude, complaint.longitude),
            source=self.sources[complaint.source.agency],
        )


async def published(ctx: Context) -> KnownComplaints:
    """The complaints of all desks that everybody may read, and which desks do not answer."""
    desks = configured(ctx, TrackedDesk, id="kanal pengaduan", en="its complaint desks")
    found, unavailable = await readings(ctx, (desk.published() for desk in desks))

    def derive() -> SortedItems[DeskComplaint]:
        all_of_them = (
            told(ctx, each, untold(reading.agency)) for reading in found for each in reading.records if not each.secret
        )
        return SortedItems(all_of_them, latest_first)

    name = ("complaints", "published", *(reading.agency for reading in found))
    latest = ctx.views.of(name, [reading.records for reading in found], derive)
    readable = below(len(latest.items))
    for reading in found:
        readable &= ~_secret(ctx, latest, reading.agency, await _secrets(ctx, reading.agency))
    sources = {reading.agency: ctx.source(reading) for reading in found}
    return KnownComplaints(latest, readable, ctx.clock.now(), sources, unavailable)


def latest_first(complaint: DeskComplaint) -> tuple[int, str]:
    """The key that puts the latest complaint first."""
    return (-int(complaint.requested_at.timestamp()), complaint.code)


async def everybodys(ctx: Context, reading: Reading[Complaint | None]) -> DeskComplaint | None:
    """The complaint of a reading for the graph, unless it is secret."""
    found, agency = reading.records, reading.agency
    if found is None or found.secret:
        return None
    secrets = await _secrets(ctx, agency)
    if found.reference in secrets.numbers:
        return None
    if secrets.marks and mark(ctx, agency, found.topic, found.text) in secrets.marks:
        return None
    return told(ctx, found, ctx.source(reading))


def told(ctx: Context, complaint: Complaint, source: Source, near: Position | None = None) -> DeskComplaint:
    """A complaint for the graph."""
    return DeskComplaint(
        **{name: getattr(complaint, name) for name in Complaint.__struct_fields__},
        code=f"{source.agency}/{complaint.reference}",
        timeliness=timeliness(complaint, ctx.clock.now()),
        distance=distance(near, complaint.latitude, complaint.longitude),
        source=source,
    )


async def these(ctx: Context, desk: AnyTrackedDesk, numbers: tuple[str, ...]) -> dict[str, DeskComplaint]:
    """Complaints by their numbers, also secret ones. The caller decides who may read them."""
    reading = await ctx.reading(desk.these(numbers))
    source = ctx.source(reading)
    return {each.reference: told(ctx, each, source) for each in reading.records or ()}


def mark(ctx: Context, agency: str, service: str | None, text: str | None) -> str:
    """A keyed digest of topic and text. Equal texts have equal marks, and a mark says nothing without the key."""
    return name_of(ctx, "mark", f"{agency}\n{service or ''}\n{words(text)}")


def name_of(ctx: Context, use: str, of: str) -> str:
    """A keyed name for this use. Raises NOT_CONFIGURED in a city where nobody can sign in."""
    if ctx.hasher is None:
        raise UserError("NOT_CONFIGURED", id="Kota ini tidak menerima pengaduan.", en="This city takes no complaints.")
    return ctx.hasher.pseudonym(f"hub:complaints:{use}", of)


async def _secrets(ctx: Context, agency: str) -> SecretMarks:
    """What identifies the secret complaints of a desk; one operation reads it once."""
    return await ctx.once(("complaints", agency), lambda: ctx.store.of(Outbox).secrets(agency))


def _secret(ctx: Context, complaints: SortedItems[DeskComplaint], agency: str, secrets: SecretMarks) -> int:
    """Which of these complaints the outbox knows as secret ones of this desk."""
    numbers = complaints.column("number", lambda each: ((each.source.agency, each.reference),))
    found = numbers.any_of((agency, number) for number in secrets.numbers)
    if secrets.marks:
        marks = complaints.column(
            "mark", lambda each: ((each.source.agency, mark(ctx, each.source.agency, each.topic, each.text)),)
        )
        found |= marks.any_of((agency, each) for each in secrets.marks)
    return found
