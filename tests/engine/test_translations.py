"""What people are told follows their language, and of what they sent only what it has to be."""

import ast
import re

import pytest

from auth.caller import Audience
from engine.execution.translations import FOR_PROGRAMS, INDONESIAN, said
from engine.execution.value_errors import HAS_TO_BE
from schema.kit.scalars import SCALARS
from tests.conftest import ROOT

LANGUAGES = ("id", "en")


def written():
    """Every text that a `BadRequest` is made with, with `{}` for what differs."""
    rooms = [
        path for path in sorted((ROOT / "engine").rglob("*.py")) if not {"commands", "configuration"} & {*path.parts}
    ]
    for path in rooms:
        for each in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match each:
                case ast.Call(func=ast.Name(id="BadRequest"), args=[_, _, text, *_]):
                    yield from template(text)
                case ast.Call(func=ast.Name(id="_unauthenticated" | "_unknown"), args=[text, *_]):
                    yield from template(text)
                case ast.Assign(targets=[ast.Name(id="told")], value=text):
                    yield from template(text)


def template(text):
    match text:
        case ast.Constant(value=str()):
            yield text.value
        case ast.JoinedStr():
            yield "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in text.values)


def test_whatever_a_request_is_refused_with_is_said_in_indonesian_too():
    found = set(written()) - {"{} is {}."}  # what it is stands in the table whole
    assert len(found) > 25
    assert found - INDONESIAN.keys() == FOR_PROGRAMS


def test_what_differs_stands_in_the_other_language_too():
    assert all(english.count("{}") == indonesian.count("{}") for english, indonesian in INDONESIAN.items())
    assert said("limit is a number from 1 to 100.", "id") == "limit adalah bilangan dari 1 sampai 100."
    assert said("limit is a number from 1 to 100.", "en") == "limit is a number from 1 to 100."
    assert said("PersistedQueryNotFound", "id") == "PersistedQueryNotFound"


REFUSED = {
    "UNAUTHENTICATED": {"headers": {"Authorization": "Bearer x"}},
    "BAD_REQUEST": {"json": {"query": ""}},
    "BATCHING_NOT_SUPPORTED": {"json": []},
    "UNSUPPORTED_MEDIA_TYPE": {"headers": {"Content-Encoding": "gzip"}},
    "METHOD_NOT_ALLOWED": {"json": {"query": "subscription { dataRead { code } }"}},
    "NOT_ACCEPTABLE": {"headers": {"Accept": "image/png"}},
}


@pytest.mark.parametrize("code", REFUSED)
async def test_a_refusal_follows_the_language(hub, headers_of, code):
    told = set()
    for language in LANGUAGES:
        given = {"json": {"query": "{ city { name } }"}} | REFUSED[code]
        given["headers"] = {"Accept-Language": language} | given.get("headers", {})
        async with hub.session.post(f"{hub.url}/graphql", **given) as response:
            (error,) = (await response.json())["errors"]
            assert error["extensions"] == {"code": code}
            told.add(error["message"])
    assert len(told) == 2


@pytest.mark.parametrize("path", ["/schema.graphql", "/data-tracker/findUsage", "/calendar/job-fairs.ics"])
async def test_a_refusal_over_plain_http_follows_it_too(hub, path):
    told = set()
    for language in LANGUAGES:
        headers = {"Accept-Language": language, "Authorization": "Bearer x"}
        async with hub.session.get(f"{hub.url}{path}", headers=headers) as response:
            assert response.status == 401
            told.add(await response.text())
    assert len(told) == 2


TAKES = {
    "Int": ("regulations(year: %s) { totalCount }", "Int"),
    "Float": ("venues(near: { latitude: 0, longitude: 0 }, withinKm: %s) { totalCount }", "Float"),
    "String": ("hospital(code: %s) { name }", "String!"),
    "Boolean": ('hospital(code: "x") { beds { rooms(onlyFree: %s) { totalCount } } }', "Boolean"),
    "ID": ("node(id: %s) { id }", "ID!"),
    "NOP": ("taxObject(nop: %s) { street }", "NOP!"),
    "RegionCode": ("kecamatan(code: %s) { name }", "RegionCode"),
    "Rupiah": ("vacancies(minSalary: %s) { totalCount }", "Rupiah"),
    "Date": ("venues(freeOn: %s) { totalCount }", "Date"),
    "DateTime": ('venue(code: "x") { keeper(at: %s) { name } }', "DateTime"),
    "RegulationOrder": ("regulations(orderBy: %s) { totalCount }", "RegulationOrder"),
    "Point": ("venues(near: %s) { totalCount }", "Point"),
}
"""A field that takes one of each kind of value."""
SECRET = "9907014001900001"
LITERALS = [f"[{SECRET}.5]", f'{{a: "{SECRET}"}}', f"S{SECRET}", f'["{SECRET}"]']
VALUES = [[f"{SECRET}.5"], {"a": SECRET}, [[SECRET]]]


