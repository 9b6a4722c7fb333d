"""Calendars as agencies really send them: each habit by its name, and nothing that one of them may cost the others."""

import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.kit.findings import Findings
from connectors.kit.ical.events import MOST, occurrences
from connectors.kit.values import BadRow

WIB = ZoneInfo("Asia/Jakarta")
SINCE, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 12, 31, tzinfo=UTC)


class Read:
    def __init__(self, body: bytes, since=SINCE, until=UNTIL, charset=None):
        known = Findings("agency")
        self.found = occurrences(body, since, until, zone=WIB, findings=known, charset=charset)
        self.findings = known.counts
        msgspec.msgpack.encode(self.found)  # as the cache keeps them

    @property
    def one(self):
        (only,) = self.found
        return only

    @property
    def starts(self):
        return [f"{each.starts_at.astimezone(WIB):%Y-%m-%d %H:%M}" for each in self.found]


def event(*lines, uid="1", start="DTSTART:20261124T020000Z", title="Bursa Contoh"):
    given = [f"UID:{uid}" if uid else "", start, f"SUMMARY:{title}" if title else "", *lines]
    return ["BEGIN:VEVENT", *filter(None, given), "END:VEVENT"]


def calendar(*parts, end="\r\n"):
    lines = [line for part in parts for line in (part if isinstance(part, list) else [part])]
    return end.join(["BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR", ""]).encode()


def read(*parts, **window):
    return Read(calendar(*parts), **window)


class TestText:
    @pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
    def test_lines_may_end_as_they_like(self, end):
        assert Read(calendar(event(), end=end)).one.title == "Bursa Contoh"

    def test_folded_lines_are_joined_also_in_the_middle_of_a_character(self):
        title = "Bursa kerja “Contoh”"
        body = calendar(event(title=title))
        at = body.index("“".encode()) + 1
        assert Read(body[:at] + b"\r\n " + body[at:]).one.title == title
        assert Read(body.replace(b"kerja", b"ker\r\n\tja")).one.title == title

    def test_what_is_escaped_is_made_whole(self):
        read_ = read(event(r"LOCATION:Aula\, lantai 2\; sayap \\ timur", r"DESCRIPTION:Satu\nDua\NTiga"))
        assert read_.one.place == r"Aula, lantai 2; sayap \ timur"
        assert read_.one.description == "Satu\nDua\nTiga"

    def test_markup_of_a_description_is_stripped_and_nothing_of_it_can_run(self):
        found = read(event(r"DESCRIPTION:<p>Bawa <b>CV</b> &amp\; KTP</p><script>alert(1)</script>"))
        assert found.one.description == "Bawa CV & KTP"

    def test_characters_that_are_not_for_reading_are_gone_from_titles(self):
        assert read(event(title=r"Satu\nDua" + "\x07\u2028Tiga")).one.title == "Satu Dua Tiga"

    def test_a_byte_order_mark_and_a_wrong_byte_cost_nothing(self):
        body = b"\xef\xbb\xbf" + calendar(event(title="Caf\xe9")).replace("é".encode(), b"\xe9")
        assert Read(body).one.title == "Caf\ufffd"

    def test_the_charset_that_the_answer_names_is_heeded(self):
        body = calendar(event(title="Bursa Café"))
        assert Read(body.decode().encode("latin-1"), charset="iso-8859-1").one.title == "Bursa Café"
        assert Read(body, charset="iso-8859-1").one.title == "Bursa Café"
        assert Read(body.decode().encode("utf-16"), charset="utf-16").one.title == "Bursa Café"

    def test_quoted_printable_is_made_whole_also_over_several_lines(self):
        found = read(
            event(
                "DESCRIPTION;QUOTED-PRINTABLE:satu=", "=20dua=0D=0Atiga", "URL:https://contoh.example/?a=",
                "LOCATION;ENCODING=quoted-printable;CHARSET=iso-8859-1:Caf=E9",
                "SUMMARY;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Bursa =E2=80=93 Uji", title="",
            )
        )  # fmt: skip
        assert (found.one.title, found.one.description, found.one.place, found.one.url) == (
            "Bursa \u2013 Uji", "satu dua\ntiga", "Café", "https://contoh.example/?a=",
        )  # fmt: skip

    def test_names_of_parts_and_properties_are_read_in_any_case(self):
        body = calendar(event()).replace(b"BEGIN:VEVENT", b"begin:vevent").replace(b"SUMMARY", b"Summary")
        assert Read(body).one.title == "Bursa Contoh"

    def test_parameters_with_colons_in_them_do_not_end_the_name(self):
        assert read(event('LOCATION;ALTREP="http://x.example/a:b":Aula')).one.place == "Aula"


