"""JobPosting in pages: the conformance suite, and each quirk by its name."""

import copy
from datetime import UTC, datetime

import pytest
from aiohttp import web

from connectors.jobs.job_posting import JobPosting
from connectors.jobs.records import Education, JobType, PayPeriod, Salary, Vacancy, VacancyText
from connectors.kit.agency import Limits
from connectors.kit.errors import AgencyChanged
from tests.conformance import conformance
from tests.playback import connect, playing, recording

TestConformance = conformance(JobPosting)


async def read(played, *, always=None, **agency):
    """What is read of it, the findings, and how many calls it took."""
    async with playing(played) as player:
        player.always = always
        connector = connect(JobPosting, played, player.url, **agency)
        try:
            records = (await connector.vacancies().fetch()).records
        finally:
            await connector.aclose()
    return records, connector.findings.counts, player.calls


async def read_page(html):
    played = recording(JobPosting, "vacancies")
    return (await read(played, always=lambda: web.Response(text=html, content_type="text/html")))[:2]


async def one(**changes):
    """The first posting of the recording, alone and changed; a value of None takes a key away."""
    played = recording(JobPosting, "vacancies")
    posting = played.exchanges[0].answer["@graph"][0] | changes
    played.exchanges[0].answer = {key: value for key, value in posting.items() if value is not None}
    (record,), findings, _ = await read(played)
    return record, findings


def script(json):
    return f'<script type="application/ld+json">{json}</script>'


def posting(title):
    return f'{{"@type": "JobPosting", "title": "{title}", "datePosted": "2026-11-20", "identifier": "{title}"}}'


async def test_a_posting_becomes_a_vacancy():
    records, _, _ = await read(recording(JobPosting, "vacancies"))
    assert records[0] == Vacancy(
        code="agency/LOK-1",
        title="Operator Gudang (L/P)",
        company="PT. Contoh Sejahtera Tbk",
        category="Logistik",
        industry="Transportasi",
        type=JobType.FULL_TIME,
        education=Education.SENIOR_SECONDARY,
        province="Banten",
        city="Kota Tangerang",
        district=None,
        salary=Salary(minimum=5_100_000, maximum=6_000_000, period=PayPeriod.MONTH),
        skills=("Forklift", "Administrasi"),
        published_at=datetime(2026, 11, 19, 17, tzinfo=UTC),
        expires_at=datetime(2026, 12, 1, 16, 59, 59, tzinfo=UTC),
        url=records[0].url,
        apply_url=None,
        text=VacancyText(description="Menerima & mencatat barang", qualification="Bisa mengemudikan forklift"),
    )
    assert records[0].url.endswith("/lowongan/lok-1")


@pytest.mark.parametrize(
    "page",
    [
        script(posting("A")),
        script(f"[{posting('A')}]"),
        script(f'{{"@context": "https://schema.org", "@graph": [{posting("A")}, {{"@type": "WebSite"}}]}}'),
        script(f'{{"@graph": {posting("A")}}}'),
        script(f'[{{"@graph": [{posting("A")}]}}]'),
        script('{"@type": "Organization", "name": "x"}') + script(posting("A")),
        script(posting("A").replace('"JobPosting"', '["Thing", "http://schema.org/JobPosting"]')),
        f"<SCRIPT TYPE='application/ld+json; charset=utf-8'>\n{posting('A')}\n</SCRIPT>",
    ],
    ids=["object", "array", "graph", "graph of one", "graph in array", "several scripts", "types", "spelling"],
)
async def test_it_may_be_an_object_an_array_or_a_graph_in_one_script_of_several(page):
    records, findings = await read_page(page)
    assert ([each.title for each in records], findings) == (["A"], {})


async def test_a_broken_script_does_not_cost_the_others_and_is_a_finding():
    records, findings = await read_page(script('{"@type": "JobPosting"') + script(posting("A")))
    assert ([each.title for each in records], findings) == (["A"], {"a script of JSON-LD is broken": 1})


async def test_a_line_break_inside_of_a_text_breaks_nothing():
    records, findings = await read_page(script(posting("A").replace('"A"}', '"A", "description": "eins\nzwei"}')))
    assert (records[0].text.description, findings) == ("eins zwei", {})


async def test_scripts_nested_beyond_reason_are_broken():
    records, findings = await read_page(script("[" * 100_000) + script(posting("A")))
    assert (len(records), findings) == (1, {"a script of JSON-LD is broken": 1})


