"""Open311 GeoReport v2: the conformance suite in both formats, and each quirk by its name."""

from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from aiohttp import web

from connectors.complaints.open311 import Open311, Open311Options
from connectors.complaints.open311_rows import CarrierAttributes
from connectors.complaints.records import (
    ComplaintState,
    Contact,
    DeskRefusal,
    FieldAnswer,
    FieldChoice,
    FieldType,
    HistoryStep,
    Numbering,
    Receipt,
    Topic,
    TopicField,
)
from connectors.kit.connector import Mistake
from connectors.kit.errors import AgencyChanged, AgencyUnavailable
from tests.clock import NOON, FakeClock
from tests.command_conformance import command_conformance
from tests.complaints.letters import PERSONAL, letter
from tests.conformance import conformance
from tests.playback import connect, playing, recording


class InXml(Open311):
    """The same, where its recordings are in XML."""

    protocol: ClassVar[str] = "open311_xml"


SINCE = NOON - timedelta(hours=1)
THE_LETTER = letter(key="k-1")

TestConformance = conformance(Open311)
TestConformanceInXml = pytest.mark.soak(conformance(InXml))  # the matrix of failures is the same in JSON
TestSending = command_conformance(Open311, "send", lambda each: each.send(THE_LETTER), personal=PERSONAL)
TestSendingInXml = command_conformance(InXml, "send", lambda each: each.send(THE_LETTER), personal=PERSONAL)
TestFinding = command_conformance(
    Open311, "find", lambda each: each.find(THE_LETTER, SINCE), personal=PERSONAL, asks=True, empty=()
)
TestFindingInXml = command_conformance(
    InXml, "find", lambda each: each.find(THE_LETTER, SINCE), personal=PERSONAL, asks=True
)
TestSettling = command_conformance(
    Open311, "settle", lambda each: each.settle("t-9"), personal=("t-9",), asks=True, absent=None, empty=None
)
TestSettlingInXml = command_conformance(
    InXml, "settle", lambda each: each.settle("t-9"), personal=("t-9",), asks=True, absent=None
)

BOTH = pytest.mark.parametrize("kind", [Open311, InXml])


class Desk:
    """A connector on a player whose answers are put in by hand."""

    def __init__(self, kind, player, clock, **options):
        self.player, self.kind = player, kind
        player.played.options.update(options)
        self.connector = connect(kind, player.played, player.url, clock=clock)

    def says(self, *answers, status=200):
        media = "application/json" if self.kind is Open311 else "text/xml"
        self.player.first = [
            web.Response(text=answer, content_type=media, charset="utf-8", status=status) for answer in answers
        ]

    async def ask(self, read, *arguments):
        return (await getattr(self.connector, read)(*arguments).fetch()).records

    async def do(self, act, *arguments):
        return (await getattr(self.connector, act)(*arguments).execute()).records

    @property
    def queries(self):
        return [dict(each.query) for each in self.player.calls]

    @property
    def findings(self):
        return self.connector.findings.counts


@pytest.fixture
async def desk_of():
    made = []

    async def make(kind=Open311, read="published", **options):
        playing_ = playing(recording(kind, read))
        player = await playing_.__aenter__()
        desk = Desk(kind, player, FakeClock(), **options)
        made.append((playing_, desk))
        return desk

    yield make
    for playing_, desk in made:
        await desk.connector.aclose()
        await playing_.__aexit__(None, None, None)


def rows(*numbers, **values):
    """Requests of these numbers, as JSON."""
    whole = {"status": '"open"', "requested_datetime": '"2026-11-23T00:00:00Z"', **values}
    inner = ",".join(f'"{key}":{value}' for key, value in whole.items())
    return "[" + ",".join(f'{{"service_request_id":"{number}",{inner}}}' for number in numbers) + "]"


