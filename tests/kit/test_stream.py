"""Rows in files: found wherever they stand, read some at a time, with what stands around them."""

import io
import json

import pytest

from connectors.kit.errors import AgencyChanged
from connectors.kit.stream import AT_A_TIME, HEAD, LARGEST, Rows

ROW = {"id": "1", "name": "a"}
WRITTEN = json.dumps(ROW)


def rows_of(content):
    body = content.encode() if isinstance(content, str) else content
    return Rows(io.BytesIO(body), "agency", key="data", is_row=lambda each: isinstance(each, dict) and "name" in each)


async def all_of(rows):
    return [each async for some in rows.objects(lambda row: row) for each in some]


@pytest.mark.parametrize(
    ("content", "before", "said"),
    [
        ("[%s]", "", []),
        (" \r\n[ %s, ]", "", []),
        ("\ufeff[%s]", "", []),
        ("[null, %s]", "", []),
        ('{"data": [%s]}', "", []),
        ('{"a": [1, 2], "data" : [%s], "more": 2}', "", [(("a",), 2), (("more",), "2")]),
        ('{"a": {"b": {"any": [%s], "c": null}}}', "", [(("a", "b", "c"), None)]),
        ('{"links": [{"url": "x"}], "any": [%s]}', "", [(("links",), 1)]),
        ('{"7": %s, "9": {"name": "b"}}', "", []),
        ('{"total": 2, "data": {"3": %s}}', "", [(("total",), "2")]),
        ('{"one": %s}', "", [(("one", "id"), "1"), (("one", "name"), "a")]),
        ("%s", "", [(("id",), "1"), (("name",), "a")]),
        ("<br />Warning: [x] on line 12\n[%s]", "<br />Warning: [x] on line 12", []),
        ('Notice: x\n{"data": [%s]}', "Notice: x", []),
    ],
)
@pytest.mark.parametrize("behind", ["", "\n<br />Warning", ");", "\0\0"])
async def test_rows_are_found_wherever_they_stand(content, before, said, behind):
    rows = rows_of(content.replace("%s", WRITTEN) + behind)
    assert (rows.found, rows.before) == (True, before)
    found = [each for each in await all_of(rows) if isinstance(each, dict)]
    assert found[0] == ROW
    assert (rows.said, rows.behind) == (said, behind.strip("\n\0"))


@pytest.mark.parametrize("content", ["", "0 results", "<html></html>", '"text"', "5", " " * HEAD + "[{}]"])
def test_where_there_is_no_json_nothing_is_found(content):
    assert rows_of(content).found is False


@pytest.mark.parametrize("content", ['{"rows": [{"a": 1}]}', '{"data": {"a": 1}}', "{}", '{"result": []}'])
async def test_an_object_without_rows_is_a_change(content):
    rows = rows_of(content)
    assert rows.found
    with pytest.raises(AgencyChanged, match="no list of rows"):
        await all_of(rows)


@pytest.mark.parametrize("content", ["[]", '{"status": true, "data": []}', "words []"])
async def test_an_empty_list_has_no_rows(content):
    assert await all_of(rows_of(content)) == []


async def test_rows_come_some_at_a_time():
    rows = rows_of(json.dumps([{"n": number} for number in range(AT_A_TIME + 1)]))
    assert [len(some) async for some in rows.objects(dict)] == [AT_A_TIME, 1]


async def test_numbers_are_kept_as_they_are_written():
    (row,) = await all_of(rows_of('[{"name": 188.10, "b": 8, "c": 1e400, "d": NaN, "e": -0, "f": %s}]' % ("9" * 5000)))
    assert row == {"name": "188.10", "b": "8", "c": "1e400", "d": None, "e": "-0", "f": "9" * 5000}


async def test_texts_can_be_encoded_whatever_was_sent():
    content = b'[{"name": "Kasir \\ud83d", "b": "a\\u0000b", "c": "caf\xe9", "d": "line\nbreak", "e\\udc00": 1}]'
    (row,) = await all_of(rows_of(content))
    assert row == {"name": "Kasir \ufffd", "b": "ab", "c": "caf\ufffd", "d": "line\nbreak", "e\ufffd": "1"}


async def test_a_number_may_lie_across_two_parts_that_are_read():
    for length in range(HEAD - 12, HEAD + 3):
        rows = rows_of(f'[{{"name": "a"}},{" " * (length - 15)}12345,6]')
        assert await all_of(rows) == [{"name": "a"}, "12345", "6"]


BROKEN = [
    '[{"a": 1}, {"a"', '[{"a": 1}, x]', '[{"a": 1}', '{"data": [{"a": 1}]', '{"data": [1] "b": 2}', '{"data" [1]}',
    '{"a": "b', '[{"a": 1} {"a": 2}]', "[{5: 1}]", "[" * 100_000, '{"a":' * 100_000, '[{"a":' + "[" * 100_000,
]  # fmt: skip


@pytest.mark.parametrize("content", BROKEN, ids=lambda content: content[:24])
async def test_what_is_broken_or_cut_off_is_a_change(content):
    with pytest.raises(AgencyChanged) as raised:
        await all_of(rows_of(content))
    assert str(raised.value) == "agency: the array is broken or cut off"


async def test_a_row_that_does_not_end_is_read_to_a_bound():
    file = io.BytesIO(b'[{"a": "' + b"x" * (4 * LARGEST))
    rows = Rows(file, "agency", key="data", is_row=bool)
    with pytest.raises(AgencyChanged, match=f"more than {LARGEST} letters"):
        await all_of(rows)
    assert file.tell() <= 3 * LARGEST
