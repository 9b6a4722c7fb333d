"""Feeds of vacancies: the conformance suite, and each quirk by its name."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from connectors.jobs.records import Education, JobType, Vacancy, VacancyText
from connectors.jobs.rss import Rss
from connectors.kit.errors import AgencyChanged
from tests.conformance import conformance
from tests.playback import connect, playing, recording

TestConformance = conformance(Rss)

ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>
<entry><title type="html">Kasir &amp;amp; Pramuniaga</title><id>urn:contoh:1</id>
<link rel="alternate" href="https://disnaker.example/1"/><updated>2026-11-20T08:00:00+07:00</updated>
<category term="Penjualan"/><summary>Melayani</summary>
<content type="html">&lt;p&gt;Melayani pembeli&lt;/p&gt;</content></entry></feed>"""


def item(*, dates="<pubDate>Fri, 20 Nov 2026 08:00:00 +0700</pubDate>", more="", guid="1", link="https://x.example/1"):
    return f"<item><title>Kasir</title><link>{link}</link><guid>{guid}</guid>{dates}{more}</item>"


def rss(*items):
    spaces = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:job="https://x.example/ns"'
    inside = f"<channel><title>x</title>{''.join(items)}</channel>"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" {spaces}>{inside}</rss>'


async def read(*, body=None, content_type="application/rss+xml", options=None, entry=None):
    """What is read of the recording, of its first entry changed so, or of this answer; and the findings."""
    played = recording(Rss, "vacancies")
    played.options |= options or {}
    if entry is not None:
        first = played.exchanges[0].answer[0] | entry
        played.exchanges[0].answer = [{name: value for name, value in first.items() if value is not None}]
    async with playing(played) as player:
        if body is not None:
            raw = body if isinstance(body, bytes) else body.encode()
            player.always = lambda: web.Response(body=raw, content_type=content_type)
        connector = connect(Rss, played, player.url)
        try:
            records = (await connector.vacancies().fetch()).records
        finally:
            await connector.aclose()
    return records, connector.findings.counts


async def test_an_entry_becomes_a_vacancy():
    records, _ = await read()
    assert records[0] == Vacancy(
        code="agency/disnaker-1",
        title="Operator Gudang",
        company="Contoh Sejahtera, PT",
        category="Logistik",
        industry=None,
        type=JobType.FULL_TIME,
        education=Education.SENIOR_SECONDARY,
        province=None,
        city="KOTA TANGERANG",
        district=None,
        salary=None,
        skills=(),
        published_at=datetime(2026, 11, 19, 1, tzinfo=UTC),
        expires_at=datetime(2026, 12, 5, 16, 59, 59, tzinfo=UTC),
        url="https://disnaker.example/lowongan/1",
        apply_url=None,
        text=VacancyText(description="Menerima barang & menata", qualification=None),
        counts_until=datetime(2026, 12, 19, 1, tzinfo=UTC),
    )
    assert records[1].title == "Kasir & Pramuniaga"


async def test_atom_is_read_as_well():
    (record,), findings = await read(body=ATOM, content_type="application/atom+xml")
    assert (record.code, record.title, record.url) == (
        "agency/urn:contoh:1", "Kasir & Pramuniaga", "https://disnaker.example/1",
    )  # fmt: skip
    assert record.published_at == datetime(2026, 11, 20, 1, tzinfo=UTC)
    assert (record.category, record.text.description, findings) == ("Penjualan", "Melayani pembeli", {})


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("<p>A &amp; B</p><script>alert(1)</script>", "A & B"),
        ("&lt;p&gt;A&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;", "A"),
        ("<ul><li>satu</li><li>dua</li></ul>", "- satu\n- dua"),
    ],
)
async def test_escaped_markup_is_cleaned(said, shown):
    (record,), _ = await read(entry={"description": said})
    assert record.text.description == shown


async def test_an_entry_that_says_no_end_counts_for_so_many_days_and_no_end_is_made_up():
    (record,), _ = await read(entry={"job:deadline": None}, options={"expires_after_days": 10})
    assert record.expires_at is None
    assert record.ends_at == record.published_at + timedelta(days=10)


