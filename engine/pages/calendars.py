"""Lists of what takes place over plain HTTP, as iCalendar: for the calendar apps that people already have.

Each domain declares its own. Whoever may read the list in the graph may have it here, by the same rules and on the
same record; whose it is says the token, for addresses are logged along the way.
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, time
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from auth.caller import ANYBODY, Audience
from auth.lacks import Lack, Lacking, LackKind
from engine.execution.request import BadRequest
from engine.http.rest import PRIVATE, VARY, Rest
from engine.pages.ics import Words, written
from resolvers.calendar.agenda import BASE, Listing
from resolvers.kit.context import Context
from resolvers.kit.domains import Export
from resolvers.kit.errors import forbidden
from resolvers.kit.personal import allowed
from resolvers.kit.texts import check_lengths
from resolvers.registry import EXPORTS

MEDIA = "text/calendar; charset=utf-8"
SHARED = "public, max-age=300"


class Calendars:
    """Answers with calendars."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    def routes(self) -> list[Route]:
        """Under `BASE`."""
        return [
            Route(f"{BASE}/{each.name}.ics", self._rest.told(self._answering(each)), methods=["GET"])
            for each in EXPORTS.values()
        ]

    def _answering(self, export: Export) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            private = not export.policy.shows(Audience.PUBLIC)
            context = await self._rest.context(request, frozenset(export.parameters), signed_in=private)
            if not export.policy.shows(context.caller.audience):
                raise forbidden(Lacking(((Lack(LackKind.ROLE),),)))
            asked = _asked(request, export.parameters)
            found = await allowed(context, export.policy, export.field, lambda: export.listing(context, **asked))
            return _answer(request, context, export, found, private=private)

        return answer


def _asked(request: Request, parameters: Mapping[str, Callable[[str], Any]]) -> dict[str, Any]:
    """What the list is narrowed by; raises `BadRequest`, or `UserError` where a text is too long."""
    asked = {}
    for name, read in parameters.items():
        given_as = request.query_params.get(name)
        try:
            asked[name] = None if given_as is None else read(given_as)
        except ValueError as error:
            raise BadRequest(400, "BAD_REQUEST", f"{name} is {error}.") from None
    check_lengths(asked)
    return asked


def _answer(request: Request, context: Context, export: Export, found: Listing[Any], *, private: bool) -> Response:
    zone = ZoneInfo(context.regions.city.timezone)
    title = f"{export.title[context.language]} {context.regions.city.name}"
    words = Words(context.language, zone)
    body = written(title, found.events, found.sources, found.unavailable, words=words, private=private)
    headers = {
        "content-type": MEDIA,
        "content-disposition": f'inline; filename="{export.name}.ics"',
        "cache-control": SHARED if context.caller == ANYBODY else PRIVATE,
        "vary": VARY,
    }
    if found.unavailable:
        headers["simpul-unavailable"] = ", ".join(source.agency for source in found.unavailable)
    if private:
        return Response(body, headers=headers)
    headers["etag"] = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if not found.unavailable:
        headers["last-modified"] = format_datetime(_changed(context, found, zone), usegmt=True)
    if _is_known(request, headers):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers)


def _changed(context: Context, found: Listing[Any], zone: ZoneInfo) -> datetime:
    """When it was last another one: as an agency was asked, or as the day began from which it is told."""
    midnight = datetime.combine(context.today(), time(), zone)
    moments = [source.fetched_at for source in found.sources if source.fetched_at]
    return max(midnight, *moments).astimezone(UTC).replace(microsecond=0)


def _is_known(request: Request, headers: Mapping[str, str]) -> bool:
    """Whether who asks has it already (RFC 9110, 13.1): by its tag, or else since when."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        known = [tag.strip().removeprefix("W/") for tag in tags.split(",")]
        return "*" in known or headers["etag"] in known
    since, changed = request.headers.get("if-modified-since"), headers.get("last-modified")
    try:
        return bool(since and changed) and parsedate_to_datetime(since or "") >= parsedate_to_datetime(changed or "")
    except (ValueError, TypeError):
        return False
