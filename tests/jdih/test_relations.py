"""What regulations do to each other, asked in GraphQL: where a feed says so, both ways, and in few questions."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event

from connectors.jdih.records import Citation, RegulationLevel
from resolvers.jdih.rules import citation_of, meant
from sandbox.jdih.jdihn import collections_of
from sandbox.jdih.regulations import rows
from store.jdih.regulations import Found
from tests.store.test_regulations import regulation

RELATIONS = "totalCount nodes { text regulation { code } }"
ONE = f"""query ($code: String!) {{ regulation(code: $code) {{ status statusText amends {{ {RELATIONS} }}
  revokes {{ {RELATIONS} }} amendedBy {{ {RELATIONS} }} revokedBy {{ {RELATIONS} }} }} }}"""


async def told(hub, code):
    """What it does and suffers: the code of the other, or the words."""
    found = (await hub.data(ONE, {"code": code}))["regulation"]
    return {
        verb: [each["regulation"]["code"] if each["regulation"] else each["text"] for each in found[verb]["nodes"]]
        for verb in ("amends", "revokes", "amendedBy", "revokedBy")
        if found[verb]["totalCount"]
    }


async def test_what_one_revokes_is_there_from_both_sides(hub):
    assert await told(hub, "jdih-kota/10011") == {"revokes": ["jdih-kota/10012", "jdih-kota/10010", "jdih-kota/10014"]}
    for code in ("jdih-kota/10010", "jdih-kota/10012", "jdih-kota/10014"):
        assert (await told(hub, code))["revokedBy"] == ["jdih-kota/10011"]


async def test_what_one_suffers_is_there_from_both_sides(hub):
    assert await told(hub, "jdih-kota/10025") == {"amendedBy": ["jdih-kota/10024"]}
    assert await told(hub, "jdih-kota/10024") == {"amends": ["jdih-kota/10025"]}
    assert await told(hub, "jdih-kota/10033") == {"revokedBy": ["jdih-kota/10032"]}
    assert await told(hub, "jdih-kota/10032") == {"revokes": ["jdih-kota/10033"]}


async def test_the_words_are_the_publishers_and_the_status_its_own(hub):
    found = (await hub.data(ONE, {"code": "jdih-kota/10023"}))["regulation"]
    assert (found["status"], found["statusText"]) == (
        "IN_FORCE",
        f"Berlaku; mengubah {found['amends']['nodes'][0]['text']}",
    )
    other = (await hub.data(ONE, {"code": "jdih-kota/10022"}))["regulation"]
    assert other["amendedBy"]["nodes"] == [{"text": found["statusText"], "regulation": {"code": "jdih-kota/10023"}}]


async def test_one_may_do_and_suffer_everything(hub):
    assert await told(hub, "jdih-kota/10097") == {
        "revokes": ["jdih-kota/10095"],
        "amends": ["jdih-kota/10096"],
        "amendedBy": ["jdih-kota/10099"],
        "revokedBy": ["jdih-kota/10100"],
    }
    assert await told(hub, "jdih-provinsi/10097") == {}


async def test_what_cannot_be_told_for_certain_stays_words(hub):
    (words,) = (await told(hub, "jdih-kota/10037"))["revokes"]
    assert words.startswith("Mencabut beberapa ketentuan dalam ")
    assert "revokedBy" not in await told(hub, "jdih-kota/10036")


async def test_a_title_says_nothing_of_others(hub):
    data = await hub.data('{ regulation(code: "jdih-kota/10098") { title } }')
    assert "PERUBAHAN ATAS PERATURAN DAERAH NOMOR 8 TAHUN 2019" in data["regulation"]["title"]
    assert await told(hub, "jdih-kota/10098") == {}
    assert "jdih-kota/10098" not in str(await told(hub, "jdih-kota/10097"))


async def test_a_relation_goes_with_what_is_withdrawn_and_comes_with_what_is_published(hub, sandbox, clock):
    collections = collections_of(sandbox.control)
    collections.withdraw("jdih-kota", "10012", "10024")
    row = rows("jdih-kota", 2026)[0] | {"idData": "new", "status": "Dicabut dengan Perda 8/2019 dan Perda 99/2019"}
    collections.publish("jdih-kota", row)
    clock.advance(timedelta(hours=1))
    await hub.follow()
    gone, *there = sorted((await told(hub, "jdih-kota/10011"))["revokes"])
    assert (gone.split(" Kota")[0], there) == ("Peraturan Daerah", ["jdih-kota/10010", "jdih-kota/10014"])
    assert [each.split(" ")[0] for each in (await told(hub, "jdih-kota/10025"))["amendedBy"]] != ["jdih-kota/10024"]
    assert await told(hub, "jdih-kota/new") == {"revokedBy": ["jdih-kota/10097", "Perda 99/2019"]}
    assert "jdih-kota/new" in (await told(hub, "jdih-kota/10097"))["revokes"]


@pytest.fixture
def questions():
    """How often a statement names the table of regulations."""
    asked = Counter()

    def count(_connection, _cursor, statement, *_):
        asked["regulations"] += "FROM regulations" in statement

    event.listen(Engine, "before_cursor_execute", count)
    yield asked
    event.remove(Engine, "before_cursor_execute", count)


@pytest.mark.parametrize("first", [1, 20])
async def test_a_page_of_regulations_with_all_their_relations_takes_two_questions_once(hub, questions, first):
    """The page itself is kept from the first operation on."""
    await hub.data(f"{{ regulations(first: {first}) {{ nodes {{ code }} }} }}")
    assert questions.pop("regulations") == 1
    every = (
        "amends { nodes { text } } revokes { nodes { text } } amendedBy { nodes { text } } revokedBy { nodes { text } }"
    )
    for _ in range(2):
        await hub.data(f"{{ regulations(first: {first}) {{ nodes {{ code {every} }} }} }}")
        assert questions["regulations"] == 2


async def test_relations_of_relations_take_two_questions_for_all_of_them_and_none_that_was_asked(hub, questions):
    deep = (
        '{ regulation(code: "jdih-kota/10011") { revokes { nodes { regulation { revokedBy { nodes { text } } } } } } }'
    )
    await hub.data(ONE, {"code": "jdih-kota/10011"})
    assert questions.pop("regulations") == 1 + 2
    data = await hub.data(deep)
    assert [len(each["regulation"]["revokedBy"]["nodes"]) for each in data["regulation"]["revokes"]["nodes"]] == [
        1,
        1,
        1,
    ]
    assert questions["regulations"] == 1  # what is named by the others is what was named before


def published(agency, level, key="1", author=None, **said):
    record = regulation(key, **said)[1]
    return Found(agency, type(record)(**{**fields(record), "level": RegulationLevel(level), "author": author}))


def fields(record):
    return {name: getattr(record, name) for name in record.__struct_fields__}


PERDA, PERGUB = Citation("PERDA", "1", 2020), Citation("PERGUB", "1", 2020)
BY = published("kota", "CITY", "0", number="5")
CITY, OTHER = published("kota", "CITY", author="KOTA CONTOH"), published("dprd", "CITY", "2")
PROVINCE = published("provinsi", "PROVINCE", author="PEMERINTAH PROVINSI CONTOH")


def at(place):
    return Citation("PERDA", "1", 2020, place)


@pytest.mark.parametrize(
    ("cited", "among", "one"),
    [
        (PERDA, [CITY, OTHER, PROVINCE], CITY),
        (PERDA, [OTHER, PROVINCE], OTHER),
        (PERDA, [PROVINCE], None),
        (PERDA, [CITY, published("kota", "CITY", "3")], None),
        (PERDA, [], None),
        (at("provinsi contoh"), [CITY, PROVINCE], PROVINCE),
        (at("provinsi"), [CITY, PROVINCE], PROVINCE),
        (at("kota contoh"), [CITY, PROVINCE], CITY),
        (at("kota"), [OTHER, PROVINCE], OTHER),
        (at("kota contoh selatan"), [CITY, PROVINCE], None),
        (at("kabupaten contoh"), [CITY, PROVINCE], None),
        (PERGUB, [published("provinsi", "PROVINCE", kind="PERGUB")], published("provinsi", "PROVINCE", kind="PERGUB")),
        (Citation("PERDA", "5", 2020), [BY], None),
        (Citation("PERDA", "1", 2021), [CITY], None),
    ],
)
def test_the_one_that_is_meant_is_of_the_same_publisher_then_of_the_same_level_or_nobody(cited, among, one):
    assert meant(cited, BY, among) == one


def test_only_a_known_kind_with_a_plain_number_and_a_year_can_be_named():
    assert citation_of(CITY.regulation) == PERDA
    for said in ({"number": "1A"}, {"number": None}, {"number": "٣"}, {"year": None}):
        assert citation_of(published("kota", "CITY", **said).regulation) is None
    unknown = fields(CITY.regulation) | {"abbreviation": 'X"'}
    assert citation_of(type(CITY.regulation)(**unknown)) is None
