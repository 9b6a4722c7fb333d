"""Karirhub: the conformance suite, and each quirk of the protocol by its name, against the sandbox."""

import asyncio
from datetime import UTC, datetime

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from connectors.jobs.karirhub import Karirhub
from connectors.jobs.records import Education, Jobs, JobType, Salary, Vacancy, VacancyText
from connectors.jobs.words import education
from connectors.kit.agency import Limits
from connectors.kit.errors import AgencyRejected
from engine.configuration.agencies_file import connect_agencies
from sandbox.jobs.vacancies import code
from tests.conformance import conformance
from tests.playback import connect, playing, recording

TestConformance = conformance(Karirhub)


@pytest.fixture
async def karirhub(configuration, clock):
    agencies = connect_agencies(configuration, clock)
    yield agencies.with_code(Jobs, "karirhub")
    await agencies.aclose()


@pytest.fixture
async def listed(karirhub):
    return {each.code: each for each in (await karirhub.vacancies().fetch()).records}


async def test_a_row_becomes_a_vacancy():
    async with playing(recording(Karirhub, "vacancies")) as player:
        connector = connect(Karirhub, player.played, player.url)
        records = (await connector.vacancies().fetch()).records
        await connector.aclose()
    assert len(records) == 3
    assert records[0] == Vacancy(
        code="00000000-0000-4000-8000-000000000001",
        title="Operator Gudang (Contoh)",
        company="PT Contoh Sejahtera",
        category="Logistik",
        industry=None,
        type=JobType.FULL_TIME,
        education=Education.SENIOR_SECONDARY,
        province="BANTEN",
        city="KOTA TANGERANG",
        district="CIPONDOH",
        salary=None,
        skills=("Forklift", "Administrasi"),
        published_at=datetime(2026, 11, 18, 11, 6, 40, tzinfo=UTC),
        expires_at=datetime(2026, 12, 11, 14, 40, tzinfo=UTC),
        url="https://karirhub.kemnaker.go.id/lowongan-dalam-negeri/lowongan/"
        "operator-gudang-contoh-00000000-0000-4000-8000-000000000001",
        apply_url=None,
    )
    assert [each.salary for each in records] == [
        None,
        Salary(minimum=5_200_000, maximum=None),
        Salary(minimum=None, maximum=4_000_000),
    ]


@pytest.mark.parametrize(
    ("changes", "published", "noted"),
    [
        ({"published_at": None, "created_at": "2026-10-20T15:00:00.000Z"}, datetime(2026, 10, 20, 15, tzinfo=UTC), None),
        ({"published_at": 0, "created_at": "2026-10-20 22:00"}, datetime(2026, 10, 20, 15, tzinfo=UTC), None),
        ({"published_at": None, "created_at": "0001-01-01T00:00:00"}, None, "row set aside: published_at, created_at: empty"),
        ({"expires_at": "segera"}, datetime(2026, 11, 18, 11, 6, 40, tzinfo=UTC), "expires_at: not a whole number"),
    ],
)  # fmt: skip
async def test_the_first_date_that_says_something_counts_and_a_bad_end_costs_itself(changes, published, noted):
    played = recording(Karirhub, "vacancies")
    played.exchanges[0].answer["data"][0] |= changes
    async with playing(played) as player:
        connector = connect(Karirhub, played, player.url)
        first, *others = (await connector.vacancies().fetch()).records
        await connector.aclose()
    assert (first.published_at if len(others) == 2 else None) == published
    assert connector.findings.counts == ({noted: 1} if noted else {})


async def test_names_are_plain_text_and_half_an_emoji_costs_no_row():
    played = recording(Karirhub, "vacancies")
    played.exchanges[0].answer["data"][0] |= {
        "title": "Kasir &amp; Pramuniaga \ud83d", "company_name": "CV Maju &amp;amp; Jaya", "job_title": None,
        "job_function_name": "Toko &#38; Gudang", "industry_name": "Makanan &amp; Minuman", "skills": ["A &amp; B"],
    }  # fmt: skip
    async with playing(played) as player:
        connector = connect(Karirhub, played, player.url)
        first, *others = (await connector.vacancies().fetch()).records
        await connector.aclose()
    assert (first.title, first.company, first.category, first.industry, first.skills, len(others)) == (
        "Kasir & Pramuniaga \ufffd", "CV Maju & Jaya", "Toko & Gudang", "Makanan & Minuman", ("A & B",), 2,
    )  # fmt: skip


async def test_all_pages_are_asked_once(karirhub, sandbox):
    assert len((await karirhub.vacancies().fetch()).records) == 400
    assert sandbox.control.calls("karirhub") == {"page 1": 1, "page 2": 1, "page 3": 1, "page 4": 1}