@pytest.mark.parametrize(
    "page",
    [
        "<html></html>",
        script("{"),
        script(posting("A")) + '<script type="application/ld+json">{',
        script('{"@graph": 5}'),
    ],
    ids=["no script", "only a broken one", "cut off inside of a script", "a graph of nothing"],
)
async def test_a_page_that_cannot_be_told_from_a_broken_one_is_a_change(page):
    with pytest.raises(AgencyChanged):
        await read_page(page)


async def test_a_page_that_describes_itself_and_no_vacancy_has_none():
    assert await read_page(script('{"@type": "Organization", "name": "BLK"}')) == ((), {})


@pytest.mark.parametrize(
    ("said", "meant", "unknown"),
    [
        ("FULL_TIME", JobType.FULL_TIME, 0),
        ("Full-time", JobType.FULL_TIME, 0),
        (["CONTRACTOR", "PART_TIME"], JobType.CONTRACT, 0),
        (["VOLUNTEER", "PART_TIME"], JobType.PART_TIME, 1),
        ("INTERN", JobType.INTERNSHIP, 0),
        ("PER_DIEM", JobType.DAILY, 0),
        ("OTHER", JobType.UNKNOWN, 0),
        (7, JobType.UNKNOWN, 0),
        ([], JobType.UNKNOWN, 0),
    ],
)
async def test_employment_type_is_a_text_or_a_list(said, meant, unknown):
    record, findings = await one(employmentType=said)
    assert record.type is meant
    assert sum(findings.values()) == unknown


def amount(value, **more):
    return {"@type": "MonetaryAmount", "currency": "IDR", "value": value, **more}


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (5_000_000, Salary(minimum=5_000_000, maximum=5_000_000, period=PayPeriod.UNKNOWN)),
        ("5000000", Salary(minimum=5_000_000, maximum=5_000_000, period=PayPeriod.UNKNOWN)),
        (amount(5_000_000.0, unitText="month"), Salary(minimum=5_000_000, maximum=5_000_000, period=PayPeriod.MONTH)),
        (amount({"value": 35_000, "unitText": "HOUR"}), Salary(minimum=35_000, maximum=35_000, period=PayPeriod.HOUR)),
        (amount({"minValue": 4_000_000, "unitText": "MONTH"}), Salary(minimum=4_000_000, maximum=None)),
        (amount({"maxValue": 90_000_000, "unitText": "YEAR"}), Salary(minimum=None, maximum=90_000_000, period=PayPeriod.YEAR)),
        (amount({"value": 1_000_000, "unitText": "per panggilan"}), Salary(minimum=1_000_000, maximum=1_000_000, period=PayPeriod.UNKNOWN)),
        ([amount(9_000)], Salary(minimum=9_000, maximum=9_000, period=PayPeriod.UNKNOWN)),
        (amount({"minValue": 0, "maxValue": 0}), None),
        (amount(None), None),
    ],
)  # fmt: skip
async def test_base_salary_is_a_number_or_an_object_and_keeps_its_unit_of_time(said, meant):
    record, findings = await one(baseSalary=said)
    assert (record.salary, findings) == (meant, {})


@pytest.mark.parametrize(
    "said",
    [
        "rahasia",
        "5.000.000",
        amount({"minValue": 9, "maxValue": 1}),
        amount(-5),
        amount(800) | {"currency": "USD"},
        amount(1.5),
    ],
)
async def test_a_salary_that_cannot_be_read_is_not_made_up_and_costs_not_the_vacancy(said):
    record, findings = await one(baseSalary=said)
    assert record.salary is None
    assert [key.partition(":")[0] for key in findings] == ["baseSalary"]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026-12-01", "2026-12-01T16:59:59+00:00"),
        ("2026-12-01T10:00:00", "2026-12-01T03:00:00+00:00"),
        ("2026-12-01T10:00:00+09:00", "2026-12-01T01:00:00+00:00"),
        ("2026-12-01T10:00:00Z", "2026-12-01T10:00:00+00:00"),
        (None, None),
    ],
)
async def test_valid_through_is_a_day_to_its_end_or_a_moment(said, meant):
    record, _ = await one(validThrough=said)
    assert record.expires_at == (datetime.fromisoformat(meant) if meant else None)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("<p>A &amp; B</p><script>alert(1)</script>", "A & B"),
        ("&lt;p&gt;A &amp;amp; B&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;", "A & B"),
        ("A\n\n  B", "A B"),
        ("<img src=x onerror=alert(1)>", None),
    ],
)
async def test_markup_in_a_description_is_cleaned_raw_or_escaped(said, shown):
    record, _ = await one(description=said)
    assert record.text.description == shown


