"""Lists over plain HTTP as iCalendar: what is in them, what is answered, and that what is written reads back the same."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from auth.caller import Audience
from connectors.kit.findings import Findings
from connectors.kit.ical.events import occurrences
from connectors.kit.reading import State
from engine.pages.calendars import EXPORTS
from engine.pages.ics import Words, written
from resolvers.calendar.agenda import PublishedEvent
from resolvers.kit.source import Source
from sandbox.jobs.agenda import LONG_TITLE
from tests.conftest import ROOT, configuration_for, listening

WIB = ZoneInfo("Asia/Jakarta")
FAIRS, EVENTS = "disnaker-agenda", "dispora-agenda"
PATHS = {"job-fairs": FAIRS, "sport-events": EVENTS}


@pytest.fixture
def get(hub):
    async def ask(name, params=None, headers=None, method="GET"):
        url = f"{hub.url}/calendar/{name}.ics"
        async with hub.session.request(method, url, params=params, headers=headers) as response:
            return response.status, response.headers, await response.read()

    return ask


def read_back(body):
    known = Findings("ourselves")
    far = timedelta(days=400)
    now = datetime(2026, 11, 23, 5, tzinfo=UTC)
    found = occurrences(body, now - far, now + far, zone=WIB, findings=known)
    assert known.counts == {}
    return found


@pytest.mark.parametrize("name", PATHS)
class TestEach:
    async def test_it_is_a_calendar_of_the_same_list_as_in_the_graph_and_costs_one_call(self, hub, sandbox, get, name):
        status, headers, body = await get(name)
        assert (status, headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
        field = "jobFairs" if name == "job-fairs" else "sportEvents"
        nodes, after = [], None
        while True:
            found = (
                await hub.data(
                    f"query ($after: String) {{ list: {field}(first: 100, after: $after) {{ totalCount ics nodes {{ ... on CalendarEvent {{"
                    " code title description startsAt endsAt allDay cancelled place latitude longitude url } }"
                    " pageInfo { hasNextPage endCursor } } }",
                    {"after": after},
                )
            )["list"]
            nodes, after = nodes + found["nodes"], found["pageInfo"]["endCursor"]
            if not found["pageInfo"]["hasNextPage"]:
                break
        assert found["ics"] == f"/calendar/{name}.ics"
        assert [
            {
                "code": each.uid, "title": each.title, "description": each.description,
                "startsAt": each.starts_at.astimezone(WIB).isoformat(),
                "endsAt": each.ends_at and each.ends_at.astimezone(WIB).isoformat(),
                "allDay": each.all_day, "cancelled": each.cancelled, "place": each.place,
                "latitude": each.latitude, "longitude": each.longitude, "url": each.url,
            }
            for each in read_back(body)
        ] == nodes  # fmt: skip
        assert sandbox.control.calls(PATHS[name]) == {"calendar": 1}
        assert sandbox.control.all_hits() == 1

    async def test_another_reader_reads_it_whole_and_its_lines_are_as_the_standard_wants(self, get, name):
        _, _, body = await get(name)
        whole = icalendar.Calendar.from_ical(body)
        assert whole.errors == []
        assert [event.errors for event in whole.walk("VEVENT")] == [[]] * len(whole.walk("VEVENT"))
        assert {"VERSION", "PRODID", "CALSCALE", "NAME", "REFRESH-INTERVAL", "DESCRIPTION"} <= whole.keys()
        for event in whole.walk("VEVENT"):
            assert {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "STATUS", "CONTACT", "COMMENT"} <= event.keys()
        assert len({event["UID"] for event in whole.walk("VEVENT")}) == len(whole.walk("VEVENT")) > 20
        assert body.endswith(b"END:VCALENDAR\r\n")
        assert max(map(len, body.split(b"\r\n"))) <= 75
        assert b"\n" not in body.replace(b"\r\n", b"")

    async def test_it_says_whose_it_is_and_how_old(self, get, clock, name):
        for language, expected in (
            ("id", "Sumber: {}, diambil 23-11-2026 12.00 WIB."),
            ("en", "Source: {}, had on 2026-11-23 at 12:00 WIB."),
        ):
            _, _, body = await get(name, headers={"Accept-Language": language})
            whole = icalendar.Calendar.from_ical(body)
            agency = "Disnaker Contoh" if name == "job-fairs" else "Dispora Contoh"
            assert str(whole["DESCRIPTION"]) == expected.format(agency)
            for event in whole.walk("VEVENT"):
                assert (str(event["CONTACT"]), str(event["COMMENT"])) == (agency, expected.format(agency))
                assert event["DTSTAMP"].dt == clock.now()

    async def test_who_has_it_already_is_told_so_until_it_is_asked_for_anew(self, get, clock, name):
        _, first, _ = await get(name)
        assert first["Last-Modified"] == "Mon, 23 Nov 2026 05:00:00 GMT"
        clock.advance(timedelta(minutes=20))
        for given_as in (
            {"If-None-Match": first["ETag"]}, {"If-None-Match": f'"x", {first["ETag"]}'}, {"If-None-Match": "*"},
            {"If-None-Match": first["ETag"].removeprefix("W/")},
            {"If-Modified-Since": first["Last-Modified"]},
        ):  # fmt: skip
            status, headers, body = await get(name, headers=given_as)
            assert (status, body, headers["ETag"]) == (304, b"", first["ETag"])
        for given_as in (
            {"If-None-Match": '"x"'}, {"If-Modified-Since": "Mon, 23 Nov 2026 04:59:59 GMT"}, {"If-Modified-Since": "x"},
            {"If-None-Match": '"x"', "If-Modified-Since": first["Last-Modified"]},
        ):  # fmt: skip
            assert (await get(name, headers=given_as))[0] == 200
        clock.advance(timedelta(hours=3))
        status, headers, _ = await get(name, headers={"If-None-Match": first["ETag"]})
        assert status == 200
        assert headers["ETag"] != first["ETag"]

    async def test_a_new_day_is_a_new_list(self, get, clock, name):
        clock.advance(datetime(2026, 11, 23, 23, 50, tzinfo=WIB) - clock.now())
        _, first, _ = await get(name)
        clock.advance(timedelta(minutes=20))
        status, headers, _ = await get(name, headers={"If-Modified-Since": first["Last-Modified"]})
        assert (status, headers["Last-Modified"]) == (200, "Mon, 23 Nov 2026 17:00:00 GMT")

    async def test_a_head_is_the_same_without_the_body(self, get, name):
        whole = {"Accept-Encoding": "identity"}
        _, headers, body = await get(name, headers=whole)
        status, head, nothing = await get(name, method="HEAD", headers=whole)
        assert (status, nothing) == (200, b"")
        for each in ("ETag", "Content-Length", "Content-Type", "Last-Modified"):
            assert head[each] == headers[each]
        assert int(head["Content-Length"]) == len(body)

    async def test_where_nobody_answers_it_is_503_and_says_when_to_come_again(self, hub, sandbox, get, name):
        for mode, after in (("down", "60"), ("html", "60"), ("rejecting", "60"), ("throttling", "90")):
            await hub.probed()
            await hub.state.cache.clear()
            sandbox.control.set(PATHS[name], mode, seconds=90)
            status, headers, body = await get(name, headers={"Accept-Language": "en"})
            assert (status, headers["Cache-Control"], headers["Retry-After"]) == (503, "private, no-store", after)
            assert b'"code":"AGENCY_' in body
            assert PATHS[name].encode() in body
            sandbox.control.set(PATHS[name], "ok")

    async def test_an_older_one_is_given_where_there_is_one_and_says_that_it_is(self, sandbox, get, clock, name):
        _, _, before = await get(name)
        sandbox.control.set(PATHS[name], "down")
        clock.advance(timedelta(hours=5))
        status, _, body = await get(name, headers={"Accept-Language": "en"})
        assert (status, len(read_back(body))) == (200, len(read_back(before)))
        assert b"12:00 WIB\\; nothing newer could be had." in body.replace(b"\r\n ", b"")

    async def test_what_cannot_be_asked_is_refused_and_nobody_is_asked(self, sandbox, get, name):
        for params in ({"since": "soon"}, {"until": "2026-13-01"}, {"who": "9907014001900001"}, {"since": ""}):
            status, _, body = await get(name, params)
            assert (status, b'"code":"BAD_REQUEST"' in body) == (400, True)
            assert not [value for value in params.values() if value and value.encode() in body]
        assert sandbox.control.all_hits() == 0

    async def test_days_that_are_too_far_are_refused_as_in_the_graph(self, get, name):
        status, _, body = await get(name, {"since": "2031-01-01"})
        assert (status, b'"code":"BAD_USER_INPUT"' in body) == (400, True)

    async def test_who_asks_with_a_token_is_given_it_alone_and_a_bad_token_is_refused(self, get, headers_of, name):
        assert (await get(name))[1]["Cache-Control"] == "public, max-age=300"
        for audience in (Audience.CITIZEN, Audience.PARTNER):
            status, headers, _ = await get(name, headers=headers_of(audience))
            assert (status, headers["Cache-Control"]) == (200, "private, no-store")
        status, headers, _ = await get(name, headers={"Authorization": "Bearer x"})
        assert (status, headers["WWW-Authenticate"]) == (401, 'Bearer realm="simpul", error="invalid_token"')
        assert "authorization" in headers["Vary"]

    async def test_a_city_without_such_a_calendar_says_so(self, configuration, clock, name):
        without = tuple(each for each in configuration.agencies if each.agency.code != PATHS[name])
        async with (
            listening(configuration._replace(agencies=without), clock) as hub,
            hub.session.get(f"{hub.url}/calendar/{name}.ics") as response,
        ):
            assert (response.status, (await response.json())["code"]) == (404, "NOT_CONFIGURED")

    async def test_it_costs_of_the_quota(self, configuration, clock, name):
        async with listening(configuration, clock, quota=1500) as hub:
            for expected in (200, 429):
                async with hub.session.get(f"{hub.url}/calendar/{name}.ics") as response:
                    assert response.status == expected


async def test_a_part_that_is_missing_is_named(sandbox, tmp_path, clock):
    head = f"[agencies.{FAIRS}]"
    another = head.replace(FAIRS, "bursa-lain") + (
        '\ndomain = "jobs"\nconnector = "ical"\nname = "Bursa Lain"\nurl = "http://127.0.0.1:8100/nowhere"\n\n' + head
    )
    async with listening(configuration_for(sandbox, tmp_path, (head, another)), clock) as hub:
        async with hub.session.get(f"{hub.url}/calendar/job-fairs.ics") as response:
            body = await response.read()
            assert (response.status, response.headers["simpul-unavailable"]) == (200, "bursa-lain")
            assert "Last-Modified" not in response.headers
        assert "Tanpa Bursa Lain" in str(icalendar.Calendar.from_ical(body)["DESCRIPTION"])
        assert len(read_back(body)) > 20


async def test_a_list_is_narrowed_as_in_the_graph(get):
    _, _, body = await get("sport-events", {"sport": "jalan sehat", "until": "2026-12-31"})
    assert [(each.title, each.categories) for each in read_back(body)] == [
        ("Jalan Pagi Contoh", ("Jalan Sehat", "Atletik"))
    ]
    _, _, body = await get("sport-events", {"venue": "nowhere at all"})
    assert read_back(body) == ()


async def test_whole_days_are_dates_and_what_is_called_off_says_so(get):
    _, _, body = await get("job-fairs")
    by_title = {str(event["SUMMARY"]): event for event in icalendar.Calendar.from_ical(body).walk("VEVENT")}
    days = by_title[LONG_TITLE]
    assert (days["DTSTART"].to_ical(), days["DTEND"].to_ical()) == (b"20261212", b"20261215")
    off = [title for title, event in by_title.items() if event["STATUS"] == "CANCELLED"]
    assert off == ["Bursa Kerja Contoh Karawaci"]


def test_every_export_is_documented_and_has_the_policy_of_its_field():
    text = (ROOT / "docs" / "calendars.md").read_text(encoding="utf-8")
    for export in EXPORTS.values():
        of, _, name = export.field.partition(".")
        shown = name if of == "Query" else f"{of.lower()} {{ {name} }}"
        narrowed = ", ".join(f"`{name}`" for name in export.parameters)
        assert f"| `/calendar/{export.name}.ics` | `{shown}` | {narrowed} |" in text


SOURCE = Source(
    agency="x", name="X Contoh", state=State.LIVE, fetched_at=datetime(2026, 11, 23, 5, tzinfo=UTC), changed_at=None,
    age_seconds=0, problem=None,
)  # fmt: skip
MOMENTS = st.datetimes(datetime(2025, 12, 1), datetime(2027, 11, 1)).map(
    lambda at: at.replace(microsecond=0, tzinfo=WIB)
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)


def published(title="Judul", place=None, description=None, at=None, hours=None, url=None, categories=(), **also):
    at = at or datetime(2026, 12, 1, 9, tzinfo=WIB)
    return PublishedEvent(
        uid="1", recurrence=None, sequence=0, title=title, description=description, place=place,
        latitude=None, longitude=None, url=url, categories=categories, starts_at=at,
        ends_at=at + timedelta(hours=hours) if hours else None, all_day=False, cancelled=False, changed_at=None,
        kelurahan=None, code="x/1", kecamatan=None, source=SOURCE, **also,
    )  # fmt: skip


def written_of(*events, private=False):
    return written("Uji", events, [SOURCE], [], words=Words("id", WIB), private=private)


def squeezed(text):
    """As a title is read: one line, no characters that are not for reading."""
    kept = "".join(
        " "
        if character in "\u2028\u2029\ufeff" or not (character >= " " and not "\x7f" <= character <= "\x9f")
        else character
        for character in text
    )
    return " ".join(kept.split())


@given(TEXTS, TEXTS, MOMENTS, st.none() | st.integers(1, 72))
@example("a\r\nDTSTART:20200101\r\nEND:VEVENT", 'b\nBEGIN:VEVENT\\n\\,;:"', datetime(2026, 12, 1, tzinfo=WIB), 1)
@example("\u2028\x85\x0b\x1c", "\\", datetime(2026, 12, 1, tzinfo=WIB), None)
@example("“" * 60, "\\" * 80, datetime(2026, 12, 1, tzinfo=WIB), None)
def test_odd_titles_and_places_read_back_the_same_and_begin_no_line_of_their_own(title, place, at, hours):
    event = published(title or "x", place, at=at, hours=hours)
    body = written_of(event)
    names = [line.partition(b":")[0] for line in body.replace(b"\r\n ", b"").split(b"\r\n")]
    assert names.count(b"BEGIN") == names.count(b"END") == 2
    assert names.count(b"DTSTART") == names.count(b"SUMMARY") == 1
    assert max(map(len, body.split(b"\r\n"))) <= 75
    wanted = squeezed(title or "x")
    if not wanted:
        return  # an event without a title is none
    (found,) = read_back(body)
    assert (found.title, found.place or "") == (wanted, squeezed(place))
    assert (found.starts_at, found.ends_at) == (at.astimezone(UTC), event.ends_at and event.ends_at.astimezone(UTC))


@given(st.lists(TEXTS.filter(lambda text: squeezed(text) != ""), max_size=4, unique_by=squeezed))
def test_odd_categories_read_back_the_same(categories):
    (found,) = read_back(written_of(published(categories=tuple(categories))))
    assert found.categories == tuple(map(squeezed, categories))


@pytest.mark.parametrize("url", ["https://x.example/\r\nEND:VEVENT", "javascript:alert(1)", "https://x.example/ a"])
def test_an_address_that_is_none_is_left_out(url):
    assert b"URL" not in written_of(published(url=url))


def test_what_is_about_a_person_is_private_in_it_and_takes_their_time():
    event = icalendar.Calendar.from_ical(written_of(published(), private=True)).walk("VEVENT")[0]
    assert (str(event["CLASS"]), str(event["TRANSP"])) == ("PRIVATE", "OPAQUE")