@BOTH
async def test_topics_and_their_fields_are_the_same_in_both_formats(desk_of, kind):
    topics, fields = await desk_of(kind, "topics"), await desk_of(kind, "fields")
    assert await topics.ask("topics") == (
        Topic(
            code="001", name="Lampu jalan mati", description="Lampu penerangan jalan umum", group="Jalan",
            keywords=("pju", "lampu"), asks_more=True,
        ),
        Topic(
            code="017", name="Pohon tumbang", description=None, group="Lingkungan", keywords=(), asks_more=False,
            numbering=Numbering.LATER,
        ),
    )  # fmt: skip
    assert await fields.ask("fields", "PJU1") == (
        TopicField(
            code="keadaan", label="Keadaan lampu", type=FieldType.ONE_OF, required=True, hint=None,
            choices=(FieldChoice(code="mati", name="Mati"), FieldChoice(code="kedip", name="Berkedip")),
        ),
        TopicField(
            code="tiang", label="Nomor tiang", type=FieldType.TEXT, required=False, hint="Tertulis di tiangnya", choices=(),
        ),
    )  # fmt: skip


@BOTH
async def test_a_complaint_has_its_state_owner_due_time_history_and_flags(desk_of, kind):
    forwarded, done = await (await desk_of(kind)).ask("published")
    assert (forwarded.reference, forwarded.state, forwarded.owner) == ("0042", ComplaintState.FORWARDED, "Dinas Contoh")
    assert (forwarded.due_at, forwarded.updated_at) == (
        datetime(2026, 11, 23, 1, tzinfo=UTC), datetime(2026, 11, 21, 2, 30, tzinfo=UTC),
    )  # fmt: skip
    assert (forwarded.anonymous, forwarded.secret, forwarded.key) == (True, False, "k-1")
    assert (forwarded.latitude, forwarded.longitude) == (-6.1702, 106.6403)
    assert forwarded.photo == "https://foto.example/0042.jpg"
    assert forwarded.history == (
        HistoryStep(happened_at=datetime(2026, 11, 20, 1, tzinfo=UTC), state=None, note="Diterima"),
        HistoryStep(
            happened_at=datetime(2026, 11, 21, 2, 30, tzinfo=UTC), state=ComplaintState.FORWARDED,
            note="Diteruskan ke Dinas Contoh",
        ),
    )  # fmt: skip
    assert (done.state, done.due_at, done.owner, done.photo) == (ComplaintState.DONE, None, None, None)
    assert (done.latitude, done.longitude, done.history) == (-6.18, 106.65, ())


@BOTH
async def test_what_is_secret_is_left_out_of_what_everybody_may_read(desk_of, kind):
    desk = await desk_of(kind)
    secret = desk.player.played.damaged(_flagged)
    desk.player.played = secret
    assert [each.reference for each in await desk.ask("published")] == ["0043"]
    assert [(each.reference, each.secret) for each in await desk.ask("queue")] == [("0042", True), ("0043", False)]
    assert (await desk.ask("these", ("0042",)))[0].secret is True
    one = await desk_of(kind, "published_one")
    one.player.played = one.player.played.damaged(_flagged)
    assert await one.ask("published_one", "0042") is None


def _flagged(found):
    first = found[0] if isinstance(found, list) else found
    given = first["attributes"]
    for each in given["attribute"] if isinstance(given, dict) else given:
        if each["code"] == "rahasia":
            each["value"] = "1"
    return found


@pytest.mark.parametrize("value", ['"mungkin"', "[]", "{}", '[{"x":1}]', "7"])
async def test_a_flag_that_cannot_be_read_is_no_no(desk_of, value):
    desk = await desk_of()
    odd = f'[{{"code":"rahasia","value":{value}}}]'
    desk.says(rows("1", attributes=odd)[:-1] + "," + rows("2")[1:])
    assert [each.reference for each in await desk.ask("published")] == ["2"]


@BOTH
async def test_who_complained_stands_in_no_complaint_and_is_asked_for_by_itself(desk_of, kind):
    desk = await desk_of(kind, "complainant")
    found = await desk.ask("complainant", "0044")
    assert found == Contact(name="Warga Contoh Satu", email="warga@example.id", phone="+62215550099")
    assert repr(found) == "Contact(…)"
    complaint = await desk.ask("published_one", "0044")
    assert not {"Warga", "Contoh Satu", "warga@example.id", "+62215550099"} & set(map(str, _leaves(complaint)))
    assert desk.findings == {}


