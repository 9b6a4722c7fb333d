"""Regulations in the store: the same search in both databases, word for word, and no input that is more than words."""

import asyncio
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text as sql

from connectors.jdih.kinds import KINDS
from connectors.jdih.records import Citation, Regulation, RegulationLevel, RegulationStatus, Statement, Verb
from connectors.kit.feed import Batch
from store.jdih.regulations import RegulationCopies, RegulationOrder, RegulationsWanted
from store.jdih.search import root_of
from store.kit.database import Database
from store.kit.paging import PageRequest
from tests.store.test_follower import Script, Setting

ALL = PageRequest(size=100)


def regulation(key, kind="PERDA", number="1", year=2020, about="CONTOH", *, subjects=(), on=None, says=()):
    name = KINDS[kind].name
    nothing = dict.fromkeys(
        "legal_field place publisher gazette author language abstract abstract_url url status_text".split()
    )
    record = Regulation(
        key=key, level=RegulationLevel.CITY, title=f"{name} KOTA CONTOH NOMOR {number} TAHUN {year} TENTANG {about}",
        kind=name, abbreviation=kind, number=number, year=year, enacted_on=on, status=RegulationStatus.UNKNOWN,
        subjects=subjects, attachments=(), statements=says, **nothing,
    )  # fmt: skip
    return key, record


REGULATIONS = (
    regulation("a", number="8", year=2019, about="KETERTIBAN UMUM", on=date(2019, 5, 1)),
    regulation("b", number="9", year=2022, about="PERUBAHAN ATAS PERATURAN DAERAH NOMOR 8 TAHUN 2019"),
    regulation("c", "PERWAL", "8", 2019, "RETRIBUSI PASAR", subjects=("PERDAGANGAN",)),
    regulation("d", "PERWAL", "12", 2021, "PAJAK", subjects=("RETRIBUSI PASAR", "UMUM")),
    regulation("e", "UU", "16", 2011, "BANTUAN HUKUM"),
    regulation("f", "PERMENDAGRI", "80", 2015, "PEMBENTUKAN PRODUK HUKUM DAERAH"),
    regulation("g", "KEPWAL", "188.45/Kep.12-Huk/2020", None, "TIM"),
    regulation("h", number="8", year=2018, about="KETERTIBAN PASAR"),
)

BATTERY = {
    "perda 8 2019": "ab",
    "perda no. 8 tahun 2019": "ab",
    "Peraturan Daerah Nomor 8 Tahun 2019": "ab",
    "perda8/2019": "ab",
    "PERDA Nomor 008 Tahun 2019 tentang Ketertiban Umum": "a",
    "peraturan daerah kota contoh nomor 8 tahun 2019": "ab",
    "8 2019": "acb",
    "2019 8 perda": "ba",
    "perwali 8 2019": "c",
    "peraturan walikota 8/2019": "c",
    "uu 16 2011": "e",
    "undang-undang 16 2011": "e",
    "permendagri": "f",
    "peraturan menteri": "f",
    "188.45/kep.12-huk/2020": "g",
    "retribusi pasar": "cd",
    "pasar": "chd",
    "ketert": "ah",
    "umum ketertiban": "a",
    "perdag": "c",
    "dagang": "c",
    "tertib": "ah",
    "ertib": "",
    "perda": "bah",
    "perdax 8 2019": "",
    "katertiban umum": "",
    "hukum": "fe",
    "tentang": "bdachfeg",
    "   ": "bdachfeg",
    '" OR "*': "",
    "条例": "",
    "heading : perda": "",
    "perda NOT 8": "",
    "NEAR(perda 8)": "",
    "perda* & ! | ( ) : < > ' \\": "bah",
}
"""What is typed, and the keys of what is found, in order."""


@pytest.mark.parametrize(
    ("word", "root"),
    [
        ("perparkiran", "parkir"), ("perizinan", "izin"), ("persampahan", "sampah"), ("perikanan", "ikan"),
        ("kebencanaan", "bencana"), ("kepegawaian", "pegawai"), ("kelurahan", "lurah"), ("keuangan", "uang"),
        ("pengelolaan", None), ("parkiran", None), ("perda", None), ("kota", None), ("kejaan", None),
    ],
)  # fmt: skip
def test_a_noun_is_indexed_with_what_it_is_made_of(word, root):
    assert root_of(word) == root


async def filled(database, clock, *passes):
    script = Script(clock, *passes, atomic=True, code="jdih", name="regulations")
    at = Setting(database, clock)
    await (await at.following(script)).round()
    return RegulationCopies(database)


async def found(store, text, order=RegulationOrder.RELEVANCE, window=ALL, **wanted):
    return await store.find(["jdih"], RegulationsWanted(text=text, **wanted), order, window)


def keys(part):
    return "".join(each.regulation.key for _, each in part.items)


@pytest.fixture
async def both(tmp_path, new_postgres_url, clock):
    """The same regulations in SQLite and in PostgreSQL."""
    databases = [Database(f"sqlite:///{tmp_path}/new.db"), Database(new_postgres_url)]
    for each in databases:
        await each.migrate()
    yield [await filled(each, clock, [Batch(records=REGULATIONS, full=True)]) for each in databases]
    for each in databases:
        await each.aclose()


