"""Warnings by CAP: the conformance suite, and each quirk by its name."""

from datetime import datetime
from xml.sax.saxutils import escape

import pytest
from aiohttp import web

from connectors.kit.errors import AgencyChanged
from connectors.weather.cap import MOST_BULLETINS, Cap, CapOptions
from connectors.weather.cap_message import MOST_POSITIONS
from connectors.weather.provinces import may_be_for
from connectors.weather.records import Alert, AlertKind, Bulletin, Certainty, Reference, Severity, WarningUrgency
from tests.conformance import conformance
from tests.playback import connect, playing, recording

TestConformance = conformance(Cap)

SQUARE = "-6.1,106.6 -6.1,106.7 -6.2,106.7 -6.1,106.6"
RING = ((-6.1, 106.6), (-6.1, 106.7), (-6.2, 106.7), (-6.1, 106.6))


def at(text):
    return datetime.fromisoformat(text)


def item(title="Hujan Lebat di Banten", link="https://peringatan.example/alerts/nowcast/id/CBT1_alert.xml", extra=""):
    return f"<item><title>{escape(title)}</title><link>{escape(link)}</link>{extra}</item>"


async def bulletins(*items):
    """What comes of an index of these items, and the findings."""
    async with playing(recording(Cap, "bulletins")) as player:
        text = f'<rss xmlns:atom="urn:atom"><channel><title>Peringatan</title>{"".join(items)}</channel></rss>'
        player.always = lambda: web.Response(text=text, content_type="text/xml")
        connector = connect(Cap, player.played, player.url)
        try:
            return (await connector.bulletins().fetch()).records, connector.findings.counts
        finally:
            await connector.aclose()


async def alert(code="CBT20261123001", language="id", /, *, without=(), **changes):
    """What comes of the message that is recorded, changed so, and the findings."""
    played = recording(Cap, "alert")
    answer = played.exchanges[0].answer["alert"]
    for key, value in changes.items():
        (answer["info"] if key in answer["info"] else answer)[key] = value
    for key in without:
        del (answer["info"] if key in answer["info"] else answer)[key]
    async with playing(played) as player:
        connector = connect(Cap, played, player.url)
        try:
            return (await connector.alert(code, language).fetch()).records, connector.findings.counts
        finally:
            await connector.aclose()


async def test_an_item_of_the_index_names_a_document():
    async with playing(recording(Cap, "bulletins")) as player:
        connector = connect(Cap, player.played, player.url)
        found = (await connector.bulletins().fetch()).records
        await connector.aclose()
    assert found == (
        Bulletin(
            code="CBT20261123001",
            title="Hujan Lebat dan Petir di Banten",
            published_at=at("2026-11-23T04:50:00Z"),
        ),
    )


async def test_only_messages_of_the_province_are_opened_and_those_of_none():
    titles = ["Hujan Lebat di Banten", "Angin Kencang di Jawa Barat", "Hujan di DKI Jakarta", "Peringatan Dini Cuaca"]
    links = [f"/alerts/nowcast/id/C{number}_alert.xml" for number in range(4)]
    found, findings = await bulletins(*map(item, titles, links))
    assert ([each.code for each in found], findings) == (["C0", "C3"], {})


@pytest.mark.parametrize(
    ("title", "province", "may_be"),
    [
        ("Hujan Lebat di BANTEN", "Banten", True),
        ("Thunderstorm in Banten", "Banten", True),
        ("Hujan di Jawa Barat dan Banten", "Banten", True),
        ("Hujan di Bantenan, Jawa Timur", "Banten", False),
        ("Hujan di Papua Barat", "Banten", False),
        ("Hujan di Kepulauan Riau", "Riau", True),
        ("Cuaca ekstrem", "Banten", True),
    ],
)
def test_a_title_says_for_which_province_it_is(title, province, may_be):
    assert may_be_for(title, province) is may_be


async def test_an_index_without_items_is_no_warning():
    assert await bulletins() == ((), {})


async def test_an_item_that_cannot_be_read_is_an_error_and_never_one_warning_fewer():
    good = item()
    for bad in (item(title=""), item(link=""), item(link="https://peringatan.example/berita"), "<item>x</item>"):
        with pytest.raises(AgencyChanged):
            await bulletins(good, bad)


@pytest.mark.parametrize(
    "link", ["http://169.254.169.254/latest/a_alert.xml", "file:///etc/a_alert.xml", "../../id/a_alert.xml?x=1"]
)
async def test_an_address_is_never_followed_only_the_code_in_it_is_asked_for(link):
    try:
        found, _ = await bulletins(item(link=link))
    except AgencyChanged:
        found = None
    assert found is None or [each.code for each in found] == ["a"]


