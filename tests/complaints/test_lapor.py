"""SP4N-LAPOR!: the failure matrix of its one command, and each quirk by its name."""

from datetime import timedelta

import msgspec
import pytest
from aiohttp import web

from connectors.complaints.lapor import Lapor, LaporOptions
from connectors.complaints.records import DeskRefusal, Receipt, Topic
from connectors.kit.xml import xml_document
from tests import mutation
from tests.clock import NOON
from tests.command_conformance import command_conformance
from tests.complaints.letters import PERSONAL, letter
from tests.playback import connect, playing, recording

LETTER = letter(topic="umum")

TestSending = command_conformance(Lapor, "send", lambda each: each.send(LETTER), personal=PERSONAL)


@pytest.fixture
async def player():
    async with playing(recording(Lapor, "send")) as player:
        yield player


@pytest.fixture
async def desk(player):
    connector = connect(Lapor, player.played, player.url)
    yield connector
    await connector.aclose()


async def sent(desk, player, **values):
    receipt = (await desk.send(letter(topic="umum", **values)).execute()).records
    return receipt, await player.calls[-1].read()


async def test_a_complaint_goes_as_its_xml_in_the_order_of_the_old_client(desk, player):
    receipt, body = await sent(desk, player, secret=True)
    assert receipt == Receipt(reference="0009123")
    assert player.calls[-1].headers["Content-Type"] == "text/xml; charset=UTF8"
    assert body.decode() == (
        "<?xml version='1.0' encoding='utf-8'?>\n"
        '<lapor token="{5A2D0000-0000-4000-8000-000000000040}"><pelapor><email>warga@example.id</email>'
        "<telpon>+62215550044</telpon><namadepan>Warga</namadepan><namabelakang>Contoh Empat</namabelakang></pelapor>"
        '<laporan rahasia="1" anonim="0"><isi>Lampu mati &lt;sejak&gt; Senin &amp; gelap\nTopik: Pengaduan umum\n'
        "Lokasi: Jl. Contoh No. 1\nKoordinat: -6.1702, 106.6403\nFoto: https://foto.example/1.jpg</isi></laporan></lapor>"
    )


@pytest.mark.parametrize(("anonymous", "secret"), [(True, True), (True, False), (False, True), (False, False)])
async def test_both_flags_go_along_and_an_anonymous_one_carries_nobody(desk, player, anonymous, secret):
    _, body = await sent(desk, player, anonymous=anonymous, secret=secret, contact=None)
    person, report = xml_document(body).children
    assert report.attributes == {"rahasia": str(int(secret)), "anonim": str(int(anonymous))}
    assert [(each.name, each.text) for each in person.children] == [
        ("email", "pengaduan@kota.example"), ("telpon", "+62215550001"), ("namadepan", "_"), ("namabelakang", "_"),
    ]  # fmt: skip


async def test_a_text_stays_a_text(desk, player):
    text = '</isi></laporan><laporan anonim="0"> \x00\x0b\ud83d <![CDATA[ {token} "\''
    _, body = await sent(desk, player, text=text)
    _person, report = xml_document(body).children
    ((name, said),) = ((each.name, each.text) for each in report.children)
    assert (name, said.splitlines()[0]) == ("isi", '</isi></laporan><laporan anonim="0">  <![CDATA[ {token} "\'')


@pytest.mark.parametrize("answer", ["<x><trackingid>0009123</trackingid></x>", "<x><transaksiid>T</transaksiid></x>"])
async def test_without_both_numbers_it_is_no_receipt(desk, player, answer):
    player.always = lambda: web.Response(text=answer, content_type="text/xml")
    with pytest.raises(Exception, match="no trackingid and transaksiid"):
        await sent(desk, player)


async def test_its_topics_stand_in_the_configuration_and_nobody_is_asked_for_them(desk, player):
    expected = Topic(
        code="umum", name="Pengaduan umum", description=None, group=None, keywords=(), asks_more=False
    )  # fmt: skip
    assert (await desk.topics().fetch()).records == (expected,)
    assert (await desk.fields("umum").fetch()).records == ()
    assert (await desk.send(letter(topic="lain")).execute()).records is DeskRefusal.NO_SUCH_TOPIC
    assert (await desk.find(LETTER, NOON - timedelta(hours=1)).execute()).records == ()
    assert (desk.recognises, desk.keeps_secrets, player.hits) == (False, True, 0)


def test_an_odd_option_stops_the_start_or_can_be_answered_with():
    whole, refused = {"email": "a@b", "phone": "+62215550001", "topics": {"umum": "Umum"}}, 0
    for place in mutation.places(whole):
        for odd in mutation.ODD:
            try:
                options = msgspec.convert(mutation.with_value(whole, place, odd), LaporOptions)
            except ValueError:  # half a surrogate pair stops the reading of the file itself
                refused += 1
                continue
            assert all(name.strip() for name in options.topics.values())
    assert refused > 100