async def test_who_looks_for_somebody_is_said_by_an_element_or_by_an_option():
    (record,), _ = await read(entry={"job:company": None, "job:location": None})
    assert (record.company, record.city) == ("Disnaker Contoh", "Kota Tangerang")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Fri, 20 Nov 2026 08:00:00 +0700", "2026-11-20T01:00:00+00:00"),
        ("Fri, 20 Nov 2026 08:00:00 GMT", "2026-11-20T08:00:00+00:00"),
        ("Fri, 20 Nov 2026 08:00:00 WIB", "2026-11-20T01:00:00+00:00"),
        ("Jum, 20 Nov 2026 08:00:00 +0700", "2026-11-20T01:00:00+00:00"),
        ("2026-11-20T08:00:00+07:00", "2026-11-20T01:00:00+00:00"),
        ("2026-11-20 08:00", "2026-11-20T01:00:00+00:00"),
        ("2026-11-20", "2026-11-19T17:00:00+00:00"),
    ],
)
async def test_a_date_is_of_either_kind_and_its_zone_may_be_unsaid(said, meant):
    (record,), _ = await read(entry={"pubDate": said})
    assert record.published_at == datetime.fromisoformat(meant)


@pytest.mark.parametrize(
    ("dates", "meant"),
    [
        ("<pubDate></pubDate><dc:date>2026-11-20T08:00:00+07:00</dc:date>", "2026-11-20T01:00:00+00:00"),
        ("<pubDate>kemarin</pubDate><dc:date>2026-11-20T08:00:00+07:00</dc:date>", "2026-11-20T01:00:00+00:00"),
        (
            "<pubDate>Mon, 01 Jan 0001 00:00:00 +0000</pubDate><dc:date>2026-11-20</dc:date>",
            "2026-11-19T17:00:00+00:00",
        ),
        ("<pubDate>Fri, 20 Nov 2026 08:00:00 WITA</pubDate>", "2026-11-20T00:00:00+00:00"),
        ("<pubDate>Mon, 01 Jan 0001 00:00:00 +0000</pubDate>", None),
        ("<pubDate>Mon, 30 Nov -0001 00:00:00 +0000</pubDate>", None),
        ("<pubDate>0001-01-01T00:00:00</pubDate>", None),
        ("", None),
    ],
)
async def test_the_first_date_that_says_something_counts_and_none_is_made_up(dates, meant):
    records, findings = await read(body=rss(item(dates=dates, guid="1"), item(guid="2")))
    assert [each.published_at.isoformat() for each in records] == [*filter(None, [meant]), "2026-11-20T01:00:00+00:00"]
    assert sum(findings.values()) == (meant is None)


@pytest.mark.parametrize(
    "content_type", ["text/html", "text/plain", "application/rdf+xml", "text/xml", "application/rss+xml"]
)
async def test_a_feed_is_a_feed_under_whatever_type_a_server_gives_it(content_type):
    records, _ = await read(body=rss(item()), content_type=content_type)
    assert [each.title for each in records] == ["Kasir"]
    with pytest.raises(AgencyChanged):
        await read(body="<html><body>Sedang pemeliharaan</body></html>", content_type=content_type)


async def test_rss_1_0_is_read_as_well():
    (record,), _ = await read(
        body='<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"/>'
        '<item rdf:about="https://x.example/1"><title>Kasir</title><link>https://x.example/1</link>'
        "<dc:date>2026-11-20T08:00:00+07:00</dc:date></item></rdf:RDF>",
        content_type="application/rdf+xml",
    )
    assert (record.title, record.published_at) == ("Kasir", datetime(2026, 11, 20, 1, tzinfo=UTC))


async def test_what_a_server_puts_around_a_feed_costs_nothing():
    notice = "<br />\n<b>Notice</b>: Undefined index: x in y.php on line 1<br />\n"
    records, _ = await read(body=f"{notice}{rss(item())}\n<!-- cached --> 0.2 s & more<script>x</script>")
    assert [each.title for each in records] == ["Kasir"]