@pytest.mark.parametrize("kind", TAKES)
async def test_a_value_that_is_none_has_one_code_whatever_its_kind_and_is_not_repeated(hub, sandbox, kind):
    field, of = TAKES[kind]
    asked = [(f"{{ {field % literal} }}", None) for literal in LITERALS]
    asked += [(f"query ($v: {of}) {{ {field % '$v'} }}", {"v": value}) for value in VALUES]
    for query, variables in asked:
        told = set()
        for language in LANGUAGES:
            answer = await hub.ask(query, variables, accept_language=language)
            assert "data" not in answer
            error = answer["errors"][0]
            assert error["extensions"] == {"code": "BAD_USER_INPUT"}, (query, variables, error)
            assert SECRET not in str(answer)
            told.add(error["message"])
        assert len(told) == 2, told
    assert sandbox.control.all_hits() == 0


async def test_what_it_has_to_be_is_told(hub):
    query = "query ($nop: NOP!) { taxObject(nop: $nop) { street } }"
    told = [
        (await hub.ask(query, variables, accept_language=language))["errors"][0]["message"]
        for variables in ({"nop": "99.07"}, {"nop": None})
        for language in LANGUAGES
    ]
    assert told == [
        "$nop: bukan NOP yang sah; yang diharapkan adalah teks dari 18 angka, seperti 99.07-010.001-001.0001-0.",
        "$nop: not a valid NOP; expected a text of 18 digits, like 99.07-010.001-001.0001-0.",
        "$nop: wajib diisi dan tidak boleh null.",
        "$nop: is required and must not be null.",
    ]


def test_each_scalar_says_what_it_has_to_be():
    names = {each.name for each in SCALARS.values()} | {"Int", "Float", "String", "Boolean", "ID"}
    assert HAS_TO_BE.keys() == names
    assert all(re.fullmatch(r"[^.]*[^ .].*", text[language]) for text in HAS_TO_BE.values() for language in LANGUAGES)


ENDS = ["0001-01-01", "9999-12-31", "1499-12-31", "2500-01-01", "2026-02-30", "2026-1-1", "0000-00-00", ""]
MOMENTS = [
    *(f"{day}T00:00:00Z" for day in ENDS),
    *(
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-05:00",
        "2026-11-27T00:00:00",
        "2026-11-27",
        "2499-12-31T23:59:59-01:00",
    ),
]
PLACES = {
    "venues(freeOn: $v) { totalCount }": "Date",
    'venue(code: "gor-contoh/17") { day(on: $v) { day } }': "Date",
    'venue(code: "gor-contoh/17") { slots(on: $v) { totalCount } }': "Date",
    'commodity(code: "67") { chart(since: $v) { lowest } }': "Date",
    'commodity(code: "67") { price(on: $v) { amount } }': "Date",
    "jobFairs(since: $v) { totalCount }": "Date",
    "sportEvents(until: $v) { totalCount }": "Date",
    'venue(code: "gor-contoh/17") { keeper(at: $v) { name } }': "DateTime",
    "me { bookings(since: $v) { totalCount } }": "DateTime",
    "me { dataUsage(since: $v) { totalCount } }": "DateTime",
    "me { dataUsage(until: $v) { totalCount } }": "DateTime",
}


async def test_a_day_at_the_end_of_the_calendar_and_a_moment_without_a_zone_are_bad_input_everywhere(
    hub, sandbox, headers_of
):
    who = headers_of(Audience.CITIZEN)
    for place, kind in PLACES.items():
        for value in ENDS if kind == "Date" else MOMENTS:
            answer = await hub.ask(f"query ($v: {kind}) {{ {place} }}", {"v": value}, **who)
            assert [each["extensions"] for each in answer["errors"]] == [{"code": "BAD_USER_INPUT"}], (place, value)
    assert sandbox.control.all_hits() == 2  # the keys of who signed the token


async def test_the_first_and_the_last_day_that_may_be_said_break_nothing(hub, headers_of):
    who = headers_of(Audience.CITIZEN)
    for place, kind in PLACES.items():
        for day in ("1500-01-01", "2499-12-31"):
            value = day if kind == "Date" else f"{day}T12:00:00Z"
            answer = await hub.ask(f"query ($v: {kind}) {{ {place} }}", {"v": value}, **who)
            codes = {each["extensions"]["code"] for each in answer.get("errors", ())}
            assert codes <= {"BAD_USER_INPUT"}, (place, value, answer["errors"])


@pytest.mark.parametrize("value", [*ENDS, *MOMENTS])
async def test_over_plain_http_they_are_refused_as_well(hub, headers_of, value):
    for path in (
        "/calendar/job-fairs.ics?since=",
        "/data-tracker/findUsage?periodStart=",
        "/data-tracker/findUsage?periodEnd=",
    ):
        if value == "2026-11-27":
            continue
        url = f"{hub.url}{path}{value.replace('+', '%2B')}"
        async with hub.session.get(url, headers=headers_of(Audience.CITIZEN)) as response:
            assert (response.status, (await response.json())["code"]) == (400, "BAD_REQUEST"), path
