"""openSIPKD: the conformance suite, and each quirk of the protocol by its name, against the sandbox."""

from datetime import date

import pytest
from aiohttp import web

from connectors.kit.errors import AgencyChanged, AgencyRejected, AgencyUnavailable
from connectors.tax.opensipkd import OpenSipkd
from connectors.tax.records import Bill, Flag, Nop, Payment, Property, Tax
from connectors.tax.sppt import mask_name
from engine.configuration.agencies_file import connect_agencies
from sandbox.tax.parcels import with_story
from tests.conformance import conformance
from tests.playback import connect, playing, recording

TestConformance = conformance(OpenSipkd)


@pytest.fixture
async def office(configuration, clock):
    agencies = connect_agencies(configuration, clock)
    office = agencies.of(Tax)[0]
    yield office
    await agencies.aclose()


async def bill(office, story, year=2026):
    return (await office.bill(Nop(with_story(story)), year).fetch()).records


async def payments(office, story, year=2026):
    return (await office.payments(Nop(with_story(story)), year).fetch()).records


async def test_an_answer_becomes_a_bill():
    async with playing(recording(OpenSipkd, "bill")) as player:
        connector = connect(OpenSipkd, player.played, player.url)
        reading = await connector.bill(Nop("367501099900100010"), 2026).fetch()
        await connector.aclose()
    assert reading.records == Bill(
        year=2026,
        amount=425_000,
        due_on=date(2026, 9, 30),
        flag=Flag.UNPAID,
        property=Property(
            owner_name="W*** P*** C***",
            street="JL CONTOH 1",
            block=None,
            rt=None,
            rw=None,
            kelurahan_name="SUKARASA",
            kecamatan_name="TANGERANG",
            land_area=120,
            building_area=0,
            assessed_value=384_000_000,
        ),
    )
    assert await player.calls[0].json() == {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "get_ipbb",
        "params": ["3675010999001000102026"],
    }


async def test_payments_come_in_order_and_the_penalty_is_taken_out_of_the_sum():
    async with playing(recording(OpenSipkd, "payments")) as player:
        connector = connect(OpenSipkd, player.played, player.url)
        reading = await connector.payments(Nop("367501099900100010"), 2026).fetch()
        await connector.aclose()
    assert reading.records == (
        Payment(sequence=1, principal=225_000, penalty=0, paid_on=date(2026, 8, 17)),
        Payment(sequence=2, principal=200_000, penalty=2_000, paid_on=date(2026, 10, 5)),
    )


@pytest.mark.parametrize("sent", ["425000", 425000, 425000.0, " 425000 ", "425000.00"])
async def test_an_amount_comes_as_text_as_integer_or_as_float(sent):
    played = recording(OpenSipkd, "bill").damaged(lambda row: row | {"pbb_yg_harus_dibayar_sppt": sent})
    async with playing(played) as player:
        connector = connect(OpenSipkd, played, player.url)
        reading = await connector.bill(Nop("367501099900100010"), 2026).fetch()
        await connector.aclose()
    assert reading.records.amount == 425_000


@pytest.mark.parametrize("sent", ["425.000", "empat", 0.5, -1, True, None, "", "1e5", [425000]])
async def test_what_is_no_amount_is_not_guessed(sent):
    played = recording(OpenSipkd, "bill").damaged(lambda row: row | {"pbb_yg_harus_dibayar_sppt": sent})
    async with playing(played) as player:
        connector = connect(OpenSipkd, played, player.url)
        with pytest.raises(AgencyChanged):
            await connector.bill(Nop("367501099900100010"), 2026).fetch()
        await connector.aclose()


async def answered(read, change):
    """The records of this read with each row of its recording changed, and the findings."""
    played = recording(OpenSipkd, read).damaged(change)
    async with playing(played) as player:
        connector = connect(OpenSipkd, played, player.url)
        try:
            found = (await getattr(connector, read)(Nop("367501099900100010"), 2026).fetch()).records
            return found, connector.findings.counts
        finally:
            await connector.aclose()


