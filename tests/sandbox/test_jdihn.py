"""The publishers' stand-ins: each quirk that a connector has to survive is really there."""

import json
from collections import Counter

import pytest

from sandbox.jdih.jdihn import WARNING, collections_of

PUBLISHERS = ("jdih-kota", "jdih-provinsi", "jdih-pusat")


async def ask(caller, code, **headers):
    url = f"{caller.sandbox.url}/{code}/integrasi/document.json"
    async with caller.http.get(
        url, headers={name.replace("_", "-"): value for name, value in headers.items()}
    ) as answer:
        return answer.status, answer.headers, await answer.read()


async def rows(caller, code):
    _, _, body = await ask(caller, code)
    found = json.loads(body.removeprefix(WARNING).decode("utf-8-sig"))
    return found["data"] if isinstance(found, dict) else found


async def test_fifteen_hundred_documents_stand_at_three_addresses(caller):
    shown = {code: {row["idData"] for row in await rows(caller, code) if row["display"] == "1"} for code in PUBLISHERS}
    assert {code: len(ids) for code, ids in shown.items()} == {
        "jdih-kota": 500,
        "jdih-provinsi": 600,
        "jdih-pusat": 400,
    }


async def test_the_city_repeats_some_and_hides_some(caller):
    times = Counter(Counter(row["idData"] for row in await rows(caller, "jdih-kota")).values())
    assert times == {1: 475, 2: 20, 3: 10}
    assert len([row for row in await rows(caller, "jdih-kota") if row["display"] == "0"]) == 5


async def test_each_begins_and_names_itself_in_its_own_way(caller):
    seen = {
        code: (headers["Content-Type"], body[:8])
        for code in PUBLISHERS
        for _, headers, body in [await ask(caller, code)]
    }
    assert seen == {
        "jdih-kota": ("application/json", b'[{"idDat'),
        "jdih-provinsi": ("text/html", b"<br />\n<"),
        "jdih-pusat": ("application/json", b'\xef\xbb\xbf{"sta'),
    }


async def test_what_is_missing_is_written_in_three_ways(caller):
    for code in PUBLISHERS:
        assert {row["isbn"] for row in await rows(caller, code)} == {"-", "", None}


async def test_two_know_versions_and_one_does_not(caller):
    _, headers, _ = await ask(caller, "jdih-kota")
    assert (await ask(caller, "jdih-kota", If_None_Match=headers["ETag"]))[0] == 304
    _, headers, _ = await ask(caller, "jdih-provinsi")
    assert (await ask(caller, "jdih-provinsi", If_Modified_Since=headers["Last-Modified"]))[0] == 304
    _, headers, _ = await ask(caller, "jdih-pusat")
    assert not {"ETag", "Last-Modified"} & set(headers)


@pytest.mark.parametrize("code", PUBLISHERS)
async def test_an_empty_collection_is_a_text(caller, code):
    collections_of(caller.sandbox.control).empty(code)
    status, _, body = await ask(caller, code)
    assert (status, body) == (200, b"0 results")


async def test_what_is_withdrawn_or_published_shows_and_has_another_version(caller):
    collections = collections_of(caller.sandbox.control)
    before = await rows(caller, "jdih-kota")
    _, headers, _ = await ask(caller, "jdih-kota")
    collections.withdraw("jdih-kota", before[0]["idData"])
    collections.publish("jdih-kota", before[-1] | {"idData": "new"})
    status, _, _ = await ask(caller, "jdih-kota", If_None_Match=headers["ETag"])
    after = await rows(caller, "jdih-kota")
    assert status == 200
    ids = {row["idData"] for row in after}
    assert before[0]["idData"] not in ids
    assert "new" in ids