async def test_elements_of_others_stand_in_nobodys_way():
    extra = '<atom:link href="x"/><guid isPermaLink="false">1</guid><pubDate>kemarin</pubDate>'
    found, findings = await bulletins(item(extra=extra))
    assert ([each.code for each in found], found[0].published_at) == (["CBT1"], None)
    assert list(findings) == ["value set aside: not a moment"]


async def test_what_may_be_a_warning_by_another_name_is_an_error_and_never_no_warning():
    renamed = item().replace("item>", "entry>")
    for index in ((renamed,), (item(), renamed), (renamed, renamed)):
        with pytest.raises(AgencyChanged):
            await bulletins(*index)
    found, findings = await bulletins("<lastBuildDate>x</lastBuildDate><image><url>x</url></image><version>2</version>")
    assert (found, findings) == ((), {"channel.version: unexpected key": 1})


async def test_more_messages_than_can_be_opened_are_an_error():
    links = [f"/id/C{number}_alert.xml" for number in range(MOST_BULLETINS + 1)]
    found, _ = await bulletins(*(item(link=link) for link in links[:-1]))
    assert len(found) == MOST_BULLETINS
    with pytest.raises(AgencyChanged):
        await bulletins(*(item(link=link) for link in links))


async def test_a_message_becomes_an_alert():
    found, findings = await alert()
    assert findings == {}
    assert found == Alert(
        identifier="2.49.0.1.360.0.2026.11.23.04.32.001",
        sender="peringatan@contoh.example",
        sent_at=at("2026-11-23T04:50:00Z"),
        actual=True,
        kind=AlertKind.UPDATE,
        replaces=(Reference("peringatan@contoh.example", "2.49.0.1.360.0.2026.11.23.03.32.001"),),
        language="id",
        event="Hujan Lebat dan Petir",
        headline="Hujan Lebat disertai Petir di Banten",
        description="Hujan lebat dapat terjadi di Benda dan Neglasari.",
        instruction="Hindari pohon.",
        severity=Severity.MODERATE,
        urgency=WarningUrgency.IMMEDIATE,
        certainty=Certainty.OBSERVED,
        starts_at=at("2026-11-23T05:00:00Z"),
        ends_at=at("2026-11-23T07:00:00Z"),
        issuer="Badan Contoh",
        web="https://peringatan.example/infografis/CBT%20001.jpg",
        polygons=(
            ((-6.10, 106.62), (-6.10, 106.70), (-6.15, 106.70), (-6.15, 106.62), (-6.10, 106.62)),
            ((-6.60, 105.60), (-6.60, 105.70), (-6.70, 105.70), (-6.60, 105.60)),
        ),
        everywhere=False,
    )


@pytest.mark.parametrize(
    ("changes", "actual"),
    [
        *(({"status": each}, False) for each in ("Test", "Exercise", "System", "Draft")),
        ({"scope": "Restricted"}, False),
        ({"scope": "Private"}, False),
        ({"scope": ""}, True),
        ({"status": "ACTUAL", "scope": "public"}, True),
    ],
)
async def test_an_exercise_is_not_meant_nor_what_is_not_for_the_public(changes, actual):
    found, findings = await alert(**changes)
    assert (found.actual, findings) == (actual, {})


@pytest.mark.parametrize("changes", [{"status": "Nyata"}, {"msgType": "Ralat"}, {"sent": "tadi"}, {"expires": "nanti"}])
async def test_a_message_of_which_nobody_knows_what_it_does_is_an_error(changes):
    with pytest.raises(AgencyChanged):
        await alert(**changes)


@pytest.mark.parametrize(
    ("sent", "kind"), [("Cancel", AlertKind.CANCEL), ("Ack", AlertKind.OTHER), ("Error", AlertKind.OTHER)]
)
async def test_what_warns_of_nothing_needs_no_info(sent, kind):
    found, findings = await alert(without=["info"], msgType=sent)
    assert (found.kind, found.event, found.starts_at, findings) == (kind, None, at("2026-11-23T04:50:00Z"), {})


async def test_references_name_several_messages_and_odd_ones_are_findings():
    found, findings = await alert(references="a,1,2026-11-23T10:50:00+07:00\n  b,2,2026-11-23T10:50:00+07:00 c,3 ,,")
    assert found.replaces == (Reference("a", "1"), Reference("b", "2"))
    assert findings == {"references: not sender,identifier,sent": 2}


async def test_the_part_in_the_language_that_is_asked_for_is_taken_or_else_the_first():
    infos = [{"language": "en-US", "event": "Thunderstorm"}, {"language": "id-ID", "event": "Hujan Petir"}]
    assert (await alert(info=infos))[0].event == "Hujan Petir"
    found, findings = await alert(info=infos[:1])
    assert (found.event, found.language) == ("Thunderstorm", "en-US")
    assert (found.severity, findings) == (Severity.UNKNOWN, {})
    found, findings = await alert(severity="Parah")
    assert (found.severity, findings) == (Severity.UNKNOWN, {"severity: none of CAP": 1})