async def test_a_company_that_is_confidential_stays_unnamed():
    assert (await one(hiringOrganization="confidential"))[0].company is None
    assert (await one(hiringOrganization="PT Contoh"))[0].company == "PT Contoh"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://x.example/", "https://[", "data:text/html,x"])
async def test_a_link_that_is_no_page_of_the_web_is_none(address):
    assert (await one(url=address))[0].url is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"identifier": 17}, "agency/17"),
        ({"identifier": {"value": "L-9"}}, "agency/L-9"),
        ({"identifier": None, "@id": "https://x.example/#1"}, "agency/https://x.example/#1"),
        ({"identifier": None}, "agency//lowongan/lok-1"),
        ({"identifier": None, "url": None}, "agency/abac996ffd431031"),
    ],
)
async def test_its_code_is_the_agencys_and_what_the_site_knows_it_by(changes, code):
    assert (await one(**changes))[0].code == code


async def test_entities_in_a_title_are_read():
    assert (await one(title="Kasir &amp; Pramuniaga"))[0].title == "Kasir & Pramuniaga"


async def test_a_vacancy_without_a_place_is_where_the_site_is():
    played = recording(JobPosting, "vacancies")
    played.options["city"] = "Kota Tangerang"
    del played.exchanges[0].answer["@graph"][0]["jobLocation"]
    records, _, _ = await read(played)
    assert [each.city for each in records] == ["Kota Tangerang", "Kab. Tangerang"]


def linking(*links):
    """A list that links to pages of one vacancy each."""
    played = recording(JobPosting, "vacancies")
    played.options |= {"pages": ["/lowongan/"], "follow": "/lowongan/"}
    exchange = played.exchanges[0]
    played.exchanges.clear()
    for number in range(3):
        single = copy.deepcopy(exchange)
        single.path, single.answer = (
            f"/lowongan/lok-{number}",
            exchange.answer["@graph"][0] | {"identifier": f"L{number}"},
        )
        played.exchanges.append(single)
    page = "".join(f'<a href="{link}">x</a>' for link in links)
    return played, web.Response(text=f"<html>{page}</html>", content_type="text/html")


async def followed(*links, most=50):
    played, listing = linking(*links)
    played.options["most_pages"] = most
    async with playing(played) as player:
        player.first = [listing]
        connector = connect(JobPosting, played, player.url)
        records = (await connector.vacancies().fetch()).records
        await connector.aclose()
    return [each.code for each in records], [call.path_qs for call in player.calls], connector.findings.counts


async def test_a_list_may_be_followed_to_the_page_of_each_vacancy():
    codes, asked, findings = await followed(
        "lok-0", "/lowongan/lok-1#x", "/lowongan/lok-1", "../lowongan/lok-2?dari=daftar"
    )
    assert codes == ["agency/L0", "agency/L1", "agency/L2"]
    assert sorted(asked) == ["/lowongan/", "/lowongan/lok-0", "/lowongan/lok-1", "/lowongan/lok-2?dari=daftar"]
    assert findings == {}


async def test_no_other_link_is_followed():
    elsewhere = (
        "https://elsewhere.example/lowongan/1",
        "/kontak",
        "../admin",
        "/lowongan/",
        "mailto:x@x.example",
        "http://[",
        "//x/y",
    )
    _, asked, _ = await followed("lok-0", *elsewhere)
    assert asked == ["/lowongan/", "/lowongan/lok-0"]


async def test_a_page_that_was_linked_to_and_is_gone_is_a_finding():
    codes, _, findings = await followed("lok-0", "lok-9", "{0.__class__}")
    assert (codes, findings) == (["agency/L0"], {"a page that was linked to is gone": 2})


async def test_no_more_links_are_followed_than_are_allowed():
    codes, asked, findings = await followed("lok-0", "lok-1", "lok-2", most=2)
    assert (codes, len(asked)) == (["agency/L0", "agency/L1"], 3)
    assert findings == {"more links than most_pages allows": 1}


async def test_a_page_that_is_too_large_is_a_change():
    with pytest.raises(AgencyChanged):
        await read(recording(JobPosting, "vacancies"), limits=Limits(max_bytes=100))
