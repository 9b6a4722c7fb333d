"""JobPosting in pages: the conformance suite, and each quirk by its name."""

import copy
import json
import time
from datetime import UTC, datetime

import pytest
import yarl
from aiohttp import web

from connectors.jobs import json_ld
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


def script(content):
    return f'<script type="application/ld+json">{content}</script>'


def posting(title):
    return f'{{"@type": "JobPosting", "title": "{title}", "datePosted": "2026-11-20", "identifier": "{title}"}}'


async def test_a_posting_becomes_a_vacancy():
    records, _, _ = await read(recording(JobPosting, "vacancies"))
    assert records[0] == Vacancy(
        code="agency/lowongan/lok-1",
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
        ({"value": {"value": 9_000, "currency": "IDR", "unitText": "DAY"}}, Salary(minimum=9_000, maximum=9_000, period=PayPeriod.DAY)),
        (amount(amount({"minValue": 9_000, "unitText": "HOUR"})), Salary(minimum=9_000, maximum=None, period=PayPeriod.HOUR)),
        ({"@type": "PriceSpecification", "minPrice": 9_000, "priceCurrency": "Rp."}, Salary(minimum=9_000, maximum=None, period=PayPeriod.UNKNOWN)),
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
        {"value": {"value": 800, "currency": "USD"}},
        amount({"value": 800, "currency": "USD"}),
        {"price": 800, "priceCurrency": "USD"},
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
        ("20261201", "2026-12-01T16:59:59+00:00"),
        ("20261201T100000+0900", "2026-12-01T01:00:00+00:00"),
        ("2026-11-30T24:00:00+07:00", "2026-11-30T17:00:00+00:00"),
        ("0001-01-01T00:00:00", None),
        ("2026-12-01 10:00 WITA", "2026-12-01T02:00:00+00:00"),
        ("2026-12-01T10:00WIB", "2026-12-01T03:00:00+00:00"),
        ("0000-00-00", None),
        ("9999-12-31T23:59:59-05:00", None),
        (None, None),
    ],
)
async def test_valid_through_is_a_day_to_its_end_or_a_moment(said, meant):
    record, _ = await one(validThrough=said)
    assert record.expires_at == (datetime.fromisoformat(meant) if meant else None)


@pytest.mark.parametrize("said", ["30-11-2026", "segera", "3000-01-01", ["x"]])
async def test_an_end_that_cannot_be_read_is_none_and_costs_not_the_vacancy(said):
    record, findings = await one(validThrough=said)
    assert (record.expires_at, [key.partition(":")[0] for key in findings]) == (None, ["validThrough"])


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
        ({}, "agency/lowongan/lok-1"),
        ({"identifier": 17}, "agency/lowongan/lok-1"),
        ({"url": "lok-1"}, "agency/lok-1"),
        ({"url": {"@id": "https://x.example/1"}}, "agency/https://x.example/1"),
        ({"@id": "https://x.example/#1"}, "agency/https://x.example/#1"),
        ({"@id": "#1", "url": None}, "agency/lowongan#1"),
        ({"@id": "_:b0", "url": None}, "agency/08e06c6ed63be7ef"),
        ({"identifier": 17, "url": None}, "agency/a1c100f00c8a48ee"),
        ({"identifier": None, "url": None}, "agency/54230b4f60bb3e21"),
    ],
)
async def test_its_code_is_the_agencys_and_what_the_site_knows_it_by(changes, code):
    assert (await one(**changes))[0].code == code


async def several(*changes, **options):
    """The first posting of the recording, as often as it is changed."""
    played = recording(JobPosting, "vacancies")
    played.options |= options
    posting = played.exchanges[0].answer["@graph"][0]
    played.exchanges[0].answer = [posting | each for each in changes]
    return (await read(played))[:2]


async def test_a_number_of_the_employers_is_no_key_and_neither_is_an_address_that_several_have():
    alike = {"identifier": {"name": "PT A", "value": "001"}}
    records, findings = await several(
        alike | {"url": "/a"}, alike | {"url": "/b", "title": "Sopir"},
        {"url": "/", "title": "Koki", "identifier": None}, {"url": "/", "title": "Juru Las", "identifier": None},
        {"url": "/c", "identifier": 1}, {"url": "/c", "identifier": 2},
    )  # fmt: skip
    assert [each.title for each in records[:4]] == ["Operator Gudang (L/P)", "Sopir", "Koki", "Juru Las"]
    codes = [each.code for each in records]
    assert (codes[:2], len(set(codes)), findings) == (["agency/a", "agency/b"], 6, {})


async def test_a_list_that_says_less_of_a_vacancy_than_its_page_makes_no_second_one():
    records, findings = await several({"identifier": None, "datePosted": "2026-11-21"}, {})
    assert ([each.code for each in records], findings) == (["agency/lowongan/lok-1"], {"row repeated": 1})