class TestTimes:
    @pytest.mark.parametrize(
        ("start", "expected"),
        [
            ("DTSTART:20261124T020000Z", "2026-11-24 09:00"),
            ("DTSTART:20261124T090000", "2026-11-24 09:00"),
            ("DTSTART;TZID=Asia/Jakarta:20261124T090000", "2026-11-24 09:00"),
            ("DTSTART;TZID=Asia/Makassar:20261124T090000", "2026-11-24 08:00"),
            ("DTSTART;TZID=SE Asia Standard Time:20261124T090000", "2026-11-24 09:00"),
            ('DTSTART;TZID="Tokyo Standard Time":20261124T090000', "2026-11-24 07:00"),
            ("DTSTART;TZID=/freeassociation.sourceforge.net/Asia/Tokyo:20261124T090000", "2026-11-24 07:00"),
            ("DTSTART;TZID=Asia/Tokyo:20261124T020000Z", "2026-11-24 09:00"),
            ("DTSTART;VALUE=DATE:20261124", "2026-11-24 00:00"),
            ("DTSTART:20261124", "2026-11-24 00:00"),
            ("DTSTART;VALUE=DATE:20261124Z", "2026-11-24 00:00"),
            ("DTSTART;VALUE=DATE:2026-11-24", "2026-11-24 00:00"),
            ("DTSTART;VALUE=DATE:20261124T000000", "2026-11-24 00:00"),
            ("DTSTART:2026-11-24T09:00:00+07:00", "2026-11-24 09:00"),
            ("DTSTART:20261124T0900", "2026-11-24 09:00"),
            ("DTSTART:20261124T240000", "2026-11-25 00:00"),
            ("DTSTART;TZID=UTC+8:20261124T090000", "2026-11-24 08:00"),
            ("DTSTART;TZID=+0800:20261124T090000", "2026-11-24 08:00"),
            ("DTSTART;TZID=GMT-02.30:20261124T000000", "2026-11-24 09:30"),
            ("DTSTART;TZID=UTC+08:00:20261124T090000", "2026-11-24 08:00"),
            ('DTSTART;TZID="UTC+08:00":20261124T090000', "2026-11-24 08:00"),
            ('DTSTART;TZID="(UTC+08:00) Kuala Lumpur, Singapore":20261124T090000', "2026-11-24 08:00"),
            ("DTSTART;TZID=(GMT+08:00) Kuala Lumpur, Singapore:20261124T090000", "2026-11-24 08:00"),
            ("DTSTART;TZID=(GMT+08.00) Kuala Lumpur,Singapore:20261124T090000", "2026-11-24 08:00"),
            ("DTSTART;TZID=asia/makassar:20261124T090000", "2026-11-24 08:00"),
            ("DTSTART;TZID='Asia/Makassar':20261124T090000", "2026-11-24 08:00"),
            ("DTSTART;TZID=Asia\\/Makassar:20261124T090000", "2026-11-24 08:00"),
            ("DTSTART;TZID=WITA:20261124T090000", "2026-11-24 08:00"),
            ("DTSTART;TZID=Waktu Indonesia Tengah:20261124T090000", "2026-11-24 08:00"),
            ("DTSTART;TZID=GMT+0800 (WITA):20261124T090000", "2026-11-24 08:00"),
            ("DTSTART;TZID=Asia/Makassar (GMT+8):20261124T090000", "2026-11-24 08:00"),
            ("DTSTART;TZID=tokyo standard time:20261124T090000", "2026-11-24 07:00"),
            ("DTSTART;TZID=/mozilla.org/20070129_1/Asia/Makassar:20261124T090000", "2026-11-24 08:00"),
            ("DTSTART;TZID=tzone://Microsoft/Utc:20261124T020000", "2026-11-24 09:00"),
            ("DTSTART;TZID=Etc/GMT-8:20261124T090000", "2026-11-24 08:00"),
        ],
    )
    def test_a_moment_is_read_in_the_zone_that_it_names_or_the_citys(self, start, expected):
        found = read(event(start=start))
        assert (found.starts, found.findings) == ([expected], {})
        assert found.one.starts_at.tzinfo is UTC

    @pytest.mark.parametrize("name", ["UTC+99", "(UTC+08:75) x", "+", "Asia", "../../etc/hostname", "PDT"])
    def test_a_name_that_says_no_zone_is_none(self, name):
        found = read(event(start=f"DTSTART;TZID={name}:20261124T090000"))
        assert (found.starts, found.findings) == (["2026-11-24 09:00"], {"TZID: a time zone that is not known": 1})

    @pytest.mark.parametrize("value", ["00010101T000000Z", "99991231T235959Z", "20261324T000000Z", "20261124T250000"])
    def test_a_moment_that_cannot_be_costs_its_event(self, value):
        found = read(event(start=f"DTSTART:{value}"), event(f"LAST-MODIFIED:{value}", uid="2"))
        assert (found.one.uid, found.one.changed_at) == ("2", None)
        assert sum(found.findings.values()) == 2

    def test_a_zone_that_nobody_knows_is_taken_for_the_citys_with_a_finding(self):
        found = read(event(start="DTSTART;TZID=Kantor:20261124T090000"), event(uid="2"))
        assert found.starts == ["2026-11-24 09:00"] * 2
        assert found.findings == {"TZID: a time zone that is not known": 1}

    def test_a_calendars_own_zone_is_read_from_it_and_kept_from_all_others(self):
        def zone(offset):
            return [
                "BEGIN:VTIMEZONE", "TZID:Kantor", "BEGIN:STANDARD", "DTSTART:16010101T000000",
                "TZOFFSETFROM:+0700", f"TZOFFSETTO:{offset}", "END:STANDARD", "END:VTIMEZONE",
            ]  # fmt: skip

        local = event(start="DTSTART;TZID=Kantor:20261124T090000")
        assert read(zone("+0900"), local).starts == ["2026-11-24 07:00"]
        assert read(local, zone("+0800")).starts == ["2026-11-24 08:00"]

    @pytest.mark.parametrize(("day", "expected"), [("20260701", "20:00"), ("20261201", "21:00"), ("20261101", "21:00")])
    def test_its_own_summer_time_begins_and_ends_as_it_says(self, day, expected):
        found = read(
            "BEGIN:VTIMEZONE", "TZID:Customized Time Zone", "X-OTHER:1",
            "BEGIN:STANDARD", "DTSTART:16011104T020000", "RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11",
            "TZOFFSETFROM:-0400", "TZOFFSETTO:-0500", "END:STANDARD",
            "BEGIN:DAYLIGHT", "DTSTART:16010311T020000", "RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3",
            "TZOFFSETFROM:-0500", "TZOFFSETTO:-0400", "END:DAYLIGHT", "END:VTIMEZONE",
            event(start=f"DTSTART;TZID=Customized Time Zone:{day}T090000"),
        )  # fmt: skip
        assert found.starts[0].endswith(expected)

    def test_a_rule_of_its_own_that_has_ended_or_names_its_hour_is_heeded(self):
        found = read(
            "BEGIN:VTIMEZONE", "TZID:Kantor",
            "BEGIN:DAYLIGHT", "DTSTART:20001001T020000", "TZOFFSETTO:+0900", "TZOFFSETFROM:+0800",
            "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=1SU;BYHOUR=2;BYMINUTE=0;UNTIL=20101003T000000Z", "END:DAYLIGHT",
            "BEGIN:STANDARD", "DTSTART:20110101T000000", "TZOFFSETTO:+0800", "TZOFFSETFROM:+0900", "END:STANDARD",
            "END:VTIMEZONE", event(start="DTSTART;TZID=Kantor:20261124T090000"),
        )  # fmt: skip
        assert (found.starts, found.findings) == (["2026-11-24 08:00"], {})

    @pytest.mark.parametrize(
        "inside",
        [
            ["BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETTO:+9900", "END:STANDARD"],
            ["BEGIN:STANDARD", "DTSTART:19700101T000000", "RRULE:FREQ=SECONDLY", "TZOFFSETTO:+0700", "END:STANDARD"],
            ["BEGIN:STANDARD", "END:STANDARD"],
            [],
        ],
    )
    def test_a_zone_that_cannot_be_is_taken_for_the_citys(self, inside):
        zone = ["BEGIN:VTIMEZONE", "TZID:Kantor", *inside, "END:VTIMEZONE"]
        found = read(zone, event(start="DTSTART;TZID=Kantor:20261124T090000"))
        assert found.starts == ["2026-11-24 09:00"]
        assert found.findings["TZID: a time zone that is not known"] == 1

    @pytest.mark.parametrize(
        ("start", "more", "hours"),
        [
            ("DTSTART:20261124T020000Z", ["DTEND:20261124T050000Z"], 3),
            ("DTSTART:20261124T090000", ["DTEND;TZID=Asia/Tokyo:20261124T130000"], 2),
            ("DTSTART:20261124T020000Z", ["DURATION:PT1H30M"], 1.5),
            ("DTSTART:20261124T020000Z", ["DURATION:P1D"], 24),
            ("DTSTART:20261124T020000Z", [], None),
            ("DTSTART:20261124T020000Z", ["DTEND:20261124T020000Z"], None),
            ("DTSTART;VALUE=DATE:20261124", [], 24),
            ("DTSTART;VALUE=DATE:20261124", ["DTEND;VALUE=DATE:20261124"], 24),
            ("DTSTART;VALUE=DATE:20261124", ["DTEND;VALUE=DATE:20261127"], 72),
            ("DTSTART;VALUE=DATE:20261124", ["DURATION:P2D"], 48),
        ],
    )
    def test_it_ends_as_it_says(self, start, more, hours):
        found = read(event(*more, start=start))
        took = found.one.ends_at and found.one.ends_at - found.one.starts_at
        assert took == (hours and timedelta(hours=hours))
        assert found.one.all_day == ("DATE:" in start)
        assert found.findings == {}

    @pytest.mark.parametrize(
        "line", ["DTEND:20261123T020000Z", "DURATION:-PT1H", "DURATION:P999999999D", "DTEND:soon", "DURATION:x"]
    )
    def test_an_end_that_cannot_be_is_no_end(self, line):
        found = read(event(line))
        assert (found.one.ends_at, sum(found.findings.values())) == (None, 1)


