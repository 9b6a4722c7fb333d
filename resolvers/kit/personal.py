"""How a personal field is given: only if a rule allows it, and only after the reading is in the audit log."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Any, Generic, TypeVar

import msgspec

from auth.caller import Person
from auth.policies import Asked, Personal, Policy
from auth.subject import HashedSubject, Subject
from resolvers.kit.context import Context
from resolvers.kit.errors import forbidden, sign_in_first
from store.audit.news import New

T = TypeVar("T")


class PersonalValue(msgspec.Struct, Generic[T], frozen=True):
    """The value of a personal field, and the person whose data it is.

    `new` is the event that it reports. For all subscriptions of a person it is one reading.
    """

    value: T
    person: Subject | HashedSubject
    new: New | None = None

    def __repr__(self) -> str:
        return "PersonalValue(…)"


async def authorize(
    ctx: Context, personal: Personal, field: str, root: Any, find: Callable[[], Awaitable[PersonalValue[Any] | None]]
) -> Any:
    """The value that `find` finds. If the rules can refuse before that, it raises FORBIDDEN and no agency is asked."""
    asked = _asked(ctx, field, root)
    if personal.allows(asked) is False:
        raise forbidden(personal.lacking(asked))
    found = await find()
    return None if found is None else await _recorded(ctx, personal, asked, found)


async def allowed(ctx: Context, policy: Policy, field: str, find: Callable[[], Awaitable[Any]]) -> Any:
    """The value that `find` finds. For a personal field it is a `PersonalValue`, which is authorized and recorded."""
    if policy.personal is None:
        return await find()
    return await authorize(ctx, policy.personal, field, None, find)


async def authorize_each(
    ctx: Context,
    personal: Personal,
    field: str,
    root: Any,
    events: Callable[[], AsyncGenerator[PersonalValue[Any], None]],
) -> AsyncIterator[Any]:
    """The same for each event, by the rules and the date of the event; raises FORBIDDEN.

    An error in the place of an event is nobody's.
    """
    asked = _asked(ctx, field, root)
    if personal.allows(asked) is False:
        raise forbidden(personal.lacking(asked))
    async with aclosing(events()) as found:
        async for each in found:
            if isinstance(each.value, Exception):
                yield each.value
            else:
                yield await _recorded(ctx, personal, _asked(ctx, field, root), each)


async def _recorded(ctx: Context, personal: Personal, asked: Asked, found: PersonalValue[Any]) -> Any:
    known = msgspec.structs.replace(asked, subject=found.person)
    if not personal.allows(known):
        raise forbidden(personal.lacking(known))
    if found.new:
        await ctx.auditor.note_event(found.new, found.person, personal.category)
    else:
        await ctx.auditor.note(found.person, personal.category)
    return found.value


def person_of(ctx: Context) -> Person:
    """The caller's person. Without a sign-in, the schema has no field that leads here."""
    if ctx.caller.person is None:
        raise sign_in_first()
    return ctx.caller.person


def _asked(ctx: Context, field: str, root: Any) -> Asked:
    source = getattr(root, "source", None)
    return Asked(
        caller=ctx.caller,
        field=field,
        agreements=ctx.agreements,
        today=ctx.today(),
        agency=source.agency if source else None,
    )