@pytest.mark.parametrize("before", ["\n", "\r\n \t", "\ufeff", "\ufeff\n"])
async def test_a_blank_line_before_a_feed_costs_nothing(before):
    records, _ = await read(body=before + rss(item()))
    assert [each.title for each in records] == ["Kasir"]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("PT A & B", "PT A & B"),
        ("PT A &amp; B", "PT A & B"),
        ("PT A &amp;amp; B", "PT A & B"),
        ("<![CDATA[PT A & B]]>", "PT A & B"),
        ("<![CDATA[PT A &amp; B]]>", "PT A & B"),
        ("PT A &#38; B", "PT A & B"),
        ("PT Caf&eacute;", "PT Caf\xe9"),
        ("PT&nbsp;A", "PT A"),
        ("PT A\x0bB", "PT AB"),
        ("PT A &takada; B<!-- & -->", "PT A &takada; B"),
    ],
)
async def test_a_raw_ampersand_costs_no_feed(said, shown):
    body = rss(item(more=f"<job:company>{said}</job:company>"), item(guid="2"))
    records, _ = await read(body=body)
    assert [each.company for each in records] == [shown, "Disnaker Contoh"]


@pytest.mark.parametrize("body", ["<![CDATA[" * 100_000, "<!--" * 100_000, "&" * 300_000])
async def test_a_feed_that_never_ends_is_looked_at_once(body):
    began = time.process_time()
    with pytest.raises(AgencyChanged):
        await read(body=f"<rss>{body}")
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Kota Bandung", [("Kota Bandung", None)]),
        ("Jl. Contoh 1, Kab. Tangerang, Banten", [("Kab. Tangerang", "Banten")]),
        ("Kota Bandung, Kota Tangerang", [("Kota Bandung", None), ("Kota Tangerang", None)]),
        ("Anywhere", [(None, None)]),
        ("", [("Kota Tangerang", None)]),
    ],
)
async def test_a_place_is_where_the_entry_says(said, meant):
    records, _ = await read(body=rss(item(more=f"<job:location>{said}</job:location>")))
    assert [(each.city, each.province) for each in records] == meant


async def test_no_more_places_are_read_of_one_vacancy_than_can_be_meant():
    said = ", ".join(f"Kota Contoh {chr(97 + at // 26)}{chr(97 + at % 26)}" for at in range(200))
    records, findings = await read(body=rss(item(more=f"<job:location>{said}</job:location>")))
    assert (len(records), findings) == (100, {"more places than are read of one vacancy": 1})


async def test_an_end_that_cannot_be_read_is_none_and_costs_not_the_entry():
    (record,), findings = await read(body=rss(item(more="<job:deadline>segera</job:deadline>")))
    assert (record.expires_at, findings) == (None, {"job_deadline: not a moment": 1})


async def test_a_relative_link_is_relative_to_the_feed():
    (record,), _ = await read(body=rss(item(link="lowongan/1")))
    assert record.url.endswith("/lowongan/1")


async def test_an_entry_whose_date_is_none_is_set_aside():
    with pytest.raises(AgencyChanged, match="published: not a moment"):
        await read(entry={"pubDate": "kemarin"})


async def test_without_a_guid_its_link_is_its_code():
    (record,), _ = await read(entry={"guid": None})
    assert record.code == "agency/https://disnaker.example/lowongan/1"


async def test_an_address_that_is_no_page_of_the_web_is_none():
    (record,), _ = await read(entry={"link": "javascript:alert(1)"})
    assert record.url is None


async def test_what_looks_like_a_file_of_this_machine_is_not_opened(tmp_path):
    file = tmp_path / "feed.xml"
    file.write_text(ATOM, encoding="utf-8")
    with pytest.raises(AgencyChanged):
        await read(body=str(file))


async def test_what_looks_like_an_address_is_not_asked():
    async with playing(recording(Rss, "vacancies")) as other:
        with pytest.raises(AgencyChanged):
            await read(body=f"{other.url}/feed")
        assert other.hits == 0


@pytest.mark.parametrize(
    "body",
    [
        ATOM.replace("</entry>", ""),
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
        + ATOM.partition("?>")[2].replace("Melayani<", "&a;<"),
        "<opml/>",
    ],
    ids=["cut off", "an entity of another file", "another kind of XML"],
)
async def test_what_is_no_feed_or_a_broken_one_is_a_change(body):
    with pytest.raises(AgencyChanged):
        await read(body=body)


async def test_a_feed_in_another_charset_than_utf_8_is_read():
    (record,), _ = await read(body=ATOM.replace("utf-8", "iso-8859-1").replace("Melayani", "Caf\xe9").encode("latin-1"))
    assert record.text.description == "Caf\xe9 pembeli"


async def test_a_feed_without_entries_is_an_empty_list():
    assert await read(body='<rss version="2.0"><channel><title>x</title></channel></rss>') == ((), {})
