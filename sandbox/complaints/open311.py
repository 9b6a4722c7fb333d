"""The desk over Open311 GeoReport v2, in XML and in JSON, with the faults of real ones.

Its faults:
- codes with leading zeros, in JSON as numbers that JSON does not allow
- one request comes in JSON in the objects that its XML was made of; null in one place and nothing in another
- attributes and notes only for a caller that asks for extensions
- a thousand requests at most and no pages
- 400 for a span of more than 90 days, and for a form that lacks something
- every POST is a complaint of its own
- a batch service gives a token, and a number five minutes later
- the name of the person who complained stands there for everybody
"""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from aiohttp import web

from sandbox.complaints.desk import FIELDS, TOPICS, SandboxDesk, desk_of
from sandbox.kit.control import Control
from sandbox.kit.credentials import account

AGENCY = "laksa"
BASE = f"/{AGENCY}/open311/v2"
MOST = 1_000
LONGEST = timedelta(days=90, seconds=2)
ITEMS = {
    "services": "service",
    "service_requests": "request",
    "attributes": "attribute",
    "values": "value",
    "notes": "note",
    "errors": "error",
}
EXTENSIONS = ("attributes", "notes")


Respond = Callable[[SandboxDesk, web.Request, str, datetime], tuple[str, Any]]


class _Declined(Exception):
    """What the desk does not answer, with the status and a word."""

    def __init__(self, status: int, word: str) -> None:
        super().__init__(word)
        self.status, self.word = status, word


def routes(control: Control, now: Callable[[], datetime]) -> list[web.RouteDef]:
    """The five questions, and the form."""
    control.register(AGENCY)

    def answered(asked: str, answer: Respond) -> Callable[[web.Request], Any]:
        async def handle(request: web.Request) -> web.StreamResponse:
            text = await request.text()

            async def asks(_: web.Request) -> web.Response:
                desk, at, form = desk_of(control, now()), now(), request.match_info["form"]
                desk.number(at)
                try:
                    root, value = answer(desk, request, text, at)
                except _Declined as refused:
                    told = [{"code": str(refused.status), "description": refused.word}]
                    return _answer("errors", told, form, refused.status)
                return _answer(root, value, form)

            return await control.answer(AGENCY, asked, request, asks)

        return handle

    return [
        web.get(BASE + "/services.{form}", answered("services", _services), allow_head=False),
        web.get(BASE + "/services/{code}.{form}", answered("service", _service), allow_head=False),
        web.get(BASE + "/requests.{form}", answered("requests", _requests), allow_head=False),
        web.get(BASE + "/requests/{number}.{form}", answered("request", _request), allow_head=False),
        web.get(BASE + "/tokens/{token}.{form}", answered("token", _token), allow_head=False),
        web.post(BASE + "/requests.{form}", answered("new request", _new)),
    ]


def _services(_desk: SandboxDesk, _request: web.Request, _text: str, _now: datetime) -> tuple[str, Any]:
    return "services", list(TOPICS)


def _service(_desk: SandboxDesk, request: web.Request, _text: str, _now: datetime) -> tuple[str, Any]:
    code = request.match_info["code"]
    if code not in FIELDS:
        raise _Declined(404, "service_code tidak ditemukan")
    return "service_definition", {"service_code": code, "attributes": list(FIELDS[code])}


def _requests(desk: SandboxDesk, request: web.Request, _text: str, now: datetime) -> tuple[str, Any]:
    asked = request.query
    rows = list(reversed(desk.requests))
    if "service_request_id" in asked:
        numbers = asked["service_request_id"].split(",")
        rows = [row for row in rows if row["service_request_id"] in numbers]
    else:
        start, end = _moment(asked.get("start_date")), _moment(asked.get("end_date"))
        start, end = start or now - timedelta(days=90), end or now
        if end - start > LONGEST:
            raise _Declined(400, "paling lama 90 hari")
        rows = [row for row in rows if start <= datetime.fromisoformat(row["requested_datetime"]) <= end]
        if "service_code" in asked:
            rows = [row for row in rows if row["service_code"] in asked["service_code"].split(",")]
    return "service_requests", [_shown(row, request) for row in rows[:MOST]]


def _request(desk: SandboxDesk, request: web.Request, _text: str, _now: datetime) -> tuple[str, Any]:
    try:
        row = desk.one(request.match_info["number"])
    except KeyError:
        raise _Declined(404, "service_request_id tidak ditemukan") from None
    return "service_requests", [_shown(row, request)]


def _token(desk: SandboxDesk, request: web.Request, _text: str, now: datetime) -> tuple[str, Any]:
    token = request.match_info["token"]
    try:
        number = desk.number_of(token, now)
    except KeyError:
        raise _Declined(404, "token tidak ditemukan") from None
    return "service_requests", [{"service_request_id": number, "token": token}]


def _new(desk: SandboxDesk, _request: web.Request, text: str, now: datetime) -> tuple[str, Any]:
    form = parse_qs(text, keep_blank_values=True)
    if form.get("api_key") != [account(AGENCY).secret]:
        raise _Declined(403, "api_key salah")
    code = form.get("service_code", [""])[0]
    if code not in [each["service_code"] for each in TOPICS]:
        raise _Declined(404, "service_code tidak ditemukan")
    if not form.get("address_string") and not (form.get("lat") and form.get("long")):
        raise _Declined(400, "lokasi tidak ada")
    if not form.get("description"):
        raise _Declined(400, "description tidak ada")
    for field in FIELDS.get(code, ()):
        if field["required"] == "true" and not form.get(f"attribute[{field['code']}]"):
            raise _Declined(400, "attribute tidak lengkap")
    return "service_requests", [desk.add(form, now)]


def _shown(row: dict[str, Any], request: web.Request) -> dict[str, Any]:
    extended = request.query.get("extensions") == "true"
    return {name: value for name, value in row.items() if extended or name not in EXTENSIONS}


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _answer(root: str, value: Any, form: str, status: int = 200) -> web.Response:
    if form == "xml":
        body = f'<?xml version="1.0" encoding="utf-8"?>\n<{root}>{_xml(root, value)}</{root}>'
        return web.Response(text=body, content_type="text/xml", charset="utf-8", status=status)
    if root == "service_requests" and len(value) == 1 and "requested_datetime" in value[0]:
        value = {root: {"request": value[0]}}
    body = re.sub(r'"service_code": "(0[0-9]+)"', r'"service_code": \1', json.dumps(value, ensure_ascii=False))
    return web.Response(text=body, content_type="application/json", charset="utf-8", status=status)


def _xml(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(f"<{ITEMS[name]}>{_xml(ITEMS[name], each)}</{ITEMS[name]}>" for each in value)
    if isinstance(value, dict):
        return "".join(f"<{key}>{_xml(key, each)}</{key}>" for key, each in value.items())
    return "" if value is None else escape(str(value))