@pytest.mark.parametrize(
    "said", ["A &amp; B", "A &amp;amp; B", "A &#038; B", "A &amp;#038; B", "<b>A</b> &amp; B", " A\n& B"]
)
async def test_names_are_plain_text_however_often_they_were_escaped(said):
    record, _ = await one(
        title=said, hiringOrganization={"name": said}, industry=said, occupationalCategory={"name": said}, skills=[said],
        jobLocation={"address": {"addressLocality": said, "addressRegion": {"name": said}}},
    )  # fmt: skip
    assert {
        record.title, record.company, record.industry, record.category, *record.skills, record.city, record.province
    } == {"A & B"}  # fmt: skip


TANGERANG, BANDUNG = ("Kota Tangerang", "Banten"), ("Kota Bandung", None)
ADDRESS = {"@type": "PostalAddress", "addressLocality": "Kota Tangerang", "addressRegion": "Banten"}


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ({"jobLocation": {"@type": "Place", "address": ADDRESS}}, [TANGERANG]),
        ({"jobLocation": [{"@type": "Place", "address": [ADDRESS]}]}, [TANGERANG]),
        ({"jobLocation": ADDRESS}, [TANGERANG]),
        ({"jobLocation": {"address": {"addressLocality": {"@type": "City", "name": "Kota Bandung"}}}}, [BANDUNG]),
        ({"jobLocation": {"address": {"addressLocality": ["Kota Bandung"]}}}, [BANDUNG]),
        ({"jobLocation": "Kota Tangerang, Banten"}, [TANGERANG]),
        ({"jobLocation": {"address": "Jl. Contoh 1, Kota Bandung"}}, [BANDUNG]),
        ({"jobLocation": {"address": "Jl. Contoh No. 1, Kel. Contoh, Kec. Contoh, Bandung, Jawa Barat 40111, Indonesia"}}, [("Bandung", None)]),
        ({"jobLocation": "Bandung, Jawa Barat, Indonesia"}, [("Bandung", "Jawa Barat")]),
        ({"jobLocation": {"address": "Jl. Contoh 1"}}, [(None, None)]),
        ({"jobLocation": "Kota Bandung / Kota Tangerang"}, [BANDUNG, ("Kota Tangerang", None)]),
        ({"jobLocation": {"@type": "City", "name": "Kota Bandung"}}, [BANDUNG]),
        ({"jobLocation": {"@type": "State", "name": "Jawa Barat"}}, [(None, "Jawa Barat")]),
        ({"jobLocation": {"@type": "Place", "name": "Kota Bandung"}}, [BANDUNG]),
        ({"jobLocation": {"@type": "Place", "name": "Gedung Contoh"}}, [(None, None)]),
        ({"jobLocation": {"address": [ADDRESS, "Kota Bandung"]}}, [TANGERANG, BANDUNG]),
        ({"jobLocation": {"address": {"addressLocality": "Kota Tangerang, Banten"}}}, [TANGERANG]),
        ({"jobLocation": {"address": {"addressRegion": "Jawa Barat"}}}, [(None, "Jawa Barat")]),
        ({"jobLocation": {"address": {"addressCountry": "ID"}}}, [(None, None)]),
        ({"jobLocation": {"address": {"addressCountry": {"@type": "Country", "name": "Indonesia"}}}}, [(None, None)]),
        ({"jobLocation": {"@type": "Place", "geo": {"latitude": -6.9, "longitude": 107.6}}}, [(None, None)]),
        ({"jobLocation": {"@id": "https://elsewhere.example/#office"}}, [(None, None)]),
        ({"jobLocation": None, "jobLocationType": "TELECOMMUTE"}, [(None, None)]),
        ({"jobLocation": None, "applicantLocationRequirements": {"@type": "Country", "name": "ID"}}, [(None, None)]),
        ({"jobLocation": {"address": ADDRESS}, "jobLocationType": "TELECOMMUTE"}, [TANGERANG]),
        ({"jobLocation": [{"address": {"addressLocality": "Kota Bandung"}}, {"address": ADDRESS}, "Remote"]}, [BANDUNG, TANGERANG]),
        ({"jobLocation": None}, [("Kota Tangerang", None)]),
        ({"jobLocation": []}, [("Kota Tangerang", None)]),
        ({"jobLocation": "  "}, [("Kota Tangerang", None)]),
        ({"jobLocation": {"@type": "Place", "address": {"@type": "PostalAddress", "addressLocality": ""}}}, [("Kota Tangerang", None)]),
    ],
)  # fmt: skip
async def test_a_place_is_read_in_each_shape_and_the_sites_own_is_used_only_where_none_is_said(said, meant):
    records, findings = await several(said, city="Kota Tangerang")
    assert [(each.city, each.province) for each in records] == meant
    assert ({each.code for each in records}, findings) == ({"agency/lowongan/lok-1"}, {})


