"""The systems that report the beds of a hospital, and which of them is believed. Counts are never added up."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from connectors.beds.records import BedClass, Beds, Hospital, Room
from connectors.kit.errors import AgencyError
from connectors.kit.reading import Reading
from connectors.kit.together import outcomes
from resolvers.beds.rules import Answer, Counts, CountsOfAll, counted_last, free_now, speaks_for_now
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from resolvers.kit.hedging import Answered, hedged
from resolvers.kit.sorted_items import SortedItems
from resolvers.kit.source import Source

BedsOf = Beds[Any, Any]

ASKED_FOR_REFERENCE = 3
"""How many sources are asked for the reference, one after the other where the one before is late or fails."""


def hospital_with_code(ctx: Context, code: str) -> Hospital | None:
    """The hospital with this code. A further source of a hospital is not a hospital of its own."""
    found = ctx.agencies.with_code(Beds, code)
    return found.hospital if found and found.belongs_to == code else None


def kept_for(ctx: Context, hospital: str) -> timedelta:
    """How long the newest counts of a hospital are kept."""
    return min(each.rooms().freshness.ttl for each in _sources(ctx, hospital))


def all_hospitals(ctx: Context) -> list[Hospital]:
    """Each hospital once, even if several systems report it."""
    return [each.hospital for each in ctx.agencies.of(Beds) if each.belongs_to == each.agency.code]


async def answer_of(ctx: Context, hospital: str) -> Answer:
    """The first current answer among the hospital's sources; without one, the answer with the newest count.

    Sources are asked in the order of the file. The next one is asked only if the one before is late, does not answer,
    has only an older answer, or has only counts that are too old. If no source answers, the first failure is raised.
    """
    now, (first, *others) = ctx.now(()), _sources(ctx, hospital)
    if at_hand := _at_hand(ctx, hospital, now):
        return at_hand
    if not others:
        return _told(ctx, first, await ctx.reading(first.rooms()), now)

    def answer(given: Answered[BedsOf, Reading[tuple[Room, ...]]]) -> Answer:
        return _told(ctx, given.source, given.answer, now)

    answers, failures = await hedged(
        ctx,
        (first, *others),
        lambda source: ctx.reading(source.rooms()),
        lambda given, _alone: speaks_for_now(answer(given), now),
    )
    if answers:
        return max(map(answer, answers), key=lambda each: counted_last(each, now))
    raise failures[0]


async def free_beds(
    ctx: Context, chosen: Iterable[Hospital], bed_class: str | None
) -> tuple[Mapping[str, int | None], list[Source]]:
    """The free beds of each hospital, of one class or of all, and the sources that did not answer.

    A value is None if nobody knows.
    """
    asked, now = list(chosen), ctx.now(())
    if (known := _all_at_hand(ctx, asked, now)) and (known_free := known.free(now, bed_class)):
        return known_free, []
    at_hand = {each.code: found for each in asked if (found := _at_hand(ctx, each.code, now))}
    missing = [each.code for each in asked if each.code not in at_hand]
    answers = at_hand | dict(zip(missing, await outcomes(answer_of(ctx, each) for each in missing), strict=True))
    free: dict[str, int | None] = {}
    unavailable = []
    for each in asked:
        answer = answers[each.code]
        if isinstance(answer, AgencyError):
            unavailable.append(ctx.no_source(answer))
        elif bed_class is None or any(room.class_code == bed_class for room in answer.reading.records):
            free[each.code] = free_now(answer, now, bed_class)
    if bed_class is not None and not free:
        await _refuse_unknown(ctx, bed_class)
    return free, unavailable


async def reference(ctx: Context) -> SortedItems[BedClass]:
    """The classes of care by code, from the first source that answers.

    Most sources use the same service. So if a few of them fail, the service counts as down and no more are asked.
    """
    having = ((each, read) for each in ctx.agencies.of(Beds) if (read := each.classes()) is not None)
    reads = dict(islice(having, ASKED_FOR_REFERENCE))
    answers, failures = await hedged(ctx, reads, lambda each: ctx.reading(reads[each]), lambda *_: True)
    if failures and not answers:
        raise failures[0]
    told = [each.answer.records for each in answers]

    def derive() -> SortedItems[BedClass]:
        return SortedItems({known.code: known for records in told for known in records}.values(), _code)

    return ctx.views.of(("beds", "classes"), told, derive)


async def names_of_classes(ctx: Context) -> Mapping[str, BedClass]:
    """The reference; empty if no source gives it."""
    try:
        return (await reference(ctx)).index("code", _code)
    except AgencyError:
        return {}


async def _refuse_unknown(ctx: Context, code: str) -> None:
    """Raise BAD_USER_INPUT if the class does not exist at all. A class that no hospital has is an empty answer."""
    known = await names_of_classes(ctx)
    if known and code not in known:
        codes = ", ".join(sorted(known))
        raise UserError(
            "BAD_USER_INPUT",
            id=f"Kelas tempat tidur tidak dikenal. Yang ada: {codes}.",
            en=f"There is no such bed class. There are: {codes}.",
        )


def _all_at_hand(ctx: Context, asked: Iterable[Hospital], now: datetime) -> CountsOfAll | None:
    """The counts of the source that is believed of each hospital, where all that has to be asked is at hand."""
    sources, found = _by_hospital(ctx), dict[str, Reading[tuple[Room, ...]]]()
    for each in asked:
        kept = ctx.at_hand(sources[each.code][0].rooms())
        if kept is None or kept.problem is not None:
            return None
        found[each.code] = kept

    def derive() -> CountsOfAll:
        return CountsOfAll({code: _counts(ctx, sources[code][0], kept) for code, kept in found.items()})

    known = ctx.views.of(("beds", "counts of all", *found), [each.records for each in found.values()], derive)
    ctx.holds_until(known.changes, now)
    others = dict[str, Counts]()
    for code in known.silent(now):
        answer = _at_hand(ctx, code, now)
        if answer is None:
            return None
        if answer.counts is not known.counts[code]:
            others[code] = answer.counts
    if not others:
        return known
    counts = {**known.counts, **others}
    name = ("beds", "counts of all", "with others", *counts)
    return ctx.views.of(name, [each.rooms for each in counts.values()], lambda: CountsOfAll(counts))


def _at_hand(ctx: Context, hospital: str, now: datetime) -> Answer | None:
    """The answer that `answer_of` gives, where it need not be waited for."""
    found = list[Answer]()
    for source in _sources(ctx, hospital):
        kept = ctx.at_hand(source.rooms())
        if kept is None:
            return None
        found.append(_told(ctx, source, kept, now))
        if speaks_for_now(found[-1], now):
            return found[-1]
    return max(found, key=lambda each: counted_last(each, now))


def _told(ctx: Context, source: BedsOf, reading: Reading[tuple[Room, ...]], now: datetime) -> Answer:
    """The answer of a source. What is said of it now is so until the next of its counts becomes too old."""
    counts = _counts(ctx, source, reading)
    ctx.holds_until(counts.changes, now)
    return Answer(reading, counts)


def _counts(ctx: Context, source: BedsOf, reading: Reading[tuple[Room, ...]]) -> Counts:
    rooms = reading.records
    return ctx.views.of(
        ("beds", "counts", reading.agency), [rooms], lambda: Counts(rooms, source.options.stale_after_hours)
    )


def _code(each: BedClass) -> tuple[str]:
    return (each.code,)


def _sources(ctx: Context, hospital: str) -> list[BedsOf]:
    return _by_hospital(ctx).get(hospital, [])


def _by_hospital(ctx: Context) -> Mapping[str, list[BedsOf]]:
    agencies = ctx.agencies.of(Beds)

    def derive() -> dict[str, list[BedsOf]]:
        found = defaultdict[str, list[BedsOf]](list)
        for each in agencies:
            found[each.belongs_to].append(each)
        return dict(found)

    return ctx.views.of(("beds", "sources"), [agencies], derive)