class TestRecurring:
    def test_a_rule_without_an_end_recurs_within_the_window(self):
        found = read(event("RRULE:FREQ=WEEKLY;BYDAY=TU"), until=datetime(2026, 12, 9, tzinfo=UTC))
        assert found.starts == ["2026-11-24 09:00", "2026-12-01 09:00", "2026-12-08 09:00"]
        assert [each.recurrence for each in found.found] == [
            "20261124T020000Z", "20261201T020000Z", "20261208T020000Z",
        ]  # fmt: skip

    def test_one_that_began_long_ago_recurs_at_the_same_time_of_day(self):
        found = read(
            event("RRULE:FREQ=DAILY", "DURATION:PT1H", start="DTSTART;TZID=Asia/Jakarta:19700101T083000"),
            since=datetime(2026, 11, 23, 17, tzinfo=UTC), until=datetime(2026, 11, 25, 17, tzinfo=UTC),
        )  # fmt: skip
        assert found.starts == ["2026-11-24 08:30", "2026-11-25 08:30"]

    @pytest.mark.parametrize(
        ("until", "count"),
        [("20261201", 2), ("20261130T235959Z", 1), ("20261201T020000Z", 2), ("20261201T015959Z", 1), ("20261201T090000", 2)],
    )  # fmt: skip
    def test_until_is_a_day_or_a_moment_and_included(self, until, count):
        assert len(read(event(f"RRULE:FREQ=WEEKLY;UNTIL={until}")).found) == count

    def test_days_are_added_and_left_out(self):
        found = read(
            event(
                "RRULE:FREQ=DAILY;COUNT=4",
                "EXDATE;TZID=Asia/Jakarta:20261125T090000",
                "EXDATE;VALUE=DATE:20261126",
                "RDATE:20261201T020000Z,20261205T020000Z/PT5H",
                "EXDATE:20261205T020000Z",
            )
        )
        assert found.starts == ["2026-11-24 09:00", "2026-11-27 09:00", "2026-12-01 09:00"]

    def test_days_alone_may_recur(self):
        found = read(event("RDATE;VALUE=DATE:20261201", start="DTSTART;VALUE=DATE:20261124"))
        assert [(each.recurrence, each.all_day) for each in found.found] == [("20261124", True), ("20261201", True)]

    def test_one_time_may_be_moved_and_one_called_off(self):
        found = read(
            event("RRULE:FREQ=WEEKLY;COUNT=3"),
            event("RECURRENCE-ID:20261201T020000Z", start="DTSTART:20261202T070000Z", title="Pindah hari"),
            event("RECURRENCE-ID;VALUE=DATE:20261208", "STATUS:CANCELLED", start="DTSTART:20261208T020000Z"),
        )
        assert [(each.title, each.recurrence, each.cancelled) for each in found.found] == [
            ("Bursa Contoh", "20261124T020000Z", False),
            ("Pindah hari", "20261201T020000Z", False),
            ("Bursa Contoh", "20261208", True),
        ]
        assert found.starts == ["2026-11-24 09:00", "2026-12-02 14:00", "2026-12-08 09:00"]

    def test_one_that_is_moved_into_the_window_is_in_it(self):
        found = read(
            event("RRULE:FREQ=YEARLY", start="DTSTART:20201124T020000Z"),
            event("RECURRENCE-ID:20281124T020000Z", start="DTSTART:20270601T020000Z"),
        )
        assert found.starts == ["2026-11-24 09:00", "2027-06-01 09:00", "2027-11-24 09:00"]

    def test_one_time_without_the_others_stands_for_itself(self):
        assert read(event("RECURRENCE-ID:20261124T020000Z")).one.recurrence == "20261124T020000Z"

    @pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=MINUTELY;COUNT=9", "FREQ=DAILY;BYSECOND=1,2", "rubbish"])
    def test_a_rule_that_is_not_followed_leaves_the_first_day(self, rule):
        found = read(event(f"RRULE:{rule}"), event(uid="2"))
        assert found.starts == ["2026-11-24 09:00"] * 2
        assert sum(found.findings.values()) == 1

    @pytest.mark.parametrize(
        "bad", ["EXDATE:Invalid date", "RDATE:20269999T000000Z", "RRULE:FREQ=NEVER", "RDATE:/PT1H"]
    )
    def test_what_cannot_be_read_costs_itself_and_no_other_time(self, bad):
        found = read(event("RRULE:FREQ=WEEKLY;COUNT=3", bad, "EXDATE:20261201T020000Z", "RDATE:20261210T020000Z"))
        assert found.starts == ["2026-11-24 09:00", "2026-12-08 09:00", "2026-12-10 09:00"]
        assert sum(found.findings.values()) == 1

    def test_a_rule_of_what_is_left_out_is_followed(self):
        found = read(event("RRULE:FREQ=DAILY;COUNT=5", "EXRULE:FREQ=DAILY;INTERVAL=2", "EXRULE:x"))
        assert (found.starts, sum(found.findings.values())) == (["2026-11-25 09:00", "2026-11-27 09:00"], 1)

    def test_one_bad_date_of_a_list_costs_itself(self):
        found = read(event("RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE:20261201T020000Z,soon, 20261208T020000Z"))
        assert (found.starts, found.findings) == (["2026-11-24 09:00"], {"EXDATE: not a value of its kind": 1})

    @pytest.mark.parametrize(
        ("start", "rule", "days"),
        [
            ("DTSTART;TZID=Asia/Jakarta:20261124T090000", "FREQ=WEEKLY;BYDAY=TU;BYHOUR=9;BYMINUTE=0;BYSECOND=0", 7),
            ("DTSTART:20261124T020000Z", "FREQ=DAILY;BYHOUR=2", 1),
            ("DTSTART;VALUE=DATE:20261124", "FREQ=DAILY;BYHOUR=0;BYMINUTE=0", 1),
            ("DTSTART:20261124T020000Z", "FREQ=WEEKLY;BYDAY=1TU", 7),
        ],
    )
    def test_a_rule_that_says_again_how_it_begins_is_followed(self, start, rule, days):
        found = read(event(f"RRULE:{rule};COUNT=3", start=start))
        first = found.found[0].starts_at
        assert [each.starts_at for each in found.found] == [first + timedelta(days=days * at) for at in range(3)]
        assert found.findings == {}

    def test_a_period_has_its_own_length(self):
        periods = "RDATE;VALUE=PERIOD:20261201T020000Z/PT2H,20261202T020000Z/20261202T050000Z,20261203T020000Z"
        found = read(event(periods, "RDATE:20261124T020000Z/PT5H,20261204T020000Z/x", "DTEND:20261124T030000Z"))
        assert [each.ends_at.hour - each.starts_at.hour for each in found.found] == [5, 2, 3, 1]
        assert found.findings == {"RDATE: not a value of its kind": 1}

    def test_a_day_that_is_added_to_what_has_an_hour_is_at_that_hour(self):
        found = read(event("RDATE;VALUE=DATE:20261201", start="DTSTART;TZID=Asia/Jakarta:20261124T090000"))
        assert found.starts == ["2026-11-24 09:00", "2026-12-01 09:00"]

    def test_this_and_all_later_times_are_moved_and_say_what_is_new(self):
        found = read(
            event("RRULE:FREQ=WEEKLY;COUNT=6", "EXDATE:20261229T020000Z", "DTEND:20261124T030000Z", "LOCATION:Aula lama"),
            event(
                "RECURRENCE-ID;RANGE=THISANDFUTURE:20261201T020000Z", "DTEND:20261202T080000Z", "LOCATION:Aula baru",
                start="DTSTART:20261202T060000Z",
            ),
            event("RECURRENCE-ID:20261208T020000Z", start="DTSTART:20261208T040000Z", title="Sekali ini"),
            event(
                "RECURRENCE-ID;RANGE=THISANDFUTURE:20261222T020000Z", "STATUS:CANCELLED", start="DTSTART:20261222T020000Z",
            ),
        )  # fmt: skip
        assert found.starts == [
            "2026-11-24 09:00", "2026-12-02 13:00", "2026-12-08 11:00", "2026-12-16 13:00", "2026-12-22 09:00",
        ]  # fmt: skip
        assert [each.place for each in found.found] == ["Aula lama", "Aula baru", None, "Aula baru", None]
        assert [each.ends_at and (each.ends_at - each.starts_at).seconds // 3600 for each in found.found] == [
            1, 2, None, 2, None,
        ]  # fmt: skip
        assert [each.cancelled for each in found.found] == [False, False, False, False, True]
        assert [each.recurrence for each in found.found][1:4] == [
            "20261201T020000Z", "20261208T020000Z", "20261215T020000Z",
        ]  # fmt: skip
        assert found.findings == {}

    def test_all_later_times_may_become_whole_days_or_be_moved_into_the_window(self):
        found = read(
            event("RRULE:FREQ=WEEKLY"),
            event("RECURRENCE-ID;RANGE=THISANDFUTURE:20261201T020000Z", start="DTSTART;VALUE=DATE:20261203"),
            since=datetime(2026, 12, 9, tzinfo=UTC), until=datetime(2026, 12, 18, tzinfo=UTC),
        )  # fmt: skip
        assert found.starts == ["2026-12-10 00:00", "2026-12-17 00:00"]
        assert all(each.all_day and each.ends_at - each.starts_at == timedelta(days=1) for each in found.found)

    def test_a_range_that_nobody_follows_moves_one_time_and_is_told(self):
        found = read(
            event("RRULE:FREQ=WEEKLY;COUNT=3"),
            event("RECURRENCE-ID;RANGE=THISANDPRIOR:20261208T020000Z", start="DTSTART:20261209T020000Z"),
        )
        assert found.starts == ["2026-11-24 09:00", "2026-12-01 09:00", "2026-12-09 09:00"]
        assert found.findings == {"RECURRENCE-ID: a range that is not followed": 1}

    def test_rules_without_end_cost_no_more_than_a_budget(self):
        many = [event("RRULE:FREQ=DAILY", uid=str(number)) for number in range(300)]
        many += [event("RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", uid=f"never {number}") for number in range(2000)]
        began = time.process_time()
        found = read(*many)
        assert time.process_time() - began < 5
        assert len(found.found) == MOST
        assert found.findings["more times than are read"] == 1


