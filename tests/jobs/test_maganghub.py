"""MagangHub: the conformance suite, and each quirk by its name."""

from datetime import UTC, datetime

import pytest

from connectors.jobs.maganghub import MagangHub
from connectors.jobs.records import Internship
from connectors.kit.errors import AgencyChanged
from sandbox.jobs.maganghub import COUNT
from tests.conformance import conformance
from tests.playback import connect, playing, recording

TestConformance = conformance(MagangHub)


async def read(played=None, **changes):
    """What is read of the recording, with the first row changed so."""
    played = played or recording(MagangHub, "internships")
    played.exchanges[0].answer["data"][0] |= changes
    async with playing(played) as player:
        connector = connect(MagangHub, played, player.url)
        try:
            records = (await connector.internships().fetch()).records
        finally:
            await connector.aclose()
    return records, connector.findings.counts, player.calls


async def test_a_row_becomes_an_internship():
    records, _, _ = await read()
    assert records[0] == Internship(
        code="00000000-0000-4000-8000-000000000011",
        title="Magang Gudang (Contoh)",
        company="PT Contoh Sejahtera",
        description="Membantu gudang",
        province="BANTEN",
        city="KOTA TANGERANG",
        quota=12,
        registered=30,
        studies=("Teknik Industri", "Logistik"),
        levels=("Sarjana", "Diploma"),
        closes_at=datetime(2026, 12, 1, 16, 59, 59, tzinfo=UTC),
        batch="2",
        year=2026,
        url="https://maganghub.kemnaker.go.id/lowongan/view/00000000-0000-4000-8000-000000000011",
    )


async def test_pages_are_counted_in_meta_pagination_and_each_is_asked_once():
    records, findings, calls = await read()
    assert (len(records), len(calls), findings) == (3, 2, {})


async def test_studies_and_levels_are_json_inside_of_texts_or_lists():
    records, _, _ = await read()
    assert [(each.studies, each.levels) for each in records[1:]] == [(("Statistika",), ("Sarjana",)), ((), ())]


@pytest.mark.parametrize("said", ["[", '{"title": "x"}', 7])
async def test_studies_that_cannot_be_read_set_the_row_aside(said):
    records, findings, _ = await read(program_studi=said)
    assert len(records) == 2
    assert [key.partition(":")[0] for key in findings] == ["row set aside"]


async def test_a_deadline_at_midnight_means_the_end_of_that_day_and_another_is_what_it_is():
    records, _, _ = await read()
    assert [each.closes_at for each in records] == [
        datetime(2026, 12, 1, 16, 59, 59, tzinfo=UTC), datetime(2026, 12, 2, 8, 0, tzinfo=UTC), None
    ]  # fmt: skip


async def test_parts_of_a_row_that_are_null_are_unsaid():
    last = (await read())[0][2]
    assert (last.company, last.city, last.registered, last.description, last.batch) == (None, None, None, None, None)


async def test_more_pages_than_are_allowed_are_a_finding():
    played = recording(MagangHub, "internships")
    played.options["most_pages"] = 1
    records, findings, calls = await read(played)
    assert (len(records), len(calls), findings) == (2, 1, {"more pages than most_pages allows": 1})


async def test_a_login_that_is_asked_for_is_sent():
    played = recording(MagangHub, "internships")
    played.credentials["token"] = "sandbox-token"
    _, _, calls = await read(played)
    assert {call.headers["Authorization"] for call in calls} == {"Bearer sandbox-token"}


async def test_the_list_may_stand_elsewhere():
    played = recording(MagangHub, "internships")
    played.options["list_path"] = "/maganghub/contoh/v2/vacancies"
    for exchange in played.exchanges:
        exchange.path = "/maganghub/contoh/v2/vacancies"
    assert len((await read(played))[0]) == 3


async def test_data_that_is_no_list_is_a_change():
    played = recording(MagangHub, "internships")
    played.exchanges[1].answer["data"] = {}
    with pytest.raises(AgencyChanged):
        await read(played)


async def test_one_that_comes_again_on_the_next_page_counts_once(configuration, clock, sandbox):
    each = next(each for each in configuration.agencies if each.agency.code == "maganghub")
    played = recording(MagangHub, "internships")
    played.options["page_size"] = 20
    connector = connect(MagangHub, played, each.agency.url)
    records = (await connector.internships().fetch()).records
    await connector.aclose()
    assert (len(records), connector.findings.counts) == (COUNT, {"row repeated": 1})
    assert sandbox.control.calls("maganghub") == {"page 1": 1, "page 2": 1, "page 3": 1}
