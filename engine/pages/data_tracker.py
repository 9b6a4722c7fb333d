"""The audit log over plain HTTP, as Estonia's data tracker asks for it (its protocol, version 2), and as a file.

`findUsage`, `usagePeriod` and `heartbeat` are as there, with one difference: it asks with the person's code in the
address, and here the person is who the token says, for addresses are logged along the way.
"""

import csv
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from strawberry.utils.str_converters import to_camel_case

from engine.execution.request import BadRequest
from engine.http.rest import PRIVATE, VARY, Rest, json_response
from resolvers.identity import account
from resolvers.identity.account import DataUsageEntry
from resolvers.identity.policies import MY_AUDIT_LOG
from resolvers.kit.context import Context
from resolvers.kit.moments import day, moment
from resolvers.kit.personal import allowed
from resolvers.kit.sentences import ONESELF
from store.audit.audit_log import AuditLog, AuditLogBroken

log = structlog.get_logger()

BASE = "/data-tracker"
MOST = 1000
"""AuditLog in one answer."""
ASKED = frozenset({"periodStart", "periodEnd", "offset", "limit"})
COLUMNS = DataUsageEntry.__struct_fields__


class DataTracker:
    """Answers people about their own data."""

    def __init__(self, usages: AuditLog | None, rest: Rest) -> None:
        self._audit_log = usages
        self._rest = rest

    def routes(self) -> list[Route]:
        """Under `BASE`."""
        answers = {
            "findUsage": self._find_usage,
            "export.csv": self._export,
            "usagePeriod": self._usage_period,
            "heartbeat": self._heartbeat,
        }
        return [Route(f"{BASE}/{name}", self._rest.told(answer), methods=["GET"]) for name, answer in answers.items()]

    async def _find_usage(self, request: Request) -> Response:
        """What was read in a time, oldest first, by numbers."""
        context = await self._context(request, ASKED)
        zone = ZoneInfo(context.regions.city.timezone)
        since, until = _moment(request, "periodStart", zone), _moment(request, "periodEnd", zone, ends=True)
        offset = _number(request, "offset", 0, 0, 2**53)
        limit = _number(request, "limit", MOST, 1, MOST)
        total, entries = await self._given(
            context, lambda: account.usage_between(context, since, until, offset=offset, limit=limit)
        )
        return json_response({"totalUsages": total, "usages": [_usage(context, each) for each in entries]})

    async def _export(self, request: Request) -> Response:
        """All of it, oldest first, as it is read from the store."""
        context = await self._context(request, frozenset())
        entries = await self._given(context, lambda: account.all_usage(context))
        headers = {
            "content-disposition": 'attachment; filename="catatan-akses.csv"',
            "cache-control": PRIVATE,
            "vary": VARY,
        }
        return StreamingResponse(_lines(entries), media_type="text/csv; charset=utf-8", headers=headers)

    async def _usage_period(self, request: Request) -> Response:
        """From when on the record tells of usages; it has no end."""
        await self._rest.look(request)
        since = await self._audit_log.since() if self._audit_log else None
        return json_response({"periodStart": since.isoformat() if since else None})

    async def _heartbeat(self, request: Request) -> Response:
        """Whether the record can be read."""
        await self._rest.look(request)
        if self._audit_log is None:
            return json_response({"status": "FAIL", "message": "This city keeps no record: nobody can sign in."})
        try:
            await self._audit_log.head()
        except AuditLogBroken:
            return json_response({"status": "FAIL", "message": "The record cannot be read."})
        return json_response({"status": "OK", "message": "The record can be read."})

    async def _context(self, request: Request, may_ask: frozenset[str]) -> Context:
        """The surroundings of somebody who has signed in."""
        mine = "userCode: the person is who the token says."
        told_so = mine if "userCode" in request.query_params else "Unknown parameters."
        return await self._rest.context(request, may_ask, signed_in=True, unknown=told_so)

    @staticmethod
    async def _given(context: Context, find: Callable[[], Awaitable[Any]]) -> Any:
        """By the rules of `me.dataUsage`, and recorded like it."""
        return await allowed(context, MY_AUDIT_LOG, "Me.dataUsage", find)


def _usage(context: Context, entry: DataUsageEntry) -> dict[str, Any]:
    """In the words of the protocol: who received the data is the agency, the app, or the person."""
    if entry.agency:
        code, name = entry.agency, context.agencies.name(entry.agency)
    elif entry.app:
        code, name = entry.app, entry.app
    else:
        code, name = "self", ONESELF[context.language]
    return {
        "logtime": entry.read_at.isoformat(),
        "action": entry.text,
        "receiverCode": code,
        "receiverName": name,
        "receiverSystem": entry.operation,
    }


async def _lines(entries: AsyncIterator[DataUsageEntry]) -> AsyncIterator[str]:
    """A line an entry, the names of the columns first."""
    yield _line([to_camel_case(name) for name in COLUMNS])
    async for entry in entries:
        yield _line([_cell(getattr(entry, name)) for name in COLUMNS])


def _cell(value: Any) -> str:
    if isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(getattr(value, "value", value))


def _line(cells: list[str]) -> str:
    file = io.StringIO()
    csv.writer(file).writerow(cells)
    return file.getvalue()


def _number(request: Request, name: str, default: int, least: int, most: int) -> int:
    given_as = request.query_params.get(name, str(default))
    if not (given_as.isascii() and given_as.isdecimal() and len(given_as) <= 16 and least <= int(given_as) <= most):
        raise BadRequest(400, "BAD_REQUEST", f"{name} is a number from {least} to {most}.")
    return int(given_as)


def _moment(request: Request, name: str, zone: ZoneInfo, *, ends: bool = False) -> datetime | None:
    """A moment, or a day of the city's; as an end, the day is included."""
    given_as = request.query_params.get(name)
    if given_as is None:
        return None
    try:
        if len(given_as) == len("2026-01-31"):
            return datetime.combine(day(given_as) + timedelta(days=1 if ends else 0), time(), zone)
        return moment(given_as)
    except ValueError:
        raise BadRequest(400, "BAD_REQUEST", f"{name} is a day, or a moment with its zone.") from None