def _leaves(complaint):
    return [getattr(complaint, name) for name in complaint.__struct_fields__]


async def test_who_made_an_anonymous_complaint_is_not_told_even_where_the_desk_says_it(desk_of):
    desk = await desk_of()
    desk.says(rows("1", first_name='"Warga"', attributes='[{"code":"anonim","value":"1"}]'))
    assert await desk.ask("complainant", "1") is None


async def test_the_samples_own_numbers_with_leading_zeros_are_codes(desk_of):
    desk = await desk_of()
    desk.says(
        '[{"service_code":001,"service_name":"A \\" 007, x","metadata":false},{"service_code":0,"service_name":"B"}]'
    )
    assert [(each.code, each.name) for each in await desk.ask("topics")] == [("001", 'A " 007, x'), ("0", "B")]


@pytest.mark.parametrize(
    "answer",
    [
        '{"service_requests": [%s]}', '{"service_requests": {"request": %s}}', '{"service_requests": {"request": [%s]}}',
        "%s", "[%s]",
    ],
)  # fmt: skip
async def test_a_list_of_one_that_a_converter_has_made_an_object_of_is_a_list(desk_of, answer):
    desk = await desk_of()
    desk.says(answer % rows("1")[1:-1])
    assert [each.reference for each in await desk.ask("published")] == ["1"]


async def test_null_and_nothing_are_the_same(desk_of):
    desk = await desk_of()
    nothing = dict.fromkeys(("description", "address", "lat", "long", "media_url", "updated_datetime"), '""')
    desk.says(rows("1", **nothing), rows("1", **dict.fromkeys(nothing, "null")))
    assert await desk.ask("published") == await desk.ask("published")


async def test_a_thousand_may_be_a_part_so_the_halves_of_the_time_are_asked_for(desk_of):
    desk = await desk_of(days=30)
    desk.says(rows(*range(1000)), rows(*range(600)), rows(*range(599, 1100)))
    assert len(await desk.ask("published")) == 1100
    spans = [(each["start_date"], each["end_date"]) for each in desk.queries]
    assert spans == [
        ("2026-10-24T05:00:00Z", "2026-11-23T05:00:01Z"),
        ("2026-11-08T05:00:00Z", "2026-11-23T05:00:01Z"),
        ("2026-10-24T05:00:00Z", "2026-11-08T05:00:01Z"),
    ]
    assert desk.findings == {}


async def test_a_thousand_in_half_an_hour_are_too_many(desk_of):
    desk = await desk_of(days=90)
    desk.player.always = lambda: web.Response(text=rows(*range(1000)), content_type="application/json")
    with pytest.raises(AgencyChanged, match="1000 within"):
        await desk.ask("published")
    assert desk.player.hits == 13


@pytest.mark.parametrize(
    ("status", "note", "state"),
    [
        ("open", "Terverifikasi", "VERIFIED"), ("open", "DITERUSKAN: ke dinas", "FORWARDED"), ("open", "diproses", "IN_PROGRESS"),
        ("closed", "Selesai.", "DONE"), ("closed", "Ditolak, bukan wewenang", "REJECTED"), ("open", None, "OPEN"),
        ("CLOSED", "Terima kasih", "CLOSED"), ("open", "Selesaikan segera", "OPEN"), ("selesai", None, "DONE"),
        ("open", "Selesai", "OPEN"), ("closed", "Diproses", "CLOSED"), ("baru", "x", None),
    ],
)  # fmt: skip
async def test_local_states_stand_in_the_notes_and_do_not_contradict_the_status(desk_of, status, note, state):
    desk = await desk_of()
    desk.says(rows("1", status=f'"{status}"', status_notes=f'"{note}"' if note else "null"))
    (found,) = await desk.ask("published")
    assert (found.state and found.state.value) == state
    odd = (status, note) in (("open", "Selesai"), ("closed", "Diproses"), ("baru", "x"))
    assert bool(desk.findings) is odd


async def test_what_is_no_place_and_no_address_of_the_web_is_left_out(desk_of):
    desk = await desk_of()
    for latitude, longitude, photo in (
        ("0", "0", '"javascript:x"'),
        ("91", "0", '"file:///x"'),
        ("1", "null", '"http://["'),
    ):
        desk.says(rows("1", lat=latitude, long=longitude, media_url=photo))
        (found,) = await desk.ask("published")
        assert (found.latitude, found.longitude, found.photo) == (None, None, None)