async def test_what_is_told_elsewhere_on_the_page_is_found_by_its_name():
    described = {
        "@type": "JobPosting", "title": "Kasir", "datePosted": "2026-11-20",
        "hiringOrganization": {"@id": "#us"}, "jobLocation": {"@type": "Place", "@id": "_:office"},
        "baseSalary": {"@id": "https://contoh.example/#pay"}, "identifier": {"@id": "_:self"},
    }  # fmt: skip
    others = [
        {"@id": "#us", "@type": "Organization", "name": "PT Contoh"},
        {"@id": "_:office", "address": {"@id": "_:address"}},
        {"@id": "_:address", "addressLocality": {"@id": "_:city"}},
        {"@id": "https://contoh.example/#pay", "value": 5_000_000, "currency": "IDR"},
        {"about": {"@id": "_:city", "name": "Kota Tangerang"}}, {"@id": "_:self", "value": {"@id": "_:self"}},
    ]  # fmt: skip
    (record,), findings = await read_page(script(json.dumps(described)) + script(json.dumps({"@graph": others})))
    assert (record.company, record.city, record.salary.minimum) == ("PT Contoh", "Kota Tangerang", 5_000_000)
    assert findings == {}


@pytest.mark.parametrize(
    "around",
    [
        '{"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": %s}]}',
        '{"@type": "WebPage", "mainEntity": %s}',
        '{"@type": "Organization", "x": {"y": [[%s]]}}',
    ],
)
async def test_a_posting_inside_of_another_thing_is_one(around):
    records, findings = await read_page(script(around % posting("A")))
    assert ([each.title for each in records], findings) == (["A"], {})


@pytest.mark.parametrize(
    "around",
    [
        "%s;", "%s ;\n", "\ufeff%s", "// <![CDATA[\n%s\n// ]]>", "/*<![CDATA[*/ %s /*]]>*/", "<![CDATA[%s]]>", "<!-- %s -->",
        "/* a, b */ %s // https://x.example", "[%s,]", '{"@graph": [%s, ], }',
    ],
)  # fmt: skip
async def test_what_is_no_json_around_a_thing_is_passed_over(around):
    a = posting("A").replace('"A"}', '"A", "hiringOrganization": "PT /*a*/,]//;"}')
    records, findings = await read_page(script(around % a))
    assert ([each.company for each in records], findings) == (["PT /*a*/,]//;"], {})


async def test_quotes_may_have_come_as_entities():
    records, _ = await read_page(script(posting("A").replace('"', "&quot;")))
    assert [each.title for each in records] == ["A"]


@pytest.mark.parametrize(
    "text", ['{"a": "' + '\\\\"' * 200_000, '{"a": "' + "\\" * 300_001, "/*" * 200_000, "<![CDATA[" * 50_000]
)
def test_a_script_that_never_ends_its_text_is_looked_at_once(text):
    began = time.process_time()
    assert json_ld.read_page(script(text)).broken == 1
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("page", "head", "said", "meant"),
    [
        ("/karir/daftar", "", "detail/7", "/karir/detail/7"),
        ("/karir/daftar", "", "/detail/7", "/detail/7"),
        ("/karir/daftar", "", "?id=7", "/karir/daftar?id=7"),
        ("/karir/daftar", "<base href='/lain/'>", "detail/7", "/lain/detail/7"),
    ],
)
async def test_an_address_is_relative_to_the_page_on_which_it_stands(page, head, said, meant):
    played = recording(JobPosting, "vacancies")
    played.options["pages"] = [page]
    body = head + script(posting("A").replace('"A"}', f'"A", "url": "{said}"}}'))
    (record,), _, _ = await read(played, always=lambda: web.Response(text=body, content_type="text/html"))
    assert yarl.URL(record.url).relative() == yarl.URL(meant)


async def test_a_page_is_read_in_the_charset_that_it_names_itself():
    body = b'<meta charset="windows-1252">' + script(posting("Caf\xe9")).encode("cp1252")
    played = recording(JobPosting, "vacancies")
    (record,), _, _ = await read(played, always=lambda: web.Response(body=body, content_type="text/html"))
    assert record.title == "Caf\xe9"


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
            exchange.answer["@graph"][0] | {"url": f"lok-{number}"},
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
    assert codes == ["agency/lowongan/lok-0", "agency/lowongan/lok-1", "agency/lowongan/lok-2"]
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
    assert (codes, findings) == (["agency/lowongan/lok-0"], {"a page that was linked to is gone": 2})


async def test_no_more_links_are_followed_than_are_allowed():
    codes, asked, findings = await followed("lok-0", "lok-1", "lok-2", most=2)
    assert (codes, len(asked)) == (["agency/lowongan/lok-0", "agency/lowongan/lok-1"], 3)
    assert findings == {"more links than most_pages allows": 1}


async def test_a_page_that_is_too_large_is_a_change():
    with pytest.raises(AgencyChanged):
        await read(recording(JobPosting, "vacancies"), limits=Limits(max_bytes=100))
