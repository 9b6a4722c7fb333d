"""The person who asks."""

import msgspec

from auth.caller import Audience, Person
from auth.masks import mask_nik
from resolvers.context import Context


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """What the hub knows of who asks. `nik` is masked: only its ends are shown."""

    audience: Audience
    nik: str | None
    agency: str | None


async def me(_root: None, ctx: Context) -> Me | None:
    person: Person | None = ctx.caller.person
    if person is None:
        return None
    return Me(audience=person.audience, nik=mask_nik(person.nik) if person.nik else None, agency=person.agency)