async def test_nothing_is_still_asked_once_a_page_has_failed():
    """Of a hundred pages one is refused while the others wait: the read ends, and they with it."""
    played = recording(Karirhub, "vacancies")
    played.options["most_pages"] = 100
    played.exchanges[0].answer["meta"]["last_page"] = 100
    async with playing(played) as player:
        connector = connect(Karirhub, played, player.url, limits=Limits(concurrency=4, retries=0))
        player.first = [played.answer(played.exchanges[0]), web.Response(status=403)]
        with pytest.raises(AgencyRejected):
            await connector.vacancies().fetch()
        assert [task for task in asyncio.all_tasks() if "Karirhub" in repr(task.get_coro())] == []
        await connector.aclose()
    assert player.hits < 10


async def test_a_vacancy_that_comes_again_when_a_page_shifts_counts_once(karirhub, listed):
    assert len(listed) == 400
    assert karirhub.findings.counts["row repeated"] == 1


async def test_a_hidden_salary_is_not_even_read(listed):
    hidden = [listed[code(number)] for number in range(0, 400, 3)]
    assert {each.salary for each in hidden} == {None}
    assert listed[code(1)].salary == Salary(
        minimum=listed[code(1)].salary.minimum, maximum=listed[code(1)].salary.maximum
    )
    assert all(each.salary for each in (listed[code(number)] for number in (1, 2, 4, 5, 7)))


async def test_an_amount_that_is_not_sent_is_not_made_up(listed):
    assert listed[code(4)].salary.maximum is None
    assert listed[code(4)].salary.minimum > 0


async def test_title_may_be_job_title_and_published_at_may_be_created_at(listed):
    other = listed[code(12)]
    assert other.title.endswith("(Contoh)")
    assert other.published_at.tzinfo is UTC


async def test_skills_are_texts_or_objects(listed):
    assert all(isinstance(skill, str) for each in listed.values() for skill in each.skills)
    assert len(listed[code(3)].skills) == 3


async def test_a_type_that_is_not_known_stays_unknown_and_is_a_finding(karirhub, listed):
    assert listed[code(17)].type is JobType.UNKNOWN
    assert karirhub.findings.counts["job_type_name: a type that is not known"] == 1


async def test_a_schooling_that_is_unsaid_is_unknown(listed):
    assert listed[code(6)].education is Education.UNKNOWN


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("SD/Sederajat", Education.PRIMARY),
        ("SMP", Education.JUNIOR_SECONDARY),
        ("SMA/SMK Sederajat", Education.SENIOR_SECONDARY),
        ("Minimal D3 atau S1", Education.DIPLOMA),
        ("D-IV", Education.BACHELOR),
        ("Sarjana", Education.BACHELOR),
        ("S2", Education.MASTER),
        ("S-3", Education.DOCTORATE),
        ("Semua Pendidikan", Education.ANY),
        ("Kursus", Education.UNKNOWN),
        (None, Education.UNKNOWN),
    ],
)
def test_the_least_schooling_that_is_named_is_meant(said, meant):
    assert education(said) is meant


async def test_html_is_cleaned_and_its_script_is_gone(karirhub):
    text = (await karirhub.text(code(0)).fetch()).records
    assert isinstance(text, VacancyText)
    assert text.description.splitlines()[1:] == ["- Masuk Senin \N{EN DASH} Jumat", "- Seragam disediakan"]
    assert "alert" not in text.description
    assert text.qualification.splitlines()[1] == "Sehat & jujur"


async def test_the_recruiters_name_and_telephone_do_not_enter(karirhub):
    assert "Petugas" not in repr(await karirhub.text(code(0)).fetch())


async def test_a_vacancy_that_is_gone_is_none(karirhub):
    assert (await karirhub.text("gone").fetch()).records is None


async def test_a_page_that_is_refused_after_it_was_announced_ends_the_list():
    played = recording(Karirhub, "vacancies")
    played.exchanges[1].status = 400
    async with playing(played) as player:
        connector = connect(Karirhub, played, player.url)
        assert len((await connector.vacancies().fetch()).records) == 2
        assert connector.findings.counts == {"a page that was announced is refused": 1}
        await connector.aclose()


async def test_more_pages_than_are_allowed_are_a_finding():
    played = recording(Karirhub, "vacancies")
    played.options["most_pages"] = 1
    async with playing(played) as player:
        connector = connect(Karirhub, played, player.url)
        assert len((await connector.vacancies().fetch()).records) == 2
        assert connector.findings.counts == {"more pages than most_pages allows": 1}
        assert player.hits == 1
        await connector.aclose()


async def test_the_callers_own_address_is_not_logged(karirhub):
    with capture_logs() as lines:
        await karirhub.vacancies().fetch()
    assert "192.0.2.1" not in str(lines)