class TestVersions:
    def test_the_highest_sequence_counts_wherever_it_stands(self):
        found = read(
            event("SEQUENCE:2", title="Baru"), event("SEQUENCE:10", title="Terbaru"), event("SEQUENCE:1", title="Lama")
        )
        assert (found.one.title, found.one.sequence) == ("Terbaru", 10)

    def test_of_two_with_the_same_sequence_the_later_change_counts(self):
        found = read(event("LAST-MODIFIED:20261102T000000Z", title="Kemudian"), event("LAST-MODIFIED:20261101T000000Z"))
        assert (found.one.title, found.one.changed_at) == ("Kemudian", datetime(2026, 11, 2, tzinfo=UTC))

    def test_different_events_under_one_uid_are_all_there_each_with_a_name_of_its_own(self):
        one, two = event(title="Satu"), event(start="DTSTART:20261201T020000Z", title="Dua")
        three, again = event("STATUS:CANCELLED", title="Tiga"), event(title="Satu")
        found = read(one, two, three, again)
        assert sorted((each.title, each.recurrence, each.cancelled) for each in found.found) == [
            ("Dua", "20261201T020000Z", False),
            ("Satu", "20261124T020000Z-6ad9aecb", False),
            ("Tiga", "20261124T020000Z-576d519f", True),
        ]
        assert found.findings == {"UID: of different events": 1}
        assert read(three, again, two, one).found == found.found

    def test_series_under_one_uid_keep_their_times_apart(self):
        found = read(
            event("RRULE:FREQ=DAILY;COUNT=3", title="Harian"),
            event("RRULE:FREQ=WEEKLY;COUNT=2", start="DTSTART:20261126T020000Z", title="Mingguan"),
        )
        assert len({each.recurrence for each in found.found}) == len(found.found) == 5

    def test_an_older_version_that_is_another_event_is_told(self):
        older = event("SEQUENCE:1", start="DTSTART:20261201T020000Z", title="Lain")
        assert read(event("SEQUENCE:2"), older).findings == {"UID: of different events": 1}
        assert read(event("SEQUENCE:2"), event("SEQUENCE:1", title="Lama")).findings == {}

    @pytest.mark.parametrize("how", ["STATUS:CANCELLED", "STATUS:cancelled"])
    def test_what_is_called_off_says_so_and_each_of_its_times(self, how):
        found = read(event(how, "RRULE:FREQ=WEEKLY;COUNT=2"))
        assert [each.cancelled for each in found.found] == [True, True]

    def test_a_calendar_that_withdraws_calls_everything_off(self):
        assert read("METHOD:CANCEL", event()).one.cancelled


