"""Strict interpretation, value by value."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from connectors.kit.envelope import Envelope
from connectors.kit.errors import AgencyChanged, AgencyRejected, AgencyUnavailable
from connectors.kit.findings import Findings
from connectors.kit.rows import Row, many_records, one_record, without_repeats
from connectors.kit.values import BadRow

WIB = ZoneInfo("Asia/Jakarta")


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (12, 12),
        ("12", 12),
        (" 12 ", 12),
        (12.0, 12),
        ("12.0", 12),
        ("12.00", 12),
        (0, 0),
        ("0", 0),
        (-3, -3),
        ("-3", -3),
    ],
)
def test_whole_numbers_come_in_many_clothes(sent, read):
    assert Row({"n": sent}).integer("n") == read


@pytest.mark.parametrize(
    "sent", ["12.5", 12.5, "1.000", "1,000", "١٢", "x", True, [1], {}, "0x1", "1e3", float("inf"), float("nan")]
)
def test_what_is_no_whole_number_is_not_guessed(sent):
    with pytest.raises(BadRow):
        Row({"n": sent}).integer("n")


@pytest.mark.parametrize("sent", [None, "", "  "])
def test_a_mandatory_value_that_is_blank_is_a_bad_row(sent):
    for read in (Row.integer, Row.text):
        with pytest.raises(BadRow, match="n: empty"):
            read(Row({"n": sent}), "n")
    assert Row({"n": sent}).optional_integer("n") is None
    assert Row({"n": sent}).optional_text("n") is None


def test_texts_are_trimmed_and_numbers_become_texts():
    assert Row({"t": "  a b  "}).text("t") == "a b"
    assert Row({"t": 7}).text("t") == "7"
    with pytest.raises(BadRow):
        Row({"t": 0.5}).text("t")


def test_keys_are_read_in_any_case():
    assert Row({"Tersediawanita": 3}).integer("tersediawanita") == 3


def test_a_moment_without_a_zone_is_meant_locally():
    assert Row({"m": "2026-05-04 13:20:11"}).moment("m", WIB) == datetime(2026, 5, 4, 6, 20, 11, tzinfo=UTC)
    assert Row({"m": "2026-05-04T13:20:11Z"}).moment("m", WIB) == datetime(2026, 5, 4, 13, 20, 11, tzinfo=UTC)
    for bad in ("04/05/2026", "0000-00-00", 5):
        with pytest.raises(BadRow):
            Row({"m": bad}).moment("m", WIB)


def test_a_day_may_carry_a_time():
    assert Row({"d": "2026-09-30T00:00:00"}).optional_day("d") == date(2026, 9, 30)
    assert Row({"d": "2026-09-30"}).optional_day("d") == date(2026, 9, 30)
    assert Row({}).optional_day("d") is None
    with pytest.raises(BadRow):
        Row({"d": "30-09-2026"}).optional_day("d")


async def records(rows, findings=None):
    return await many_records(rows, lambda row: row.integer("n"), agency="a", findings=findings or Findings("a"))


async def test_a_bad_row_does_not_destroy_the_list():
    findings = Findings("a")
    assert await records([{"n": 1}, {"n": "x"}, 5, {"n": 2, "more": 1}], findings) == (1, 2)
    assert findings.counts == {
        "row set aside: n: not a whole number": 1,
        "row set aside: a row is int, not an object": 1,
        "more: unexpected key": 1,
    }


async def test_if_all_rows_are_bad_it_is_a_change():
    with pytest.raises(AgencyChanged):
        await records([{"n": "x"}, {}])


async def test_no_rows_are_no_change():
    assert await records([]) == ()


def test_one_record_that_is_bad_is_a_change():
    with pytest.raises(AgencyChanged, match="n: missing"):
        one_record({}, lambda row: row.integer("n"), agency="a", findings=Findings("a"))


async def test_no_value_gets_into_a_finding_or_an_error():
    findings = Findings("a")
    with pytest.raises(AgencyChanged) as raised:
        await records([{"n": "9907400000000001 X"}], findings)
    assert "9907400000000001" not in f"{findings.counts}{raised.value}"


def test_repeats_are_counted_once():
    findings = Findings("a")
    assert without_repeats([1, 2, 1, 3, 1], lambda each: each, findings) == (1, 2, 3)
    assert findings.counts == {"row repeated": 2}


ENVELOPE = Envelope(
    code="metadata.code",
    accepted=frozenset({"1"}),
    absent=frozenset({"0"}),
    rejected=frozenset({"-10"}),
    unavailable=frozenset({"-11"}),
    rows="response.list",
)


@pytest.mark.parametrize("code", [1, "1", " 1 "])
def test_codes_are_compared_as_trimmed_text_and_keys_in_any_case(code):
    assert ENVELOPE.open({"metaData": {"code": code}, "Response": {"list": [5]}}, "a") == [5]


@pytest.mark.parametrize(("code", "opened"), [(True, True), ("true", True), (False, False), ("True", False)])
def test_a_code_may_be_a_truth_value(code, opened):
    envelope = Envelope(code="success", accepted=frozenset({"true"}), rows="data")
    if opened:
        assert envelope.open({"success": code, "data": [5]}, "a") == [5]
    else:
        with pytest.raises(AgencyChanged):
            envelope.open({"success": code, "data": [5]}, "a")


def test_an_object_that_is_looked_into_twice_is_one_and_its_rest_is_told_once():
    row = Row({"bed": {"total": "8", "free": 2, "more": 1}})
    assert (row.nested("bed").integer("total"), row.nested("bed").integer("free")) == (8, 2)
    assert row.unread == ["bed.more"]


def test_absence_is_no_error():
    assert ENVELOPE.open({"metadata": {"code": 0}, "response": None}, "a") is None


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"metadata": {"code": "-10"}}, AgencyRejected),
        ({"metadata": {"code": -11}}, AgencyUnavailable),
        ({"metadata": {"code": 99}}, AgencyChanged),
        ({"metadata": {"code": True}, "response": {"list": []}}, AgencyChanged),
        ({"metadata": {"code": 1.0}, "response": {"list": []}}, AgencyChanged),
        ({"metadata": {"code": 1}, "response": None}, AgencyChanged),
        ({"metadata": {"code": 1}}, AgencyChanged),
        ({"metadata": None}, AgencyChanged),
        ([], AgencyChanged),
        (None, AgencyChanged),
    ],
)
def test_a_failure_says_what_to_do_next(body, kind):
    with pytest.raises(kind) as raised:
        ENVELOPE.open(body, "a")
    assert type(raised.value) is kind


def test_an_envelope_may_be_none():
    assert Envelope().open([1], "a") == [1]
    assert Envelope(rows="data").open({"data": []}, "a") == []


@pytest.mark.parametrize(("sent", "read"), [(1, 1.0), (1.5, 1.5), ("1.5", 1.5), (" 0 ", 0.0), (None, None), ("", None)])
def test_numbers_with_a_fraction(sent, read):
    assert Row({"n": sent}).optional_number("n") == read


@pytest.mark.parametrize("sent", [True, "1,5", "x", "nan", "inf", float("inf"), [1], {}])
def test_what_is_no_number_is_not_guessed(sent):
    with pytest.raises(BadRow, match="n: "):
        Row({"n": sent}).optional_number("n")


@pytest.mark.parametrize(
    ("sent", "read"),
    [(True, True), (False, False), (1, True), ("0", False), ("True", True), ("false", False), (None, None), ("", None)],
)
def test_yes_and_no_come_in_many_clothes(sent, read):
    assert Row({"t": sent}).optional_boolean("t") is read


@pytest.mark.parametrize("sent", [2, "yes", [], 0.5])
def test_what_is_neither_yes_nor_no_is_not_guessed(sent):
    with pytest.raises(BadRow, match="t: neither yes nor no"):
        Row({"t": sent}).optional_boolean("t")


def test_what_is_inside_is_read_and_missed_like_the_row():
    row = Row({"place": {"geo": {"lat": 1, "zoom": 2}, "colour": 3}, "offers": [{"price": 4}, {"fee": 5}]})
    place = row.nested("place")
    assert place.nested("geo").optional_number("lat") == 1.0
    assert [each.optional_integer("price") for each in row.many("offers")] == [4, None]
    assert row.unread == ["offers.fee", "place.colour", "place.geo.zoom"]


def test_what_is_inside_may_be_missing_where_that_is_allowed():
    row = Row({"empty": None})
    assert (row.optional_nested("empty"), row.optional_nested("none"), row.many("none"), row.many("empty")) == (
        None,
        None,
        [],
        [],
    )
    with pytest.raises(BadRow, match="none: missing"):
        row.nested("none")
    with pytest.raises(BadRow, match="empty: empty"):
        row.nested("empty")


@pytest.mark.parametrize("sent", ["secret", 7, ["secret"]])
def test_what_is_inside_is_an_object_or_a_list_of_objects(sent):
    with pytest.raises(BadRow, match=r"^in: a row is \w+, not an object$"):
        Row({"in": sent}).nested("in")
    with pytest.raises(BadRow) as raised:
        Row({"in": sent}).many("in")
    assert "secret" not in str(raised.value)


def test_seconds_since_1970_are_a_moment():
    assert Row({"at": 86_400}).optional_unix("at") == datetime(1970, 1, 2, tzinfo=UTC)
    assert Row({"at": "0"}).optional_unix("at") is None
    assert Row({"at": None}).optional_unix("at") is None
    with pytest.raises(BadRow, match="at: a number that is too large"):
        Row({"at": 10**18}).optional_unix("at")


def test_a_key_may_have_two_names():
    row = Row({"urlAbstrak": "x"})
    assert row.text(row.either("abstrak", "urlabstrak")) == "x"
    empty = Row({"abstrak": None, "lain": "", "urlAbstrak": "x"})
    assert empty.text(empty.either("abstrak", "lain", "urlabstrak")) == "x"
    assert empty.unread == []
    with pytest.raises(BadRow, match="lain: empty"):
        Row({"lain": " "}).text(Row({"lain": None}).either("abstrak", "lain"))
    with pytest.raises(BadRow, match="abstrak: missing"):
        Row({}).text(Row({}).either("abstrak", "urlabstrak"))


def test_the_rest_may_be_left_unread_on_purpose():
    row = Row({"a": 1, "b": 2, "c": {"d": 3}})
    row.nested("c").ignore_rest()
    row.ignore("a")
    assert row.unread == ["b"]
    row.ignore_rest()
    assert row.unread == []
