"""The complaints of a desk for its officers: also secret ones, and who complained."""

import msgspec

from auth.policies import officers
from auth.subject import HashedSubject
from connectors.complaints.records import ComplaintState, Contact
from resolvers.complaints.refusals import of_another_agency
from resolvers.complaints.rules import DeskComplaint, Timeliness, by_due_time, of_state
from resolvers.complaints.sources import AnyTrackedDesk, ComplaintPage, name_of, page_of, these, told, tracked_of
from resolvers.kit.context import Context
from resolvers.kit.paging import PageArguments, paginate
from resolvers.kit.personal import PersonalValue, person_of
from store.complaints.outbox import Outbox


class OwnDesk(msgspec.Struct, frozen=True, kw_only=True):
    """The desk that an officer works for."""

    code: str
    name: str


def complaint_desk(_: None, ctx: Context) -> OwnDesk:
    desk = own_desk(ctx)
    return OwnDesk(code=desk.agency.code, name=desk.agency.name)


async def waiting(root: OwnDesk, ctx: Context) -> int:
    return await ctx.store.of(Outbox).waiting(root.code)


async def queue(
    _: OwnDesk,
    ctx: Context,
    *,
    state: ComplaintState | None = None,
    timeliness: Timeliness | None = None,
    topic: str | None = None,
    page: PageArguments,
) -> ComplaintPage:
    """Open complaints first, in the order of `due_at`."""
    reading = await ctx.reading(own_desk(ctx).queue())
    source = ctx.source(reading)
    found = of_state((told(ctx, each, source) for each in reading.records), state, timeliness)
    chosen = [each for each in found if topic is None or f"{source.agency}/{each.topic}" == topic]
    return page_of(paginate(chosen, by_due_time, page, order="complaint-queue"), [])


def own_desk(ctx: Context) -> AnyTrackedDesk:
    """The desk of the officer who asks. Raises FORBIDDEN if the officer's agency is no desk."""
    desk, _number = tracked_of(ctx, person_of(ctx).agency or "")
    if desk is None:
        raise of_another_agency()
    return desk


def is_ours(ctx: Context, code: str) -> bool:
    """Whether the complaint belongs to the desk of the officer who asks."""
    person = ctx.caller.person
    return person is not None and officers.shows(ctx.caller.audience) and person.agency == code.partition("/")[0]


async def complaint_here(ctx: Context, code: str) -> DeskComplaint | None:
    """One complaint of the officer's own desk, secret or not."""
    desk, number = tracked_of(ctx, code)
    return (await these(ctx, desk, (number,))).get(number) if desk and number else None


async def complainant(root: DeskComplaint, ctx: Context) -> PersonalValue[Contact] | None:
    """The person who complained; None for an anonymous complaint, even if the desk has a name."""
    desk, number = tracked_of(ctx, root.code)
    known = await ctx.store.of(Outbox).numbered(root.source.agency, number)
    if desk is None or root.anonymous or (known and known.anonymous):
        return None
    found = (await ctx.reading(desk.complainant(number))).records
    if found is None:
        return None
    return PersonalValue(found, HashedSubject(known.person if known else name_of(ctx, "elsewhere", root.code)))
