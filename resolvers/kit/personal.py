"""How a personal field is given: by a rule that holds, and not before its reading is on record."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Any, Generic, TypeVar

import msgspec

from auth.caller import Person
from auth.policies import Asked, Personal, Policy
from auth.subject import HashedSubject, Subject
from resolvers.kit.context import Context
from resolvers.kit.errors import UserError
from store.audit.news import New

T = TypeVar("T")


class PersonalValue(msgspec.Struct, Generic[T], frozen=True):
    """What a resolver of a personal field found, and whom it is about.

    `new`: the event that it tells of, which is one reading for all subscriptions of a person.
    """

    value: T
    person: Subject | HashedSubject
    new: New | None = None

    def __repr__(self) -> str:
        return "PersonalValue(…)"


async def authorize(
    ctx: Context, personal: Personal, field: str, root: Any, find: Callable[[], Awaitable[PersonalValue[Any] | None]]
) -> Any:
    """What `find` finds. What can be decided before that is; raises FORBIDDEN, and nothing was asked of anybody."""
    asked = _asked(ctx, field, root)
    if personal.allows(asked) is False:
        raise _forbidden()
    found = await find()
    return None if found is None else await _recorded(ctx, personal, asked, found)


async def allowed(ctx: Context, policy: Policy, field: str, find: Callable[[], Awaitable[Any]]) -> Any:
    """What `find` finds. Of a personal field that is a `PersonalValue`, which is given and recorded by its rules."""
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
    """The same of each event, by the rules and the day of its own; raises FORBIDDEN."""
    if personal.allows(_asked(ctx, field, root)) is False:
        raise _forbidden()
    async with aclosing(events()) as found:
        async for each in found:
            yield await _recorded(ctx, personal, _asked(ctx, field, root), each)


async def _recorded(ctx: Context, personal: Personal, asked: Asked, found: PersonalValue[Any]) -> Any:
    if not personal.allows(msgspec.structs.replace(asked, subject=found.person)):
        raise _forbidden()
    if found.new:
        await ctx.auditor.note_event(found.new, found.person, personal.category)
    else:
        await ctx.auditor.note(found.person, personal.category)
    return found.value


def person_of(ctx: Context) -> Person:
    """Who asks; the schema of those who have not signed in has no field that leads to this."""
    if ctx.caller.person is None:
        raise UserError("FORBIDDEN", id="Masuk terlebih dahulu.", en="Sign in first.")
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


def _forbidden() -> UserError:
    return UserError(
        "FORBIDDEN",
        id="Anda tidak berhak membaca kolom ini; accessPolicy dan docs/access.md menyebut syaratnya.",
        en="You may not read this field; docs/access.md says by which rule it is given.",
    )
