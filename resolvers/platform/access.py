"""The access matrix, for administrators."""

from auth.caller import Audience
from auth.policies import FieldAccess
from resolvers.kit.context import Context
from resolvers.kit.paging import Page, PageArguments, paginate


def access_policy(
    _root: None, ctx: Context, *, audience: Audience | None = None, page: PageArguments
) -> Page[FieldAccess]:
    rows = [each for each in ctx.access if audience is None or audience in each.audiences]
    return paginate(rows, lambda each: (each.type_name, each.field_name), page, order="FIELD")