@BOTH
async def test_a_complaint_goes_as_a_form_with_its_flags_and_the_hubs_key(desk_of, kind):
    desk = await desk_of(kind, "send", jurisdiction="kota.example")
    sent = await desk.do("send", letter(secret=True))
    assert sent == Receipt(reference="0051", notice="Ditindaklanjuti dalam 3 hari kerja")
    (call,) = desk.player.calls
    assert call.content_type == "application/x-www-form-urlencoded"
    assert list((await call.post()).items()) == [
        ("api_key", "sandbox-key"), ("jurisdiction_id", "kota.example"), ("service_code", "001"),
        ("lat", "-6.1702"), ("long", "106.6403"), ("address_string", "Jl. Contoh No. 1"),
        ("description", "Lampu mati <sejak> Senin & gelap"), ("media_url", "https://foto.example/1.jpg"),
        ("first_name", "Warga"), ("last_name", "Contoh Empat"), ("email", "warga@example.id"), ("phone", "+62215550044"),
        ("attribute[keadaan]", "mati"), ("attribute[jam][]", "18"), ("attribute[jam][]", "19"),
        ("attribute[simpul]", "k-77"), ("attribute[anonim]", "0"), ("attribute[rahasia]", "1"),
    ]  # fmt: skip


@pytest.mark.parametrize("attributes", [{}, {"anonymous": "anonim"}])
async def test_an_anonymous_complaint_carries_nobody_to_the_desk(desk_of, attributes):
    desk = await desk_of(read="send", attributes=attributes)
    await desk.do("send", letter(anonymous=True, contact=None, answers=(), photo=None))
    assert dict(await desk.player.calls[0].post()) == {
        "api_key": "sandbox-key", "service_code": "001", "lat": "-6.1702", "long": "106.6403",
        "address_string": "Jl. Contoh No. 1", "description": "Lampu mati <sejak> Senin & gelap",
        **({"attribute[anonim]": "1"} if attributes else {}),
    }  # fmt: skip
    with pytest.raises(ValueError, match="no contact"):
        letter(anonymous=True)


@BOTH
async def test_the_desks_own_fields_for_the_flags_are_neither_asked_for_nor_overwritten(desk_of, kind):
    desk = await desk_of(kind, "fields", attributes={"key": "tiang", "secret": "keadaan"})
    assert await desk.ask("fields", "PJU1") == ()
    sending = await desk_of(kind, "send")
    forged = letter(answers=(FieldAnswer(code="rahasia", values=("0",)),), secret=True)
    await sending.do("send", forged)
    assert (await sending.player.calls[0].post()).getall("attribute[rahasia]") == ["1"]


@BOTH
@pytest.mark.parametrize(("status", "refusal"), [(404, DeskRefusal.NO_SUCH_TOPIC), (400, DeskRefusal.NOT_TAKEN)])
async def test_an_error_of_the_desk_is_a_refusal(desk_of, kind, status, refusal):
    desk = await desk_of(kind, "send")
    error = f'[{{"code":"{status}","description":"Tidak dapat."}}]'
    if kind is InXml:
        error = f"<errors><error><code>{status}</code><description>Tidak dapat.</description></error></errors>"
    desk.says(error, status=status)
    assert await desk.do("send", letter()) is refusal


async def test_a_batch_service_gives_a_token_and_a_blackbox_nothing(desk_of):
    desk = await desk_of(read="send")
    desk.says('[{"token":"t-9"}]', "[]", '[{"service_notice":"Terima kasih"}]', "[]")
    assert await desk.do("send", letter()) == Receipt(reference=None, token="t-9")
    blackbox = letter(numbering=Numbering.NEVER)
    assert await desk.do("send", blackbox) == Receipt(reference=None)
    assert await desk.do("send", blackbox) == Receipt(reference=None, notice="Terima kasih")
    with pytest.raises(AgencyChanged):
        await desk.do("send", letter())
    desk.says('[{"service_code":"1","service_name":"A","type":"blackbox"}]')
    assert [each.numbering for each in await desk.ask("topics")] == [Numbering.NEVER]


