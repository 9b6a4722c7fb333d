"""What an agency's values mean: every text has an answer, a value, none or `BadRow`."""

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.kit import values
from connectors.kit.values import BadRow

JAKARTA = ZoneInfo("Asia/Jakarta")


@pytest.mark.parametrize(
    "empty",
    [
        "0001-01-01T00:00:00", "0001-01-01T00:00:00Z", "0001-01-01 00:00:00", "0001-01-01T00:00:00+07:00", "0001-01-01",
        "0000-00-00", "0000-00-00 00:00:00", "-0001-11-30T00:00:00+00:00", "-0001-11-30 00:00:00", "-0001-11-30",
        "9999-12-31T23:59:59-05:00", "9999-12-31T23:59:59.9999999", "9999-12-31", "", "  ",
    ],
)  # fmt: skip
def test_what_programs_write_for_no_date_is_none(empty):
    assert values.moment(empty, JAKARTA) is None
    assert values.day(empty) is None


@pytest.mark.parametrize(
    "empty", ["", "Mon, 01 Jan 0001 00:00:00 +0000", "Mon, 30 Nov -0001 00:00:00 +0000", "01 Jan 0001 00:00:00 GMT"]
)
def test_no_date_in_a_mail_is_none_and_never_of_this_century(empty):
    assert values.mail_date(empty) is None


@pytest.mark.parametrize("sent", ["0", "soon", "Mon, 99 Foo 2026 99:99", "Mon, 01 Jan 0026 00:00:00 GMT", "x" * 10_000])
def test_what_is_no_date_of_a_mail_is_a_bad_row(sent):
    with pytest.raises(BadRow):
        values.mail_date(sent)


def test_a_date_of_a_mail_is_a_moment_in_utc():
    assert values.mail_date("Fri, 27 Nov 2026 12:00:00 +0700") == datetime(2026, 11, 27, 5, tzinfo=UTC)
    assert values.mail_date("Fri, 27 Nov 26 12:00:00 GMT") == datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "sent", ["2026-13-01", "0002-01-01", "1492-10-12", "3000-01-01T00:00:00Z", "kemarin", "2026-11-27T25:00", "2026"]
)
def test_what_is_no_moment_is_a_bad_row(sent):
    with pytest.raises(BadRow):
        values.moment(sent, JAKARTA)


def test_midnight_at_the_end_of_a_day_is_the_next_one():
    assert values.moment("2026-12-31T24:00:00", JAKARTA) == datetime(2026, 12, 31, 17, tzinfo=UTC)
    assert values.moment("2026-12-31 24:00+07:00", UTC) == datetime(2026, 12, 31, 17, tzinfo=UTC)
    assert values.day("2026-12-31 24:00:00") == date(2026, 12, 31)
    assert values.time_of_day("24:00") == time(0)
    assert values.time_of_day("08:30:00+07:00") == time(8, 30)


@pytest.mark.parametrize("sent", ["8", "25:00", "delapan", ""])
def test_what_is_no_time_of_day_is_a_bad_row(sent):
    with pytest.raises(BadRow):
        values.time_of_day(sent)


def test_a_moment_exists_in_utc():
    assert values.moment("2026-11-27T12:00:00", JAKARTA) == datetime(2026, 11, 27, 5, tzinfo=UTC)
    edge = datetime.max.replace(tzinfo=timezone(-timedelta(hours=5)))
    with pytest.raises(BadRow):
        values.in_reach(edge)


def test_a_number_since_1970_may_be_zero_for_none():
    assert values.unix(0) is None
    assert values.unix("1764201600") == datetime(2025, 11, 27, tzinfo=UTC)
    assert values.unix(1764201600000, per_second=1000) == datetime(2025, 11, 27, tzinfo=UTC)
    for sent in (10**18, -(10**15), True, "soon", [], 1e300):
        with pytest.raises(BadRow):
            values.unix(sent)


@pytest.mark.parametrize(
    ("sent", "is_"), [(5, 5), ("5", 5), ("+5.0", 5), (5.0, 5), (Decimal("5.00"), 5), (None, None), (" ", None)]
)
def test_a_whole_number(sent, is_):
    assert values.whole(sent) == is_


