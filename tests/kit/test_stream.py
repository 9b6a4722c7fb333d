"""Arrays in files, found and read object by object."""

import io
import json

import pytest

from connectors.kit.errors import AgencyChanged
from connectors.kit.stream import AT_A_TIME, HEAD, find_array, objects


@pytest.mark.parametrize(
    ("content", "key", "before"),
    [
        (b'[{"a": 1}]', None, b""),
        (b' \r\n[ {"a": 1}]', None, b""),
        (b'\xef\xbb\xbf[{"a": 1}]', None, b""),
        (b'{"data": [{"a": 1}]}', "data", b""),
        (b'\xef\xbb\xbf{"status": true, "data" : [{"a": 1}], "more": 2}', "data", b""),
        (b'<br />Warning: [x] on line 12\n[{"a": 1}]', None, b"<br />Warning: [x] on line 12"),
        (b'Notice: x\n{"data": [{"a": 1}]}', "data", b"Notice: x"),
    ],
)
async def test_it_is_found_wherever_it_begins(content, key, before):
    file = io.BytesIO(content)
    found = find_array(file, "data")
    assert (found.key, found.before) == (key, before)
    assert [each async for some in objects(file, found.key, "agency", dict) for each in some] == [{"a": 1}]


@pytest.mark.parametrize(
    "content",
    [b"", b"0 results", b"<html></html>", b'{"rows": [{"a": 1}]}', b'{"data": {"a": 1}}', b" " * HEAD + b"[{}]"],
)
def test_where_there_is_none_none_is_found(content):
    assert find_array(io.BytesIO(content), "data") is None


async def test_an_empty_array_has_no_objects():
    file = io.BytesIO(b"[]")
    assert find_array(file, "data").key is None
    assert [some async for some in objects(file, None, "agency", dict)] == []


async def test_objects_come_some_at_a_time():
    file = io.BytesIO(json.dumps([{"n": number} for number in range(AT_A_TIME + 1)]).encode())
    sizes = [len(some) async for some in objects(file, None, "agency", dict)]
    assert sizes == [AT_A_TIME, 1]


@pytest.mark.parametrize("content", [b'[{"a": 1}, {"a"', b'[{"a": 1}, x]', b'[{"a": "\xff"}]', b'[{"a": 1}'])
async def test_an_array_that_is_broken_or_cut_off_is_a_change(content):
    with pytest.raises(AgencyChanged) as raised:
        [some async for some in objects(io.BytesIO(content), None, "agency", dict)]
    assert str(raised.value) == "agency: the array is broken or cut off"