async def test_the_keys_recognition_asks_for_the_topic_since_then(desk_of):
    desk = await desk_of()
    assert [each.reference for each in await desk.do("find", letter(key="k-1"), SINCE)] == ["0042"]
    assert await desk.do("find", letter(key="k-2"), SINCE) == ()
    assert desk.queries[0] == {
        "service_code": "001", "start_date": "2026-11-23T03:00:00Z", "end_date": "2026-11-23T06:00:01Z",
        "extensions": "true",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("values", "same"),
    [
        ({}, True), ({"text": " Lampu  mati\nsejak Senin "}, True), ({"text": "Lampu"}, False), ({"topic": "017"}, False),
        ({"latitude": -6.17021}, True), ({"latitude": -6.171}, False), ({"latitude": None, "longitude": None}, True),
        ({"latitude": None, "longitude": None, "address": "Jl. Lain"}, False),
    ],
)  # fmt: skip
async def test_without_a_key_the_same_topic_text_and_place_are_the_same(desk_of, values, same):
    desk = await desk_of(attributes={})
    wanted = letter(**{"text": "Lampu mati sejak Senin", **values})
    assert [each.reference for each in await desk.do("find", wanted, SINCE)] == (["0042"] if same else [])


async def test_among_a_thousand_it_cannot_be_said_that_it_has_not_arrived(desk_of):
    desk = await desk_of()
    desk.says(rows(*range(1000)))
    with pytest.raises(AgencyChanged):
        await desk.do("find", letter(), SINCE)


async def test_the_key_goes_along_with_questions_where_the_desk_wants_it(desk_of):
    desk = await desk_of(reads_with_key=True, jurisdiction="kota.example", extensions=False, attributes={})
    await desk.ask("published")
    assert (desk.queries[0]["api_key"], desk.queries[0]["jurisdiction_id"]) == ("sandbox-key", "kota.example")
    assert "extensions" not in desk.queries[0]


def test_a_desk_that_does_not_give_flags_back_cannot_keep_secrets():
    told = Open311Options(attributes=CarrierAttributes(secret="rahasia"))
    assert list(told.mistakes({})) == [
        Mistake(("extensions",), "true, so that what is secret can be told from what everybody may read")
    ]
    assert list(Open311Options(attributes=CarrierAttributes(secret="rahasia"), extensions=True).mistakes({})) == []


async def test_a_slow_walk_ends_at_the_time_limit(desk_of):
    desk = await desk_of()
    desk.player.silent.clear()
    connector = connect(
        Open311, desk.player.played, desk.player.url, limits=desk.connector.agency.limits.__class__(timeout=0.2)
    )
    with pytest.raises(AgencyUnavailable):
        await connector.published().fetch()
    await connector.aclose()


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><service_requests>&a;</service_requests>',
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><service_requests>&b;</service_requests>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><service_requests/>',
    ],
)
async def test_xml_that_declares_something_is_a_change_and_nothing_is_fetched_for_it(desk_of, declared):
    desk = await desk_of(InXml)
    desk.says(declared)
    with pytest.raises(AgencyChanged):
        await desk.ask("published")
    assert desk.player.hits == 1


async def test_xml_may_name_the_specification_as_its_namespace_and_a_bad_character_costs_nothing(desk_of):
    desk = await desk_of(InXml)
    desk.says(
        '<service_requests xmlns="http://wiki.open311.org/GeoReport_v2"><request><service_request_id>0042'
        "</service_request_id><status>open</status><description>Lampu\x0b mati</description>"
        "<requested_datetime>2026-11-23T00:00:00Z</requested_datetime></request></service_requests>"
    )
    assert [(each.reference, each.text) for each in await desk.ask("published")] == [("0042", "Lampu mati")]


async def test_a_moment_without_its_zone_is_local(desk_of):
    desk = await desk_of()
    desk.says(rows("1", requested_datetime='"2026-11-23T07:00:00"'))
    (found,) = await desk.ask("published")
    assert found.requested_at == datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