async def test_both_databases_find_the_same_in_the_same_order(both):
    for store in both:
        assert {text: keys(await found(store, text)) for text in BATTERY} == BATTERY


async def test_a_page_goes_on_by_rank_and_place_in_both_databases(both):
    for store in both:
        whole = await found(store, "pasar")
        assert [place[0] for place, _ in whole.items] == [1, 1, 2]
        forwards, window = "", PageRequest(size=1)
        for seen in range(3):
            part = await found(store, "pasar", window=window)
            forwards += keys(part)
            assert (part.before, part.after) == (seen > 0, seen < 2)
            window = PageRequest(size=1, after=part.items[-1][0])
        assert await store.count(["jdih"], RegulationsWanted(text="pasar")) == 3
        last = await found(store, "pasar", window=PageRequest(size=2, backwards=True))
        first = await found(store, "pasar", window=PageRequest(size=2, backwards=True, before=last.items[0][0]))
        assert (forwards, keys(last), keys(first)) == ("chd", "hd", "c")


async def test_a_search_and_the_filters_hold_together(both):
    for store in both:
        assert keys(await found(store, "8 2019", kind="perwali")) == "c"
        assert keys(await found(store, "8", year=2018)) == "h"
        assert keys(await found(store, "pasar", subject="umum")) == "d"
        assert keys(await found(store, "pasar", RegulationOrder.OLDEST)) == "hcd"
        assert keys(await found(store, "pasar", RegulationOrder.NEWEST)) == "dch"


odd = st.text(alphabet="\"'*^(){}:|&!<>\\%_-+~\0\ud800 ANDORNOTNEAR perda 8 2019 heading") | st.text()


async def test_no_input_is_an_error_of_a_database(both):
    loop = asyncio.get_running_loop()

    @settings(max_examples=50)
    @given(text=odd, others=st.fixed_dictionaries({}, optional={"number": odd, "kind": odd, "subject": odd}), key=odd)
    def ask(text, others, key):
        async def asked():
            for store in both:
                yield keys(await found(store, text[:200], **others)), await store.get("jdih", key)

        async def same():
            first, second = [each async for each in asked()]
            assert first == second

        asyncio.run_coroutine_threadsafe(same(), loop).result()

    await asyncio.to_thread(ask)


async def test_the_longest_search_is_none_either(both):
    for store in both:
        for text in ("a1" * 100, "ab " * 66, "1 " * 100, " ".join(f"{chr(97 + n % 26)}{n}" for n in range(50))):
            assert keys(await found(store, text)) == ""


async def test_a_place_that_no_database_takes_is_of_another_order(both):
    for store in both:
        for place in ((1, "2020", "jdih", "\0"), (1, "\ud800", "jdih", "a"), (2**63, "2020", "jdih", "a"), ("1",) * 4):
            with pytest.raises(TypeError):
                await found(store, "pasar", window=PageRequest(size=1, after=place))


async def test_what_is_said_of_a_regulation_is_found_by_the_index(both, clock):
    cited = Citation("PERDA", "8", 2019)
    says = (Statement(Verb.REVOKES, "Perda 8/2019", cited), Statement(Verb.AMENDS, "Perda", None))
    for store in both:
        assert await store.naming(["jdih"], [cited]) == ()
        assert keys_of(await store.named(["jdih"], [cited, Citation("UU", "16", 2011)])) == ["a", "e"]
        assert (await store.naming(["jdih"], []), await store.named(["jdih"], [])) == ((), ())
        clock.advance(timedelta(hours=1))
        more = [*REGULATIONS, regulation("x", number="3", year=2023, says=says)]
        await filled(store._database, clock, [Batch(records=tuple(more), full=True)])
        assert keys_of(await store.naming(["jdih"], [cited, Citation("UU", "1", 2000)])) == ["x"]
        assert keys(await found(store, "perda8y2019")) == ""


def keys_of(some):
    return [each.regulation.key for each in some]


async def test_the_index_says_what_the_table_says_after_every_change(database, clock):
    changed = (*REGULATIONS[2:], regulation("a", number="7", year=2017, about="PARKIR"))
    script_passes = [Batch(records=REGULATIONS, full=True)], [Batch(records=changed, full=True)]
    script = Script(clock, *script_passes, atomic=True, code="jdih", name="regulations")
    at, store = Setting(database, clock), RegulationCopies(database)
    follower = await at.following(script)
    await follower.round()
    clock.advance(script.feed.following.interval)
    await follower.round()
    assert [keys(await found(store, text)) for text in ("perda 8 2019", "parkir", "ketertiban")] == ["", "a", "h"]
    if database.dialect == "sqlite":
        check = "INSERT INTO regulations_words (regulations_words, rank) VALUES ('integrity-check', 1)"
        count = "SELECT count(*) FROM regulations_words_docsize"
        await database.write(lambda connection: connection.execute(sql(check)))
        assert await database.read(lambda connection: connection.execute(sql(count)).scalar_one()) == 7
