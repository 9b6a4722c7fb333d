"""Karirhub, the ministry's catalogue of vacancies, with the faults of the real one.

Its faults:
- Laravel's paging, and no code on success; the caller's own address in `meta`
- amounts beside `show_salary` false; skills as texts and as objects; HTML with a script
- expired vacancies; vacancies in neighbouring regions, one with a name that may mean two
- `job_title` and `created_at` in some rows; a vacancy that comes again on the next page
- 400 for a page beyond the last, 422 for more than 1,000 in a page
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from aiohttp import web

from sandbox.jobs.vacancies import COUNT, code, text, vacancies
from sandbox.kit.control import Control

AGENCY = "karirhub"
BASE = f"/{AGENCY}/karirhub"
MOST = 1_000
NUMBERS = {code(number): number for number in range(COUNT)}


def routes(control: Control, now: Callable[[], datetime]) -> list[web.RouteDef]:
    """The catalogue and the details."""
    control.register(AGENCY)

    async def catalogue(request: web.Request) -> web.StreamResponse:
        page, limit = (_number(request, key, default) for key, default in (("page", 1), ("limit", 18)))

        async def answer(_: web.Request) -> web.Response:
            return _page(request, page, limit, now())

        return await control.answer(AGENCY, f"page {page}", request, answer)

    async def detail(request: web.Request) -> web.StreamResponse:
        number = NUMBERS.get(request.match_info["id"])

        async def answer(_: web.Request) -> web.Response:
            if number is None:
                return web.json_response({"code": 404, "message": "Not Found"}, status=404)
            row = next(row for row in vacancies(now()) if row["id"] == code(number))
            return web.json_response({"data": text(number, row)})

        return await control.answer(AGENCY, "detail", request, answer)

    return [
        web.get(f"{BASE}/catalogue/v1/industrial-vacancies", catalogue),
        web.get(BASE + "/vacancy/v2/published-industrial-vacancies/{id}", detail),
    ]


def _number(request: web.Request, key: str, default: int) -> int:
    sent = request.query.get(key, "")
    return int(sent) if sent.isdecimal() else default


def _page(request: web.Request, page: int, limit: int, now: datetime) -> web.Response:
    if limit > MOST:
        return web.json_response({"code": 422, "message": "validation.max.numeric"}, status=422)
    rows = vacancies(now)
    last = -(-len(rows) // limit)
    if not 1 <= page <= last:
        return web.json_response({"code": 400, "message": "Bad Request"}, status=400)
    start = (page - 1) * limit
    sent = rows[start : start + limit]
    if page == 2:
        sent = [rows[start - 1], *sent]
    return web.json_response(
        {"data": sent, "links": _links(request, page, last), "meta": _meta(page, last, limit, rows)}
    )


def _links(request: web.Request, page: int, last: int) -> dict[str, Any]:
    here = str(request.url.with_query({}))
    return {
        "first": f"{here}?page=1",
        "last": f"{here}?page={last}",
        "prev": f"{here}?page={page - 1}" if page > 1 else None,
        "next": f"{here}?page={page + 1}" if page < last else None,
    }


def _meta(page: int, last: int, limit: int, rows: list[dict[str, Any]]) -> dict[str, Any]:
    start = (page - 1) * limit
    return {
        "current_page": page,
        "from": start + 1,
        "last_page": last,
        "path": BASE,
        "per_page": limit,
        "to": min(start + limit, len(rows)),
        "total": len(rows),
        "client_ip": "192.0.2.1",
    }