@pytest.mark.parametrize(
    "sent",
    [
        2**31,
        -(2**31),
        2**63,
        10**400,
        "9" * 5000,
        1e300,
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        "12,5",
        "14.500",
        True,
        [],
        {},
        "٣",
    ],
)
def test_what_does_not_fit_an_int_is_a_bad_row(sent):
    with pytest.raises(BadRow):
        values.whole(sent)


def test_an_amount_may_be_larger_but_not_without_end():
    assert values.whole(2**31, most=values.AMOUNT) == 2**31
    assert values.whole(str(2**53 - 1), most=values.AMOUNT) == 2**53 - 1
    with pytest.raises(BadRow):
        values.whole(2**53, most=values.AMOUNT)


@pytest.mark.parametrize("sent", [10**400, "1e999", float("inf"), "nan", True, [], {}, "12,5", 2**60])
def test_what_is_no_number_is_a_bad_row(sent):
    with pytest.raises(BadRow):
        values.number(sent)


def test_half_a_surrogate_pair_becomes_the_replacement_character_and_nul_nothing():
    assert values.encodable("Kasir \ud83d") == "Kasir \ufffd"
    assert values.encodable("a\0b") == "ab"
    assert values.encodable("Café \U0001f600") == "Café \U0001f600"


@given(st.text(st.characters(exclude_categories=())))
def test_whatever_is_made_encodable_can_be_encoded(text):
    mended = values.encodable(text)
    assert "\0" not in mended
    assert msgspec.json.decode(msgspec.json.encode(mended)) == mended


@given(
    st.recursive(
        st.none() | st.text(st.characters(exclude_categories=())),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.text(st.characters(exclude_categories=()), max_size=3), inner, max_size=3)
        ),
    )
)
def test_a_document_is_mended_wherever_its_text_stands(document):
    mended = values.json_document(json.dumps(document))
    msgspec.json.encode(mended)
    assert "\\x00" not in repr(mended)
    assert (mended == document) == (document == values.all_encodable(document))


@pytest.mark.parametrize("body", [b"", b"<html>", b"{", b"[1,]", b"[" * 100_000, b"9" * 5000, b"\xff", b"{'a': 1}"])
def test_what_is_no_json_is_a_value_error(body):
    with pytest.raises(ValueError, match="not JSON"):
        values.json_document(body)


def test_what_the_fast_decoder_refuses_costs_itself_only():
    number = b"1" + b"0" * 400
    assert values.json_document(b'[{"a": 1}, {"a": %b}]' % number) == [{"a": 1}, {"a": 10**400}]
    assert values.json_document(rb'["Kasir \ud83d", "\ud83d\ude00"]') == ["Kasir \ufffd", "\U0001f600"]
    assert values.json_document(b'\xef\xbb\xbf[{"a": 1}]') == [{"a": 1}]


@given(
    st.text()
    | st.from_regex(
        r"-?[0-9]{1,5}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?)?",
        fullmatch=True,
    )
)
def test_every_text_has_an_answer(text):
    for parse in (
        values.mail_date,
        values.day,
        values.time_of_day,
        values.whole,
        values.number,
        values.unix,
        lambda text: values.moment(text, JAKARTA),
    ):
        try:
            found = parse(text)
        except BadRow:
            continue
        msgspec.json.encode(found)
        if isinstance(found, datetime):
            found.astimezone(JAKARTA)


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        (None, None), ("", None), (" ", None), (14, "14"), ("14", "14"), (14.5, "14.5"), ("14.5", "14.5"),
        ("-14.50", "-14.50"), (Decimal("14.500"), "14.500"), ("14500.375", "14500.375"), (8506.66, "8506.66"),
    ],
)  # fmt: skip
def test_a_number_whose_fraction_counts(sent, found):
    assert values.decimal(sent) == (None if found is None else Decimal(found))


@pytest.mark.parametrize(
    "sent",
    [
        "14.500", "1.234.567", "14,500", "12,5", "1e5", "NaN", "x", True, [], {}, 10**400, "9" * 5_000, 2**63, 1e300,
        float("nan"), float("inf"), Decimal("NaN"), Decimal("1e400"), b"14",
    ],
)  # fmt: skip
def test_a_number_in_which_a_point_may_stand_before_thousands_is_not_guessed(sent):
    with pytest.raises(BadRow):
        values.decimal(sent)


def test_half_of_one_counts_as_one():
    assert [values.nearest(Decimal(each)) for each in ("120.49", "120.5", "120.51", "0.5")] == [120, 121, 121, 1]
