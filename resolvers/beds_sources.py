"""Which systems tell of a hospital's beds, and which of them is believed: always one, and counts are never added."""

from typing import Any

from connectors.beds.records import BedClass, Beds, Hospital
from connectors.kit.errors import AgencyError
from resolvers.beds_rules import Answer, counted_last, speaks_for_now
from resolvers.context import Context

BedsOf = Beds[Any, Any]

ASKED_FOR_REFERENCE = 3
"""How many sources are asked for it, one after the other."""


def hospital_with_code(ctx: Context, code: str) -> Hospital | None:
    """The hospital of this code; a further source of one is none by itself."""
    found = ctx.agencies.with_code(Beds, code)
    return found.hospital if found and found.belongs_to == code else None


def all_hospitals(ctx: Context) -> list[Hospital]:
    """Each of them once, however many systems tell of it."""
    return [each.hospital for each in ctx.agencies.of(Beds) if each.belongs_to == each.agency.code]


async def answer_of(ctx: Context, hospital: str) -> Answer:
    """What the first of its sources says that speaks for now; where none does, whichever counted last.

    They are asked in the order of the file, and the next one only where the one before does not answer, has only an
    older answer left, or has only counts that are too old. Raises what kept the first one away, where nobody answers.
    """
    now, answers, failure = ctx.clock.now(), list[Answer](), None
    for each in _sources(ctx, hospital):
        try:
            answer = Answer(await ctx.reading(each.rooms()), each.options.stale_after_hours)
        except AgencyError as error:
            failure = failure or error
            continue
        if speaks_for_now(answer, now):
            return answer
        answers.append(answer)
    if answers:
        return max(answers, key=lambda answer: counted_last(answer, now))
    raise failure or LookupError(hospital)


async def reference(ctx: Context) -> dict[str, BedClass]:
    """The classes of care, from the first source that answers: one call for all, and one 401 does not end it.

    It is the same service that most of them speak to, so after a few that fail it is taken to be down.
    """
    failure: AgencyError | None = None
    reads = [read for each in ctx.agencies.of(Beds) if (read := each.classes()) is not None]
    for read in reads[:ASKED_FOR_REFERENCE]:
        try:
            reading = await ctx.reading(read)
        except AgencyError as error:
            failure = failure or error
        else:
            return {known.code: known for known in reading.records}
    if failure:
        raise failure
    return {}


async def names_of_classes(ctx: Context) -> dict[str, BedClass]:
    """The reference, or nothing where it cannot be had."""
    try:
        return await reference(ctx)
    except AgencyError:
        return {}


def _sources(ctx: Context, hospital: str) -> list[BedsOf]:
    return [each for each in ctx.agencies.of(Beds) if each.belongs_to == hospital]