@pytest.mark.parametrize("sent", [None, "", 0, "0", 0.0])
async def test_a_penalty_that_is_null_is_none_that_was_due(sent):
    found, findings = await answered("payments", lambda rows: [each | {"denda_sppt": sent} for each in rows])
    assert [(each.sequence, each.principal, each.penalty) for each in found] == [(1, 225_000, 0), (2, 202_000, 0)]
    assert findings == {}


async def test_a_payment_without_a_penalty_is_a_payment_alone_too():
    found, _ = await answered("payments", lambda rows: [rows[0] | {"denda_sppt": None}])
    assert [(each.principal, each.penalty) for each in found] == [(202_000, 0)]


@pytest.mark.parametrize(
    ("total", "penalty", "principal", "taken"),
    [
        (433_506.66, 8_506.66, 425_000, 8_507),
        ("433506.66", "8506.66", 425_000, 8_507),
        (0.3, 0.1, 0, 0),
        (425_000.5, None, 425_001, 0),
    ],
)
async def test_a_penalty_that_was_reckoned_may_have_a_fraction(total, penalty, principal, taken):
    sent = {"jml_sppt_yg_dibayar": total, "denda_sppt": penalty}
    found, findings = await answered("payments", lambda rows: [rows[0] | sent])
    assert [(each.principal, each.penalty) for each in found] == ([(principal, taken)] if principal else [])
    assert findings == {}


@pytest.mark.parametrize("sent", ["8.506", "12,5", -1, True, [], "x", 10**400])
async def test_what_is_no_penalty_is_not_guessed(sent):
    found, findings = await answered("payments", lambda rows: [rows[0] | {"denda_sppt": sent}, rows[1]])
    assert [each.sequence for each in found] == [1]
    assert [each.startswith("row set aside: denda_sppt: ") for each in findings] == [True]


@pytest.mark.parametrize(
    ("sent", "area"),
    [(120.5, 121), ("120.5", 121), (120.49, 120), ("120.00", 120), (0.25, 0), (None, None), ("", None)],
)
async def test_an_area_or_a_value_may_have_a_fraction(sent, area):
    bill, findings = await answered("bill", lambda row: row | {"luas_bumi_sppt": sent, "njop_sppt": sent})
    assert (bill.amount, bill.flag, findings) == (425_000, Flag.UNPAID, {})
    assert (bill.property.land_area, bill.property.assessed_value) == (area, area)


@pytest.mark.parametrize("key", ["luas_bumi_sppt", "luas_bng_sppt", "njop_sppt"])
@pytest.mark.parametrize("sent", ["1.205", "12,5", -1, True, [], 2**63, 10**400, "seratus"])
async def test_a_description_that_cannot_be_read_costs_itself_and_not_the_bill(key, sent):
    bill, findings = await answered("bill", lambda row: row | {key: sent})
    assert (bill.amount, bill.flag) == (425_000, Flag.UNPAID)
    assert None in (bill.property.land_area, bill.property.building_area, bill.property.assessed_value)
    assert [text.startswith(f"left out: {key}: ") for text in findings] == [True]


async def test_padding_is_cut_off(office):
    found = await bill(office, "padded")
    assert found.year == 2026
    assert found.flag is Flag.PAID
    assert found.property.kelurahan_name == found.property.kelurahan_name.strip()
    assert office.findings.counts == {}


async def test_where_only_the_bill_exists_the_profile_is_asked_instead(office, sandbox):
    found = await bill(office, "only the bill exists")
    assert (found.year, found.property.street, found.property.kecamatan_name) == (2026, None, None)
    assert found.property.owner_name is not None
    assert sandbox.control.calls("bapenda") == {"get_ipbb": 1, "get_profile": 1}
    assert office.findings.counts == {"get_ipbb: an error where only the bill exists; get_profile asked instead": 1}


async def test_an_error_of_both_methods_is_a_change():
    played = recording(OpenSipkd, "bill")
    async with playing(played) as player:
        player.always = lambda: web.json_response(
            {"jsonrpc": "2.0", "id": 1, "error": {"code": -32603, "message": "x"}}
        )
        connector = connect(OpenSipkd, played, player.url)
        with pytest.raises(AgencyChanged):
            await connector.bill(Nop("367501099900100010"), 2026).fetch()
        assert player.hits == 2
        await connector.aclose()


