"""Who may read what, told to who runs the hub."""

from auth.caller import Audience
from auth.policies import FieldAccess
from resolvers.kit.context import Context
from resolvers.kit.paging import Cut, Page, page


async def access_policy(_root: None, ctx: Context, *, audience: Audience | None = None, cut: Cut) -> Page[FieldAccess]:
    rows = [each for each in ctx.access if audience is None or audience in each.audiences]
    return page(rows, lambda each: (each.type_name, each.field_name), cut, order="FIELD")
