"""OpenStreetMap by Overpass, and the ministry's register SIMAS: each quirk by its name."""

from datetime import UTC, datetime
from urllib.parse import parse_qs

import pytest
from aiohttp import web

from connectors.kit.errors import AgencyThrottled, AgencyUnavailable
from connectors.worship.overpass import Overpass, kind_of
from connectors.worship.records import Mosque, MosqueKind
from connectors.worship.simas import Simas
from tests.conformance import conformance
from tests.playback import connect, playing, recording

TestConformanceOverpass = conformance(Overpass)
TestConformanceSimas = conformance(Simas)


READ = {Overpass: "mosques", Simas: "masjid"}


async def asked(kind, *, played=None, always=None):
    played = played or recording(kind, READ[kind])
    async with playing(played) as player:
        player.always = always
        connector = connect(kind, played, player.url)
        try:
            reading = await getattr(connector, READ[kind])(*played.arguments).fetch()
        finally:
            await connector.aclose()
        return reading, connector.findings.counts, player


def changed(kind, change):
    played = recording(kind, READ[kind])
    for exchange in played.exchanges:
        change(exchange.answer)
    return played


async def test_nodes_have_their_position_and_ways_and_relations_a_centre():
    reading, _, _ = await asked(Overpass)
    assert [(each.code, each.kind, each.latitude, each.longitude) for each in reading.records] == [
        ("node-9900000001", MosqueKind.MOSQUE, -6.1781, 106.6297),
        ("way-990000002", None, -6.19, 106.64),
        ("relation-99003", MosqueKind.PRAYER_ROOM, -6.2, 106.65),
    ]


async def test_a_place_without_a_name_is_a_place():
    reading, findings, _ = await asked(Overpass)
    assert (reading.records[1].name, reading.records[0].address, findings) == (None, "Jl. Contoh 1", {})


async def test_its_age_is_that_of_the_map_and_not_of_the_answer():
    reading, _, _ = await asked(Overpass)
    assert reading.changed_at == datetime(2026, 11, 22, 20, tzinfo=UTC)


async def test_one_question_for_the_whole_city_so_nobodys_position_leaves_the_hub():
    sent = []

    async def remember(request):
        sent.append(parse_qs((await request.read()).decode())["data"][0])
        return web.json_response(recording(Overpass, "mosques").exchanges[0].answer)

    app = web.Application()
    app.router.add_post("/interpreter", remember)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        connector = connect(Overpass, recording(Overpass, "mosques"), f"http://127.0.0.1:{runner.addresses[0][1]}")
        await connector.mosques().fetch()
        await connector.aclose()
    finally:
        await runner.cleanup()
    assert len(sent) == 1
    assert sent[0].startswith("[out:json][timeout:5];(node")
    assert sent[0].count("(around:12000,-6.18,106.64)") == 3
    assert sent[0].endswith("out center tags;")


async def test_a_query_that_ran_out_of_time_answers_200_with_a_part_which_is_not_taken_for_the_whole():
    played = changed(Overpass, lambda answer: answer.update(remark='runtime error: Query timed out in "query"'))
    with pytest.raises(AgencyUnavailable, match="did not run to its end"):
        await asked(Overpass, played=played)


async def test_while_it_is_busy_it_is_throttled_or_unavailable():
    with pytest.raises(AgencyThrottled):
        await asked(Overpass, always=lambda: web.Response(status=429))
    with pytest.raises(AgencyUnavailable):
        await asked(Overpass, always=lambda: web.Response(status=504))


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ((None, "Masjid Raya Contoh", None), MosqueKind.MOSQUE),
        (("musalla", "Masjid Contoh", "mosque"), MosqueKind.PRAYER_ROOM),
        ((None, "Langgar Contoh", "mosque"), MosqueKind.PRAYER_ROOM),
        ((None, "Al-Ikhlas", "mosque"), MosqueKind.MOSQUE),
        ((None, "Jl. Pelanggaran", "yes"), None),
        ((None, None, None), None),
    ],
)
def test_what_kind_it_is_says_its_tag_or_its_name_and_else_nobody(said, kind):
    assert kind_of(*said) is kind


async def test_simas_is_followed_by_its_own_count_of_pages_and_names_are_squeezed():
    reading, findings, player = await asked(Simas)
    assert reading.records[0] == Mosque(
        code="990001",
        kind=MosqueKind.MOSQUE,
        name="Masjid Contoh Al-Ikhlas",
        typology="Masjid Jami",
        address="Jl. Contoh",
        kecamatan="Cipondoh",
        register="01.2.99.99.01.990001",
    )
    assert [each.code for each in reading.records] == ["990001", "990002", "990003"]
    assert ([call.query["page"] for call in player.calls], findings) == (["1", "2"], {})


async def test_a_row_that_comes_again_while_paging_is_one_mosque():
    played = recording(Simas, "masjid")
    played.exchanges[1].answer["data"].insert(0, played.exchanges[0].answer["data"][1])
    reading, findings, _ = await asked(Simas, played=played)
    assert (len(reading.records), findings) == (3, {"row repeated": 1})


async def test_rows_of_a_city_whose_id_is_much_the_same_are_left_out():
    played = changed(Simas, lambda answer: answer["data"][0].update(kabupaten_name="KAB. CONTOH "))
    reading, findings, _ = await asked(Simas, played=played)
    assert [each.code for each in reading.records] == ["990002"]
    assert findings == {"kabupaten_name: rows of another city": 1}


async def test_more_pages_than_are_allowed_are_a_finding_and_not_an_endless_walk():
    played = recording(Simas, "masjid")
    played.options["most_pages"] = 1
    reading, findings, player = await asked(Simas, played=played)
    assert (len(reading.records), player.hits) == (2, 1)
    assert findings == {"more pages than most_pages allows": 1}


async def test_fewer_rows_than_it_says_there_are_is_a_finding():
    played = recording(Simas, "masjid")
    played.exchanges[1].answer["data"].clear()
    reading, findings, _ = await asked(Simas, played=played)
    assert (len(reading.records), findings) == (2, {"fewer rows than meta.total": 1})


async def test_each_typology_is_a_question_of_its_own():
    played = recording(Simas, "masjid")
    reads = connect(Simas, played, "http://127.0.0.1:1").lists()
    assert [(each.name, *each.arguments) for each in reads] == [
        *(("masjid", number) for number in range(1, 9)),
        *(("mushalla", number) for number in range(1, 5)),
    ]