async def test_a_year_without_a_bill_is_absent_and_no_error(office):
    assert await bill(office, "one year missing", 2023) is None
    assert await bill(office, "one year missing", 2022) is not None


async def test_a_nop_without_bills_is_absent(office):
    assert (await office.bill(Nop("367501099999999990"), 2026).fetch()).records is None


async def test_no_payment_is_an_empty_list(office):
    assert await payments(office, "this year unpaid") == ()


async def test_a_reversed_payment_is_none(office):
    assert await payments(office, "reversed") == ()
    assert (await bill(office, "reversed")).flag is Flag.UNPAID


@pytest.mark.parametrize("story", ["cancelled", "replaced"])
async def test_both_numbers_of_a_cancelled_bill_are_known(office, story):
    assert (await bill(office, story)).flag is Flag.CANCELLED


async def test_an_unknown_status_stays_unknown_and_is_a_finding(office):
    assert (await bill(office, "unknown status")).flag is Flag.UNKNOWN
    assert office.findings.counts == {"status_pembayaran_sppt: a status that is not known": 1}


async def test_a_login_that_failed_is_rejected_though_http_says_200(configuration, clock):
    played = recording(OpenSipkd, "bill")
    url = next(each.agency.url for each in configuration.agencies if each.connector is OpenSipkd)
    connector = connect(OpenSipkd, played, url, clock=clock)
    with pytest.raises(AgencyRejected):
        await connector.bill(Nop("367501099900100010"), 2026).fetch()
    await connector.aclose()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (-2, AgencyRejected),
        (-10, AgencyRejected),
        ("-11", AgencyUnavailable),
        (7, AgencyChanged),
        (None, AgencyChanged),
    ],
)
async def test_codes_say_what_to_do_next(code, kind):
    played = recording(OpenSipkd, "payments")
    async with playing(played) as player:
        player.always = lambda: web.json_response({"jsonrpc": "2.0", "id": 1, "result": {"code": code, "message": "x"}})
        connector = connect(OpenSipkd, played, player.url)
        with pytest.raises(kind) as raised:
            await connector.payments(Nop("367501099900100010"), 2026).fetch()
        assert type(raised.value) is kind
        await connector.aclose()


async def test_the_bill_of_another_parcel_is_refused():
    played = recording(OpenSipkd, "bill").damaged(lambda row: row | {"no_urut": "0002"})
    async with playing(played) as player:
        connector = connect(OpenSipkd, played, player.url)
        with pytest.raises(AgencyChanged):
            await connector.bill(Nop("367501099900100010"), 2026).fetch()
        await connector.aclose()


@pytest.mark.parametrize(
    ("name", "masked"),
    [("WAJIB PAJAK CONTOH", "W*** P*** C***"), ("X", "X***"), ("  A  B ", "A*** B***"), (None, None)],
)
def test_a_name_is_masked_to_first_letters_and_keeps_no_length(name, masked):
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    "typed", ["36.75-010.999-001.0001-0", "367501099900100010", "36.75.010.999.001.0001.0", " 3675 0109 9900 1000 10 "]
)
def test_a_nop_is_read_however_it_is_typed(typed):
    assert str(Nop.parse(typed)) == "36.75-010.999-001.0001-0"


@pytest.mark.parametrize(
    "typed",
    ["", "36.75", "3675010999001000100", "36750109990010001X", "٣٦٧٥٠١٠٩٩٩٠٠١٠٠٠١٠", "36/75-010.999-001.0001-0"],
)
def test_what_is_no_nop_is_refused(typed):
    with pytest.raises(ValueError, match="18 digits"):
        Nop.parse(typed)


def test_a_nop_does_not_show_itself_in_a_log():
    assert "3675" not in f"{Nop('367501099900100010')!r} {[Nop('367501099900100010')]}"
