"""A booking as an officer of its agency sees it, and who booked."""

from auth.policies import officers
from auth.subject import HashedSubject, Subject, SubjectKind
from resolvers.booking.rules import PublishedBooking, published
from resolvers.booking.sources import system_of
from resolvers.kit.context import Context
from resolvers.kit.personal import PersonalValue
from store.booking.orders import BookingOrders


def is_ours(ctx: Context, code: str) -> bool:
    """Whether it is of the agency that the officer who asks works for."""
    person = ctx.caller.person
    return person is not None and officers.shows(ctx.caller.audience) and person.agency == code.partition("/")[0]


async def booking_here(ctx: Context, code: str) -> PublishedBooking | None:
    """One of the agency's own, whoever booked."""
    agency, _slash, reference = code.partition("/")
    system = system_of(ctx, agency)
    if system is None:
        return None
    known = await ctx.store.of(BookingOrders).find(agency, reference)
    reading = await ctx.execute(system.booking(reference, known.order if known else None))
    if reading.records is None:
        return None
    return published(reading.records, ctx.source(reading), known.person if known else None)


async def holder(root: PublishedBooking, _: Context) -> PersonalValue[str] | None:
    """By a name that the system keeps, or else by the hub's, which says nothing."""
    name = root.holder or root.owner
    if name is None:
        return None
    return PersonalValue(name, HashedSubject(root.person) if root.person else Subject(SubjectKind.BOOKING, root.code))