async def test_several_dangers_of_one_message_are_one_alert_that_is_as_bad_as_the_worst_and_as_wide_as_all():
    hours = [f"2026-11-23T{hour}:00:00+07:00" for hour in (11, 12, 13, 15)]
    other = " ".join(f"{latitude},{longitude}" for latitude, longitude in ((1, 2), (1, 3), (2, 3), (1, 2)))
    infos = [
        {"language": "id", "event": "Angin", "severity": "Minor", "onset": hours[0], "expires": hours[2], "area": {"polygon": SQUARE}},
        {"language": "en", "event": "Rain", "severity": "Extreme", "onset": hours[0], "expires": hours[3]},
        {"language": "id", "event": "Hujan", "severity": "Severe", "onset": hours[1], "expires": hours[3], "area": {"polygon": other}},
    ]  # fmt: skip
    found, findings = await alert(info=infos)
    assert (found.event, found.severity, findings) == ("Hujan", Severity.SEVERE, {})
    assert (found.starts_at, found.ends_at) == (at(hours[0]), at(hours[3]))
    assert (found.polygons, found.everywhere) == ((RING, ((1, 2), (1, 3), (2, 3), (1, 2))), False)
    del infos[0]["expires"], infos[2]["area"]
    found, _ = await alert(info=infos)
    assert (found.ends_at, found.polygons, found.everywhere) == (None, (RING,), True)


async def test_the_onset_is_when_it_begins_and_without_any_time_when_it_was_sent():
    begins = {"effective": "2026-11-23T12:00:00+07:00", "onset": "2026-11-23T12:15:00+07:00"}
    found, _ = await alert(info={"event": "Hujan", **begins})
    assert found.starts_at == at("2026-11-23T05:15:00Z")
    found, _ = await alert(without=["effective", "expires"])
    assert (found.starts_at, found.ends_at) == (at("2026-11-23T04:50:00Z"), None)


@pytest.mark.parametrize(
    ("area", "polygons", "everywhere"),
    [
        ({"areaDesc": "Banten", "polygon": SQUARE}, (RING,), False),
        ({"areaDesc": "Banten", "polygon": SQUARE.rpartition(" ")[0]}, (RING,), False),
        ([{"areaDesc": "A", "polygon": SQUARE}, {"areaDesc": "B", "polygon": [SQUARE, SQUARE]}], (RING,) * 3, False),
        ({"areaDesc": "Banten"}, (), True),
        ([{"areaDesc": "A", "polygon": SQUARE}, {"areaDesc": "B"}], (RING,), True),
        ({"areaDesc": "Banten", "polygon": SQUARE, "circle": "-6.1,106.6 10"}, (RING,), True),
        ({"areaDesc": "Banten", "geocode": {"valueName": "BPS", "value": "36"}}, (), True),
        ({"areaDesc": "Banten", "polygon": [SQUARE, "106.6,-6.1 106.7,-6.1 106.7,-6.2 106.6,-6.1"]}, (RING,), True),
        ({"areaDesc": "Banten", "polygon": "-6.1,106.6 -6.1,106.7 -6.1,106.6"}, (), True),
        ({"areaDesc": "Banten", "polygon": "-6.1 106.6 -6.1 106.7"}, (), True),
        ({"areaDesc": "Banten", "polygon": ""}, (), True),
        ({"areaDesc": "Banten", "polygon": {"x": 1}}, (), True),
        ({"areaDesc": "Banten", "polygon": " ".join(["-6.1,106.6 -6.1,106.7 -6.2,106.7"] * MOST_POSITIONS)}, (), True),
    ],
    ids=range(13),
)  # fmt: skip
async def test_where_it_is_meant_and_that_is_everywhere_if_it_cannot_be_read(area, polygons, everywhere):
    found, _ = await alert(area=area)
    assert (found.polygons, found.everywhere) == (polygons, everywhere)


async def test_without_an_area_it_is_everywhere():
    found, _ = await alert(without=["area"])
    assert (found.polygons, found.everywhere) == ((), True)


async def test_a_document_with_a_doctype_is_refused():
    async with playing(recording(Cap, "alert")) as player:
        body = '<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/passwd">]><alert><identifier>&x;</identifier></alert>'
        player.always = lambda: web.Response(text=body, content_type="application/cap+xml")
        connector = connect(Cap, player.played, player.url)
        with pytest.raises(AgencyChanged):
            await connector.alert("CBT20261123001", "id").fetch()
        await connector.aclose()


def test_a_province_that_is_none_is_refused():
    with pytest.raises(ValueError, match="province: not the name of one, such as Banten"):
        CapOptions(province="Tangerang")