class TestBroken:
    def test_a_broken_event_is_set_aside_and_costs_no_other(self):
        found = read(
            event(uid="2", start="DTSTART:someday"), event(uid="3", start=""), event(uid="4", title=""), event()
        )
        assert found.one.uid == "1"
        assert found.findings == {
            "event set aside: DTSTART: not a value of its kind": 1,
            "event set aside: SUMMARY or DTSTART: missing": 2,
        }

    def test_an_event_without_an_end_is_ended_by_the_next(self):
        body = calendar(event(uid="2", title="Dua"), event()).replace(b"END:VEVENT\r\nBEGIN", b"BEGIN")
        assert [each.uid for each in Read(body).found] == ["1", "2"]

    def test_an_event_without_a_name_is_given_one_that_stays(self):
        first, again = read(event(uid="")), read(event(uid=""), event(uid="2"))
        assert first.findings == {"UID: missing": 1}
        assert first.one.uid in {each.uid for each in again.found}
        assert len(first.one.uid) == 32

    @pytest.mark.parametrize(
        "line",
        [
            "GEO:north",
            "GEO:91;0",
            "GEO:nan;0",
            "LAST-MODIFIED:x",
            "SEQUENCE:x",
            "SEQUENCE:-1",
            "SEQUENCE:99999999999999999999",
            "LOCATION;=:x",
        ],
    )
    def test_what_may_be_missing_and_cannot_be_is_missing(self, line):
        found = read(event(line))
        assert (found.one.latitude, found.one.changed_at, found.one.sequence, found.one.place) == (None, None, 0, None)
        assert sum(found.findings.values()) == 1

    @pytest.mark.parametrize(
        ("url", "kept"),
        [
            ("https://contoh.example/bursa?a=1", True),
            ("http://contoh.example", True),
            ("javascript:alert(1)", False),
            ("data:text/html,x", False),
            ("mailto:a@contoh.example", False),
            ("//contoh.example", False),
            ("https://", False),
            ("https://[", False),
            ("https://contoh.example/a b", False),
        ],
    )
    def test_only_addresses_of_the_web_are_kept(self, url, kept):
        found = read(event(f"URL:{url}"))
        assert found.one.url == (url if kept else None)
        assert found.findings == ({} if kept else {"URL: not an address of the web": 1})

    @pytest.mark.parametrize(
        "body",
        [
            b"", b"<html></html>", b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", calendar(event())[:-20],
            calendar(event(start="")), b"\xff\xfe", b"BEGIN:VCALENDAR",
            b"BEGIN:VCALENDAR\n" + b"BEGIN:A\nBEGIN:B\n" * 100_000 + b"END:C\n" * 100_000,
        ],
    )  # fmt: skip
    def test_what_is_no_whole_calendar_is_refused(self, body):
        with pytest.raises(BadRow):
            Read(body)

    def test_a_calendar_without_events_is_empty_and_no_fault(self):
        assert read(["BEGIN:VTODO", "SUMMARY:x", "END:VTODO"]).found == ()

    def test_alarms_and_parts_that_nobody_knows_are_passed_over(self):
        found = read(event("BEGIN:VALARM", "DESCRIPTION:Bangun", "DTSTART:x", "END:VALARM", "X-LAIN:1", "no property"))
        assert (found.one.description, found.findings) == (None, {})

    def test_several_calendars_may_come_in_one_answer(self):
        assert len(Read(calendar(event()) + calendar(event(uid="2"))).found) == 2

    @given(
        st.lists(st.sampled_from([*event(), *event(start="DTSTART:9")[1:], "BEGIN:VCALENDAR", "END:VCALENDAR", "x:"]))
    )
    def test_nothing_but_a_refusal_comes_of_rubbish(self, lines):
        with suppress(BadRow):
            Read("\r\n".join(lines).encode())

    @given(
        st.sampled_from(["DTSTART", "DTEND", "RRULE", "EXDATE", "RDATE", "GEO", "DURATION", "RECURRENCE-ID", "TZID"]),
        st.text(max_size=20),
    )
    def test_no_value_costs_the_other_events(self, name, text):
        value = "".join(text.split("\n"))
        line = f"DTSTART;TZID={value}:20261124T090000" if name == "TZID" else f"{name}:{value}"
        found = Read(
            calendar(
                event(line, uid="x", start="" if line.startswith("DTSTART") else "DTSTART:20261124T020000Z"), event()
            )
        )
        assert "1" in {each.uid for each in found.found}
